"""``XmlElement`` values as JSON, in the form that ``tree`` reads."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from cimbus.interface.element import XmlElement
from cimbus.interface.envelope import NAMESPACE
from cimbus.interface.model import find_noun

Json = Any


def to_json(element: XmlElement, parent: str = "") -> Json:
    """Return an element's content as a JSON value, below a parent in namespace ``parent``.

    >>> to_json(XmlElement("Outage", "urn:x", children=[XmlElement("mRID", "urn:x", text="o-1")]), "urn:x")
    {'mRID': 'o-1'}
    """
    value = _declared(element, parent)
    if not element.children:
        if not value:
            return element.text
        return value | {"#text": element.text} if element.text else value
    mixed = element.text or not _grouped(element) or any(child.tail for child in element.children)
    items: list[Json] = [element.text] if element.text else []
    members: dict[str, list[Json]] = {}
    for child in element.children:  # one call for each level, so that Python's limit allows what a reader holds
        content = to_json(child, element.namespace)
        if not mixed:
            members.setdefault(child.name, []).append(content)
            continue
        items.append({child.name: content})
        if child.tail:
            items.append(child.tail)
    if mixed:
        return value | {"#children": items}
    return value | {name: several[0] if len(several) == 1 else several for name, several in members.items()}


def _declared(element: XmlElement, parent: str) -> dict[str, Json]:
    """Return the members for an element's namespace, prefixes and attributes."""
    value: dict[str, Json] = {}
    if element.namespace != parent or (parent == NAMESPACE and find_noun(element.name, "") is not None):
        value["@xmlns"] = element.namespace
    for prefix, uri in element.prefixes.items():
        if prefix:
            value[f"@xmlns:{prefix}"] = uri
    for name, text in element.attributes.items():
        value[f"@{name}"] = text
    return value


def _grouped(element: XmlElement) -> bool:
    """Return whether children of one name are neighbours, so that a list of them keeps the order."""
    names = [child.name for child in element.children]
    changes = sum(1 for a, b in pairwise(names) if a != b)
    return changes == len(set(names)) - 1

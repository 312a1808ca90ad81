"""JSON trees to XML trees and back: how content that no class describes looks in JSON.

==================  ================================================================
in JSON             in XML
==================  ================================================================
``"name": "text"``  an element with text, in its parent's namespace
``"name": {...}``   an element with attributes or children
``"name": [...]``   several elements of that name
``"@xmlns"``        the element's namespace, where it is not its parent's
``"@xmlns:p"``      a prefix that this element declares
``"@name"``         an attribute (``"@{uri}name"`` where it has a namespace)
``"#text"``         the text of an element that also has attributes
``"#children"``     children in order, where the names alone would not keep it
==================  ================================================================

Numbers, true and false become their XML text; null is an element that is not there.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final, cast

import orjson
from lxml import etree

from cimbus.codecs.xml.source import Node
from cimbus.element import Element
from cimbus.envelope import NAMESPACE
from cimbus.errors import DecodeError
from cimbus.model import FIRST, FOREIGN, find_noun

Json = Any

_RESERVED: Final = frozenset({"http://www.w3.org/2000/xmlns/", "http://www.w3.org/XML/1998/namespace"})
_XMLNS: Final = "@{http://www.w3.org/2000/xmlns/}"
_WILD: Final = frozenset({"payload", "request", "operation"})
"""Below these, an unknown name is a noun's, not the envelope's."""


def to_json(element: Element, parent: str = "") -> Json:
    """Return an element's content as a JSON value, below a parent in namespace ``parent``."""
    value: dict[str, Json] = {}
    if element.namespace != parent:
        value["@xmlns"] = element.namespace
    for prefix, uri in element.prefixes.items():
        if prefix:
            value[f"@xmlns:{prefix}"] = uri
    for name, text in element.attributes.items():
        value[f"@{name}"] = text
    if not element.children:
        if not value:
            return element.text
        if element.text:
            value["#text"] = element.text
        return value
    if element.text or any(child.tail for child in element.children) or not _grouped(element):
        value["#children"] = _ordered(element)
        return value
    return value | _members(element)


def _members(element: Element) -> dict[str, Json]:
    """Return children by name, several of one name as a list."""
    members: dict[str, list[Json]] = {}
    for child in element.children:
        members.setdefault(child.name, []).append(to_json(child, element.namespace))
    return {name: items[0] if len(items) == 1 else items for name, items in members.items()}


def _grouped(element: Element) -> bool:
    """Return whether children of one name stand together, so that a list of them keeps the order."""
    names = [child.name for child in element.children]
    changes = sum(1 for a, b in pairwise(names) if a != b)
    return changes == len(set(names)) - 1


def _ordered(element: Element) -> list[Json]:
    out: list[Json] = [element.text] if element.text else []
    for child in element.children:
        out.append({child.name: to_json(child, element.namespace)})
        if child.tail:
            out.append(child.tail)
    return out


class Builder:
    """Builds an lxml tree from a JSON tree, bounded in nodes and depth.

    Raises:
        DecodeError: a name that XML cannot have, or beyond the limits.
    """

    def __init__(self, max_nodes: int, max_depth: int) -> None:
        self._nodes = max_nodes
        self._max_depth = max_depth

    def root(self, name: str, value: Json, uri: str) -> Node:
        """Return an element of that name with the content that the JSON value describes."""
        own = self._namespace(value, uri)
        node = self._element(None, name, own, value)
        self._fill(node, value, own, 1)
        return node

    def _namespace(self, value: Json, parent: str) -> str:
        declared = cast("dict[str, Json]", value).get("@xmlns") if isinstance(value, dict) else None
        return declared if isinstance(declared, str) else parent

    def _element(self, parent: Node | None, name: str, uri: str, value: Json) -> Node:
        self._nodes -= 1
        if self._nodes < 0:
            raise DecodeError("more elements than the limit allows (Limits.max_nodes)")
        prefixes: dict[str, str] = {}
        if isinstance(value, dict):
            for key, text in cast("dict[str, Json]", value).items():
                if key.startswith("@xmlns:") and isinstance(text, str) and text and text not in _RESERVED:
                    prefixes[key[7:]] = text
        if uri in _RESERVED or not prefixes.keys().isdisjoint(("xml", "xmlns")):
            raise DecodeError(f"{name[:60]!r} uses a namespace or prefix that XML keeps for itself")
        tag = f"{{{uri}}}{name}" if uri else name
        try:
            if parent is None:
                return etree.Element(tag, nsmap=prefixes)
            return etree.SubElement(parent, tag, nsmap=prefixes)
        except ValueError as error:
            raise DecodeError(f"{name[:60]!r} cannot be the name of an element: {error}") from None

    def _fill(self, node: Node, value: Json, uri: str, depth: int) -> None:
        if depth > self._max_depth:
            raise DecodeError(f"nested deeper than {self._max_depth} (Limits.max_depth)")
        try:
            if not isinstance(value, dict):
                node.text = as_text(value)
                return
            members = cast("dict[str, Json]", value)
            for key, item in members.items():
                if key != FOREIGN:
                    self._member(node, key, item, uri, depth)
            if FOREIGN in members:  # the last: it stands among the others
                self._foreign(node, members[FOREIGN], uri, depth)
        except ValueError as error:
            if isinstance(error, DecodeError):
                raise
            raise DecodeError(f"not representable in XML: {error}") from None

    def _member(self, node: Node, key: str, item: Json, uri: str, depth: int) -> None:
        if key == "#text":
            node.text = as_text(item)
        elif key == "#children":
            self._children(node, item, uri, depth)
        elif key.startswith("@"):
            if key.startswith(_XMLNS):
                raise DecodeError(f"{key[:60]!r} is no attribute")
            if not key.startswith("@xmlns"):
                node.set(key[1:], as_text(item))
        else:
            self._child(node, key, item, uri, depth)

    def _child(self, node: Node, key: str, item: Json, uri: str, depth: int) -> None:
        for each in as_list(item) if isinstance(item, list) else [item]:
            if each is None:
                continue
            own = self._namespace(each, self._noun_namespace(node, key, uri))
            self._fill(self._element(node, key, own, each), each, own, depth + 1)

    def _noun_namespace(self, node: Node, key: str, uri: str) -> str:
        """Return a noun's own namespace where the tree leaves the envelope, else the parent's."""
        if uri == NAMESPACE and str(node.tag).rpartition("}")[2].lower() in _WILD:
            entry = find_noun(key, "")
            if entry is not None:
                return entry.namespace
        return uri

    def _children(self, node: Node, items: Json, uri: str, depth: int) -> None:
        last: Node | None = None
        for item in as_list(items):
            if isinstance(item, dict):
                for key, value in cast("dict[str, Json]", item).items():
                    self._child(node, key, value, uri, depth)
                last = node[-1] if len(node) else None
            elif last is None:
                node.text = (node.text or "") + as_text(item)
            else:
                last.tail = (last.tail or "") + as_text(item)

    def _foreign(self, node: Node, value: Json, uri: str, depth: int) -> None:
        """Put kept content back where it stood; the known children are there by now."""
        members = _object(value)
        for key, text in _object(members.get("attributes")).items():
            child, _, name = key.partition("@") if not key.startswith("{") else ("", "", "")
            target = next((c for c in node if str(c.tag).rpartition("}")[2] == child), None) if name else node
            if target is not None and not (name or key).startswith(_XMLNS[1:]):
                target.set(name or key, as_text(text))
        for each in as_list(members.get("elements")):
            stray = _object(each)
            before = len(node)
            for key, item in _object(stray.get("element")).items():
                self._child(node, key, item, uri, depth)
            after = stray.get("after") or ""
            place = 0 if after == FIRST else _place(node, after, before)
            for added in list(node)[before:]:
                node.insert(place, added)
                place += 1


def _object(value: Json) -> dict[str, Json]:
    """Return the members of what should be an object, none of what is not."""
    return cast("dict[str, Json]", value) if isinstance(value, dict) else {}


def _place(node: Node, after: str, end: int) -> int:
    """Return the index behind the last known child of that name."""
    found = [i for i in range(end) if str(node[i].tag).rpartition("}")[2] == after]
    return found[-1] + 1 if found else end


def as_list(value: Json) -> list[Json]:
    """Return a JSON array, and nothing of anything else."""
    return [*value] if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType]


def as_text(value: Json) -> str:
    """Return a JSON scalar as XML text."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return str(value) if type(value) is int else orjson.dumps(value).decode()

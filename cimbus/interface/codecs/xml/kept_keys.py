"""What ``Extensions.attributes`` keeps of how an object was written: namespaces, prefixes, order of children."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cimbus.interface.codecs.lexical import SPACE
from cimbus.interface.model import FieldSpec

from .elements import ORDER
from .source import Node, local_name, namespace

Keys = dict[str, str]


def in_namespace(node: Node, above: Node | None, name: str, extra: Keys) -> tuple[str, Keys | None]:
    """Remember the namespace of a child that is in another one than its parent; all of a name are in one.

    Returns its name, empty if others of that name are in another namespace, and what is kept.

    >>> from lxml import etree
    >>> parent = etree.fromstring("<a><b xmlns='urn:x'/></a>")
    >>> in_namespace(parent[0], parent, "b", {})
    ('b', {'b@xmlns': 'urn:x'})
    """
    uri, parent = namespace(node), "" if above is None else namespace(above)
    key = f"{name}@xmlns"
    said = extra.get(key)
    if said is None and uri != parent and above is not None:
        local = local_name(node)
        alike = all(namespace(each) == uri for each in above if local_name(each) == local)
        said = extra[key] = uri if alike else parent  # once for each name, so that many children cost no more
    return (name if said in (None, uri) else ""), extra or None


def declare(node: Node, value: str, extra: Keys, place: str) -> None:
    """Keep the declaration of a prefix that a value begins with, as that of xsi:type does.

    >>> from lxml import etree
    >>> extra = {}
    >>> declare(etree.fromstring("<a xmlns:u='urn:u'/>"), "u:Own", extra, "")
    >>> extra
    {'xmlns:u': 'urn:u'}
    """
    prefix, colon, _ = value.strip(SPACE).partition(":")
    if colon and prefix not in ("xml", "xmlns") and (uri := node.nsmap.get(prefix)):
        extra[f"{place}xmlns:{prefix}"] = uri


def order_of(node: Node, exact: Mapping[str, FieldSpec], lower: Mapping[str, str]) -> str:
    """Return the names of an element's children in their order, as far as its class knows them.

    Args:
        node: the element.
        exact: the fields of the class, by name.
        lower: their names, by these in lower case.

    >>> from lxml import etree
    >>> order_of(etree.fromstring("<a/>"), {}, {})
    ''
    """
    known: list[str] = []
    once: set[str] = set()
    for each in node:
        local = local_name(each)
        name = local if local in exact else lower.get(local.lower(), "")
        if name and name not in once:
            known.append(name)
            if not exact[name].many:  # a second one is kept as an extension, in a place of its own
                once.add(name)
    return " ".join(known)


def of_present(extra: Keys, values: tuple[tuple[str, Any], ...], uri: str | None) -> Keys:
    """Return what is kept of an object without what is about children that it does not have.

    Args:
        extra: what is kept.
        values: the children's names and values.
        uri: the object's own namespace, which need not be said of a child; None if that is not known.

    >>> of_present({"a@xmlns": "urn:x", "#order": "c b a"}, (("a", None), ("b", "1"), ("c", "2")), "")
    {'#order': 'c b'}
    """
    gone = {name for name, value in values if value is None or value == []}
    said = {f"{name}@xmlns" for name, _ in values if name in gone or extra.get(f"{name}@xmlns") == uri}
    if ORDER in extra:
        order = [name for name in extra[ORDER].split() if name not in gone]
        places = {name: place for place, (name, _) in enumerate(values)}
        extra[ORDER] = " ".join(order)
        if order == sorted(order, key=lambda name: places.get(name, 0)):  # what was out of order was kept beside
            said.add(ORDER)
    return {key: text for key, text in extra.items() if key not in said}

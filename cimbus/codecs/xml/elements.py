"""lxml elements to ``cimbus.Element`` values and back: the content that no class describes."""

from __future__ import annotations

import re
from typing import cast

from lxml import etree

from cimbus.element import Element
from cimbus.errors import UnsafeError

from .source import Node, local_name, namespace, path_of

_NAME = re.compile(r"<[^\s/>]+")
_SCOPE_LIMIT = 64
"""Every element of a subtree is asked for its prefixes: many of both would take for ever."""
_NO_PREFIXES: dict[str | None, str] = {}


def to_element(node: Node, *, tail: str = "") -> Element:
    """Return an lxml element as a value that keeps all prefixes in scope.

    Indentation (white space between child elements) is dropped, white space in mixed content is kept.
    """
    return _to_element(node, _NO_PREFIXES, tail)


def _to_element(node: Node, above: dict[str | None, str], tail: str) -> Element:
    mixed = _mixed(node)
    scope = node.nsmap
    if len(scope) > _SCOPE_LIMIT:
        raise UnsafeError(f"more than {_SCOPE_LIMIT} namespace prefixes in one scope", path=path_of(node))
    prefixes = {} if scope == above else {p or "": uri for p, uri in scope.items() if above.get(p) != uri}
    children = tuple(_to_element(child, scope, (child.tail or "") if mixed else "") for child in node)
    return Element(
        name=local_name(node),
        namespace=namespace(node),
        attributes={str(name): str(value) for name, value in node.attrib.items()},
        text="" if children and not mixed else node.text or "",
        children=children,
        tail=tail,
        prefixes=prefixes,
    )


def _mixed(node: Node) -> bool:
    """Return whether an element holds both text and elements."""
    if node.text and node.text.strip():
        return True
    return any(child.tail and child.tail.strip() for child in node)


def write_element(element: Element) -> str:
    """Return a value as XML text that stands on its own wherever it is put.

    Raises:
        ValueError: a name or text that XML cannot hold.
    """
    bare = any(not each.namespace for each in element.iter())
    text = str(etree.tostring(_to_node(element, None, bare=bare), encoding="unicode", with_tail=False))
    # Names without namespace, below somebody else's default one: undeclare it once, and use no default inside.
    return _NAME.sub(r'\g<0> xmlns=""', text, count=1) if bare else text


def _to_node(element: Element, parent: Node | None, *, bare: bool) -> Node:
    tag = f"{{{element.namespace}}}{element.name}" if element.namespace else element.name
    prefixes = cast(
        "dict[str, str]",  # None is the default prefix, which the stubs do not know
        {p or None: uri for p, uri in element.prefixes.items() if uri and p != "xml" and (p or not bare)},
    )
    attributes = dict(element.attributes)
    if parent is None:
        node = etree.Element(tag, attributes, nsmap=prefixes)
    else:
        node = etree.SubElement(parent, tag, attributes, nsmap=prefixes)
    node.text = element.text or None
    for child in element.children:
        _to_node(child, node, bare=bare).tail = child.tail or None
    return node

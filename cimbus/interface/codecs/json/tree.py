"""JSON trees to XML trees: how content that no class describes looks in JSON (``elements`` writes it).

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
``"#untyped"``      true: the element is called like a noun, and is not as its class
``"#type"``         the attribute ``xsi:type``, where a class stands for one that it extends
==================  ================================================================

Numbers, true and false become their XML text; null is an element that is not there.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, cast

from lxml import etree

from cimbus.errors import DecodeError
from cimbus.interface.codecs.limits import WorkBudget, beyond, check_name, check_uri
from cimbus.interface.codecs.xml.elements import KEPT, MARKS, PLACE, UNTYPED, check_attribute_uri
from cimbus.interface.codecs.xml.source import Node, lower_name, namespace
from cimbus.interface.codecs.xml.type_substitution import XSI_TYPE
from cimbus.interface.envelope import NAMESPACE
from cimbus.interface.model import EXTENSIONS, XSI_TYPE_MEMBER, find_exact, find_in_case, find_named

from .bare_items import as_noun
from .content import UNTYPED_MEMBER, Entry, as_object, named, ordered, with_extensions

Json = Any
Scope = frozenset[str]
"""The namespaces and prefixes in scope of an element."""

# Namespaces in XML 1.0, 3: these two, and the prefixes xml and xmlns, must not be bound to anything else
_XMLNS_URI: Final = "http://www.w3.org/2000/xmlns/"
_RESERVED: Final = frozenset({_XMLNS_URI, "http://www.w3.org/XML/1998/namespace"})
_XMLNS: Final = f"@{{{_XMLNS_URI}}}"
_NO_CONTENT: Final = frozenset({EXTENSIONS, UNTYPED_MEMBER, "@xmlns", *(f"@{mark}" for mark in MARKS)})
_SAYS: Final = re.compile(r"(?:[^@{]+@)?xmlns(?::.+)?|[^@{]+#text|#order", re.DOTALL)
"""Keys of ``Extensions.attributes`` that say more than an attribute."""
_DEEP: Final = 50
"""Levels that cost a step more: lxml looks for an element's namespace in all elements around it."""
_WILD: Final = frozenset({"payload", "request", "operation"})
"""Below these, an unknown name is a noun's, not the envelope's."""


class Builder:
    """Builds an lxml tree from a JSON tree, within the limits.

    Args:
        budget: what it may cost.

    >>> from cimbus.interface.codecs.limits import DEFAULT_LIMITS
    >>> Builder(WorkBudget(DEFAULT_LIMITS)).root("Outage", {"mRID": "o-1"}, "urn:x").tag
    '{urn:x}Outage'
    """

    def __init__(self, budget: WorkBudget) -> None:
        self._budget = budget
        self._limits = budget.limits
        self._nodes = budget.limits.max_nodes

    def root(self, name: str, value: Json, uri: str) -> Node:
        """Return an element of that name with the content that the JSON value describes.

        Raises:
            DecodeError: a name that XML cannot have.
            UnsafeError: beyond the limits.

        >>> from cimbus.interface.codecs.limits import DEFAULT_LIMITS
        >>> Builder(WorkBudget(DEFAULT_LIMITS)).root("Outage", {"mRID": ["o-1", "o-2"]}, "")[1].text
        'o-2'
        """
        own = _namespace(value, uri)
        node, scope = self._element(None, name, own, value, frozenset())
        self._fill(node, value, own, 1, scope)
        return node

    def _element(self, parent: Node | None, name: str, uri: str, value: Json, scope: Scope) -> tuple[Node, Scope]:
        """Make an element in its parent's scope; return it with its own."""
        limits = self._limits
        self._nodes -= 1
        if self._nodes < 0:
            raise beyond("more elements", "max_nodes", limits.max_nodes)
        check_name(name, limits)
        tag = f"{{{uri}}}{name}" if uri else name
        try:
            nsmap, scope = self._scope(name, uri, value, scope)
            if parent is None:
                return etree.Element(tag, nsmap=cast("dict[str, str]", nsmap)), scope
            return etree.SubElement(parent, tag, nsmap=cast("dict[str, str]", nsmap)), scope
        except DecodeError:
            raise
        except ValueError as error:
            raise DecodeError(f"{name[:60]!r} cannot be the name of an element: {error}") from None

    def _scope(self, name: str, uri: str, value: Json, scope: Scope) -> tuple[dict[str | None, str], Scope]:
        """Return what an element declares, and its scope, ``scope`` of its parent's."""
        limits = self._limits
        prefixes: dict[str, str] = {}
        if isinstance(value, dict):
            for key, text in cast("dict[str, Json]", value).items():
                if key.startswith("@xmlns:") and isinstance(text, str) and text and text not in _RESERVED:
                    prefixes[key[7:]] = text
                    check_attribute_uri(text)
        if uri == _XMLNS_URI or not prefixes.keys().isdisjoint(("xml", "xmlns")):
            raise DecodeError(f"{name[:60]!r} uses a namespace or prefix that XML keeps for itself")
        for declared in (uri, *prefixes.values()):
            check_uri(declared, limits)
        nsmap: dict[str | None, str] = dict(prefixes.items())
        if prefixes or uri not in scope:
            if uri and uri not in scope and uri not in _RESERVED:
                nsmap[None] = uri  # or lxml would make a prefix, which would stay with what is kept
            scope = scope | {uri} | prefixes.keys()
            if len(scope) > 2 * limits.max_prefixes:  # prefixes, and the namespaces for which lxml makes prefixes
                raise beyond(f"{len(scope)} namespaces and prefixes in one scope", "max_prefixes", limits.max_prefixes)
        # two: made and then read, an element costs twice what one of an XML document does (measured: 8 microseconds);
        # lxml looks a namespace up in all of the scope
        self._budget.spend(2 + len(scope) // 8)
        return nsmap, scope

    def _fill(self, node: Node, value: Json, uri: str, depth: int, scope: Scope) -> None:
        """Give an element its content; one call for each level."""
        if depth > self._limits.max_depth:
            raise beyond("JSON is nested deeper", "max_depth", self._limits.max_depth)
        try:
            if not isinstance(value, dict):
                node.text = as_text(value)
                return
            members = cast("dict[str, Json]", value)
            if members.get(UNTYPED_MEMBER) is True:
                node.set(UNTYPED, "")
            extensions = as_object(members.get(EXTENSIONS))
            before = extensions.get("text")
            text: list[str] = [before] if isinstance(before, str) else []
            last: Node | None = None
            first: dict[str, Node] = {}
            for key, item, after in with_extensions(self._content(node, members), extensions.get("elements")):
                if key is None:
                    text.append(as_text(item))
                    continue
                _put(node, last, text)
                # an extension is written without knowing what it stands in
                own = _namespace(item, _noun_namespace(node, key, item, uri) if after is None else "")
                last, inner = self._element(node, key, own, item, scope)
                self._budget.spend(depth // _DEEP)
                self._fill(last, item, own, depth + 1, inner)
                if after is None:
                    first.setdefault(key, last)
                else:
                    last.set(PLACE, after)
            _put(node, last, text)
            self._attributes_of(node, first, extensions.get("attributes"))
        except ValueError as error:
            if isinstance(error, DecodeError):
                raise
            raise DecodeError(f"not representable in XML: {error}") from None

    def _content(self, node: Node, members: dict[str, Json]) -> list[Entry]:
        """Set an element's attributes; return its texts (without a name) and children in order."""
        content: list[Entry] = []
        attributes = 0
        for key, item in members.items():
            if key in _NO_CONTENT or key.startswith("@xmlns:"):
                continue
            if key == XSI_TYPE_MEMBER:
                node.set(XSI_TYPE, f"#{as_text(item)}")
            elif key == "#text":
                content.insert(0, (None, item, None))
            elif key == "#children":
                content += ordered(item)
            elif not key.startswith("@"):
                content += named(key, as_noun(key, item) if lower_name(node) in _WILD else item)
            elif key.startswith(_XMLNS):
                raise DecodeError(f"{key[:60]!r} is no attribute")
            else:
                attributes += 1
                self._set(node, key[1:], item, attributes)
        self._budget.spend(len(content) // 2)
        return content

    def _set(self, node: Node, name: str, item: Json, number: int) -> None:
        """Set an attribute, the ``number``-th of its element."""
        limits = self._limits
        if number > limits.max_attributes:
            raise beyond("more attributes on one element", "max_attributes", limits.max_attributes)
        uri, _, local = name[1:].rpartition("}") if name.startswith("{") else ("", "", name)
        check_name(local, limits)
        check_uri(uri, limits)
        self._budget.spend(1)
        if uri:
            check_attribute_uri(uri)
        node.set(name, as_text(item))

    def _attributes_of(self, node: Node, first: dict[str, Node], value: Json) -> None:
        """Put attributes back that the class of an element does not know, or of its leaves (the first of each name)."""
        kept: dict[str, str] = {}
        for number, (key, text) in enumerate(as_object(value).items(), 1):
            if isinstance(text, str) and _SAYS.fullmatch(key):
                if key != "xmlns" or (_is_noun(node) and text != namespace(node)):
                    kept[key] = text
                continue
            child, _, name = key.partition("@") if not key.startswith("{") else ("", "", "")
            target = first.get(child) if name else node
            if target is not None and not (name or key).startswith(_XMLNS[1:]):
                self._set(target, name or key, text, number)
        if kept:
            self._budget.spend(len(kept))
            node.set(KEPT, json.dumps(kept))


def _namespace(value: Json, parent: str) -> str:
    declared = cast("dict[str, Json]", value).get("@xmlns") if isinstance(value, dict) else None
    return declared if isinstance(declared, str) else parent


def _noun_namespace(node: Node, key: str, item: Json, uri: str) -> str:
    """Return a noun's own namespace where the tree leaves the envelope, else the parent's.

    Of several structures under one name, the one that it says it is; else it has no namespace, and is told by its fit.
    """
    if uri == NAMESPACE and lower_name(node) in _WILD:
        several = find_named(key) or find_in_case(key)
        if len(several) > 1:
            said = as_object(as_object(as_object(item).get(EXTENSIONS)).get("attributes")).get("xmlns")
            return said if isinstance(said, str) and find_exact(key, said) is not None else ""
        if several:
            return several[0].namespace
    return uri


def _is_noun(node: Node) -> bool:
    above = node.getparent()
    return above is None or lower_name(above) in _WILD


def _put(node: Node, last: Node | None, text: list[str]) -> None:
    """Put text behind the last child, or before the first."""
    if text:
        if last is None:
            node.text = "".join(text)
        else:
            last.tail = "".join(text)
        text.clear()


def as_text(value: Json) -> str:
    """Return a JSON value as XML text; an array or object, which has no place there, as the JSON that it is.

    >>> as_text(True), as_text(7), as_text(None), as_text([[10**20]])
    ('true', '7', '', '[[100000000000000000000]]')
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    # a bool is an int to Python
    return str(value) if type(value) is int else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

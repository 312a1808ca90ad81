"""lxml elements to ``cimbus.XmlElement`` values and back: the content that no class describes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, cast

from lxml import etree

from cimbus.errors import DecodeError
from cimbus.interface.codecs.lexical import SPACE
from cimbus.interface.codecs.limits import DEFAULT_LIMITS, Limits, WorkBudget, beyond, check_name, check_uri
from cimbus.interface.element import XmlElement

from .source import Node, path_of

_NAME: Final = re.compile(r"<[^\s/>]+")
_RESERVED: Final = "{http://www.w3.org/2000/xmlns/}"
"""Attributes in this namespace are declarations, which nothing but a serializer may write (Namespaces in XML, 3)."""
PLACE: Final = "cimbus-json-after"
"""An attribute by which the JSON reader says the place of an extension (``Extension.after``); never written. It has no
namespace, which would stay in the element's scope when the attribute is gone."""
UNTYPED: Final = "cimbus-json-untyped"
"""An attribute by which the JSON reader says that an element called like a noun is none; never written."""
KEPT: Final = "cimbus-json-kept"
"""An attribute in which the JSON reader hands on what ``Extensions.attributes`` says beside attributes."""
ORDER: Final = "#order"
"""The key of ``Extensions.attributes`` for the names of children in the order that they had."""
MARKS: Final = frozenset({PLACE, UNTYPED, KEPT})
"""These three."""
MAX_HELD_DEPTH: Final = 400
"""Levels that an ``XmlElement`` may have: comparing and writing it takes one call for each level, and Python allows
1 000 calls (``sys.getrecursionlimit``), of which a program around us needs some."""
_STEPS: Final = 1_000
"""Elements after which the budget is asked: a call for each would take a tenth of the time."""

Scope = dict[str | None, str]
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
"""The attributes and prefixes of an element without any: most have none."""


class ElementReader:
    """Reads elements of one document; what many of them share is made once.

    Args:
        budget: what it may cost.

    >>> ElementReader(WorkBudget(DEFAULT_LIMITS)).read(etree.fromstring("<Outage xmlns='urn:x'/>"))
    <Element Outage in 'urn:x', 0 children, text ''>
    """

    def __init__(self, budget: WorkBudget) -> None:
        self._budget = budget
        self._limits = budget.limits
        self._names: dict[str, tuple[str, str]] = {}
        """By full tag: local name and namespace, checked and shared."""
        self._scope: Scope = {}
        self._prefixes: Mapping[str, str] = _NOTHING
        """The prefixes in scope of the element read last, which its siblings share."""

    def read(self, node: Node, *, tail: str = "") -> XmlElement:
        """Return an lxml element as a value that keeps all prefixes in scope.

        Indentation (white space between child elements) is dropped, white space in mixed content is kept.

        Raises:
            UnsafeError: beyond the limits.
            DecodeError: nested too deeply to be held.
        """
        scope = node.nsmap
        if scope != self._scope:
            if len(scope) > self._limits.max_prefixes:
                found = f"{len(scope)} namespace prefixes in one scope"
                raise beyond(found, "max_prefixes", self._limits.max_prefixes, path=path_of(node))
            self._scope, self._prefixes = scope, {prefix or "": uri for prefix, uri in scope.items() if _is_uri(uri)}
        self._budget.spend(2 + len(scope) // 8)  # lxml makes the dictionary anew for each element
        made = self._leaf(node, self._prefixes) if not len(node) else self._tree(node)
        made.tail = tail
        return made

    def _leaf(self, node: Node, prefixes: Mapping[str, str]) -> XmlElement:
        name, uri = self._name(str(node.tag))
        attributes = self._attributes(node)
        return XmlElement(name, uri, attributes=attributes, text=node.text or "", prefixes=prefixes)

    def _tree(self, root: Node) -> XmlElement:
        """Read without recursion; ``walk`` gives the declarations of an element before its start."""
        made: XmlElement | None = None
        levels: list[list[tuple[XmlElement, str]]] = [[]]
        scopes: list[Scope] = [self._scope]
        declared: list[tuple[str, str]] = []
        own: list[Mapping[str, str]] = []
        steps = 0
        for event, item in etree.iterwalk(root, events=("start-ns", "start", "end")):
            if event == "start-ns":
                declared.append(cast("tuple[str, str]", item))
            elif event == "start":
                if own:
                    own.append(self._declare(cast("Node", item), scopes, declared))
                else:  # the root, whose whole scope counts
                    own.append(self._prefixes)
                    scopes.append(self._scope)
                declared = []
                levels.append([])
                if len(levels) > MAX_HELD_DEPTH:
                    raise DecodeError("nested too deeply to be held")
            else:
                node = cast("Node", item)
                made = self._leaf(node, own.pop())
                scopes.pop()
                _adopt(made, levels.pop())
                levels[-1].append((made, node.tail or ""))
                steps += 1
                if steps == _STEPS:
                    self._budget.spend(steps)
                    steps = 0
        self._budget.spend(steps)
        return cast("XmlElement", made)

    def _declare(self, node: Node, scopes: list[Scope], declared: list[tuple[str, str]]) -> Mapping[str, str]:
        """Return the declarations of an element that its parent's scope does not have, and push its scope."""
        above = scopes[-1]
        if not declared:
            scopes.append(above)
            return _NOTHING
        added = {prefix or "": uri for prefix, uri in declared if above.get(prefix or None) != uri and _is_uri(uri)}
        scopes.append({**above, **{prefix or None: uri for prefix, uri in added.items()}})
        self._budget.spend(len(above) // 8)
        if len(scopes[-1]) > self._limits.max_prefixes:
            found = f"{len(scopes[-1])} namespace prefixes in one scope"
            raise beyond(found, "max_prefixes", self._limits.max_prefixes, path=path_of(node))
        return added

    def _name(self, tag: str) -> tuple[str, str]:
        found = self._names.get(tag)
        if found is None:
            uri, _, name = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
            _check_prefix(name)
            check_name(name, self._limits)
            _check_namespace(uri, self._limits)
            found = self._names[tag] = (name, uri)
        return found

    def _attributes(self, node: Node) -> Mapping[str, str]:
        names = node.keys()
        if not names:
            return _NOTHING
        check_attributes(names, self._limits, node)  # first: lxml looks each value up among all attributes
        self._budget.spend(len(names))
        return {str(name): str(value) for name, value in node.items() if name not in MARKS}


def _adopt(parent: XmlElement, children: list[tuple[XmlElement, str]]) -> None:
    """Give an element its children, with the text around them if it holds both (mixed content)."""
    if not children:
        return
    mixed = bool(parent.text.strip(SPACE)) or any(tail.strip(SPACE) for _, tail in children)
    for child, tail in children:
        child.tail = tail if mixed else ""
    parent.children = tuple(child for child, _ in children)
    if not mixed:
        parent.text = ""


def check_attributes(names: Sequence[str | bytes], limits: Limits, node: Node) -> None:
    """Refuse an element with too many attributes, or with names of them that are too long.

    Raises:
        UnsafeError: beyond the limits.
    """
    if len(names) > limits.max_attributes:
        found = f"{len(names)} attributes on one element"
        raise beyond(found, "max_attributes", limits.max_attributes, path=path_of(node))
    for name in map(str, names):
        uri, _, local = name[1:].rpartition("}") if name.startswith("{") else ("", "", name)
        _check_prefix(local)
        check_name(local, limits)
        _check_namespace(uri, limits)


def _check_prefix(name: str) -> None:
    """Refuse a name whose prefix is not declared: libxml2 lets some pass, and nothing could be written for them."""
    if ":" in name:
        raise DecodeError(f"the prefix of {name[:60]!r} is not declared")


def _check_namespace(uri: str, limits: Limits) -> None:
    """Refuse a namespace that is too long or no URI: libxml2 lets some pass that lxml does not write."""
    check_uri(uri, limits)
    try:
        if uri:
            check_attribute_uri(uri)
    except ValueError as error:
        raise DecodeError(f"{error}"[:200]) from None


def to_element(node: Node, *, tail: str = "") -> XmlElement:
    """Return one lxml element as a value, within the default limits; see ``ElementReader``.

    >>> to_element(etree.fromstring("<Outage xmlns='urn:x'><mRID>o-1</mRID></Outage>")).value("mRID")
    'o-1'
    """
    return ElementReader(WorkBudget(DEFAULT_LIMITS)).read(node, tail=tail)


def write_element(element: XmlElement) -> str:
    """Return a value as XML text that means the same below any parent.

    Raises:
        ValueError: a name or text that XML cannot hold, or nested too deeply.

    >>> write_element(XmlElement("Outage", "urn:x", children=[XmlElement("mRID", "urn:x", text="o-1")]))
    '<ns0:Outage xmlns:ns0="urn:x"><ns0:mRID>o-1</ns0:mRID></ns0:Outage>'
    """
    bare = _any_bare(element)
    text = str(etree.tostring(_to_node(element, None, bare=bare), encoding="unicode", with_tail=False))
    # Names without namespace would take the parent's default one: undeclare it once (Namespaces in XML 1.0, 6.2), and
    # declare no default inside.
    return _NAME.sub(r'\g<0> xmlns=""', text, count=1) if bare else text


def _any_bare(element: XmlElement) -> bool:
    """Return whether an element or a descendant has no namespace.

    Raises:
        ValueError: nested too deeply, as an element that contains itself is.
    """
    found = False
    todo = [(element, 1)]
    while todo:
        each, depth = todo.pop()
        if depth > MAX_HELD_DEPTH:
            raise ValueError(f"nested deeper than {MAX_HELD_DEPTH} levels")
        found = found or not each.namespace
        todo += [(child, depth + 1) for child in each.children]
    return found


def _is_uri(uri: str) -> bool:
    """Return whether a namespace can be declared again: libxml2 lets some pass that lxml does not write."""
    try:
        check_attribute_uri(uri or "urn:x")
    except ValueError:
        return False
    return True


def check_attribute_uri(uri: str) -> None:
    """Refuse what is no URI: readers do, and lxml checks the namespaces of elements only.

    Raises:
        ValueError: it is no URI.

    >>> check_attribute_uri("urn:x")
    """
    etree.Element(f"{{{uri}}}a")


def _to_node(element: XmlElement, parent: Node | None, *, bare: bool) -> Node:
    tag = f"{{{element.namespace}}}{element.name}" if element.namespace else element.name
    prefixes = cast(
        "dict[str, str]",  # None is the default prefix, which the stubs do not know
        {p or None: uri for p, uri in element.prefixes.items() if uri and p != "xml" and (p or not bare)},
    )
    attributes = dict(element.attributes)
    for name in attributes:
        if name == "xmlns" or name.startswith(_RESERVED):
            raise ValueError(f"{name[:60]!r} is no attribute")
        if name.startswith("{"):
            check_attribute_uri(name[1:].partition("}")[0])
    for uri in prefixes.values():
        check_attribute_uri(uri)
    if parent is None:
        node = etree.Element(tag, attributes, nsmap=prefixes)
    else:
        node = etree.SubElement(parent, tag, attributes, nsmap=prefixes)
    node.text = element.text or None
    for child in element.children:
        _to_node(child, node, bare=bare).tail = child.tail or None
    return node

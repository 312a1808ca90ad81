"""Which elements are areas of a message: one set of rules for ``decode``, ``decode_header`` and ``rewrite_header``.

Rule 1: the first header (or reply of an envelope) in document order decides which element is the envelope, so that a
reader that stops after the header finds the same one as a reader of the whole document. Only where it stands in an area
of an element that is called like an envelope and has areas of its own, that one comes before it: a message may carry
another in its payload.

Rule 2: an envelope's header is its first child that is one (a child that says a verb or a noun), else its first child
of that name.

Rule 3: a child is the area's own if it is in the namespace of the area's children, or in one that is tolerated there; a
vendor's ``v:ReplyAddress`` is not the header's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from cimbus.interface.envelope import MessageType

from .roots import parse_root
from .source import Node, local_name, lower_name, namespace

SOAP: Final = ("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope")
"""The namespaces of SOAP 1.1 and 1.2."""
ALL_AREAS: Final = ("header", "request", "reply", "payload")
"""The areas of a message in the order of the schema, in lower case."""
AREA_NAMES: Final = frozenset({"header", "reply"})
"""The areas that make their parent an envelope, in lower case."""
_HEADER: Final = frozenset({"verb", "noun"})
_REPLY: Final = frozenset({"result", "replycode"})
_TELLING: Final = _HEADER | _REPLY


ALLOWED: Final = {
    MessageType.message: ALL_AREAS,
    MessageType.request: ("header", "request", "payload"),
    MessageType.response: ("header", "reply", "payload"),
    MessageType.event: ("header", "payload"),
    MessageType.fault: ("reply",),
}
"""Which areas each envelope element has (Message.xsd of Edition 1)."""


def tolerated(uri: str, parent: str) -> bool:
    """Return whether a child in namespace ``uri`` may still be the parent's own: unqualified, or in one of the IEC's.

    >>> tolerated("", "http://iec.ch/TC57/2011/MeterReadings#"), tolerated("urn:x", "urn:y")
    (True, False)
    """
    return (
        not uri or uri == parent or "iec.ch/TC57/" in uri
    )  # whatever the parent is called: it is written as the IEC's


def is_header(node: Node) -> bool:
    """Return whether an element is a message's header: it is called so, it is not SOAP's, and has a verb or a noun.

    >>> is_header(etree.fromstring("<Header><Verb>get</Verb></Header>")), is_header(etree.fromstring("<Header/>"))
    (True, False)
    """
    if lower_name(node) == "header":
        for child in node:
            if lower_name(child) in _HEADER:
                return namespace(node) not in SOAP
    return False


def is_area(node: Node) -> bool:
    """Return whether an element makes its parent an envelope: a header, or the reply in an envelope's element.

    >>> is_area(etree.fromstring("<FaultMessage><Reply><Result>OK</Result></Reply></FaultMessage>")[0])
    True
    """
    name = lower_name(node)
    if name not in AREA_NAMES or (parent := node.getparent()) is None:
        return False
    if name == "header":
        return is_header(node)
    return any(lower_name(child) in _REPLY for child in node) and parse_root(local_name(parent)) is not None


def first_area(nodes: Iterable[Node]) -> Node | None:
    """Return the first element that makes its parent an envelope, or None."""
    return next((node for node in nodes if is_area(node)), None)


def envelopes_around(node: Node) -> list[Node]:
    """Return the elements that are called like an envelope and have ``node`` in an area, from the outside in.

    >>> outer = etree.fromstring("<EventMessage><Payload><Message/></Payload></EventMessage>")
    >>> [around.tag for around in envelopes_around(outer[0][0])]
    ['EventMessage']
    """
    found: list[Node] = []
    inner = node
    for around in node.iterancestors():
        if lower_name(inner) in ALL_AREAS and parse_root(local_name(around)) is not None:
            found.append(around)
        inner = around
    return found[::-1]


def find_envelope(document: Node) -> Node | None:
    """Return the element that is the envelope, None if there is none (rule 1).

    >>> xml = "<E><Message><header/><Header><Verb>get</Verb></Header></Message></E>"
    >>> find_envelope(etree.fromstring(xml)).tag
    'Message'
    """
    if len(document) and is_header(document[0]):  # as in most messages: nothing can come before it
        return document
    area = first_area(document.iter(etree.Element))
    parent = None if area is None else area.getparent()
    if parent is None:
        return None
    return next((around for around in envelopes_around(parent) if first_area(around) is not None), parent)


def header_of(envelope: Node) -> Node | None:
    """Return an envelope's header, None if it has none (rule 2).

    >>> header_of(etree.fromstring("<Message><header/><Header><Verb>get</Verb></Header></Message>")).tag
    'Header'
    """
    named: Node | None = None
    for child in envelope:
        if is_header(child):
            return child
        if named is None and lower_name(child) == "header":
            named = child
    return named


def children_uri(area: Node, query: Node | None = None) -> str:
    """Return the namespace of an area's own children, of which a query is none.

    In per-noun messages the area is in the noun's message namespace, its children are in the common one; so the
    children that say what the area is are asked.

    >>> children_uri(etree.fromstring("<Header xmlns='urn:x'><v:a xmlns:v='urn:v'/><Verb/></Header>"))
    'urn:x'
    """
    uri = namespace(area)
    if uri.endswith("schema/message") or len(area) == (query is not None):
        return uri
    if query is not None:
        return namespace(next(child for child in area if child is not query))
    telling = next((child for child in area if lower_name(child) in _TELLING), None)
    found = next((child for child in _asked(area, telling) if tolerated(namespace(child), uri)), telling)
    return namespace(area[0] if found is None else found)


def _asked(area: Node, telling: Node | None) -> Iterator[Node]:
    """Yield the children that may say the namespace: verb, noun or result if there is one, else all."""
    return (child for child in area if telling is None or lower_name(child) in _TELLING)


def is_own(child: Node, area: Node, uri: str) -> bool:
    """Return whether a child is the area's own, whose children are in ``uri`` (rule 3).

    >>> area = etree.fromstring("<Header><v:ReplyAddress xmlns:v='urn:v'/><ReplyAddress/></Header>")
    >>> [is_own(child, area, "") for child in area]
    [False, True]
    """
    found = namespace(child)
    return found == uri or tolerated(found, namespace(area))

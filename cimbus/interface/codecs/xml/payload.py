"""The payload area: nouns, an OperationSet, something compressed, IDs."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import msgspec

from cimbus.errors import CimbusError, DecodeError
from cimbus.interface.codecs.collector import LARGE, pausing
from cimbus.interface.codecs.compression import unpack
from cimbus.interface.codecs.guard import GUARD
from cimbus.interface.codecs.lexical import SPACE
from cimbus.interface.codecs.limits import check_number
from cimbus.interface.element import XmlElement
from cimbus.interface.envelope import ID, NAMESPACE, OperationSet, Payload
from cimbus.interface.message import DecodeNote
from cimbus.interface.model import FIRST, Extension, Extensions

from .areas import children_uri, tolerated
from .decode_context import DecodeContext
from .edition_2 import is_transaction, read_abstract
from .source import LOWER, Node, lower_name, namespace, parse, text_bytes
from .walker import braced, read_any, walker

_EMPTY: Final = Payload()
PARTS: Final = {
    "operationset": "OperationSet",
    "compressed": "Compressed",
    "compressedpayload": "Compressed",
    "id": "ID",
    "format": "Format",
    "abstractpayload": "AbstractPayload",
    "transaction": "Transaction",
}
"""Children of a payload area that are no nouns, in lower case, and what they are."""
_PUBLIC_OF_2: Final = frozenset({"AbstractPayload", "Transaction"})
_TRANSACTION: Final = "its structure is not public: kept in message.transaction"
_BEFORE: Final = ("items", "ids")
"""What there may be several of in a payload area."""


def open_payload(
    node: Node | None, queries: list[Node], context: DecodeContext
) -> tuple[Payload, tuple[DecodeNote, ...]]:
    """Read the payload area of a message when it is looked at, with the notes that come of it.

    Args:
        node: the area, None if there is none.
        queries: those of the request area.
        context: that of the message.

    Raises:
        DecodeError: see ``read_payload``.

    >>> open_payload(None, [], DecodeContext())[0].items
    ()
    """
    size = context.budget.size
    try:
        if size < LARGE:
            return _payload(node, queries, context), context.take_notes()
        return pausing(size, partial(_payload, node, queries, context)), context.take_notes()
    except CimbusError:
        raise
    except Exception as error:
        raise GUARD.undecodable(error) from error


def read_payload(node: Node, context: DecodeContext) -> Payload:
    """Read a payload area; a Compressed noun is opened.

    Raises:
        StrictError: strict reading, and something is not as the schema says.
        UnsafeError: something compressed, or escaped inside, exceeds the limits.

    >>> area = "<Payload xmlns='http://iec.ch/TC57/2011/schema/message'><Outage xmlns='urn:x'/></Payload>"
    >>> read_payload(parse(text_bytes(area), DecodeContext().limits), DecodeContext()).items
    (<Element Outage in 'urn:x', 0 children, text ''>,)
    """
    if not context.unordered and (noun := _only_noun(node)) is not None:
        return msgspec.structs.replace(_EMPTY, items=(read_any(noun, context),))
    return _read_all(node, context)


def _payload(node: Node | None, queries: list[Node], context: DecodeContext) -> Payload:
    area = _EMPTY if node is None else read_payload(node, context)
    return read_query(queries, area, context) if queries else area


def _read_all(node: Node, context: DecodeContext) -> Payload:
    """Read whatever a payload area holds."""
    found: dict[str, Any] = {name: [] for name in _BEFORE}
    kept: list[Extension] = []
    attributes = context.attributes(node, (), None) if node.keys() else None
    tails = context.mixed_text
    for child in node:
        if tails and child.tail is not None:
            context.tail(child)
        own = _own(child, node)
        if not own:
            found["items"].append(read_any(child, context))
        elif own == "ID":
            found["ids"].append(walker(ID)(child, context, braced(child)))
            check_number(found["ids"], context.limits)
        elif own in _PUBLIC_OF_2 or (own == "Compressed" and len(child)):
            _read_special(own, child, found, kept, context)
        elif own in found:
            _ = context.late(child, repeated=True)
            kept.append(Extension(element=_of_area(child, context)))
        elif own == "OperationSet":
            found[own] = walker(OperationSet)(child, context, _braced(children_uri(child)))
        else:
            text, attributes = context.leaf(child, attributes, own)
            found[own] = text or ""
    text = (node.text or "").strip(SPACE)
    if text and not len(node):
        item = _escaped(node, text, context)
        found["items"] += () if item is None else (item,)
        text = "" if item is not None else text
    elif text:
        text = context.mixed(node)
    extra = kept or attributes or text
    area = Payload(
        items=tuple(found["items"]),
        operation_set=found.get("OperationSet"),
        unopened=found.get("Compressed"),
        ids=tuple(found["ids"]),
        format=found.get("Format"),
        extensions=Extensions(elements=tuple(kept), attributes=attributes or {}, text=text) if extra else None,
    )
    return _opened(node, area, context)


def _read_special(own: str, child: Node, found: dict[str, Any], kept: list[Extension], context: DecodeContext) -> None:
    """Read what only Edition 2 has, or a Compressed with elements."""
    if own == "AbstractPayload":
        found["items"].append(read_abstract(child, context))
        return
    if own == "Transaction" and not is_transaction(child):
        found["items"].append(read_any(child, context))
        return
    compressed = "elements where a text belongs: kept as it is"
    context.note(child, _TRANSACTION if own == "Transaction" else compressed)
    # one that comes before all else is written there again
    first = len(found) == len(_BEFORE) and not any(map(found.get, _BEFORE))
    kept.append(Extension(element=_of_area(child, context), after=FIRST if first else ""))


def _of_area(child: Node, context: DecodeContext) -> XmlElement:
    """Read a part of a payload area that is kept as it is.

    The area is written in the namespace of messages. In another one of its own, the part would be a noun there.
    """
    element = context.elements.read(child)
    if not tolerated(element.namespace, NAMESPACE):
        element.namespace = NAMESPACE
    return element


def _only_noun(node: Node) -> Node | None:
    """Return the noun of a payload area that holds nothing else, as in most messages; None of any other."""
    if len(node) != 1 or node.keys() or ((text := node.text) and text.strip(SPACE)):
        return None
    child = node[0]
    return None if LOWER[child.tag] in PARTS or ((text := child.tail) and text.strip(SPACE)) else child


def read_query(nodes: list[Node], area: Payload, context: DecodeContext) -> Payload:
    """Add the query of the request area, or the queries where they stand beside a payload; there may be none.

    >>> read_query([], Payload(), DecodeContext()).in_request
    False
    """
    if not nodes:
        return area
    items = tuple(read_any(node, context) for node in nodes)
    if area.items:
        context.note(nodes[0], "a query beside a payload: the payload comes first")
    return msgspec.structs.replace(area, items=(*area.items, *items), in_request=not area.items)


def has_nouns(area: Node) -> bool:
    """Return whether a payload area holds an element that is no part of PayloadType.

    >>> has_nouns(parse(b"<Payload><ID>1</ID></Payload>", DecodeContext().limits))
    False
    """
    return any(not _own(child, area) for child in area)


def _own(child: Node, node: Node) -> str:
    """Return the standard name of a child of the payload area, empty for a noun."""
    name = PARTS.get(lower_name(child), "")
    return name if name and tolerated(namespace(child), namespace(node)) else ""


def _braced(uri: str) -> str:
    return f"{{{uri}}}" if uri else ""


def _escaped(node: Node, text: str, context: DecodeContext) -> Any:
    """Read a payload that was put in as text (a CDATA section, or escaped); None if it is no XML, and kept as text."""
    if not text.startswith("<"):
        context.note(node, f"text where a noun belongs is kept: {text[:40]!r}")
        return None
    context.budget.open_text(text.count("<"))
    try:
        inside = parse(text_bytes(text), context.limits)
    except DecodeError as error:
        if type(error) is not DecodeError:  # an UnsafeError is not to be accepted
            raise
        context.note(node, f"text where a noun belongs is kept: {error}")
        return None
    context.note(node, "the payload is text that holds XML: read as that")
    return read_any(inside, context)


def _opened(node: Node, area: Payload, context: DecodeContext) -> Payload:
    """Open Payload/Compressed if it holds a noun; else leave it as it is."""
    # Format names what Compressed holds (XML, RDF, PDF, ...); it is optional, and XML where it is missing. GZIP as a
    # Format means an archive to some peers and the compression to others: a try shows which. A network model (RDF) is
    # read as a stream (cimbus.codecs.rdf), since it would make a large tree
    if area.unopened is None or area.items or (area.format or "XML").upper() not in ("XML", "GZIP"):
        return area
    try:
        data = unpack(area.unopened, context.limits.max_inflated)
        context.budget.open_text(data.count(b"<"))
        item = read_any(parse(data, context.limits), context)
    except DecodeError as error:
        if type(error) is not DecodeError:  # an UnsafeError is not to be accepted
            raise
        context.remark(node, f"{error}: kept as it is")
        return area
    return msgspec.structs.replace(area, items=(item,), unopened=None, was_compressed=True)

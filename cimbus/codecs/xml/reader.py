"""An envelope, wherever it stands in a document, to a ``Message``.

Matched on local names first and namespaces second, so that generic roots, per-noun roots and all dialects take one
code path. The payload's nouns are left in the tree until somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from cimbus.envelope import NAMESPACE, Error, Header, PayloadArea, Reply, Request, ResultKind, Root
from cimbus.errors import DecodeError
from cimbus.message import Message, Note
from cimbus.model import Foreign, Stray, find_noun

from .dialects import note_namespace, settle_header, settle_reply
from .elements import to_element
from .locate import SOAP, locate
from .payload import read_payload, read_query
from .reading import Reading
from .roots import RootName, parse_root
from .source import Node, line_of, local_name, lower_name, namespace, path_of
from .walker import walker

_AREAS: Final = ("header", "request", "reply", "payload")
_ALLOWED: Final = {
    Root.message: _AREAS,
    Root.request: ("header", "request", "payload"),
    Root.response: ("header", "reply", "payload"),
    Root.event: ("header", "payload"),
    Root.fault: ("reply",),
}


def read_message(document: Node, reading: Reading) -> Message[Any]:
    """Read the envelope in a parsed document; the payload's nouns when they are first looked at.

    Raises:
        DecodeError: there is no envelope in it, or its header says nothing.
        StrictError: strict reading, and something is not as the schema says.
    """
    root = locate(document, reading)
    if root is None:
        return _soap_fault(document, reading)
    name = parse_root(local_name(root)) or RootName(Root.message, generic=True)
    areas, others = _areas(root)
    _check(root, name, areas, reading)
    header = _header(root, name, areas, reading)
    request, query = _request(areas.get("request"), header, reading)
    payload_node = areas.get("payload")
    reply = None
    if (node := areas.get("reply")) is not None:
        settle_reply(node, reading)
        reply = _area(Reply, node, reading)
    foreign = Foreign(elements=tuple(Stray(element=to_element(node)) for node in others)) if others else None
    for node in others:
        reading.note(node, "not an area of a message: kept as it is")

    def open_payload() -> tuple[PayloadArea, tuple[Note, ...]]:
        try:
            area = read_payload(payload_node, reading) if payload_node is not None else PayloadArea()
            return read_query(query, area, reading), reading.take_notes()
        except RecursionError:
            raise DecodeError("nested too deeply to be held", header=header) from None

    payload = open_payload if payload_node is not None or query is not None else PayloadArea()
    return Message(
        header,
        root=name.root,
        request=request,
        reply=reply,
        payload=payload,
        notes=reading.take_notes(),
        foreign=foreign,
    )


# -- where there is none ----------------------------------------------------------------------------------------------


def _soap_fault(document: Node, reading: Reading) -> Message[Any]:
    """Read a SOAP Fault as the FaultMessage that it stands for."""
    fault = next((node for uri in SOAP for node in document.iter(f"{{{uri}}}Fault")), None)
    if fault is None:
        raise DecodeError(_no_envelope(document), path=path_of(document), line=line_of(document))
    reading.note(fault, "a SOAP Fault in place of a FaultMessage")
    texts = {lower_name(n): " ".join("".join(map(str, n.itertext())).split()) for n in fault}
    error = Error(
        code=texts.get("faultcode") or texts.get("code", ""),
        reason=texts.get("faultstring") or texts.get("reason") or None,
        details=texts.get("detail") or None,
    )
    reply = Reply(result=ResultKind.FAILED, errors=(error,))
    return Message(Header(verb="reply", noun=""), root=Root.fault, reply=reply, notes=reading.take_notes())


def _no_envelope(document: Node) -> str:
    name = local_name(document)
    if find_noun(name, namespace(document)) is not None:
        return f"a bare {name} without an envelope: nothing says its verb; put it into Message.of({name}(...))"
    return f"no message: <{name}> holds no Header with Verb and Noun, and no Reply"


# -- its areas --------------------------------------------------------------------------------------------------------


def _areas(root: Node) -> tuple[dict[str, Node], list[Node]]:
    """Return the areas of an envelope by lower-case name, and what else stands beside them."""
    areas: dict[str, Node] = {}
    others: list[Node] = []
    for child in root:
        local = lower_name(child)
        if local in _AREAS and local not in areas:
            areas[local] = child
        else:
            others.append(child)
    return areas, others


def _check(root: Node, name: RootName, areas: dict[str, Node], reading: Reading) -> None:
    """Note what the schema of this root does not allow."""
    uri = namespace(root)
    if name.generic:
        note_namespace(uri, root, reading)
        if local_name(root) != name.root:
            reading.note(root, f"read as {name.root}")
    allowed = _ALLOWED[name.root]
    for local, node in areas.items():
        if local not in allowed and not (local == "header" and name.root is Root.fault):
            reading.note(node, f"a {name.root} has no such area: read all the same")
        elif lower_name(node) == local and local_name(node) != local.capitalize():
            reading.note_once(node, local_name(node), f"read as {local.capitalize()}")
    if not reading.unordered and list(areas) != [local for local in _AREAS if local in areas]:
        reading.note(root, "the areas are not in the order of the schema")
    if name.root in (Root.response, Root.fault) and "reply" not in areas:
        reading.missing(root, "Reply")


def _header(root: Node, name: RootName, areas: dict[str, Node], reading: Reading) -> Header:
    node = areas.get("header")
    if node is None:
        if name.root is Root.fault:
            return Header(verb="reply", noun=name.noun)
        if "reply" not in areas:
            raise DecodeError("no Header: nothing says what this message is", path=path_of(root), line=line_of(root))
        reading.missing(root, "Header")
        return Header(verb="reply", noun=name.noun)
    settle_header(node, reading)
    header: Header = _area(Header, node, reading)
    verb, noun = header.verb or name.verb or ("reply" if "reply" in areas else ""), header.noun or name.noun
    if not verb:
        raise DecodeError("the header has no Verb", path=path_of(node), line=line_of(node), header=header)
    if not noun and (found := _payload_noun(areas)):
        noun = found
    if name.verb and header.verb and name.verb != header.verb:
        reading.note(node, f"verb {header.verb!r} in a <{local_name(root)}>")
    elif header.verb and not _fits(header.verb, name.root):
        reading.note(node, f"verb {header.verb!r} in {name.root}")
    if (verb, noun) != (header.verb, header.noun):
        header = msgspec.structs.replace(header, verb=verb, noun=noun or "")
    return header


def _fits(verb: str, root: Root) -> bool:
    if root is Root.event:
        return verb.endswith("ed")
    if root is Root.response:
        return verb == "reply"
    return root is not Root.request or not (verb.endswith("ed") or verb == "reply")


def _payload_noun(areas: dict[str, Node]) -> str:
    node = areas.get("payload")
    return local_name(node[0]) if node is not None and len(node) else ""


def _area(cls: type[Any], node: Node, reading: Reading) -> Any:
    """Read one area with its class's walker."""
    uri = namespace(node[0]) if len(node) and not namespace(node).endswith("schema/message") else namespace(node)
    if uri != NAMESPACE and not reading.unordered and len(node):
        note_namespace(uri, node, reading)
    if reading.strict:
        reading.mixed(node)
    return walker(cls)(node, reading, f"{{{uri}}}" if uri else "")


def _request(node: Node | None, header: Header, reading: Reading) -> tuple[Request | None, Node | None]:
    """Read the request area; return it and the query that stood in it, which is the message's payload."""
    if node is None:
        return None, None
    query = _query_node(node, header)
    if query is not None:
        node.remove(query)
    request: Request = _area(Request, node, reading)
    return (None if query is not None and request == Request() else request), query


def _query_node(request: Node, header: Header) -> Node | None:
    """Return the noun in a request's wildcard: Get{Noun}, a registered noun, or {Noun}Queries."""
    for child in _unknown(request):
        local = local_name(child)
        if local.startswith("Get") or local.endswith("Queries") or local == header.noun:
            return child
        if find_noun(local, namespace(child)) is not None:
            return child
    return None


def _unknown(request: Node) -> Iterator[Node]:
    return (n for n in request if lower_name(n) not in ("starttime", "endtime", "option", "id"))

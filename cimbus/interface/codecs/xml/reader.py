"""An envelope, at any depth of a document, to a ``Message``.

Names are matched on local names first and namespaces second, so that generic roots, per-noun roots and all dialects
take one code path. The payload's nouns are left in the tree until the payload is first looked at.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import partial
from typing import Any, Final

import msgspec

from cimbus.errors import DecodeError
from cimbus.interface.codecs.limits import check_number
from cimbus.interface.envelope import WWW_NAMESPACE, Header, MessageType, Payload, Reply, Request, ResultKind
from cimbus.interface.message import LazyPayload, Message
from cimbus.interface.model import FIRST, Extension, Extensions, find_noun
from cimbus.interface.origin import Origin

from .areas import ALL_AREAS, ALLOWED, header_of, is_header
from .decode_context import DecodeContext
from .dialects import note_namespace, settle_header, settle_reply
from .doubts import is_doubtful
from .exact_envelope import exact_envelope
from .faults import find_fault, read_fault
from .locate import locate
from .payload import has_nouns, open_payload
from .request_area import read_area, read_request
from .roots import RootName, parse_root, settle_root
from .source import LOCAL, URI, Node, line_of, local_name, lower_name, namespace, path_of
from .validate import problems_of

_NO_PAYLOAD: Final = Payload()
_NAMES: Final = frozenset(local.capitalize() for local in ALL_AREAS)


def read_message(document: Node, context: DecodeContext) -> Message[Any]:
    """Read the envelope in a parsed document; the payload's nouns when they are first looked at.

    Raises:
        DecodeError: there is no envelope in it, or its header says nothing.
        StrictError: strict reading, and something is not as the schema says.

    >>> from .source import parse, text_bytes
    >>> xml = "<Message><Header><Verb>get</Verb><Noun>MeterReadings</Noun></Header></Message>"
    >>> read_message(parse(text_bytes(xml), DecodeContext().limits), DecodeContext()).header.noun
    'MeterReadings'
    """
    exact = exact_envelope(document, context)
    if exact is not None:  # nothing can stand around it
        return _message(document, *exact, context)
    root = locate(document, context)
    return _soap_fault(document, context) if root is None else read_envelope(root, context)


def read_envelope(root: Node, context: DecodeContext) -> Message[Any]:
    """Read the message whose envelope an element is.

    Raises:
        DecodeError: its header says nothing.
        StrictError: strict reading, and something is not as the schema says.

    >>> from .source import parse, text_bytes
    >>> xml = "<Message><Header><Verb>get</Verb><Noun>MeterReadings</Noun></Header></Message>"
    >>> read_envelope(parse(text_bytes(xml), DecodeContext().limits), DecodeContext()).header.noun
    'MeterReadings'
    """
    areas, others = _areas(root)
    name = _root_name(root, areas)
    context.validated = context.strict and not context.unordered
    if context.validated:
        problems_of(root, context)
    _check(root, name, areas, context)
    header = _header(root, name, areas, context)
    return _message(root, name, areas, header, context, others=others)


def _message(
    root: Node,
    name: RootName,
    areas: dict[str, Node],
    header: Header,
    context: DecodeContext,
    *,
    others: list[Node] | None = None,
) -> Message[Any]:
    """Read the areas behind a header; ``others``: what stands beside them, None where nothing does."""
    payload_node = areas.get("payload")
    request: Request | None = None
    reply: Reply | None = None
    queries: list[Node] = []
    if (request_node := areas.get("request")) is not None:
        beside = payload_node is not None and has_nouns(payload_node)
        request, queries = read_request(request_node, header, context, beside=beside)
    if (node := areas.get("reply")) is not None:  # in whatever envelope: drafts have replies in requests
        settle_reply(node, context)
        reply = found = read_area(Reply, node, context)
        check_number(found.ids, context.limits)
    extensions = None if others is None else _beside(root, areas, others, context)
    payload: Payload | LazyPayload = _NO_PAYLOAD
    if payload_node is not None or queries:
        # the tree stays in memory until it is looked at; a second parse would cost more than it
        payload = partial(open_payload, payload_node, queries, context)
    tag = root.tag
    return Message(
        header,
        message_type=name.message_type,
        request=request,
        reply=reply,
        payload=payload,
        notes=context.take_notes(),
        extensions=extensions,
        origin=Origin(
            root=LOCAL[tag],
            namespace=URI[tag],
            verb=header.verb,
            noun=header.noun,
            root_verb=name.verb,
            common="" if name.generic else _common(areas),
        ),
    )


def _common(areas: dict[str, Node]) -> str:
    """Return the namespace of the children of a per-noun envelope's areas, where it is the one with "www."."""
    area = areas.get("header", areas.get("reply"))
    found = namespace(area[0]) if area is not None and len(area) else ""
    return WWW_NAMESPACE if found == WWW_NAMESPACE else ""


def _root_name(root: Node, areas: dict[str, Node]) -> RootName:
    """Return what an envelope's element is called; its areas outweigh a guess from its name."""
    name = parse_root(local_name(root)) or RootName(MessageType.message, generic=True)
    if not name.guessed:
        return name
    verb = next((child.text or "" for child in areas.get("header", ()) if lower_name(child) == "verb"), "")
    return settle_root(name, (local_name(root), namespace(root)), areas, verb)


def _beside(root: Node, areas: Collection[str], others: list[Node], context: DecodeContext) -> Extensions | None:
    """Keep what an envelope holds beside its areas: elements, attributes, and the text before the first child."""
    for node in others:
        context.note(node, "not an area of a message: kept as it is")
    kept = _placed(root, areas, others, context) if others else ()
    attributes = context.attributes(root, (), None) if root.keys() else None
    text = context.mixed(root) if (found := root.text) and not found.isspace() else ""
    if context.mixed_text:
        for child in root:
            if child.tail is not None:
                context.tail(child)
    return Extensions(elements=kept, attributes=attributes or {}, text=text) if kept or attributes or text else None


def _placed(root: Node, areas: Collection[str], others: list[Node], context: DecodeContext) -> tuple[Extension, ...]:
    """Read what stands beside the areas, each with the area that it came after; nothing says: after the last."""
    kept: list[Extension] = []
    after, places = FIRST, dict[str, str]()
    for child in root:
        if child not in others:
            after = lower_name(child).capitalize()
            continue
        # in JSON, elements of one name are in one place
        place = places.setdefault(str(child.tag), after)
        kept.append(Extension(element=context.elements.read(child), after=place))
    last = next((local for local in reversed(ALL_AREAS) if local in areas), "").capitalize()
    return tuple(msgspec.structs.replace(each, after="") if each.after == last else each for each in kept)


# -- where there is none ----------------------------------------------------------------------------------------------


def _soap_fault(document: Node, context: DecodeContext) -> Message[Any]:
    """Read a SOAP Fault as the FaultMessage that it stands for."""
    fault = find_fault(document)
    if fault is None:
        raise DecodeError(_no_envelope(document), path=path_of(document), line=line_of(document))
    context.refuse(fault, "a SOAP Fault in place of a FaultMessage")
    reply = Reply(result=ResultKind.FAILED, errors=(read_fault(fault),))
    header = Header(verb="reply", noun="")
    origin = Origin(root="Fault", namespace=namespace(fault), verb="reply", noun="")
    return Message(header, message_type=MessageType.fault, reply=reply, notes=context.take_notes(), origin=origin)


def _no_envelope(document: Node) -> str:
    name = local_name(document)
    if find_noun(name, namespace(document)) is not None:
        return f"a bare {name} without an envelope: nothing says its verb; put it into Message.of({name}(...))"
    return f"no message: <{name}> holds no Header with Verb and Noun, and no Reply"


# -- its areas --------------------------------------------------------------------------------------------------------


def _areas(root: Node) -> tuple[dict[str, Node], list[Node]]:
    """Return the areas of an envelope by lower-case name, and the other children."""
    areas: dict[str, Node] = {}
    others: list[Node] = []
    first = root[0] if len(root) else None
    header = first if first is not None and is_header(first) else header_of(root)
    for child in root:
        local = lower_name(child)
        if child is header or (local in ALL_AREAS and local != "header" and local not in areas):
            areas[local] = child  # a second one is kept as an extension
        else:
            others.append(child)
    return areas, others


def _check(root: Node, name: RootName, areas: dict[str, Node], context: DecodeContext) -> None:
    """Note what the schema of this root does not allow."""
    uri = namespace(root)
    if name.generic:
        note_namespace(uri, root, context)
        if local_name(root) != name.message_type:
            context.note(root, f"read as {name.message_type}")
    elif name.settled:
        context.note(root, f"read as {name.message_type}: its name says another, its areas and its verb this one")
    allowed = ALLOWED[name.message_type]
    for local, node in areas.items():
        if local not in allowed and not (local == "header" and name.message_type is MessageType.fault):
            context.note(node, f"a {name.message_type} has no such area: read all the same")
        elif lower_name(node) == local and local_name(node) not in _NAMES:
            context.note_once(node, local_name(node), f"read as {local.capitalize()}")
    if not context.unordered and list(areas) != [local for local in ALL_AREAS if local in areas]:
        context.note(root, "the areas are not in the order of the schema")
    if name.message_type in (MessageType.response, MessageType.fault) and "reply" not in areas:
        context.missing(root, "Reply")


def _header(root: Node, name: RootName, areas: dict[str, Node], context: DecodeContext) -> Header:
    node = areas.get("header")
    if node is None:
        if name.message_type is MessageType.fault:
            return Header(verb="reply", noun=name.noun)
        if "reply" not in areas:
            raise DecodeError("no Header: nothing says what this message is", path=path_of(root), line=line_of(root))
        context.missing(root, "Header")
        return Header(verb="reply", noun=name.noun or _payload_noun(areas))
    header = read_header(node, context)
    if header.verb and header.noun:
        return header
    verb, noun = header.verb or name.verb or ("reply" if "reply" in areas else ""), header.noun or name.noun
    if not verb:
        raise DecodeError("the header has no Verb", path=path_of(node), line=line_of(node), header=header)
    if not noun and (found := _payload_noun(areas)):
        noun = found
    if (verb, noun) != (header.verb, header.noun):
        header = msgspec.structs.replace(header, verb=verb, noun=noun or "")
    return header


def read_header(node: Node, context: DecodeContext) -> Header:
    """Read a header element; verb and noun are empty where it does not say them.

    Raises:
        UnsafeError: it has too many properties.
        StrictError: strict reading, and something is not as the schema says.

    >>> from .source import parse, text_bytes
    >>> read_header(parse(b"<Header><Verb>CREATED</Verb></Header>", DecodeContext().limits), DecodeContext()).verb
    'created'
    """
    mark, kept = context.mark(), context.kept
    header: Header = read_area(Header, node, context)
    # most headers are as they should be; what has to be rewritten first is seen from what was read
    if context.mark() != mark or context.kept != kept or is_doubtful(header):
        context.forget(mark)
        settle_header(node, context)
        header = read_area(Header, node, context)
    check_number(header.properties, context.limits)
    return header


_ROOT: Final = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->)*<(?:[^\s<>/:!?]+:)?([^\s<>/:!?]+)", re.DOTALL)
"""The beginning of a document, with the local name of its root element."""


def _payload_noun(areas: dict[str, Node]) -> str:
    node = areas.get("payload")
    if node is None or len(node):
        return "" if node is None else local_name(node[0])
    escaped = _ROOT.match(node.text or "")  # a payload that was put in as text is read as the element that it holds
    return escaped[1] if escaped else ""

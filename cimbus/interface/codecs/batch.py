"""Every message of a document, or of several documents behind one another.

A batch is a SOAP body or a wrapper with several envelopes, an array or lines of JSON, or XML documents one after the
other. ``decode`` reads the first message of a document and notes that there are more; ``decode_all`` reads all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any, Final, cast

from cimbus.errors import CimbusError, DecodeError
from cimbus.interface.message import Message

from .api import Strict, conforming, decode
from .guard import GUARD
from .json.content import as_list
from .json.loads import BOM, DECODER
from .json.reader import decode_tree, envelopes_of
from .json.serializers import of_a_serializer, settled
from .limits import DEFAULT_LIMITS, Limits, WorkBudget
from .opening import opened
from .sniff import is_json
from .xml.areas import SOAP
from .xml.areas import find_envelope as find_xml_envelope
from .xml.decode_context import DecodeContext
from .xml.mixed_text import has_mixed_text
from .xml.reader import read_envelope
from .xml.source import Node, as_utf8, lower_name, namespace, parse, text_bytes

Json = Any

_BLANK: Final = re.compile(r"[\s,\x1e]*")
"""Between JSON documents: white space; RFC 7464 has a record separator, and some write a comma."""
_ELEMENT: Final = re.compile(rb"<[^!?]")
"""A tag."""
_TOKEN: Final = re.compile(
    rb"""<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"""
    rb"""|<(/?)[^!?/>][^>"']*+(?:(?:"[^"]*+"|'[^']*+')[^>"']*+)*+>""",
    re.DOTALL,
)
"""One mark-up of XML; of a tag, its slash. Possessive, so that a search is linear."""


def decode_all(
    data: bytes | bytearray | memoryview | str,
    *,
    strict: Strict = False,
    limits: Limits = DEFAULT_LIMITS,
    zone: tzinfo | None = None,
) -> list[Message[Any]]:
    """Decode every message of a batch.

    Args:
        data: one or several documents: XML with several envelopes (in a SOAP body, in a wrapper), XML documents behind
            one another, a JSON array, JSON Lines.
        strict: as for ``decode``; that several messages are in one document is no problem here.
        limits: bounds on all of it together.
        zone: as for ``decode``.

    Raises:
        DecodeError: no message in it, or one that cannot be read; none is returned then.

    >>> one = '{"Message": {"Header": {"Verb": "get", "Noun": "X"}}}'
    >>> [message.header.noun for message in decode_all(f"{one}{one}")]
    ['X', 'X']
    """
    try:
        octets, _ = opened(text_bytes(data) if isinstance(data, str) else bytes(data), limits)
        limits.check_size(octets)
        read = _all_json if is_json(octets) else _all_xml
        messages = list(read(octets, strict, limits, zone))
    except CimbusError:
        raise
    except Exception as error:
        raise GUARD.undecodable(error) from error
    if not messages:
        raise DecodeError("no message in it")
    return messages


def _all_json(data: bytes, strict: Strict, limits: Limits, zone: tzinfo | None) -> Iterator[Message[Any]]:
    try:
        text = data.removeprefix(BOM).decode()
    except UnicodeDecodeError as error:
        raise DecodeError(f"not valid JSON: octet {error.start} is not UTF-8") from None
    budget = WorkBudget(limits, len(data))
    position, end = _skip(text, 0), len(text)
    while position < end:
        begin = position
        try:
            tree, position = DECODER.raw_decode(text, position)
        except RecursionError:
            raise DecodeError("not valid JSON: nested too deeply") from None
        except json.JSONDecodeError as error:
            raise DecodeError(f"not valid JSON: {error.msg}", line=error.lineno) from None
        yield from _of_tree(tree, text[begin:position].encode(), budget, strict, zone)
        position = _skip(text, position)


def _of_tree(
    tree: Json, data: bytes, budget: WorkBudget, strict: Strict, zone: tzinfo | None
) -> Iterator[Message[Any]]:
    """Yield the messages of one JSON document."""
    if of_a_serializer(data):
        tree = settled(tree, data, budget)
    several = list(envelopes_of("Message", tree))
    # where there is none: a text that holds a document, or what is no message
    for each in several or (as_list(tree) if isinstance(tree, list) else [tree]):
        yield conforming(decode_tree(each, b"", strict=bool(strict), budget=budget, zone=zone), strict)


def _skip(text: str, position: int) -> int:
    return cast("re.Match[str]", _BLANK.match(text, position)).end()


def _all_xml(data: bytes, strict: Strict, limits: Limits, zone: tzinfo | None) -> Iterator[Message[Any]]:
    documents = [data]
    try:
        _ = parse(data, limits)
    except DecodeError as error:
        if type(error) is not DecodeError:  # an UnsafeError is not to be accepted
            raise
        documents = list(_documents(as_utf8(data)))
        if len(documents) < 2:
            raise
    for document in documents:
        root = parse(document, limits)
        envelopes = list(_envelopes(root))
        if len(envelopes) < 2:  # also a message in a text, a SOAP Fault, or what decode says is none
            yield decode(document, strict=strict, limits=limits, zone=zone)
            continue
        budget, mixed = WorkBudget(limits, len(document)), has_mixed_text(document)
        for envelope in envelopes:
            context = DecodeContext(strict=bool(strict), limits=limits, budget=budget, zone=zone, mixed_text=mixed)
            message = read_envelope(envelope, context)
            if strict:
                _ = message.payload_area
                context.check(message.header)
            yield conforming(message, strict)


def _envelopes(root: Node) -> Iterator[Node]:
    """Yield the envelopes of a document that are in no other one, in its order."""
    todo = [root]
    while todo:
        node = todo.pop()
        found = find_xml_envelope(node)
        if found is node:
            yield node
        elif found is not None:
            todo += [child for child in node if not _is_soap_header(child)][::-1]


def _is_soap_header(node: Node) -> bool:
    return namespace(node) in SOAP and lower_name(node) == "header"


def _documents(data: bytes) -> Iterator[bytes]:
    """Yield XML documents that stand behind one another; the last one is what is left, whatever it is."""
    position = 0
    while position < len(data):
        end = _end_of(data, position)
        document = data[position:end]
        if _ELEMENT.search(document) is not None or position == 0:  # else a comment behind the last one
            yield document
        position = end


def _end_of(data: bytes, start: int) -> int:
    """Return where the document that begins at ``start`` ends: behind the end tag of its first element.

    What follows may begin with a declaration. Where a tag does not end, all the rest is one document, for the parser to
    refuse.
    """
    depth, position = 0, start
    while (position := data.find(b"<", position)) >= 0:
        token = _TOKEN.match(data, position)
        if token is None:
            return len(data)
        position = token.end()
        if token[1] is None:  # a comment, an instruction or a CDATA section
            continue
        if token[1]:
            depth -= 1
        elif data[position - 2 : position - 1] != b"/":
            depth += 1
        if depth <= 0:
            return position
    return len(data)

"""JSON of whatever form to a ``Message``: our own form fast, all others by way of the XML reader and its leniency.

The envelope is found by the rules of ``xml.areas``, in the order of the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import tzinfo
from itertools import islice
from typing import Any, Final, cast

import msgspec

from cimbus.errors import DecodeError
from cimbus.interface.codecs.inexact import InexactError
from cimbus.interface.codecs.lexical import READERS
from cimbus.interface.codecs.limits import Limits, WorkBudget, check_number
from cimbus.interface.codecs.native import NATIVE
from cimbus.interface.codecs.opening import opened
from cimbus.interface.codecs.xml.areas import ALL_AREAS
from cimbus.interface.codecs.xml.decode_context import DecodeContext
from cimbus.interface.codecs.xml.doubts import is_doubtful
from cimbus.interface.codecs.xml.reader import read_envelope, read_message
from cimbus.interface.codecs.xml.roots import parse_root
from cimbus.interface.codecs.xml.source import parse, text_bytes
from cimbus.interface.envelope import NAMESPACE, Header
from cimbus.interface.message import Message

from .content import as_list
from .fast import decode_fast
from .loads import BOM, DECODER, loads
from .serializers import of_a_serializer, settled
from .tree import Builder

Json = Any
Path = tuple[tuple[str, dict[str, Json]], ...]
"""Names and members of the objects from the outermost one to the envelope."""

_HEAD: Final = 16_384
"""Octets in which a header is looked for: JSON headers are shorter than 1 kB, with all fields and some Properties."""
_LEVELS: Final = 4
"""Objects around the envelope that are looked through: a record of a head-end has two (``value``, ``EventMessage``)."""
_MEMBERS: Final = 64
"""Members looked at on each level, so that a wide document costs no more than a narrow one."""
_DOUBTFUL: Final = re.compile(r"[\ufffd-\uffff]|\\[bfu]")  # octets that are not UTF-8, what XML cannot hold, surrogates
HEADER: Final = re.compile(r'\s*\{\s*(?:"(\w+)"\s*:\s*\{\s*)?"[Hh]eader"\s*:\s*(?=\{)', re.ASCII)


def decode_json(
    data: bytes, *, strict: bool, limits: Limits, zone: tzinfo | None = None, asked: bool = False
) -> Message[Any]:
    """Decode a JSON message.

    The native codec is asked first, where it is installed, and unless it was (``asked``): it reads a document to an
    equal message, or leaves it to ``read_json``, which is right for every document.

    Raises:
        DecodeError: see ``cimbus.decode``.

    >>> from cimbus import DEFAULT_LIMITS
    >>> decode_json(b'{"header": {"verb": "get", "noun": "X"}}', strict=False, limits=DEFAULT_LIMITS).header.noun
    'X'
    """
    if len(data) > limits.max_bytes or len(data) > limits.max_nodes:
        limits.check_size(data)
    if not (strict or asked) and (message := NATIVE.decode_json(data, limits)) is not None:
        return message
    return read_json(data, strict=strict, limits=limits, zone=zone)


def read_json(data: bytes, *, strict: bool, limits: Limits, zone: tzinfo | None = None) -> Message[Any]:
    """Decode a JSON message in Python, whose size the caller has looked at.

    Raises:
        DecodeError: see ``cimbus.decode``.

    >>> from cimbus import DEFAULT_LIMITS
    >>> read_json(b'{"header": {"verb": "get", "noun": "X"}}', strict=False, limits=DEFAULT_LIMITS).header.noun
    'X'
    """
    if data[:1] != b"{":
        data = data.removeprefix(BOM)
    # the names of kept attributes have to be checked, which the fast path does not do
    kept = b"#" in data and b'"attributes"' in data  # one octet is found faster
    message = None if strict or kept else decode_fast(data)
    if message is None:
        return _decode_any(data, strict=strict, limits=limits, zone=zone)
    check_number(message.header.properties, limits)
    return message


def _decode_any(data: bytes, *, strict: bool, limits: Limits, zone: tzinfo | None) -> Message[Any]:
    return decode_tree(loads(data), data, strict=strict, budget=WorkBudget(limits, len(data)), zone=zone)


def decode_tree(
    tree: Json, data: bytes, *, strict: bool, budget: WorkBudget, zone: tzinfo | None = None
) -> Message[Any]:
    """Decode the message in a JSON tree.

    Args:
        tree: what was read from ``data``, or a part of it.
        data: the document.
        strict, zone: see ``cimbus.decode``.
        budget: what it may cost.

    Raises:
        DecodeError: see ``cimbus.decode``.

    >>> from cimbus import DEFAULT_LIMITS
    >>> tree = {"header": {"verb": "get", "noun": "X"}}
    >>> decode_tree(tree, b"{}", strict=False, budget=WorkBudget(DEFAULT_LIMITS)).header.noun
    'X'
    """
    limits = budget.limits
    if of_a_serializer(data):
        tree = settled(tree, data, budget)
    path = find_envelope(tree)
    context = DecodeContext(strict=strict, limits=limits, unordered=path is not None, budget=budget, zone=zone)
    more = path is not None and next(islice(envelopes_of("Message", tree), 1, None), None) is not None
    if path is not None:
        root = Builder(budget).root(*path[-1], NAMESPACE)
        if more:
            context.refuse(root, "other messages in the document are not read: decode_all reads all")
        message = read_envelope(root, context)
    else:
        inside = _xml_inside(tree, _LEVELS)
        if inside is None:
            raise DecodeError("no message: the JSON holds no Header with Verb and Noun")
        budget.open_text(inside.count("<"))
        document = parse(text_bytes(inside), limits)
        context.refuse(document, "an XML document inside JSON: read as that")
        message = read_message(document, context)
    if strict:
        _ = message.payload_area
        context.check(message.header)
    return message


def find_envelope(tree: Json) -> Path | None:
    """Return the way to the object that is the envelope, None if there is none.

    >>> tree = {"value": {"EventMessage": {"Header": {"Verb": "created"}}}}
    >>> [name for name, _ in find_envelope(tree)]
    ['Message', 'value', 'EventMessage']
    """
    if isinstance(tree, list):  # an array of messages: the first
        tree = next(iter(as_list(tree)), None)
    path = _first_area("Message", tree, _LEVELS)
    if path is None:
        return None
    for index in range(len(path) - 1):
        (outer, members), (inner, _) = path[index : index + 2]
        if inner.lower() in ALL_AREAS and parse_root(outer) is not None and _areas(outer, members):
            return path[: index + 1]
    return path


def envelopes_of(name: str, value: Json, levels: int = _LEVELS) -> Iterator[dict[str, Json]]:
    """Yield the envelopes of a document that are in no other one, each in an object with its name.

    >>> tree = [{"EventMessage": {"Header": {"Verb": "created"}}}, {"header": {"verb": "get"}}]
    >>> [list(each) for each in envelopes_of("Message", tree)]
    [['EventMessage'], ['Message']]
    """
    if isinstance(value, list):  # an array costs no level: it is how several of one name look
        for item in as_list(value):
            if isinstance(item, dict):
                yield from envelopes_of(name, item, levels)
    elif levels and isinstance(value, dict):
        members = cast("dict[str, Json]", value)
        if _areas(name, members):
            yield {name: members}
            return
        for key, item in islice(members.items(), _MEMBERS):
            if isinstance(item, dict | list):
                yield from envelopes_of(key, item, levels - 1)


def _first_area(name: str, value: Json, levels: int) -> Path | None:
    """Return the way to the first object that has a header or is a reply's envelope, in the order of the document."""
    if isinstance(value, list):  # several envelopes under one name: the first
        value = next((each for each in as_list(value)[:1]), None)
    if levels == 0 or not isinstance(value, dict):
        return None
    members = cast("dict[str, Json]", value)
    areas = _areas(name, members)
    for index, (key, item) in enumerate(members.items()):
        if key in areas:
            return ((name, members),)
        if index < _MEMBERS and (below := _first_area(key, item, levels - 1)) is not None:
            return ((name, members), *below)
    return None


def _areas(name: str, members: dict[str, Json]) -> list[str]:
    """Return the members that make an object an envelope."""
    return [
        key
        for key, item in members.items()
        if (key.lower() == "header" and _has(item, "verb", "noun"))
        or (key.lower() == "reply" and parse_root(name) is not None and _has(item, "result", "replycode"))
    ]


def header_key(members: dict[str, Json]) -> str | None:
    """Return the member of an envelope that is its header, None if it has none.

    >>> header_key({"header": {}, "Header": {"Verb": "get"}})
    'Header'
    """
    return next((key for key, item in members.items() if key.lower() == "header" and _has(item, "verb", "noun")), None)


def _has(value: Json, *names: str) -> bool:
    """Return whether an object, or one of several, has a member of these names."""
    if isinstance(value, list):
        return any(_has(each, *names) for each in as_list(value) if isinstance(each, dict))
    return isinstance(value, dict) and any(key.lower() in names for key in cast("dict[str, Json]", value))


def _xml_inside(value: Json, depth: int) -> str | None:
    """Return the first string that is an XML document (a head-end puts SOAP into its Kafka records so)."""
    if isinstance(value, str):
        return value if value.lstrip().startswith("<") else None
    if depth == 0 or not isinstance(value, dict | list):
        return None
    items = list(cast("dict[str, Json]", value).values()) if isinstance(value, dict) else as_list(value)
    return next((found for item in items[:_MEMBERS] if (found := _xml_inside(item, depth - 1)) is not None), None)


def scan_json_header(data: bytes | bytearray | memoryview, limits: Limits) -> Header:
    """Return the header of a JSON message, from its first octets if it is there.

    Raises:
        DecodeError: see ``cimbus.decode_header``.

    >>> scan_json_header(b'{"Message": {"Header": {"Verb": "get", "Noun": "X"}, "Payload": {}}}', Limits()).noun
    'X'
    """
    head = bytes(data[:_HEAD])
    return (
        NATIVE.decode_json_header(head, limits)
        or _scanned(head)
        or decode_json(opened(bytes(data), limits)[0], strict=False, limits=limits).header
    )


def _scanned(head: bytes) -> Header | None:
    """Read the header that begins a document; None where only the general path can be sure."""
    text = head.removeprefix(BOM).decode("utf-8", "replace")
    found = HEADER.match(text)
    if found is None or is_area(found[1] or ""):
        return None
    try:
        value, end = DECODER.raw_decode(text, found.end())
        header = msgspec.convert(value, Header)
    except (ValueError, RecursionError):
        return None  # a header in another dialect, or a long one: the general path knows
    if header.extensions is not None or header.replay_detection is not None or not _same_time(header, value):
        return None
    return None if is_doubtful(header) or _DOUBTFUL.search(text, found.end(), end) else header


def is_area(name: str) -> bool:
    """Return whether a member is called like an area of a message.

    >>> is_area("payload"), is_area("EventMessage")
    (True, False)
    """
    return name.lower() in ALL_AREAS


def _same_time(header: Header, value: dict[str, Json]) -> bool:
    """Return whether the general path reads the same time: it cuts off what is finer than a microsecond."""
    try:
        return header.timestamp is None or READERS["dateTime"](value["Timestamp"]) == header.timestamp
    except (ValueError, InexactError):
        return False

"""JSON of whatever form to a ``Message``: our own form fast, all others by way of the XML reader and its leniency."""

from __future__ import annotations

import json
import re
from typing import Any, Final, cast

import msgspec
import orjson

from cimbus.codecs.lexical import SPACE
from cimbus.codecs.limits import Limits
from cimbus.codecs.xml.dialects import NO_YEARS
from cimbus.codecs.xml.reader import read_message
from cimbus.codecs.xml.reading import Reading
from cimbus.codecs.xml.source import parse, text_bytes
from cimbus.envelope import NAMESPACE, VERBS, Header
from cimbus.errors import DecodeError, UnsafeError
from cimbus.message import Message

from .fast import decode_fast
from .tree import Builder, as_list

Json = Any

_BOM: Final = b"\xef\xbb\xbf"
_HEAD: Final = 16_384
_loader: Final = msgspec.json.Decoder(float_hook=str)  # numbers keep their digits: they become XML text
_DOUBTFUL: Final = re.compile(r"\ufffd|\\u[dD]")  # octets that are not UTF-8, surrogates
_HEADER: Final = re.compile(r'\s*\{\s*(?:"\w+"\s*:\s*\{\s*)?"[Hh]eader"\s*:\s*(?=\{)')


def decode_json(data: bytes, *, strict: bool, limits: Limits) -> Message[Any]:
    """Decode a JSON message.

    Raises:
        DecodeError: see ``cimbus.decode``.
    """
    if len(data) > limits.max_bytes:
        raise UnsafeError(f"{len(data)} octets; the limit is {limits.max_bytes} (Limits.max_bytes)")
    # counting is not free, and a document of n octets has fewer than n values
    if len(data) > limits.max_nodes and data.count(b",") + data.count(b":") + data.count(b"[") > limits.max_nodes:
        raise UnsafeError(f"more than {limits.max_nodes} values (Limits.max_nodes)")
    data = data.removeprefix(_BOM)
    # the names of kept attributes have to be checked, which the fast path does not do
    message = None if strict or b'"attributes"' in data or b"\\u" in data else decode_fast(data)
    return message or _decode_any(data, strict=strict, limits=limits)


def _decode_any(data: bytes, *, strict: bool, limits: Limits) -> Message[Any]:
    tree = _loads(data)
    name, body = _envelope(tree)
    reading = Reading(strict=strict, limits=limits, unordered=True)
    if body is None:
        inside = _xml_inside(tree, 4)
        if inside is None:
            raise DecodeError("no message: the JSON holds no Header with Verb and Noun")
        document = parse(text_bytes(inside), limits)
        reading = Reading(strict=strict, limits=limits)
        reading.note(document, "an XML document inside JSON: read as that")
    else:
        document = Builder(limits.max_nodes, limits.max_depth).root(name, body, NAMESPACE)
    message = read_message(document, reading)
    if strict:
        _ = message.payload_area
    return message


def _loads(data: bytes) -> Json:
    try:
        return _loader.decode(data)
    except RecursionError:
        raise DecodeError("not valid JSON: nested too deeply") from None
    except ValueError as error:
        try:
            orjson.loads(data)
        except orjson.JSONDecodeError as located:
            raise DecodeError(f"not valid JSON: {located.msg}", line=located.lineno) from None
        raise DecodeError(f"not valid JSON: {error}") from None


def _envelope(tree: Json) -> tuple[str, dict[str, Json] | None]:
    """Return the root's name and members, wherever in the outer three levels they are; (name, None) if nowhere."""
    level: list[tuple[str, Json]] = [("Message", tree)]
    for _ in range(4):
        below: list[tuple[str, Json]] = []
        for name, value in level:
            if not isinstance(value, dict):
                continue
            members = cast("dict[str, Json]", value)
            lower = {key.lower(): item for key, item in members.items()}
            if _has(lower.get("header"), "verb", "noun") or (
                _has(lower.get("reply"), "result", "replycode") and name.lower().endswith("message")
            ):
                return name, members
            below += list(members.items())[:64]
        level = below
    return "Message", None


def _has(value: Json, *names: str) -> bool:
    return isinstance(value, dict) and any(key.lower() in names for key in cast("dict[str, Json]", value))


def _xml_inside(value: Json, depth: int) -> str | None:
    """Return the first string that is an XML document (a head-end puts SOAP into its Kafka records so)."""
    if isinstance(value, str):
        return value if value.lstrip().startswith("<") else None
    if depth == 0 or not isinstance(value, dict | list):
        return None
    items = list(cast("dict[str, Json]", value).values()) if isinstance(value, dict) else as_list(value)
    return next((found for item in items[:64] if (found := _xml_inside(item, depth - 1)) is not None), None)


def _doubtful(header: Header, text: str) -> bool:
    """Return whether a header has something in it that only the general path judges."""
    names = (header.noun, header.message_id, header.correlation_id, header.context)
    return (
        header.verb not in VERBS
        or not header.noun
        or any(name is not None and name != name.strip(SPACE) for name in names)
        or (header.timestamp is not None and header.timestamp.year in NO_YEARS)
        or _DOUBTFUL.search(text) is not None
    )


def scan_json_header(data: bytes | bytearray | memoryview, limits: Limits) -> Header:
    """Return the header of a JSON message, from its first octets where it stands there.

    Raises:
        DecodeError: see ``cimbus.decode_header``.
    """
    head = bytes(data[:_HEAD]).removeprefix(_BOM).decode("utf-8", "replace")
    found = _HEADER.match(head)
    if found is not None:
        try:
            value, end = json.JSONDecoder().raw_decode(head, found.end())
            header = msgspec.convert(value, Header)
            if not _doubtful(header, head[found.end() : end]):
                return header
        except (ValueError, msgspec.ValidationError, RecursionError):
            pass  # a header in another dialect, or a long one: the general path knows
    return decode_json(bytes(data), strict=False, limits=limits).header

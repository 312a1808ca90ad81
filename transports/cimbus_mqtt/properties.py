"""The properties of a frame as those of an MQTT 5.0 PUBLISH, and back; exactly, for our own.

Where MQTT has a place of its own, a property goes there: ContentType (3.3.2.3.9), a ReplyAddress that is a topic
(Response Topic, 3.3.2.3.5). CorrelationID, or MessageID in a message that has none, is also said as Correlation Data
(3.3.2.3.6), where a foreign responder expects it. Everything else is a User Property (3.3.2.3.7).

MQTT strings hold no NUL, and brokers refuse other control characters, too (1.5.4). A property with such a character
is written with a ``%`` before its name, name and value percent-encoded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote

from .packets import MalformedError, read_binary, read_varint

PAYLOAD_FORMAT, EXPIRY, CONTENT_TYPE, RESPONSE_TOPIC, CORRELATION, SUBSCRIPTION, ALIAS, USER = (
    0x01, 0x02, 0x03, 0x08, 0x09, 0x0B, 0x23, 0x26,
)  # fmt: skip
_FIXED: Final = {PAYLOAD_FORMAT: 1, EXPIRY: 4, ALIAS: 2}
_ILLEGAL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]|[^\x00-\uffff]")
_TOPIC: Final = "topic:"
_UNIQUE: Final = frozenset(("MessageID", "CorrelationID", "Key"))
"""Names whose values seldom come again."""
REPEATED: Final = 64
"""Longer values are not remembered."""


def _bad(text: str) -> bool:
    """Return whether a string cannot be written as it is."""
    if text.isascii() and text.isprintable():
        return False
    return any(
        found[0] < "\U00010000" or (ord(found[0]) & 0xFFFE) == 0xFFFE  # the last two of each plane (1.5.4)
        for found in _ILLEGAL.finditer(text)
    )


def write_properties(properties: Mapping[str, str]) -> bytes:
    """Write a frame's properties, without their length.

    Raises:
        ValueError: a name or a value is longer than 65 535 bytes.
    """
    parts = [
        _pair(name, value) if len(value) <= REPEATED and name not in _UNIQUE else _write_pair(name, value)
        for name, value in properties.items()
    ]
    correlation = properties.get("CorrelationID") or properties.get("MessageID")
    if correlation:
        parts.append(b"\x09" + _string(correlation))
    return b"".join(parts)


def _write_pair(name: str, value: str) -> bytes:
    if name == "ContentType" and not _bad(value):
        return b"\x03" + _string(value)
    if name == "ReplyAddress" and _is_topic(value):
        return b"\x08" + _string(value.removeprefix(_TOPIC))
    if name.startswith("%") or _bad(value) or _bad(name):
        return b"\x26" + _string("%" + _quote(name)) + _string(_quote(value))
    return b"\x26" + _string(name) + _string(value)


_pair = lru_cache(maxsize=1_024)(_write_pair)  # nouns, verbs and sources are few, and said in every message


def _is_topic(address: str) -> bool:
    """Return whether a reply address can be a Response Topic: no wildcards (3.3.2.3.5)."""
    topic = address.removeprefix(_TOPIC)
    return topic != address and bool(topic) and "+" not in topic and "#" not in topic and not _bad(topic)


def _string(text: str) -> bytes:
    octets = text.encode("utf-8", "surrogatepass")
    if len(octets) > 0xFFFF:
        raise ValueError(f"a property of {len(octets)} bytes; MQTT has room for 65535 (MQTT 5.0, 1.5.4)")
    return len(octets).to_bytes(2, "big") + octets


def _quote(text: str) -> str:
    return quote(text, safe=" ", errors="surrogatepass")


def read_properties(raw: bytes) -> dict[str, str]:
    """Read the properties of a PUBLISH as those of a frame; an unknown one is an error (MQTT 5.0, 2.2.2.2).

    Raises:
        MalformedError: they are not properties of a PUBLISH.
    """
    found: dict[str, str] = {}
    correlation: bytes | None = None
    at, end = 0, len(raw)
    while at < end:
        kind = raw[at]
        at += 1
        if kind == USER:
            name, at = _read_string(raw, at, end)
            value, at = _read_string(raw, at, end)
            if name.startswith("%"):
                name, value = _unquote(name[1:]), _unquote(value)
            found[name] = value
        elif kind == CONTENT_TYPE:
            found["ContentType"], at = _read_string(raw, at, end)
        elif kind == RESPONSE_TOPIC:
            topic, at = _read_string(raw, at, end)
            found["ReplyAddress"] = _TOPIC + topic
        elif kind == CORRELATION:
            correlation, at = read_binary(raw, at, end)
        else:
            at = _skip(raw, kind, at, end)
    if correlation and "CorrelationID" not in found:
        text = _text(correlation)
        if found.get("MessageID") != text:
            found["CorrelationID"] = text
    return found


def _skip(raw: bytes, kind: int, at: int, end: int) -> int:
    """Step over a property that a frame has no place for."""
    if kind == SUBSCRIPTION:
        _, at = read_varint(raw, at, end)
        if at < 0:
            raise MalformedError("a subscription identifier that is not complete")
        return at
    if kind not in _FIXED:
        raise MalformedError(f"property 0x{kind:02x} has no place in a PUBLISH (MQTT 5.0, 2.2.2.2)")
    at += _FIXED[kind]
    if at > end:
        raise MalformedError("a property that is longer than its packet")
    return at


def _read_string(raw: bytes, at: int, end: int) -> tuple[str, int]:
    octets, at = read_binary(raw, at, end)
    try:
        return octets.decode(), at
    except UnicodeDecodeError as exc:
        raise MalformedError("a string that is not UTF-8 (MQTT 5.0, 1.5.4)") from exc


def _unquote(text: str) -> str:
    """Undo ``_quote``; a foreign name that merely begins with % may hold what is no encoding, and stays."""
    try:
        return unquote(text, errors="surrogatepass")
    except UnicodeDecodeError:
        return text


def _text(data: bytes) -> str:
    """Read correlation data, which are any bytes: hexadecimal where they are not text."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.hex()

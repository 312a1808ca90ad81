"""The properties of a frame as those of an MQTT 5.0 PUBLISH, and back; our own come back exactly. Pure.

Where MQTT has a property for it, that is used: ContentType (3.3.2.3.9), a ReplyAddress that is a topic (Response Topic,
3.3.2.3.5). JMSExpiration is also written as Message Expiry Interval (3.3.2.3.3), and read from it. Correlation Data
(3.3.2.3.6) are ``CorrelationData``, or else CorrelationID, and in a request without one its MessageID: there a foreign
responder expects it. Everything else is a User Property (3.3.2.3.7).

MQTT strings hold no NUL, and brokers refuse other control characters, too (1.5.4). A property with such a character
is written with a ``%`` before its name, name and value percent-encoded. The data types of 1.5 that ``packets`` is made
of, too, stand first.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote

from cimbus.middleware.correlation_data import CORRELATION_DATA, correlation_of, write_data
from cimbus.middleware.expiry import EXPIRATION, expires_at
from cimbus.middleware.net import MalformedError

MAX_VARINT: Final = 268_435_455
"""The largest Variable Byte Integer, and so the largest Remaining Length (MQTT 5.0, 1.5.5 and 2.1.4)."""

PAYLOAD_FORMAT, EXPIRY, CONTENT_TYPE, RESPONSE_TOPIC, CORRELATION, SUBSCRIPTION, ALIAS, USER = (
    0x01, 0x02, 0x03, 0x08, 0x09, 0x0B, 0x23, 0x26,
)  # fmt: skip
MAX_INTERVAL: Final = 0xFFFF_FFFF
"""The longest Message Expiry Interval: a Four Byte Integer (MQTT 5.0, 3.3.2.3.3), 136 years."""
_FIXED: Final = {PAYLOAD_FORMAT: 1, EXPIRY: 4, ALIAS: 2}
_ILLEGAL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]|[^\x00-\uffff]")
_TOPIC: Final = "topic:"
MAX_CACHED_VALUE: Final = 64
"""The bytes of longer values are not kept, in characters: they are seldom repeated, and would take much memory."""


def read_varint(raw: bytes, at: int, end: int) -> tuple[int, int]:
    r"""Read a Variable Byte Integer; return it and what follows it, -1 if it is not complete (MQTT 5.0, 1.5.5).

    Raises:
        MalformedError: it has more than four bytes.

    >>> read_varint(b"\xc1\x02", 0, 2)
    (321, 2)
    """
    value = shift = 0
    while at < end:
        octet = raw[at]
        at += 1
        value |= (octet & 0x7F) << shift
        if octet < 0x80:
            return value, at
        shift += 7
        if shift > 21:
            raise MalformedError("a length of more than four bytes (MQTT 5.0, 1.5.5)")
    return 0, -1


def read_binary(raw: bytes, at: int, end: int) -> tuple[bytes, int]:
    """Read bytes with a two-byte length in front; return them and what follows them (MQTT 5.0, 1.5.6).

    Raises:
        MalformedError: there are fewer bytes than that.
    """
    start = at + 2
    if start > end:
        raise MalformedError("a string without its length")
    stop = start + (raw[at] << 8 | raw[at + 1])
    if stop > end:
        raise MalformedError("a string that is longer than its packet")
    return raw[start:stop], stop


def write_varint(value: int) -> bytes:
    """Write a Variable Byte Integer (MQTT 5.0, 1.5.5).

    Raises:
        ValueError: it is negative or too large.

    >>> write_varint(321).hex()
    'c102'
    """
    if not 0 <= value <= MAX_VARINT:
        raise ValueError(f"not a Variable Byte Integer: {value}")
    octets = bytearray()
    while value > 0x7F:
        octets.append(value & 0x7F | 0x80)
        value >>= 7
    octets.append(value)
    return bytes(octets)


def _bad(text: str) -> bool:
    """Return whether a string cannot be written as it is."""
    if text.isascii() and text.isprintable():
        return False
    return any(
        found[0] < "\U00010000" or (ord(found[0]) & 0xFFFE) == 0xFFFE  # the last two of each plane (1.5.4)
        for found in _ILLEGAL.finditer(text)
    )


def write_properties(properties: Mapping[str, str], now: float | None = None) -> bytes:
    """Write a frame's properties, without their length.

    Args:
        properties: of the frame.
        now: seconds since 1970, from which the Message Expiry Interval is counted; None: it is left out.

    Raises:
        ValueError: a name or a value is longer than 65 535 bytes.

    >>> read_properties(write_properties({"Noun": "MeterReadings", "ContentType": "application/xml"}))
    {'Noun': 'MeterReadings', 'ContentType': 'application/xml'}
    """
    parts: list[bytes] = []
    for name, value in properties.items():
        if (head := _UNIQUE.get(name)) and value.isascii() and value.isprintable():
            parts.append(head + _binary(value.encode()))
        elif name != CORRELATION_DATA:
            parts.append((_pair if len(value) <= MAX_CACHED_VALUE and not head else _write_pair)(name, value))
    if (correlation := correlation_of(properties)) or CORRELATION_DATA in properties:
        parts.append(b"\x09" + _binary(correlation))
    if now is not None and EXPIRATION in properties:
        parts.append(_write_interval(expires_at(properties) - now))
    return b"".join(parts)


def _write_interval(left: float) -> bytes:
    """Write how many seconds are left, in four octets; a second at least, since some brokers take 0 as no limit."""
    if left > MAX_INTERVAL:
        return b""
    return b"\x02" + max(1, math.ceil(left)).to_bytes(4, "big")


def _write_pair(name: str, value: str) -> bytes:
    if name == "ContentType" and not _bad(value):
        return b"\x03" + _string(value)
    if name == "ReplyAddress" and _is_topic(value):
        return b"\x08" + _string(value.removeprefix(_TOPIC))
    if name.startswith("%") or _bad(value) or _bad(name):
        return b"\x26" + _string("%" + _quote(name)) + _string(_quote(value))
    return b"\x26" + _string(name) + _string(value)


_pair = lru_cache(maxsize=1_024)(_write_pair)  # nouns, verbs and sources are few, and stand in each message


def _is_topic(address: str) -> bool:
    """Return whether a reply address can be a Response Topic: no wildcards (3.3.2.3.5)."""
    topic = address.removeprefix(_TOPIC)
    return topic != address and bool(topic) and "+" not in topic and "#" not in topic and not _bad(topic)


def _string(text: str) -> bytes:
    return _binary(text.encode("utf-8", "surrogatepass"))


def _binary(octets: bytes) -> bytes:
    if len(octets) > 0xFFFF:
        raise ValueError(f"a property of {len(octets)} bytes; MQTT has room for 65535 (MQTT 5.0, 1.5.4)")
    return len(octets).to_bytes(2, "big") + octets


_UNIQUE: Final = {name: b"\x26" + _string(name) for name in ("MessageID", "CorrelationID", "Key", EXPIRATION)}
"""The beginning of properties whose values differ in each message: their bytes are not kept."""


def _quote(text: str) -> str:
    return quote(text, safe=" ", errors="surrogatepass")


def read_properties(raw: bytes, now: float | None = None) -> dict[str, str]:
    """Read the properties of a PUBLISH as those of a frame; an unknown one is an error (MQTT 5.0, 2.2.2.2).

    Args:
        raw: without their length.
        now: seconds since 1970, from which the Message Expiry Interval is counted; None: it is ignored.

    Raises:
        MalformedError: they are not properties of a PUBLISH.
    """
    found: dict[str, str] = {}
    fields: dict[int, bytes] = {}
    at, end = 0, len(raw)
    while at < end:
        kind = raw[at]
        at += 1
        if kind == USER:
            at = _read_users(raw, at - 1, end, found)
        elif kind == CONTENT_TYPE:
            found["ContentType"], at = _read_string(raw, at, end)
        elif kind == RESPONSE_TOPIC:
            topic, at = _read_string(raw, at, end)
            found["ReplyAddress"] = _TOPIC + topic
        elif kind == CORRELATION:
            fields[kind], at = read_binary(raw, at, end)
        else:
            start, at = at, _skip(raw, kind, at, end)
            fields[kind] = raw[start:at]
    if fields:
        _complete(found, fields, now)
    return found


def _read_users(raw: bytes, at: int, end: int, found: dict[str, str]) -> int:
    """Read all User Properties that stand one after the other, as nearly all of ours; return what follows them."""
    try:
        while at < end and raw[at] == USER:
            start = at + 3
            middle = start + (raw[at + 1] << 8 | raw[at + 2])
            at = middle + 2 + (raw[middle] << 8 | raw[middle + 1])
            name, value = raw[start:middle].decode(), raw[middle + 2 : at].decode()
            if name.startswith("%"):
                name, value = _unquote(name[1:]), _unquote(value)
            found[name] = value
    except (IndexError, UnicodeDecodeError):
        at = end + 1
    if at > end:
        raise MalformedError("a User Property that is no pair of strings in UTF-8 (MQTT 5.0, 1.5.7)")
    return at


def _complete(found: dict[str, str], fields: Mapping[int, bytes], now: float | None) -> None:
    """Add to a frame's properties what fields of MQTT say that they do not."""
    data = fields.get(CORRELATION)
    if data and data != correlation_of(found) and "CorrelationID" not in found:
        found["CorrelationID"] = _text(data)
    if data is not None and (not data or data != correlation_of(found)):  # no text, or not that of the envelope
        found[CORRELATION_DATA] = write_data(data)
    if EXPIRY in fields and now is not None and EXPIRATION not in found:
        found[EXPIRATION] = str(int((now + int.from_bytes(fields[EXPIRY], "big")) * 1000))


def _skip(raw: bytes, kind: int, at: int, end: int) -> int:
    """Skip a property that a frame does not have."""
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
    """Undo ``_quote``; a foreign name that begins with % but is not encoded stays as it is."""
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

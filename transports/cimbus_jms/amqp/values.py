"""AMQP 1.0's types as bytes (part 1): all of them are read, those that our messages contain are written. Pure.

Rules: a reader gets the whole buffer, the position behind a value's code, and that code (the items of an array share
one), and returns the value and the position behind it; nothing is read beyond the end. Symbols are read as text. What
cannot be read raises ``MalformedError``, whatever the bytes are.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from cimbus.middleware.net import MalformedError

MAX_DEPTH: Final = 16
"""How deeply values may be nested before they are refused: messages use 3, and each level costs a Python frame."""

Read = tuple[Any, int]


class DescribedValue(NamedTuple):
    """A value with its descriptor (1.3.1)."""

    descriptor: object
    value: object


# -- reading ----------------------------------------------------------------------------------------------------------


def read(data: bytes, at: int, depth: int = 0) -> Read:
    r"""Read one value at a position of the buffer; return it and the position behind it.

    Raises:
        MalformedError: there is none that can be read.

    >>> read(b"\xa1\x02hi", 0)
    ('hi', 4)
    """
    try:
        code = data[at]
        if code == 0xA1:  # a short string, which most values are
            at += 2
            end = at + data[at - 1]
            if end > len(data):
                raise MalformedError("a string goes on beyond the end")
            return data[at:end].decode(), end
        if (fixed := _FIXED.get(code)) is not None:
            unpack, size = fixed
            return unpack(data, at + 1)[0], at + 1 + size
        if (plain := _PLAIN.get(code, data)) is not data:
            return plain, at + 1
        if depth > MAX_DEPTH:
            raise MalformedError("values are nested too deeply")
        if (reader := _READERS.get(code)) is not None:
            return reader(data, at + 1, code, depth)
    except (IndexError, struct.error, UnicodeDecodeError) as exc:
        raise MalformedError(f"a value that cannot be read: {exc}") from exc
    raise MalformedError(f"no type has the code 0x{code:02x}")


def _read_described(data: bytes, at: int, _code: int, depth: int) -> Read:
    descriptor, at = read(data, at, depth + 1)
    value, at = read(data, at, depth + 1)
    return DescribedValue(descriptor, value), at


def _read_variable(data: bytes, at: int, code: int, _depth: int) -> Read:
    """Read octets, a string or a symbol (1.6.19 to 1.6.21)."""
    size, at = (_U32(data, at)[0], at + 4) if code & 0x10 else (data[at], at + 1)
    raw, end = _piece(data, at, size)
    return (raw if code in (0xA0, 0xB0) else raw.decode("ascii" if code in (0xA3, 0xB3) else "utf-8")), end


def _read_map(data: bytes, at: int, code: int, depth: int) -> Read:
    items, at = _read_items(data, at, code, depth)
    return dict(zip(map(hashable, items[::2]), items[1::2], strict=False)), at


def _read_char(data: bytes, at: int, _code: int, _depth: int) -> Read:
    number = _U32(data, at)[0]
    if number > 0x10FFFF or 0xD800 <= number < 0xE000:
        raise MalformedError(f"no character has the number {number}")
    return chr(number), at + 4


def _read_uuid(data: bytes, at: int, _code: int, _depth: int) -> Read:
    raw, end = _piece(data, at, 16)
    return uuid.UUID(bytes=raw), end


def _read_decimal(data: bytes, at: int, code: int, _depth: int) -> Read:
    """Read a decimal number (1.6.13 to 1.6.15) as its octets: it is not calculated with here."""
    return _piece(data, at, {0x74: 4, 0x84: 8, 0x94: 16}[code])


def _piece(data: bytes, at: int, size: int) -> tuple[bytes, int]:
    end = at + size
    if end > len(data):
        raise MalformedError("a value goes on beyond the end")
    return data[at:end], end


def read_list(data: bytes, at: int, depth: int = 0) -> tuple[list[Any], int]:
    """Read the items of a list or map (1.6.22, 1.6.23), and return the position behind it.

    Raises:
        MalformedError: it is none.
    """
    if at >= len(data):
        raise MalformedError("a list is missing")
    return _read_items(data, at + 1, data[at], depth)


def _read_items(data: bytes, at: int, code: int, depth: int) -> tuple[list[Any], int]:
    items: list[Any] = []
    try:
        if code == 0x45:
            return items, at
        if code in (0xC0, 0xC1):
            end, count, at = at + 1 + data[at], data[at + 1], at + 2
        elif code in (0xD0, 0xD1):
            end, count, at = at + 4 + _U32(data, at)[0], _U32(data, at + 4)[0], at + 8
        else:
            raise MalformedError(f"neither a list nor a map: 0x{code:02x}")
        if end > len(data) or count > end - at:
            raise MalformedError("a list goes on beyond the end")
        for _ in range(count):
            if data[at] == 0xA1:  # a short string: as in read, without the call
                start = at + 2
                at = start + data[at + 1]
                items.append(data[start:at].decode())
            else:
                value, at = read(data, at, depth + 1)
                items.append(value)
    except (IndexError, struct.error, UnicodeDecodeError) as exc:
        raise MalformedError(f"a list that cannot be read: {exc}") from exc
    if at != end:
        raise MalformedError("a list is not as long as its size")
    return items, end


def _read_array(data: bytes, at: int, code: int, depth: int) -> Read:
    """Read an array (1.6.24): one constructor, then the values without theirs, each where it stands."""
    if code & 0x10:
        end, count, at = at + 4 + _U32(data, at)[0], _U32(data, at + 4)[0], at + 8
    else:
        end, count, at = at + 1 + data[at], data[at + 1], at + 2
    if end > len(data) or count > end - at:
        raise MalformedError("an array goes on beyond the end")
    while data[at] == 0x00:
        _, at = read(data, at + 1, depth + 1)
    code, at = data[at], at + 1
    if code in _PLAIN:  # items without octets: their number is bounded by those of the array, above
        return [_PLAIN[code]] * count, end
    items: list[Any] = []
    if (fixed := _FIXED.get(code)) is not None:
        unpack, size = fixed
        if count * size > end - at:
            raise MalformedError("an array has more items than octets for them")
        return [unpack(data, place)[0] for place in range(at, at + count * size, size)], end
    reader = _READERS.get(code)
    if reader is None or depth >= MAX_DEPTH:
        raise MalformedError(f"an array of 0x{code:02x}, nested {depth} deep")
    for _ in range(count):
        value, at = reader(data, at, code, depth + 1)
        if at > end:
            raise MalformedError("an item goes on beyond the end of its array")
        items.append(value)
    return items, end


def hashable(key: object) -> object:
    """Return what stands for a key in a dict; text only for what is text."""
    return key if isinstance(key, str | int | bytes | uuid.UUID) else (repr(key),)


_U32: Final = struct.Struct(">I").unpack_from
_PLAIN: Final[dict[int, object]] = {0x40: None, 0x41: True, 0x42: False, 0x43: 0, 0x44: 0, 0x45: []}
_READERS: Final[dict[int, Callable[[bytes, int, int, int], Read]]] = {
    0x00: _read_described,
    **dict.fromkeys((0xA0, 0xB0, 0xA1, 0xB1, 0xA3, 0xB3), _read_variable),
    **dict.fromkeys((0xC0, 0xD0), _read_items),
    **dict.fromkeys((0xC1, 0xD1), _read_map),
    **dict.fromkeys((0xE0, 0xF0), _read_array),
    **dict.fromkeys((0x74, 0x84, 0x94), _read_decimal),
    0x73: _read_char,
    0x98: _read_uuid,
}
_FIXED: Final[dict[int, tuple[Callable[[bytes, int], tuple[Any, ...]], int]]] = {
    code: (struct.Struct(form).unpack_from, struct.calcsize(form))
    for code, form in {
        0x56: ">?", 0x50: ">B", 0x51: ">b", 0x52: ">B", 0x53: ">B", 0x54: ">b", 0x55: ">b",
        0x60: ">H", 0x61: ">h", 0x70: ">I", 0x71: ">i", 0x72: ">f", 0x80: ">Q", 0x81: ">q", 0x82: ">d", 0x83: ">q",
    }.items()
}  # fmt: skip

# -- writing ----------------------------------------------------------------------------------------------------------

NULL: Final = b"\x40"
TRUE: Final = b"\x41"
FALSE: Final = b"\x42"


def string(text: str) -> bytes:
    """Write a string.

    Raises:
        ValueError: it holds half a character (a lone surrogate).
    """
    raw = text.encode()
    size = len(raw)
    return b"\xa1%c%b" % (size, raw) if size < 256 else b"\xb1%b%b" % (size.to_bytes(4, "big"), raw)


def symbol(text: str) -> bytes:
    """Write a symbol of at most 255 ASCII characters."""
    return b"\xa3%c%b" % (len(text), text.encode("ascii"))


def binary(raw: bytes) -> bytes:
    """Write octets."""
    size = len(raw)
    return b"\xa0%c%b" % (size, raw) if size < 256 else b"\xb0%b%b" % (size.to_bytes(4, "big"), raw)


def ubyte(number: int) -> bytes:
    """Write a number of 0 to 255."""
    return b"\x50%c" % number


def byte(number: int) -> bytes:
    """Write a number of -128 to 127."""
    return b"\x51%c" % (number & 0xFF)


def uint(number: int) -> bytes:
    """Write a number of 32 bits."""
    return b"\x52%c" % number if number < 256 else b"\x70" + number.to_bytes(4, "big")


def ulong(number: int) -> bytes:
    """Write a number of 64 bits.

    Raises:
        ValueError: it has more, or is negative.
    """
    if not 0 <= number < 1 << 64:
        raise ValueError(f"not a number of 64 bits: {number}")
    return b"\x80" + number.to_bytes(8, "big")


def uuid_value(value: uuid.UUID) -> bytes:
    """Write a UUID."""
    return b"\x98" + value.bytes


def timestamp(milliseconds: int) -> bytes:
    """Write a time: milliseconds since the epoch."""
    return b"\x83" + milliseconds.to_bytes(8, "big", signed=True)


def compound(code: int, count: int, items: bytes) -> bytes:
    """Write a list (0xC0) or map (0xC1) of ``count`` items (a map's keys and values both count) that are written."""
    size = len(items)
    if size < 255 and count < 256:
        return b"%c%c%c%b" % (code, size + 1, count, items)
    return b"%c%b%b%b" % (code + 0x10, (size + 4).to_bytes(4, "big"), count.to_bytes(4, "big"), items)

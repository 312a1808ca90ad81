"""AMQP values as proton writes them, and hostile ones."""

from __future__ import annotations

import uuid

import pytest

from cimbus.middleware.net import MalformedError

from .support import proton

from cimbus_jms.amqp.values import MAX_DEPTH, read  # isort: skip


@pytest.mark.parametrize(
    "value",
    [
        None, True, False, 0, 1, -1, 127, 128, -129, 2**31, -(2**63), "", "x" * 255, "x" * 256, "größe \U0001f50c", b"",
        b"\0" * 70_000, 0.5, uuid.UUID(int=5), [], [1, "a", [None]], {"a": 1, "b": {"c": [True]}},
        list(range(300)), {f"k{number}": number for number in range(200)},
    ],
)  # fmt: skip
def test_values_are_read_as_proton_writes_them(value):
    data = proton.Data()
    data.put_object(value)
    raw = bytes(data.encode())
    assert read(raw, 0) == (value, len(raw))


@pytest.mark.parametrize(
    "value",
    [
        proton.ubyte(200), proton.ushort(60_000), proton.uint(7), proton.uint(2**31), proton.uint(0), proton.ulong(9),
        proton.ulong(2**63), proton.ulong(0), proton.byte(-3), proton.short(-300), proton.int32(-5), proton.char("ß"),
        proton.timestamp(1_700_000_000_000), proton.float32(0.5), proton.symbol("amqp:x"),
        proton.Array(proton.UNDESCRIBED, proton.Data.INT, 1, -2, 3),
        proton.Array(proton.UNDESCRIBED, proton.Data.SYMBOL, "a", "bc"),
    ],
)  # fmt: skip
def test_typed_values_are_read_as_what_they_are_in_python(value):
    data = proton.Data()
    data.put_object(value)
    raw = bytes(data.encode())
    found, end = read(raw, 0)
    assert end == len(raw)
    if isinstance(value, proton.Array):
        assert found == list(value.elements)
    else:
        assert found == value


def test_nested_values_are_bounded():
    raw = b"\x40"
    for _ in range(MAX_DEPTH + 2):
        raw = b"\xd0" + (len(raw) + 4).to_bytes(4, "big") + b"\0\0\0\1" + raw
    with pytest.raises(MalformedError, match="deeply"):
        read(raw, 0)
    with pytest.raises(MalformedError):
        read(b"\xd0\0\0\0\4\xff\xff\xff\xff", 0)  # four thousand million items, and no octet for them


class CountedBytes(bytes):
    """Octets that count how many of them were copied."""

    copied = 0

    def __getitem__(self, key):
        found = super().__getitem__(key)
        if isinstance(key, slice):
            self.copied += len(found)
        return found


def array(code: int, count: int, items: bytes) -> bytes:
    return b"\xf0%b%b%c%b" % ((len(items) + 5).to_bytes(4, "big"), count.to_bytes(4, "big"), code, items)


@pytest.mark.parametrize(
    ("code", "item", "value"),
    [
        (0x50, b"\7", 7),
        (0x83, bytes(8), 0),
        (0xA1, b"\2hi", "hi"),
        (0xB0, b"\0\0\0\1x", b"x"),
        (0xC0, b"\2\1\x41", [True]),
    ],
)
def test_each_item_of_an_array_is_read_where_it_stands(code, item, value):
    """What is copied is what the items hold, however many there are."""
    raw = CountedBytes(array(code, 1000, item * 1000))

    assert read(raw, 0) == ([value] * 1000, len(raw))
    assert raw.copied <= len(raw)


def test_arrays_of_arrays_are_read():
    inner = b"\4\2\x50\1\2"

    assert read(array(0xE0, 2, inner * 2), 0)[0] == [[1, 2], [1, 2]]


@pytest.mark.parametrize(
    ("code", "count", "items"),
    [(0x50, 3, b"\1\2"), (0x83, 2, bytes(8)), (0xA1, 2, b"\1a"), (0xA1, 1, b"\2a"), (0x41, 9, b""), (0x99, 1, b"\0")],
)
def test_an_array_has_no_more_items_than_its_octets_hold(code, count, items):
    with pytest.raises(MalformedError):
        read(array(code, count, items) + bytes(20), 0)

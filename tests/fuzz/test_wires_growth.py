"""Work and memory of what reads a wire grow with the input, whatever its shape: measured by counters, never by time.

Counted are calls of Python and of C functions (``sys.setprofile``) and the largest memory of Python objects
(``tracemalloc``); and the octets that are searched, copied or joined cannot be counted so, which is why
``test_large_inputs_take_no_square_of_their_size`` lets them run into the time limit of a test.
"""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable, Sequence
from contextlib import suppress

import pytest

from cimbus import Pattern
from cimbus_jms.amqp.jms_mapping import read_message
from cimbus_jms.amqp.sections import MessageSections, write_sections
from cimbus_jms.amqp.values import binary, compound, string
from cimbus_jms.stomp.codec import FrameLimits
from cimbus_jms.stomp.endpoint import DIALECTS
from cimbus_jms.stomp.frame_parser import FrameParser
from cimbus_jms.stomp.messages import StompReader
from cimbus_kafka.naming import KAFKA_NAMING
from cimbus_kafka.records import RecordReader
from cimbus_mqtt.packets import PacketParser, Publish, write_publish
from cimbus_mqtt.properties import read_properties

GROWTH = 2.5
"""How many times as much a doubled input may take."""
CONSTANT = 2_000
"""Calls, and octets of memory times 20, that do not grow."""
LIMITS = FrameLimits(headers=500, head=20_000, body=20_000)


def in_pieces(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def stomp(parts: Sequence[bytes]) -> None:
    parser, reader = FrameParser(LIMITS, read_over=True), StompReader(DIALECTS["artemis"], DIALECTS["artemis"].naming)
    for part in parts:
        with suppress(ValueError):
            for frame in parser.feed(part):
                with suppress(ValueError):
                    reader.read(frame)


def mqtt(parts: Sequence[bytes]) -> None:
    parser = PacketParser(v5=True, limit=30_000, read_over=True)
    for part in parts:
        with suppress(ValueError):
            for packet in parser.feed(part):
                if isinstance(packet, Publish):
                    read_properties(packet.properties)


def amqp(parts: Sequence[bytes]) -> None:
    for cut in (True, False):
        with suppress(ValueError):
            read_message(parts[0], cut=cut)


class Record:
    def __init__(self, headers: list[tuple[str, bytes | None]]) -> None:
        self.offset, self.key, self.value, self.headers = 0, b"k", b"", headers


def kafka(parts: Sequence[bytes]) -> None:
    headers = [(f"h{number}", part) for number, part in enumerate(parts)]
    RecordReader(KAFKA_NAMING, (Pattern(),)).read("production.events.EndDeviceEvents", Record(headers))


def array(items: bytes, count: int, code: int) -> bytes:
    size = (4 + 1 + len(items)).to_bytes(4, "big")
    return b"\x00\x53\x77\xf0" + size + count.to_bytes(4, "big") + bytes([code]) + items


def mapped(size: int, name: Callable[[int], bytes], section: int = 0x74) -> bytes:
    items = b"".join(name(number) + string("v") for number in range(size))
    return b"\x00\x53" + bytes([section]) + compound(0xD1, 2 * size, items) + write_sections(MessageSections(to="T"))


SHAPES: dict[str, tuple[Callable[[Sequence[bytes]], None], Callable[[int], Sequence[bytes]]]] = {
    "stomp: headers": (stomp, lambda n: [b"MESSAGE\n" + b"h:1\n" * n + b"\n\0"]),
    "stomp: names": (stomp, lambda n: [b"MESSAGE\n" + b"".join(b"h%d:1\n" % i for i in range(n)) + b"\n\0"]),
    "stomp: escapes": (stomp, lambda n: [b"MESSAGE\nh:" + b"\\c\\n" * n + b"\n\n\0"]),
    "stomp: wrong escapes": (stomp, lambda n: [b"MESSAGE\nh:" + b"\\t" * n + b"\n\n\0"]),
    "stomp: frames": (stomp, lambda n: [b"MESSAGE\nh:1\n\n\0" * n]),
    "stomp: a head in octets": (stomp, lambda n: in_pieces(b"MESSAGE\nh:" + b"x" * n + b"\n\n\0", 1)),
    "stomp: a long head in pieces": (stomp, lambda n: in_pieces(b"MESSAGE\nh:" + b"x" * 40 * n + b"\n\n\0", 100)),
    "stomp: a body in octets": (stomp, lambda n: in_pieces(b"MESSAGE\nh:\n\n" + b"x" * n + b"\0", 1)),
    "stomp: a long body in pieces": (stomp, lambda n: in_pieces(b"MESSAGE\nh:\n\n" + b"x" * 40 * n + b"\0", 100)),
    "stomp: line ends": (stomp, lambda n: [b"\n\r" * n]),
    "mqtt: properties": (mqtt, lambda n: [write_publish(b"t", b"", 0, b"\x26\0\1a\0\1b" * n).write()]),
    "mqtt: correlations": (mqtt, lambda n: [write_publish(b"t", b"", 0, b"\x09\0\1a" * n).write()]),
    "mqtt: packets": (mqtt, lambda n: [write_publish(b"t", b"", 1, b"").write(1) * n]),
    "mqtt: octets": (mqtt, lambda n: in_pieces(write_publish(b"t", b"x" * n, 1, b"").write(1), 1)),
    "mqtt: a long packet": (mqtt, lambda n: in_pieces(write_publish(b"t", b"x" * 60 * n, 1, b"").write(1), 100)),
    "amqp: properties": (amqp, lambda n: [mapped(n, lambda i: string(f"p{i}"))]),
    "amqp: numbers": (amqp, lambda n: [mapped(n, lambda i: b"\x70" + i.to_bytes(4, "big"))]),
    "amqp: lists": (amqp, lambda n: [mapped(n, lambda _: b"\x45")]),
    "amqp: annotations": (amqp, lambda n: [mapped(n, lambda i: string(f"p{i}"), 0x72)]),
    "amqp: data": (amqp, lambda n: [b"".join([b"\x00\x53\x75" + binary(b"x" * 9)] * n)]),
    "amqp: an array of octets": (amqp, lambda n: [array(bytes(n), n, 0x50)]),
    "amqp: an array of nothing": (amqp, lambda n: [array(b"", n, 0x40)]),
    "amqp: an array of texts": (amqp, lambda n: [array(b"\1a" * n, n, 0xA1)]),
    "amqp: sections": (amqp, lambda n: [b"\x00\x53\x73\x45" * n]),
    "kafka: headers": (kafka, lambda n: [b"value"] * n),
    "kafka: octets": (kafka, lambda n: [b"\xff" * n]),
}


def calls(work: Callable[[], None]) -> int:
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def memory(work: Callable[[], None]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", SHAPES)
def test_twice_the_input_takes_twice_the_work(name: str) -> None:
    read, shape = SHAPES[name]
    small, large = shape(1_000), shape(2_000)
    read(small)

    assert calls(lambda: read(large)) <= GROWTH * calls(lambda: read(small)) + CONSTANT
    assert memory(lambda: read(large)) <= GROWTH * memory(lambda: read(small)) + 20 * CONSTANT


@pytest.mark.timeout(90)  # some seconds; the square of the size would be hours
@pytest.mark.parametrize("name", SHAPES)
def test_large_inputs_take_no_square_of_their_size(name: str) -> None:
    read, shape = SHAPES[name]

    read(shape(200_000 if "octets" not in name else 60_000))

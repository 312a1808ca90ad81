"""Fuzzers of what comes over the wires: frames of STOMP, packets of MQTT, messages of AMQP."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import pairwise
from random import Random
from typing import Any

from cimbus import Frame, Topic
from cimbus.middleware import discovery
from cimbus.middleware.net import MalformedError
from cimbus_jms.amqp.jms_mapping import MessageWriter, ReceivedMessage, read_message
from cimbus_jms.amqp.sections import MessageSections, write_sections
from cimbus_jms.amqp.values import binary, compound, string, symbol
from cimbus_jms.destinations import Destination
from cimbus_jms.stomp.codec import FrameLimits, MalformedFrameError, StompFrame, write_frame
from cimbus_jms.stomp.endpoint import DIALECTS
from cimbus_jms.stomp.frame_parser import FrameParser
from cimbus_jms.stomp.messages import StompReader
from cimbus_mqtt.packets import PUBACK, PUBREL, PacketParser, Publish, write_ack, write_publish
from cimbus_mqtt.properties import read_properties, write_properties
from cimbus_mqtt.subscription import MQTT_NAMING

from .damage import damaged, word, words

discovery.entry_points = functools.cache(discovery.entry_points)  # looking for them takes longer than all the rest
Stream = tuple[bytes, list[int]]
"""Octets, and where they are cut."""


def cut(random: Random, data: bytes) -> Stream:
    """Return octets with the places where they are cut into pieces."""
    count = random.choice((0, 1, 3, 40))
    return data, sorted({0, len(data), *(random.randrange(len(data) + 1) for _ in range(count))})


def pieces(stream: Stream) -> list[bytes]:
    """Return the pieces."""
    data, cuts = stream
    return [data[start:end] for start, end in pairwise(cuts)]


# -- STOMP ------------------------------------------------------------------------------------------------------------

STOMP_LIMITS = FrameLimits(headers=20, head=2_000, body=1_000)
STOMP_TOKENS = [
    b"\0", b"\n", b"\n\n", b"\r\n", b"\n\r\n", b":", b"\\", b"\\t", b"MESSAGE\n", b"MESSAGE\r\n", b"ERROR\n", b"\xff",
    b"content-length:5\n", b"content-length:-1\n", b"content-length:99999999999\n", b"content-length:1000000\n",
    b"ack:1\n", b"message-id:ID,1\n", b"a:" + b"x" * 3_000 + b"\n", b"y" * 1_500, b"h:\n" * 30, b"\xed\xa0\x80",
]  # fmt: skip


def stomp(random: Random) -> Stream:
    """Return a stream of frames, damaged."""
    found = b""
    for number in range(random.choice((1, 1, 2, 4))):
        headers = [
            ("destination", "/topic/VirtualTopic.PRODUCTION.EVENTS.EndDeviceEvents.created"),
            ("ack", str(number)),
            ("message-id", f"ID:1,{number}"),
            *((name, value) for name, value in words(random).items() if len(value) < 400 and len(name) < 400),
        ]
        random.shuffle(headers)
        command = random.choice(("MESSAGE", "MESSAGE", "MESSAGE", "RECEIPT", "ERROR", "CONNECTED"))
        body = random.choice((b"", b"<EventMessage/>", b"\xc3\xa4" * 3, b"x" * 1_100, b"\0\0"))
        with suppress(ValueError):
            measured = random.random() < 0.5 or b"\0" in body
            found += write_frame(command, headers, body, measured=measured) + random.choice((b"", b"\n", b"\r\n"))
    return cut(random, damaged(random, found, STOMP_TOKENS))


def stomp_outcome(parts: Sequence[bytes], *, read_over: bool) -> tuple[list[StompFrame], bool]:
    """Return what a parser makes of pieces, and whether it refused them."""
    parser, found = FrameParser(STOMP_LIMITS, read_over=read_over), []
    for part in parts:
        try:
            found += parser.feed(part)
        except MalformedFrameError as error:
            return found + error.frames, True
        kept = len(parser._rest) + len(parser._kept)
        assert kept <= 2 * (STOMP_LIMITS.head + STOMP_LIMITS.body) + len(part), f"{kept} octets are kept"
    return found, False


def stomp_frames(stream: Stream) -> None:
    """Check that pieces do not matter, that memory is bounded, and that messages make frames or ``ValueError``."""
    for read_over in (True, False):
        frames, _ = outcome = stomp_outcome(pieces(stream), read_over=read_over)
        assert stomp_outcome([stream[0]], read_over=read_over) == outcome, "the pieces matter"
        for dialect in DIALECTS.values():
            reader = StompReader(dialect, dialect.naming)
            for frame in frames:
                assert len(frame.body) <= STOMP_LIMITS.body
                dialect.identity(frame.headers)
                with suppress(ValueError):
                    reader.read(frame)


# -- MQTT -------------------------------------------------------------------------------------------------------------

MQTT_LIMIT = 3_000
MQTT_TOKENS = [
    b"\x30", b"\x32", b"\x3d", b"\x40\x02\x00\x01", b"\xff\xff\xff\xff\x7f", b"\x00\x00", b"\x80\x80\x01", b"\x26",
    b"\x09\x00\x02\xff\xfe", b"\x0b\xff\xff\xff\xff", b"\x23\x00\x01", b"\x01\x01", b"\xed\xa0\x80", b"\x03\x00\x01",
]  # fmt: skip


def mqtt(random: Random) -> Stream:
    """Return a stream of packets, damaged."""
    found = b""
    for number in range(1, random.choice((2, 2, 3, 6))):
        if random.random() < 0.2:
            found += random.choice((write_ack(PUBACK, number), write_ack(PUBREL, number), b"\xd0\x00", b"\x90\x00"))
            continue
        topic = random.choice(("production/events/EndDeviceEvents/created/k", "a", word(random)[:60_000]))
        octets = topic.encode("utf-8", "surrogatepass")[:65_535]
        with suppress(ValueError):
            given = damaged(random, write_properties(words(random)), MQTT_TOKENS)
            body = random.choice((b"", b"<EventMessage/>", b"x" * MQTT_LIMIT))
            qos = random.randrange(3)
            found += write_publish(octets, body, qos, random.choice((given, given, None))).write(number)
    return cut(random, damaged(random, found, MQTT_TOKENS))


def mqtt_outcome(parts: Sequence[bytes], *, v5: bool, read_over: bool) -> tuple[list[Any], bool]:
    """Return what a parser makes of pieces, and whether it refused them."""
    parser, found = PacketParser(v5=v5, limit=MQTT_LIMIT, read_over=read_over), []
    for part in parts:
        try:
            found += parser.feed(part)
        except MalformedError:
            return found, True
        assert len(parser._kept) <= MQTT_LIMIT + 5, "too much is kept"
    return found, False


def mqtt_packets(stream: Stream) -> None:
    """Check that pieces do not matter, that memory is bounded, and that properties are read or refused."""
    for v5 in (True, False):
        for read_over in (True, False):
            found, refused = mqtt_outcome(pieces(stream), v5=v5, read_over=read_over)
            whole, also = mqtt_outcome([stream[0]], v5=v5, read_over=read_over)
            assert refused == also
            assert refused or found == whole, "the pieces matter"
            for packet in found:
                if not isinstance(packet, Publish):
                    continue
                assert len(packet.payload) <= MQTT_LIMIT
                properties: dict[str, str] = {}
                with suppress(MalformedError):
                    properties = read_properties(packet.properties)
                with suppress(ValueError):
                    MQTT_NAMING.topic(packet.topic, properties)


# -- AMQP -------------------------------------------------------------------------------------------------------------

AMQP_TOKENS = [
    b"\x00\x53\x70", b"\x00\x53\x72", b"\x00\x53\x73", b"\x00\x53\x74", b"\x00\x53\x75", b"\x00\x53\x76",
    b"\x00\x53\x77",
    b"\x00\xa3\x10amqp:data:binary", b"\x45", b"\x40", b"\x41", b"\x52\x07", b"\xc1\x01\x00", b"\xc0\x03\x02\x40\x40",
    b"\xd0\x00\x00\x00\x04\xff\xff\xff\xff", b"\xe0\x04\x03\x50\x01\x02", b"\xf0\x00\x00\x00\x05\x00\x00\x00\x01\x40",
    b"\xf0\xff\xff\xff\xff\xff\xff\xff\xff", b"\x98" + b"\0" * 16, b"\x73\x00\x00\xd8\x00", b"\xa1\x02\xff\xff",
    b"\xb1\xff\xff\xff\xff", b"\x00" * 40, b"\x00\x40" * 20, b"\xc0\x02\x01" * 30, b"\x83" + b"\xff" * 8,
    b"\x72\x7f\xc0\0\0",
    b"\x82\x7f\xf0" + b"\0" * 6, b"\x74" + b"\0" * 4, b"\x94" + b"\xff" * 16, b"\xe0\x82\x80\x40", b"\x56\x02",
]  # fmt: skip


def amqp(random: Random) -> bytes:
    """Return a message, damaged."""
    if random.random() < 0.5:
        with suppress(ValueError):
            topic = Topic("production", "events", "EndDeviceEvents", "created", word(random)[:300])
            frame = Frame(topic=topic, body=random.choice((b"", b"<a/>", b"\xff")), properties=words(random))
            return damaged(random, MessageWriter().write(frame, Destination("topic", "T")), AMQP_TOKENS)
    sections = MessageSections(
        body=random.choice((None, b"octets", "text")), to="T", priority=random.randrange(256), correlation_id="c"
    )
    data = write_sections(sections)
    if random.random() < 0.7:
        names = [random.choice((string("a"), binary(b"\xff"), symbol("s"), b"\x52\x07", b"\x45")) for _ in range(4)]
        items = b"".join(name + random.choice(AMQP_TOKENS) for name in names)
        data += b"\x00\x53" + random.choice(b"\x72\x74\x71\x78").to_bytes(1, "big") + compound(0xC1, 8, items)
    if random.random() < 0.1:
        data += b"\x00\x53\x75" + binary(b"x" * 100) * random.choice((1, 3))
        data *= random.choice((1, 30, 300))
    return damaged(random, data, AMQP_TOKENS)


def amqp_message(data: bytes) -> None:
    """Check that a message is read or refused, whole or cut."""
    for cut_off in (False, True):
        try:
            found = read_message(data, cut=cut_off)
        except ValueError:
            continue
        assert isinstance(found, ReceivedMessage)
        assert all(type(text) is str for pair in found.properties.items() for text in pair)
        assert type(found.body) is bytes
        hash(found.message_id)


WIRES: dict[str, tuple[Callable[[Random], Any], Callable[[Any], None]]] = {
    "stomp": (stomp, stomp_frames),
    "mqtt": (mqtt, mqtt_packets),
    "amqp": (amqp, amqp_message),
}
"""By name: what makes an input, and what checks it."""

"""PUBLISH and its acknowledgements from bytes in any pieces, and bytes that are not MQTT."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus.middleware.net import MalformedError
from cimbus_mqtt.packets import (
    PUBACK,
    PUBCOMP,
    PUBLISH,
    PUBREC,
    PUBREL,
    Ack,
    Other,
    OversizeError,
    PacketParser,
    Publish,
    write_ack,
    write_publish,
)
from cimbus_mqtt.properties import read_properties, read_varint, write_varint

LIMIT = 1_000_000


topics = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=50)


ids = st.integers(1, 65_535)


@st.composite
def publishes(draw, v5=True):
    qos = draw(st.integers(0, 2))
    properties = b"" if not v5 else draw(st.binary(max_size=300))
    return Publish(
        draw(topics),
        draw(st.binary(max_size=400)),
        qos,
        draw(ids) if qos else 0,
        draw(st.booleans()),
        False,
        properties,
    )


def written(packet, v5):
    if isinstance(packet, Ack):
        return write_ack(packet.kind, packet.packet_id)
    properties = packet.properties if v5 else None
    outgoing = write_publish(packet.topic.encode(), packet.payload, packet.qos, properties)
    data = outgoing.write(packet.packet_id, dup=packet.dup)
    assert len(data) == outgoing.size
    return data


acks = st.builds(Ack, st.sampled_from([PUBACK, PUBREC, PUBREL, PUBCOMP]), ids)


@given(st.booleans(), st.data())
def test_what_is_written_is_read_however_it_is_cut(v5, data):
    packets = data.draw(st.lists(st.one_of(publishes(v5), acks), max_size=6))
    stream = b"".join(written(packet, v5) for packet in packets)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    scanner = PacketParser(v5=v5, limit=LIMIT)
    found = []
    for start, stop in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += scanner.feed(stream[start:stop])
    assert found == packets


@given(publishes())
def test_one_byte_at_a_time(packet):
    scanner = PacketParser(v5=True, limit=LIMIT)
    found = [one for octet in written(packet, True) for one in scanner.feed(bytes([octet]))]
    assert found == [packet]


@given(st.booleans(), st.lists(st.binary(max_size=60), max_size=5))
def test_any_bytes_give_packets_or_an_error(v5, pieces):
    scanner = PacketParser(v5=v5, limit=LIMIT)
    try:
        for piece in pieces:
            for packet in scanner.feed(piece):
                assert isinstance(packet, Publish | Ack | Other)
    except MalformedError:
        pass


@given(publishes(), st.data())
def test_a_packet_with_one_byte_changed_gives_packets_or_an_error(packet, data):
    raw = bytearray(written(packet, True))
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        for found in PacketParser(v5=True, limit=LIMIT).feed(bytes(raw)):
            if isinstance(found, Publish):
                read_properties(found.properties)
    except MalformedError:
        pass


@given(publishes(), st.data())
def test_a_truncated_packet_is_no_packet(packet, data):
    raw = written(packet, True)
    assert PacketParser(v5=True, limit=LIMIT).feed(raw[: data.draw(st.integers(0, len(raw) - 1))]) == []


@given(publishes(), st.data())
def test_a_body_cut_short_inside_a_whole_packet_is_an_error_or_shorter(packet, data):
    """The Remaining Length fits the cut: then a field inside reaches beyond the end, or only payload is missing."""
    raw = written(packet, True)
    _, at = read_varint(raw, 1, len(raw))
    body = raw[at : data.draw(st.integers(at, len(raw)))]
    scanner = PacketParser(v5=True, limit=LIMIT)
    try:
        (found,) = scanner.feed(raw[:1] + write_varint(len(body)) + body)
    except MalformedError:
        return
    assert isinstance(found, Publish)
    assert found.topic == packet.topic
    assert packet.payload.startswith(found.payload)


def test_too_large_is_known_from_the_length_alone():
    scanner = PacketParser(v5=True, limit=100)
    with pytest.raises(OversizeError, match="100"):
        scanner.feed(b"\x30" + write_varint(200_000_000))
    largest = write_publish(b"t", bytes(94), 0, b"")
    assert largest.size == 100
    assert len(PacketParser(v5=True, limit=100).feed(largest.write())) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\x00",
        b"\x30\xff\xff\xff\xff\x01",  # a length of five bytes
        b"\x36\x05\x00\x01a\x00\x01",  # QoS 3
        b"\x32\x05\x00\x01a\x00\x00",  # packet identifier 0
        b"\x30\x03\x00\x09a",  # topic longer than the packet
        b"\x30\x04\x00\x01\xff\x00",  # topic not UTF-8
        b"\x30\x03\x00\x00\x00",  # empty topic
        b"\x32\x03\x00\x01a",  # no packet identifier
        b"\x30\x04\x00\x01a\x7f",  # properties longer than the packet
        b"\x40\x01\x00",
        b"\x40\x02\x00\x00",
        b"\x60\x02\x00\x01",  # PUBREL with wrong flags
    ],
)
def test_what_is_not_mqtt_is_an_error(raw):
    with pytest.raises(MalformedError):
        PacketParser(v5=True, limit=LIMIT).feed(raw)


def test_an_acknowledgement_may_have_a_reason():
    assert PacketParser(v5=True, limit=LIMIT).feed(b"\x40\x04\x00\x07\x87\x00") == [Ack(PUBACK, 7, 0x87)]


def test_a_topic_that_mqtt_cannot_say():
    with pytest.raises(ValueError):
        write_publish(b"t" * 65_536, b"", 1, b"")


def test_dup_changes_one_bit():
    outgoing = write_publish(b"t", b"x", 2, None)
    once, again = outgoing.write(1), outgoing.write(1, dup=True)
    assert once[0] >> 4 == PUBLISH
    assert again[0] == once[0] | 8
    assert again[1:] == once[1:]

"""PUBLISH and its acknowledgements as bytes: the hot path, without sockets, clocks or objects of paho.

Bytes in, values out. Rules:

* ``PacketParser.feed`` takes bytes in any pieces and returns complete packets. What is not MQTT raises
  ``MalformedError``, what is larger than the limit ``OversizeError`` - from the length alone, before the bytes are
  there. After either the connection cannot be used any longer (MQTT 5.0, 4.13.1).
* A PUBLISH that is larger than the limit, or cannot be read although it is clear where it ends, is no reason to end a
  consumer's connection: the broker would send it again on the next one. With ``read_over`` it is returned with what is
  known of it, so that it can be acknowledged.
* Packets other than PUBLISH and its acknowledgements are returned complete, as ``Other``: paho reads them.
"""

from __future__ import annotations

from typing import Final

import msgspec

from cimbus.middleware.net import IncompleteOctets, MalformedError, SkippedOctets

from .properties import MAX_VARINT, read_binary, read_varint, write_varint

CONNACK: Final = 2
PUBLISH: Final = 3
PUBACK: Final = 4
PUBREC: Final = 5
PUBREL: Final = 6
PUBCOMP: Final = 7
SUBACK: Final = 9
"""Types of packets (MQTT 5.0, 2.1.2)."""

PINGREQ: Final = b"\xc0\x00"
"""The whole packet (MQTT 5.0, 3.12)."""


class OversizeError(MalformedError):
    """A packet is larger than the Maximum Packet Size that we announced (MQTT 5.0, 3.1.2.11.4)."""


class Publish(msgspec.Struct, frozen=True, gc=False):
    """A PUBLISH (MQTT 5.0, 3.3); ``properties`` are still bytes, empty in MQTT 3.1.1."""

    topic: str
    payload: bytes
    qos: int
    packet_id: int = 0
    dup: bool = False
    retain: bool = False
    properties: bytes = b""
    defect: str = ""
    """Why this is not all that was sent (``read_over``)."""


class Ack(msgspec.Struct, frozen=True, gc=False):
    """A PUBACK, PUBREC, PUBREL or PUBCOMP (MQTT 5.0, 3.4 to 3.7); ``kind`` is the packet type."""

    kind: int
    packet_id: int
    reason: int = 0


class Other(msgspec.Struct, frozen=True, gc=False):
    """Any other packet, whole."""

    kind: int
    data: bytes


Packet = Publish | Ack | Other


class PacketParser:
    """Cuts a stream of bytes into packets.

    Args:
        v5: whether packets have properties.
        limit: the largest packet taken, in bytes.
        read_over: return a PUBLISH that is wrong with what is known of it, as long as it can be acknowledged.

    >>> parser = PacketParser(v5=True, limit=1_000)
    >>> parser.feed(write_ack(PUBACK, 7)[:1]), parser.feed(write_ack(PUBACK, 7)[1:])
    ([], [Ack(kind=4, packet_id=7, reason=0)])
    """

    def __init__(self, *, v5: bool, limit: int, read_over: bool = False) -> None:
        self._v5 = v5
        self._limit = limit
        self._kept = IncompleteOctets()
        self._read_over = read_over
        self._oversize: Publish | None = None
        """What is known of a packet that is too large, and is being skipped."""
        self._skipped = SkippedOctets()

    def feed(self, data: bytes) -> list[Packet]:
        """Take some bytes and return the packets that they complete.

        Raises:
            MalformedError: this is not MQTT, or too large.
        """
        found: list[Packet] = []
        if self._oversize is not None:
            data = data[self._skip(data, 0, found) :]
        data = self._kept.add(data)
        start, end, need = 0, len(data), 2
        while end - start >= 2:
            body, size = self._header(data, start)
            if not body:
                break  # the length itself is not complete
            if start + min(size, self._limit) > end:
                need = min(size, self._limit)
                break
            if size <= self._limit:
                found.append(self._packet(data, start, body, start + size))
                start += size
            else:
                self._begin_skipping(data, start, body, size)
                start = self._skip(data, start, found)
        if start < end:
            self._kept.begin(data[start:], need - (end - start))
        return found

    def _header(self, raw: bytes, start: int) -> tuple[int, int]:
        """Return where the packet's body begins (0: not known yet) and how long the packet is."""
        if raw[start] < 0x10:
            raise MalformedError("a packet of type 0 (MQTT 5.0, 2.1.2)")
        length, at = read_varint(raw, start + 1, len(raw))
        if at < 0:
            return 0, 0
        size = at - start + length
        if size > self._limit and not (self._read_over and raw[start] >> 4 == PUBLISH):
            raise OversizeError(f"a packet of {size} bytes; at most {self._limit} are taken")
        return at, size

    def _begin_skipping(self, raw: bytes, start: int, body: int, size: int) -> None:
        """Keep what the first bytes of a packet tell that is too large."""
        packet = self._publish(raw, raw[start], body, start + self._limit)
        defect = f"a packet of {size} octets; the limit is {self._limit} (?max_packet=)"
        self._oversize = msgspec.structs.replace(packet, payload=b"", defect=defect)
        self._skipped = SkippedOctets(size)

    def _skip(self, data: bytes, at: int, found: list[Packet]) -> int:
        """Go on skipping; return the position behind what was skipped."""
        end = self._skipped.feed(data, at)
        if end < 0:
            return len(data)
        if self._oversize is not None:
            found.append(self._oversize)
            self._oversize = None
        return end

    def _packet(self, raw: bytes, start: int, body: int, end: int) -> Packet:
        first = raw[start]
        kind = first >> 4
        if kind == PUBLISH:
            return self._publish(raw, first, body, end)
        if PUBACK <= kind <= PUBCOMP:
            if first & 0x0F != (2 if kind == PUBREL else 0) or end - body < 2:
                raise MalformedError("an acknowledgement with wrong flags or without a packet identifier")
            packet_id = raw[body] << 8 | raw[body + 1]
            if not packet_id:
                raise MalformedError("packet identifier 0 (MQTT 5.0, 2.2.1)")
            return Ack(kind, packet_id, raw[body + 2] if end - body > 2 else 0)
        return Other(kind, raw[start:end])

    def _publish(self, raw: bytes, first: int, at: int, end: int) -> Publish:
        qos = first >> 1 & 3
        if qos == 3:
            raise MalformedError("QoS 3 (MQTT 5.0, 3.3.1.2)")
        topic_bytes, at = read_binary(raw, at, end)
        packet_id = 0
        if qos:
            if end - at < 2:
                raise MalformedError("a PUBLISH without a packet identifier")
            packet_id = raw[at] << 8 | raw[at + 1]
            at += 2
            if not packet_id:
                raise MalformedError("packet identifier 0 (MQTT 5.0, 2.2.1)")
        properties, defect = b"", ""
        try:
            if self._v5:
                properties, at = _properties(raw, at, end)
            topic = _topic(topic_bytes)
        except MalformedError as exc:
            if not self._read_over:
                raise
            topic, defect = topic_bytes.decode("utf-8", "backslashreplace"), str(exc)
        return Publish(topic, raw[at:end], qos, packet_id, bool(first & 8), bool(first & 1), properties, defect)


def _properties(raw: bytes, at: int, end: int) -> tuple[bytes, int]:
    """Return the properties and the position behind them."""
    length, at = read_varint(raw, at, end)
    if at < 0 or at + length > end:
        raise MalformedError("properties that are longer than their packet")
    return raw[at : at + length], at + length


def _topic(octets: bytes) -> str:
    try:
        topic = octets.decode()
    except UnicodeDecodeError as exc:
        raise MalformedError("a topic name that is not UTF-8 (MQTT 5.0, 1.5.4)") from exc
    if not topic:
        raise MalformedError("an empty topic name, and we allow no topic aliases (MQTT 5.0, 3.3.2.3.4)")
    return topic


class OutgoingPublish(msgspec.Struct, frozen=True, gc=False):
    """A PUBLISH that may have to be written more than once: everything but DUP flag and packet identifier is ready."""

    qos: int
    head: bytes
    """Remaining Length, and the topic with its length."""
    properties: bytes
    """With their length; empty in MQTT 3.1.1."""
    payload: bytes

    @property
    def size(self) -> int:
        """How many bytes the packet has."""
        return 1 + len(self.head) + (2 if self.qos else 0) + len(self.properties) + len(self.payload)

    def write(self, packet_id: int = 0, *, dup: bool = False) -> bytes:
        """Return the packet."""
        first = (PUBLISH << 4 | (8 if dup else 0) | self.qos << 1).to_bytes(1, "big")
        number = packet_id.to_bytes(2, "big") if self.qos else b""
        return b"".join((first, self.head, number, self.properties, self.payload))


def write_publish(topic: bytes, payload: bytes, qos: int, properties: bytes | None) -> OutgoingPublish:
    """Prepare a PUBLISH; ``properties`` without their length, None in MQTT 3.1.1.

    Raises:
        ValueError: the topic or the packet is longer than MQTT allows (1.5.4, 1.5.5).

    >>> packet = write_publish(b"a/b", b"hello", 1, None)
    >>> PacketParser(v5=False, limit=100).feed(packet.write(7))[0].topic
    'a/b'
    """
    before = b"" if properties is None else write_varint(len(properties)) + properties
    remaining = 2 + len(topic) + (2 if qos else 0) + len(before) + len(payload)
    if len(topic) > 0xFFFF or remaining > MAX_VARINT:
        raise ValueError(f"a packet of {remaining} bytes is larger than MQTT allows (1.5.5: at most {MAX_VARINT})")
    head = b"".join((write_varint(remaining), len(topic).to_bytes(2, "big"), topic))
    return OutgoingPublish(qos, head, before, payload)


def write_ack(kind: int, packet_id: int) -> bytes:
    """Write a PUBACK, PUBREC, PUBREL or PUBCOMP with the reason code Success, which is left out (MQTT 5.0, 3.4.2.1)."""
    return (kind << 28 | (0x02000000 if kind == PUBREL else 0) | 0x20000 | packet_id).to_bytes(4, "big")

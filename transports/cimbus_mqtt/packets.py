"""PUBLISH and its acknowledgements as bytes: the hot path, without sockets, clocks or objects of paho.

Bytes in, values out. Rules:

* ``Scanner.feed`` takes whatever pieces the network makes of the stream and returns whole packets. What is not MQTT
  raises ``MalformedError``, what is larger than the limit ``OversizeError`` - from the length alone, before the
  bytes are there. After either the connection is of no more use (MQTT 5.0, 4.13.1).
* Packets other than PUBLISH and its acknowledgements come out whole, as ``Other``: they are paho's.
"""

from __future__ import annotations

from typing import Final

import msgspec

from cimbus.errors import TransportError

PUBLISH: Final = 3
PUBACK: Final = 4
PUBREC: Final = 5
PUBREL: Final = 6
PUBCOMP: Final = 7

MAX_REMAINING: Final = 268_435_455
"""The largest Remaining Length (MQTT 5.0, 1.5.5)."""
PINGREQ: Final = b"\xc0\x00"


class MalformedError(TransportError):
    """The bytes are not MQTT."""


class OversizeError(MalformedError):
    """A packet is larger than we said we take."""


class Publish(msgspec.Struct, frozen=True, gc=False):
    """A PUBLISH (MQTT 5.0, 3.3); ``properties`` are still bytes, empty in MQTT 3.1.1."""

    topic: str
    payload: bytes
    qos: int
    packet_id: int = 0
    dup: bool = False
    retain: bool = False
    properties: bytes = b""


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


class Scanner:
    """Cuts a stream of bytes into packets.

    Args:
        v5: whether packets have properties.
        limit: the largest packet taken, in bytes.
    """

    def __init__(self, *, v5: bool, limit: int) -> None:
        self._v5 = v5
        self._limit = limit
        self._buffer = bytearray()
        self._need = 2
        """How many bytes there must be before looking again pays."""

    def feed(self, data: bytes) -> list[Packet]:
        """Take some bytes and return the packets that they complete.

        Raises:
            MalformedError: this is not MQTT, or too large.
        """
        buffer = self._buffer
        buffer += data
        if len(buffer) < self._need:
            return []
        raw = bytes(buffer)
        found: list[Packet] = []
        start, end = 0, len(raw)
        self._need = 2
        while end - start >= 2:
            body, size = self._header(raw, start)
            if not body:
                break  # the length itself is not complete
            if start + size > end:
                self._need = size
                break
            found.append(self._packet(raw, start, body, start + size))
            start += size
        del buffer[:start]
        return found

    def _header(self, raw: bytes, start: int) -> tuple[int, int]:
        """Return where the packet's body begins (0: not known yet) and how long the packet is."""
        if raw[start] < 0x10:
            raise MalformedError("a packet of type 0 (MQTT 5.0, 2.1.2)")
        length, at = read_varint(raw, start + 1, len(raw))
        if at < 0:
            return 0, 0
        size = at - start + length
        if size > self._limit:
            raise OversizeError(f"a packet of {size} bytes; at most {self._limit} are taken")
        return at, size

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
        properties = b""
        if self._v5:
            length, at = read_varint(raw, at, end)
            if at < 0 or at + length > end:
                raise MalformedError("properties that are longer than their packet")
            properties = raw[at : at + length]
            at += length
        try:
            topic = topic_bytes.decode()
        except UnicodeDecodeError as exc:
            raise MalformedError("a topic name that is not UTF-8 (MQTT 5.0, 1.5.4)") from exc
        if not topic:
            raise MalformedError("an empty topic name, and we allow no topic aliases (MQTT 5.0, 3.3.2.3.4)")
        return Publish(topic, raw[at:end], qos, packet_id, bool(first & 8), bool(first & 1), properties)


def read_varint(raw: bytes, at: int, end: int) -> tuple[int, int]:
    """Read a Variable Byte Integer; return it and what follows it, -1 if it is not complete (MQTT 5.0, 1.5.5).

    Raises:
        MalformedError: it has more than four bytes.
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
    """
    if not 0 <= value <= MAX_REMAINING:
        raise ValueError(f"not a Variable Byte Integer: {value}")
    octets = bytearray()
    while value > 0x7F:
        octets.append(value & 0x7F | 0x80)
        value >>= 7
    octets.append(value)
    return bytes(octets)


class Outgoing(msgspec.Struct, frozen=True, gc=False):
    """A PUBLISH that may have to be written more than once: all but DUP flag and packet identifier is ready."""

    qos: int
    head: bytes
    """Remaining Length, and the topic with its length."""
    tail: bytes
    """Properties, if any, and the payload."""

    @property
    def size(self) -> int:
        """How many bytes the packet has."""
        return 1 + len(self.head) + (2 if self.qos else 0) + len(self.tail)

    def write(self, packet_id: int = 0, *, dup: bool = False) -> bytes:
        """Return the packet."""
        first = PUBLISH << 4 | (8 if dup else 0) | self.qos << 1
        if not self.qos:
            return b"".join((first.to_bytes(1, "big"), self.head, self.tail))
        return b"".join((first.to_bytes(1, "big"), self.head, packet_id.to_bytes(2, "big"), self.tail))


def write_publish(topic: bytes, payload: bytes, qos: int, properties: bytes | None) -> Outgoing:
    """Prepare a PUBLISH; ``properties`` without their length, None in MQTT 3.1.1.

    Raises:
        ValueError: the topic or the whole is longer than MQTT can say.
    """
    tail = payload if properties is None else b"".join((write_varint(len(properties)), properties, payload))
    remaining = 2 + len(topic) + (2 if qos else 0) + len(tail)
    if len(topic) > 0xFFFF or remaining > MAX_REMAINING:
        raise ValueError(f"a packet of {remaining} bytes is larger than MQTT can say")
    return Outgoing(qos, b"".join((write_varint(remaining), len(topic).to_bytes(2, "big"), topic)), tail)


def write_ack(kind: int, packet_id: int) -> bytes:
    """Write a PUBACK, PUBREC, PUBREL or PUBCOMP that says all is well."""
    return (kind << 28 | (0x02000000 if kind == PUBREL else 0) | 0x20000 | packet_id).to_bytes(4, "big")

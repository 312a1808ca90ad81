"""Frames on their way to the broker: the window, what was not acknowledged, and QoS 2's second half.

Rules: a packet stays in ``_flying`` until the broker has it, whatever happens to connections: each new one begins with
everything in flight, in order, with DUP where it may have arrived (MQTT 5.0, 4.4). Whoever waits in ``send`` may be
cancelled; what is in flight then still flies, and its answer is for nobody, and what still waits for the window is
forgotten. Cost does not grow with the window, nor with how many wait for it: they stand in one queue, and an answer
moves as many as it makes room for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import anyio
import anyio.lowlevel
import msgspec

from cimbus.errors import ClosedError, SendError, TransportError
from cimbus.net import Batch

from .engine import reason_name
from .handler import Line, Lost
from .packets import PUBACK, PUBCOMP, PUBREC, PUBREL, Ack, Outgoing, Publish, write_ack

UNKNOWN_ID = 0x92


class Flight(msgspec.Struct, eq=False):
    """One packet of QoS 1 or 2 in flight."""

    packet: Outgoing
    batch: Batch
    place: int
    packet_id: int = 0
    """0 before it flies for the first time."""
    written: bool = False
    received: bool = False
    """The broker has it, but QoS 2 is not complete (its PUBREC came)."""


class Sender:
    """The handler of the sending connection."""

    full = False

    def __init__(self, window: int, qos: int) -> None:
        self._acknowledged = qos > 0
        self._limit = self._window = window
        self._largest = 0
        self._waiting: deque[Flight] = deque()
        """What the window has no room for, in order; bounded by those who wait in ``send``."""
        self._flying: dict[int, Flight] = {}
        """What was given to a connection, by packet identifier, in order."""
        self._last_id = 0
        self._link: Line | None = None
        self._up = anyio.Event()
        self._closed: TransportError | None = None

    @property
    def in_flight(self) -> int:
        """How many packets the broker has not acknowledged."""
        return len(self._flying)

    # -- sending --------------------------------------------------------------------------------------------------

    async def send(self, packets: Sequence[Outgoing | Exception]) -> list[Exception | None]:
        """Send; return when the broker has them all, with one entry each: None, or why it was refused.

        Raises:
            ClosedError: the transport was closed meanwhile.
        """
        self._check()
        batch = Batch(len(packets))
        for place, packet in enumerate(packets):
            if isinstance(packet, Exception):
                batch.settle(place, packet)
            elif packet.qos:
                self._waiting.append(Flight(packet, batch, place))
        self._take_off()
        if batch.left and not self._acknowledged:
            await self._send_unacknowledged(packets, batch)
        results = await batch.settled()
        self._check()
        return results

    async def _send_unacknowledged(self, packets: Sequence[Outgoing | Exception], batch: Batch) -> None:
        """Send at QoS 0: what is with the operating system counts as sent, what a break may have lost goes again."""
        waiting = [(place, packet) for place, packet in enumerate(packets) if not isinstance(packet, Exception)]
        while waiting:
            link = await self._connected()
            part = waiting[: self._limit]
            for place, packet in part:
                if (error := self._too_large(packet)) is not None:
                    batch.results[place] = error
                else:
                    link.write(packet.write())
            try:
                await link.flush()
            except Lost:
                await self._gone(link)
                continue
            for place, _ in part:
                batch.settle(place, batch.results[place])
            del waiting[: len(part)]

    async def _connected(self) -> Line:
        """Wait for a connection."""
        while self._link is None:
            self._check()
            await self._up.wait()
        self._check()
        return self._link

    async def _gone(self, link: Line) -> None:
        """Wait until a connection that is over is no longer ours."""
        while self._link is link:
            self._check()
            await anyio.lowlevel.checkpoint()

    def _check(self) -> None:
        if self._closed is not None:
            raise self._closed

    def _take_off(self) -> None:
        """Give the connection as much of what waits as the window has room for."""
        waiting, flying = self._waiting, self._flying
        while waiting and self._link is not None and len(flying) < self._window:
            flight = waiting.popleft()
            if not flight.packet_id:
                if flight.batch.forgotten:
                    flight.batch.settle(flight.place, None)
                    continue
                flight.packet_id = self._next_id()
            flying[flight.packet_id] = flight
            self._write(flight.packet_id, flight)

    def _next_id(self) -> int:
        """Return a packet identifier that nothing in flight has (MQTT 5.0, 2.2.1)."""
        packet_id = self._last_id
        while True:  # the window is smaller than the identifiers: this ends, and soon
            packet_id = packet_id % 0xFFFF + 1
            if packet_id not in self._flying:
                self._last_id = packet_id
                return packet_id

    def _write(self, packet_id: int, flight: Flight) -> None:
        assert self._link is not None  # noqa: S101  # for the type checker: both callers know
        if flight.received:
            self._link.write(write_ack(PUBREL, packet_id))
        elif error := self._too_large(flight.packet):
            self._land(packet_id, error)
        else:
            self._link.write(flight.packet.write(packet_id, dup=flight.written))
            flight.written = True

    def _too_large(self, packet: Outgoing) -> SendError | None:
        if self._largest and packet.size > self._largest:
            return SendError(f"a packet of {packet.size} bytes; the broker takes at most {self._largest}")
        return None

    # -- the broker's side ----------------------------------------------------------------------------------------

    async def drained(self) -> None:
        """Return at once: answers are small and always taken."""

    def connected(self, line: Line) -> None:
        """Write everything in flight again, in order (MQTT 5.0, 4.4 and 4.6), as far as the window goes now."""
        welcome = line.welcome
        self._window = min(self._limit, welcome.receive_maximum)
        self._largest = welcome.max_packet
        self._link = line
        self._waiting.extendleft(reversed(self._flying.values()))
        self._flying.clear()
        if not welcome.session_present:
            for flight in self._waiting:
                flight.received = False  # the broker has forgotten: QoS 2 begins again
        self._take_off()
        self._up.set()
        self._up = anyio.Event()

    def disconnected(self) -> None:
        """Wait for the next connection."""
        self._link = None

    def packets(self, packets: Sequence[Publish | Ack]) -> None:
        """Take the broker's answers."""
        for packet in packets:
            if isinstance(packet, Ack) and (flight := self._flying.get(packet.packet_id)):
                self._answered(packet, flight)
        self._take_off()

    def _answered(self, ack: Ack, flight: Flight) -> None:
        """Take one answer (MQTT 5.0, 4.3.2 and 4.3.3)."""
        qos, kind, packet_id = flight.packet.qos, ack.kind, ack.packet_id
        if kind == (PUBACK if qos == 1 else PUBREC) and (qos == 1 or ack.reason >= 0x80):
            self._land(packet_id, _refusal(ack) if ack.reason >= 0x80 else None)
        elif kind == PUBREC and qos == 2:
            flight.received = True
            if self._link is not None:
                self._link.write(write_ack(PUBREL, packet_id))
        elif kind == PUBCOMP and qos == 2 and flight.received:
            if ack.reason == UNKNOWN_ID or ack.reason < 0x80:
                self._land(packet_id, None)  # unknown: it had been completed before the connection broke
            else:
                self._land(packet_id, _refusal(ack))

    def _land(self, packet_id: int, error: SendError | None) -> None:
        flight = self._flying.pop(packet_id)
        flight.batch.settle(flight.place, error)

    async def landed(self) -> None:
        """Wait until the broker has everything, or is away."""
        while self._link is not None and (flight := next(iter(self._flying.values()), None)):
            await flight.batch.done.wait()

    def close(self, reason: str = "the transport is not open") -> None:
        """End every ``send`` that waits, with a ``ClosedError``."""
        self._closed = ClosedError(reason)
        self._up.set()
        for flight in (*self._flying.values(), *self._waiting):
            flight.batch.settle(flight.place, None)  # whoever waits finds that we are closed
        self._flying.clear()
        self._waiting.clear()


def _refusal(ack: Ack) -> SendError:
    return SendError(f"the broker refused the frame: {reason_name(ack.kind, ack.reason)}")

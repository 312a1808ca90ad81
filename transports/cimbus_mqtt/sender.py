"""Frames in flight to an MQTT broker: packet identifiers, DUP, and the second half of QoS 2.

Rule: each new connection begins with everything in flight, in order, with DUP where the broker may have it (MQTT 5.0,
4.4 and 4.6); where the broker has confirmed a QoS 2 packet and kept the session, only PUBREL is written again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cimbus.errors import SendError
from cimbus.middleware.net import ConnectionLostError, InFlight, SendWindow, too_large

from .connection import MqttConnection
from .engine import reason_name
from .packets import PUBACK, PUBCOMP, PUBREC, PUBREL, Ack, OutgoingPublish, Publish, write_ack

UNKNOWN_ID: Final = 0x92
"""Packet Identifier not found (MQTT 5.0, 3.7.2.1)."""
NO_SUBSCRIBERS: Final = 0x10
"""No matching subscribers (MQTT 5.0, 3.4.2.1 and 3.5.2.1); a broker may send it."""
FAILURE: Final = 0x80
"""Reason codes from here on are failures (MQTT 5.0, 2.4)."""


class MqttSender(SendWindow[OutgoingPublish, MqttConnection, int]):
    """The user of the sending connection.

    Args:
        window: how many packets may be in flight; a broker may allow fewer.
        qos: of everything that is sent.
    """

    full = False

    def __init__(self, window: int, qos: int) -> None:
        super().__init__(window)
        self._qos = qos
        self._room = window
        """The window that this connection has: ours, or the broker's Receive Maximum."""
        self._last_id = 0

    async def send(self, messages: Sequence[OutgoingPublish | Exception]) -> list[Exception | None]:
        """Send; return when the broker has them all, with one entry each: None, or why it was refused.

        At QoS 0 nothing is acknowledged: what the operating system has counts as sent, and what may be lost because the
        connection broke before that is sent again.

        Raises:
            ClosedError: the transport was closed meanwhile.
        """
        if self._qos:
            return await super().send(messages)
        self._check()
        results: list[Exception | None] = [found if isinstance(found, Exception) else None for found in messages]
        waiting = [(index, found) for index, found in enumerate(messages) if not isinstance(found, Exception)]
        while waiting:
            connection = await self.current.wait()
            part = waiting[: self._window]
            for index, packet in part:
                if (error := self.refusal(packet)) is not None:
                    results[index] = error
                else:
                    connection.write(packet.write())
            try:
                await connection.flush()
            except ConnectionLostError:
                continue
            del waiting[: len(part)]
        return results

    def refusal(self, message: OutgoingPublish) -> SendError | None:
        """Return the error of a packet that is larger than the broker takes."""
        return too_large("a packet", message.size, self.largest)

    def _fill_window(self) -> None:
        connection = self.current.connection
        while connection is not None and len(self._unacked) < self._room and (item := self._next()) is not None:
            item.number = item.number or self._next_id()
            self._unacked[item.number] = item
            self._write(connection, item)

    def _next_id(self) -> int:
        """Return a packet identifier that nothing in flight has (MQTT 5.0, 2.2.1)."""
        packet_id = self._last_id
        while True:  # the window is smaller than the number of identifiers, so one is free
            packet_id = packet_id % 0xFFFF + 1
            if packet_id not in self._unacked:
                self._last_id = packet_id
                return packet_id

    def _write(self, connection: MqttConnection, item: InFlight[OutgoingPublish]) -> None:
        if item.received:
            connection.write(write_ack(PUBREL, item.number))
        elif (error := self.refusal(item.message)) is not None:
            self._settle(item.number, error)
        else:
            connection.write(item.message.write(item.number, dup=item.written))
            item.written = True

    # -- the connection -----------------------------------------------------------------------------------------------

    async def wait_for_room(self) -> None:
        """Return at once: acknowledgements are small and always taken."""

    async def connected(self, connection: MqttConnection) -> None:
        """Write everything in flight again, in order, as far as the window of this connection allows."""
        connack = connection.connack
        self._room = min(self._window, connack.receive_maximum)
        self.largest = connack.max_packet  # MQTT 5.0, 3.2.2.3.6
        if not connack.session_present:
            for item in (*self._unacked.values(), *self._waiting):
                item.received = False  # the broker has lost the session: QoS 2 begins again
        await super().connected(connection)

    def received(self, packets: Sequence[Publish | Ack]) -> None:
        """Take the broker's acknowledgements."""
        for packet in packets:
            if isinstance(packet, Ack) and (item := self._unacked.get(packet.packet_id)):
                self._acknowledged(packet, item)
        self._fill_window()

    def _acknowledged(self, ack: Ack, item: InFlight[OutgoingPublish]) -> None:
        """Take one acknowledgement (MQTT 5.0, 4.3.2 and 4.3.3)."""
        qos, kind, packet_id = item.message.qos, ack.kind, ack.packet_id
        if ack.reason == NO_SUBSCRIBERS and kind in (PUBACK, PUBREC):
            item.note_unroutable()
        if kind == (PUBACK if qos == 1 else PUBREC) and (qos == 1 or ack.reason >= FAILURE):
            self._settle(packet_id, _refusal(ack))
        elif kind == PUBREC and qos == 2:
            item.received = True
            if self.current.connection is not None:
                self.current.connection.write(write_ack(PUBREL, packet_id))
        elif kind == PUBCOMP and qos == 2 and item.received:
            # an identifier that is not found: the exchange was complete before the connection broke
            self._settle(packet_id, None if ack.reason == UNKNOWN_ID else _refusal(ack))


def _refusal(ack: Ack) -> SendError | None:
    if ack.reason < FAILURE:
        return None
    return SendError(f"the broker refused the frame: {reason_name(ack.kind, ack.reason)}")

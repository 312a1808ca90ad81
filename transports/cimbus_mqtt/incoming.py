"""Frames from the broker: what was delivered, what must be acknowledged, and what must not be delivered twice.

Rules: a packet is acknowledged once its delivery is accepted or rejected, never before - at QoS 2 that is PUBREC, after
which the broker may forget it (MQTT 5.0, 4.3.3). MQTT has no word for giving back: a released frame rests here and
goes again. When a connection breaks, the broker sends everything unacknowledged again under its old identifiers (4.4);
what is still here of that is not delivered a second time, only its acknowledgement may go out again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

import anyio
import msgspec

from cimbus.delivery import Delivery, Outcome
from cimbus.frame import NO_PROPERTIES, Frame
from cimbus.naming import Naming
from cimbus.net import Item, Receiver, Seldom
from cimbus.topic import Topic
from cimbus.transport import Intake

from .handler import Line
from .packets import PUBACK, PUBCOMP, PUBREC, PUBREL, Ack, MalformedError, Publish, write_ack
from .properties import read_properties

log = logging.getLogger("cimbus.mqtt")

SLACK = 64
"""How many frames more than the credit may wait before the reader pauses: only a broker that ignores our Receive
Maximum gets there."""
ROOM = 64 * 1024 * 1024
"""How many bytes may wait before the reader pauses, whatever the credit."""


class Mark(msgspec.Struct, eq=False):
    """One packet of QoS 1 or 2 that is not acknowledged, or whose QoS 2 is not complete."""

    packet_id: int
    qos: int
    content: int
    """A hash: under the same identifier, is it the same message?"""
    live: bool = True
    """It came on this connection, so that it can be acknowledged there."""
    done: bool = False
    """It may be acknowledged."""


class MqttInbox:
    """The handler of an inbox's connection, and the inbox."""

    def __init__(self, intake: Intake, naming: Naming, *, ring: int) -> None:
        self.intake = intake
        self.lost = 0
        """How many frames of QoS 0 were dropped because nobody took them in time."""
        self.skipped = 0
        """How many messages were skipped because they are not ours to read."""
        self._naming = naming
        self._ring = ring
        self._receiver: Receiver[Mark | None] = Receiver(intake.credit, self._settled, self._left)
        self._marks: dict[int, Mark] = {}
        self._loose = 0
        """How many frames of QoS 0 wait."""
        self._link: Line | None = None
        self._v5 = True
        self._space = anyio.Event()
        self._seldom = Seldom(log)

    async def receive(self) -> Sequence[Delivery[Frame]]:
        """Wait for the next batch and return it, in order, never empty.

        Raises:
            ClosedError: the inbox was closed, or its subscription cannot be kept (the reason is said).
        """
        return await self._receiver.receive()

    def close(self, reason: str = "the inbox is closed") -> None:
        """End every receive, now and later."""
        self._receiver.close(reason)
        self._space.set()

    # -- the connection -------------------------------------------------------------------------------------------

    @property
    def full(self) -> bool:
        """Whether more waits than was asked for."""
        backlog = self._receiver.backlog
        counted = backlog.waiting - self._loose  # QoS 0 has a bound of its own, and loses where this would wait
        return (counted > backlog.credit + SLACK or (counted > 0 and backlog.size > ROOM)) and not self._receiver.closed

    async def drained(self) -> None:
        """Wait until there is room."""
        while self.full:
            self._space = anyio.Event()
            await self._space.wait()

    def connected(self, line: Line) -> None:
        """Begin with a new connection: nothing of before can be acknowledged until the broker sends it again."""
        self._link = line
        self._v5 = line.v5
        if not line.welcome.session_present:
            if self._marks and self.intake.durable:
                log.warning("the broker has lost the session of %r; going on with a new one", self.intake.group)
            self._marks.clear()  # also: what is here stays deliverable, and nobody waits for its acknowledgement

    def disconnected(self) -> None:
        """Wait for the next connection: what is settled meanwhile is acknowledged when it has come again."""
        self._link = None
        for mark in self._marks.values():
            mark.live = False

    def packets(self, packets: Sequence[Publish | Ack]) -> None:
        """Take what came."""
        for packet in packets:
            if isinstance(packet, Publish):
                if not self._receiver.closed:  # else it stays with the broker
                    self._publish(packet)
            elif packet.kind == PUBREL:  # QoS 2 is complete (MQTT 5.0, 4.3.3)
                self._marks.pop(packet.packet_id, None)
                self._write(PUBCOMP, packet.packet_id)
        if self._receiver.backlog.waiting:
            self._receiver.look()

    def _publish(self, packet: Publish) -> None:
        mark = self._mark(packet) if packet.qos else None
        if packet.qos and mark is None:
            return
        frame = None if packet.retain else self._frame(packet)  # retained: from before our time, or from nowhere
        if frame is None:
            if mark is not None:
                self._acknowledge(mark)
        elif mark is not None or self._ring_has_room():
            self._receiver.backlog.put(frame, mark, attempt=2 if packet.dup and mark else 1)
            self._loose += mark is None

    def _mark(self, packet: Publish) -> Mark | None:
        """Return the mark of a new packet; None if we have had it, and then see to its acknowledgement."""
        content = hash((packet.topic, packet.payload))
        old = self._marks.get(packet.packet_id)
        if old is not None and old.content == content and (packet.dup or packet.qos == 2):
            old.live = True
            if old.done:
                self._acknowledge(old)
            return None
        mark = self._marks[packet.packet_id] = Mark(packet.packet_id, packet.qos, content)
        return mark

    def _frame(self, packet: Publish) -> Frame | None:
        """Make a frame; None if it is not for us."""
        try:
            properties = read_properties(packet.properties) if packet.properties else NO_PROPERTIES
            topic = self._naming.topic(packet.topic, properties)
        except (ValueError, MalformedError) as exc:
            self.skipped += 1
            self._seldom.warning("skipped what was published to %r: %s (%d in all)", packet.topic, exc, self.skipped)
            return None
        if not any(pattern.matches(topic) for pattern in self.intake.patterns):
            return None
        if not self._v5:
            properties = _from_topic(topic)
        return Frame(topic=topic, body=packet.payload, properties=properties)

    def _ring_has_room(self) -> bool:
        """Make room for a frame of QoS 0: the oldest one is lost if there are too many."""
        if self._loose < self._ring:
            return True
        self.lost += 1
        self._seldom.warning(
            "nobody takes the frames of %s: %d of QoS 0 lost", self.intake.group or "an inbox", self.lost
        )
        oldest = self._receiver.backlog.oldest
        if oldest is None or oldest.mark is not None:
            return False
        self._receiver.backlog.drop_oldest()
        self._loose -= 1
        return True

    # -- settling -------------------------------------------------------------------------------------------------

    def _left(self, items: Sequence[Item[Mark | None]]) -> None:
        """Note that frames went out of the backlog."""
        if self._loose:
            self._loose -= sum(item.mark is None and item.attempt == 1 for item in items)
        self._space.set()

    def _settled(self, item: Item[Mark | None], _outcome: Outcome) -> None:
        mark = item.mark
        if mark is not None and self._marks.get(mark.packet_id) is mark:
            self._acknowledge(mark)

    def _acknowledge(self, mark: Mark) -> None:
        """Say that a packet need not come again: now, or as soon as it has come again."""
        mark.done = True
        if not mark.live:
            return
        if mark.qos == 2:
            self._write(PUBREC, mark.packet_id)  # the mark stays until PUBREL
        else:
            del self._marks[mark.packet_id]
            self._write(PUBACK, mark.packet_id)

    def _write(self, kind: int, packet_id: int) -> None:
        if self._link is not None:
            self._link.write(write_ack(kind, packet_id))


def _from_topic(topic: Topic) -> dict[str, str]:
    """Return what a topic says of its message: all there is in MQTT 3.1.1, which has no properties."""
    found = {"Context": topic.context, "Noun": topic.noun, "Verb": topic.verb}
    if topic.key:
        found["Key"] = topic.key
    return found

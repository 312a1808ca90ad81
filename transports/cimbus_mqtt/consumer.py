"""Frames from an MQTT broker: what was delivered, what must be acknowledged, and what must not be delivered twice.

Rules: a packet is acknowledged once its delivery is accepted or rejected, never before - at QoS 2 that is PUBREC, after
which the broker may forget it (MQTT 5.0, 4.3.3). MQTT has no way to return a message: a released frame waits here for
redelivery. When a connection breaks, the broker sends everything unacknowledged again under its old identifiers (4.4);
what is still here of that is not delivered a second time, only its acknowledgement may be written again.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import msgspec

from cimbus.interface.topic import Topic
from cimbus.middleware.delivery import Outcome
from cimbus.middleware.frame import NO_PROPERTIES, Frame
from cimbus.middleware.naming import Naming
from cimbus.middleware.net import ConnectionLostError, Item, MalformedError, PausingConsumer
from cimbus.middleware.safe_log import safe_logger
from cimbus.middleware.transport import SubscriptionSpec

from .connection import MqttConnection
from .engine import NO_RETAINED, RETAINED, RETAINED_IF_NEW
from .packets import PUBACK, PUBCOMP, PUBREC, PUBREL, Ack, Publish, write_ack
from .properties import read_properties

log = safe_logger("cimbus.mqtt")


class UnsettledPublish(msgspec.Struct, eq=False):
    """One packet of QoS 1 or 2 that is not acknowledged, or whose QoS 2 exchange is not complete."""

    packet_id: int
    qos: int
    content: int
    """A hash: under the same identifier, is it the same message?"""
    live: bool = True
    """It came on this connection, so that it can be acknowledged there."""
    done: bool = False
    """It may be acknowledged."""


class MqttConsumer(PausingConsumer[UnsettledPublish | None, MqttConnection]):
    """The user of a consumer's connection, and the consumer itself.

    Args:
        spec: what is subscribed to.
        naming: how topics are read.
        filters: what to subscribe to at the broker.
        ring: how many frames of QoS 0 may wait.

    Attributes:
        lost: how many frames of QoS 0 were dropped because they were not received in time.
    """

    def __init__(self, spec: SubscriptionSpec, naming: Naming, *, filters: Sequence[str] = (), ring: int) -> None:
        super().__init__(spec, log)
        self.lost = 0
        self._naming = naming
        self._filters = filters
        self._ring = ring
        self._unsettled_publishes: dict[int, UnsettledPublish] = {}
        """By packet identifier."""
        self._v5 = True
        self._retain_handling = RETAINED if spec.retained else NO_RETAINED

    # -- the connection -----------------------------------------------------------------------------------------------

    async def connected(self, connection: MqttConnection) -> None:
        """Subscribe; what came before can be acknowledged only when the broker sends it again.

        Raises:
            RefusedError: the broker refuses a subscription.
            ConnectionLostError: the connection ended meanwhile.
        """
        self.current.set(connection)
        self._v5 = connection.v5
        if not connection.connack.session_present:
            if self._unsettled_publishes and self.spec.durable:
                log.warning("the broker has lost the session of %r; going on with a new one", self.spec.group)
            # what is here stays deliverable, but the broker does not wait for its acknowledgement
            self._unsettled_publishes.clear()
        if self._filters:
            await connection.subscribe(self._filters, retain_handling=self._retain_handling)
            if self.spec.retained:  # once; and again if the broker has lost the subscription
                self._retain_handling = RETAINED_IF_NEW

    def disconnected(self, lost: ConnectionLostError) -> None:  # noqa: ARG002  # as the protocol has it
        """Wait for the next connection: what is settled meanwhile is acknowledged when it was redelivered."""
        self.current.clear()
        for publish in self._unsettled_publishes.values():
            publish.live = False

    def received(self, packets: Sequence[Publish | Ack]) -> None:
        """Take packets that came."""
        for packet in packets:
            if isinstance(packet, Publish):
                if not self._buffer.closed:  # else it stays with the broker
                    self._take(packet)
            elif packet.kind == PUBREL:  # the exchange of QoS 2 is complete (MQTT 5.0, 4.3.3)
                self._unsettled_publishes.pop(packet.packet_id, None)
                self._write(PUBCOMP, packet.packet_id)
        if self._buffer.backlog.waiting:
            self._buffer.look()

    def _take(self, packet: Publish) -> None:
        publish = self._remember(packet) if packet.qos else None
        if packet.qos and publish is None:
            return
        frame, defect = (None, "") if self._is_left_out(packet) else self._read(packet)
        if frame is None:
            if publish is not None:
                self._acknowledge(publish)
        elif publish is not None or self._make_room():
            self._buffer.backlog.put(frame, publish, attempt=2 if packet.dup and publish else 1, defect=defect)
            self._uncounted += publish is None  # QoS 0 has a bound of its own, and drops instead of pausing

    def _is_left_out(self, packet: Publish) -> bool:
        """Return whether a packet clears a retained message, or is one that was not asked for.

        In MQTT 5.0 what was retained before is sent if it is asked for, and RETAIN says how a message was published; in
        3.1.1 it is always sent, and RETAIN is set on it alone (3.3.1.3).
        """
        if self._v5:
            return packet.retain and not packet.payload
        return not packet.payload if self.spec.retained else packet.retain

    def _remember(self, packet: Publish) -> UnsettledPublish | None:
        """Return a new packet's entry; None if it is here already, and then acknowledge it if it is settled."""
        content = hash((packet.topic, packet.payload))
        known = self._unsettled_publishes.get(packet.packet_id)
        if known is not None and known.content == content and (packet.dup or packet.qos == 2):
            known.live = True
            if known.done:
                self._acknowledge(known)
            return None
        publish = UnsettledPublish(packet.packet_id, packet.qos, content)
        self._unsettled_publishes[packet.packet_id] = publish
        return publish

    def _read(self, packet: Publish) -> tuple[Frame | None, str]:
        """Make a frame, and say what is wrong with it; None if it is not for this consumer."""
        properties: Mapping[str, str] = NO_PROPERTIES
        defect = packet.defect
        try:
            if packet.properties:
                properties = read_properties(packet.properties, time.time())
        except MalformedError as exc:
            defect = defect or f"its properties cannot be read: {exc}"
        try:
            topic = self._naming.topic(packet.topic, properties)
            if not self._matches(topic):
                return None, ""
        except Exception as exc:  # noqa: BLE001  # whatever one message does to us, the next one is received
            self._count_skipped(packet.topic, exc)
            return None, ""
        if not self._v5:
            properties = _from_topic(topic)
        return Frame(topic=topic, body=packet.payload, properties=properties), defect

    def _make_room(self) -> bool:
        """Make room for a frame of QoS 0: the oldest one is dropped if there are too many."""
        if self._uncounted < self._ring:
            return True
        self.lost += 1
        name = self.spec.group or "a consumer"
        self._throttled.warning("the frames of %s are not received in time: %d of QoS 0 lost", name, self.lost)
        oldest = self._buffer.backlog.oldest
        if oldest is None or oldest.mark is not None:
            return False
        self._buffer.backlog.drop_oldest()
        self._uncounted -= 1
        return True

    # -- settling -----------------------------------------------------------------------------------------------------

    def _taken(self, items: Sequence[Item[UnsettledPublish | None]]) -> None:
        if self._uncounted:
            self._uncounted -= sum(item.mark is None and item.attempt == 1 for item in items)
        super()._taken(items)

    def _settled(self, item: Item[UnsettledPublish | None], outcome: Outcome) -> None:  # noqa: ARG002
        publish = item.mark
        if publish is not None and self._unsettled_publishes.get(publish.packet_id) is publish:
            self._acknowledge(publish)

    def _acknowledge(self, publish: UnsettledPublish) -> None:
        """Tell the broker that a packet is settled: now, or as soon as it was redelivered."""
        publish.done = True
        if not publish.live:
            return
        if publish.qos == 2:
            self._write(PUBREC, publish.packet_id, self._acks_together)  # the entry stays until PUBREL
        else:
            del self._unsettled_publishes[publish.packet_id]
            self._write(PUBACK, publish.packet_id, self._acks_together)

    def _write(self, kind: int, packet_id: int, together: int = 1) -> None:
        if self.current.connection is not None:
            self.current.connection.write(write_ack(kind, packet_id), together)


def _from_topic(topic: Topic) -> dict[str, str]:
    """Return what a topic tells of its message: all there is in MQTT 3.1.1, which has no properties."""
    found = {"Context": topic.context, "Noun": topic.noun, "Verb": topic.verb}
    if topic.key:
        found["Key"] = topic.key
    return found

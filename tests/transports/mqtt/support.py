"""What the MQTT tests share: a proxy whose connections can be cut, a connection without a network, and frames."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

import anyio.to_thread

from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.transport import SubscriptionSpec
from cimbus.testing.brokers import MosquittoBroker
from cimbus.testing.proxy import FaultProxy
from cimbus_mqtt.engine import ConnAck
from cimbus_mqtt.packets import PacketParser, Publish


class Relay(FaultProxy):
    """A way to the broker that can be stalled in one place and resumed in another, and that kills brokers in order."""

    def __init__(self, target: int) -> None:
        super().__init__(target)
        self._stall = ExitStack()

    def stall(self) -> None:
        """Let nothing pass."""
        self._stall.enter_context(self.stalled())

    def resume(self) -> None:
        """Let everything pass."""
        self._stall.close()

    async def kill(self, broker: MosquittoBroker, meanwhile: Callable[[], Awaitable[None]] | None = None) -> None:
        """Kill a broker (SIGKILL) and start it again, so that what it has acknowledged to us is on its disk.

        A broker acknowledges first and saves then. So its last acknowledgements are held back here until it is gone;
        who waits for one of them has to send again.
        """
        self.stall()
        await anyio.to_thread.run_sync(lambda: broker.kill(settle=True))
        self.cut()
        if meanwhile is not None:
            await meanwhile()
        await anyio.to_thread.run_sync(broker.start)
        self.resume()


class Wire:
    """A connection that keeps what is written."""

    v5 = True

    def __init__(self, *, session_present=False, **more):
        self.connack = ConnAck(code=0, reason="", session_present=session_present, **more)
        self.lost = None
        self._scanner = PacketParser(v5=True, limit=1_000_000)
        self._data = b""

    def write(self, data, together=1):
        self._data += data

    async def flush(self):
        if self.lost is not None:
            raise self.lost

    async def subscribe(self, filters, **handling):
        pass

    def written(self):
        """What was written since the last call, as packets without their content."""
        data, self._data = self._data, b""
        found = []
        for packet in self._scanner.feed(data):
            if isinstance(packet, Publish):
                found.append(("PUBLISH+" if packet.dup else "PUBLISH", packet.packet_id, packet.payload))
            else:
                found.append(({4: "PUBACK", 5: "PUBREC", 6: "PUBREL", 7: "PUBCOMP"}[packet.kind], packet.packet_id))
        return found


def context() -> str:
    return f"test{uuid.uuid4().hex[:12]}"


def frames(context: str, count: int, *, key: str = "k", first: int = 0) -> list[Frame]:
    topic = Topic(context, "events", "EndDeviceEvents", "created", key)
    return [Frame(topic=topic, body=b"%d" % number) for number in range(first, first + count)]


def spec(context: str, group: str = "", *, durable: bool = False, credit: int = 256) -> SubscriptionSpec:
    name = f"{group}-{context}" if group else ""
    return SubscriptionSpec(patterns=(Pattern(context=context),), group=name, durable=durable, credit=credit)

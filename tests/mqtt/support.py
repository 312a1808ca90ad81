"""What the MQTT tests share: a proxy whose connections can be cut or stalled, and frames with topics of their own."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

import anyio.to_thread
from brokers.mosquitto import Mosquitto

from cimbus.frame import Frame
from cimbus.testing.proxy import FaultProxy
from cimbus.topic import Pattern, Topic
from cimbus.transport import Intake


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

    async def kill(self, broker: Mosquitto, meanwhile: Callable[[], Awaitable[None]] | None = None) -> None:
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


def context() -> str:
    return f"test{uuid.uuid4().hex[:12]}"


def frames(context: str, count: int, *, key: str = "k", first: int = 0) -> list[Frame]:
    topic = Topic(context, "events", "EndDeviceEvents", "created", key)
    return [Frame(topic=topic, body=b"%d" % number) for number in range(first, first + count)]


def intake(context: str, group: str = "", *, durable: bool = False, credit: int = 256) -> Intake:
    name = f"{group}-{context}" if group else ""
    return Intake(patterns=(Pattern(context=context),), group=name, durable=durable, credit=credit)

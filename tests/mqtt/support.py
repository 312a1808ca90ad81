"""What the MQTT tests share: a relay whose connections can be cut or stalled, and frames with topics of their own.

Rules: everything is bound to the loopback address on a free port and ends with its ``with`` block.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import anyio
import anyio.abc
import anyio.to_thread
from anyio.abc import SocketStream
from brokers.mosquitto import Mosquitto

from cimbus.frame import Frame
from cimbus.tasks import background
from cimbus.topic import Pattern, Topic
from cimbus.transport import Intake


class Relay:
    """A way to the broker that can be cut (connections end) or stalled (nothing passes, nothing ends)."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self.accepted = 0
        """How many connections there have been."""
        self.passed = 0
        """How many bytes went through."""
        self._news = anyio.Event()
        self._scopes: set[anyio.CancelScope] = set()
        self._open = anyio.Event()
        self._open.set()

    def cut(self) -> int:
        """End every connection; return how many."""
        scopes = list(self._scopes)
        for scope in scopes:
            scope.cancel()
        return len(scopes)

    def stall(self) -> None:
        """Let nothing pass."""
        self._open = anyio.Event()

    def resume(self) -> None:
        """Let everything pass."""
        self._open.set()

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

    async def next_connection(self) -> None:
        """Wait for news: a connection or bytes."""
        await self._news.wait()

    next_bytes = next_connection

    def _tell(self) -> None:
        self._news.set()
        self._news = anyio.Event()

    async def serve(self, client: SocketStream) -> None:
        self.accepted += 1
        self._tell()
        with anyio.CancelScope() as scope:
            self._scopes.add(scope)
            try:
                async with (
                    client,
                    await anyio.connect_tcp("127.0.0.1", self.target) as server,
                    anyio.create_task_group() as tasks,
                ):
                    tasks.start_soon(self._pump, client, server, scope)
                    tasks.start_soon(self._pump, server, client, scope)
            except OSError:
                pass
            finally:
                self._scopes.discard(scope)

    async def _pump(self, source: SocketStream, sink: SocketStream, scope: anyio.CancelScope) -> None:
        with contextlib.suppress(anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
            while True:
                data = await source.receive()
                await self._open.wait()
                await sink.send(data)
                self.passed += len(data)
                self._tell()
        scope.cancel()


@asynccontextmanager
async def relay(target: int) -> AsyncGenerator[Relay]:
    """Run a relay to a port."""
    found = Relay(target)
    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=0) as listener,
        background() as tasks,
    ):
        found.port = listener.extra(anyio.abc.SocketAttribute.local_port)
        tasks.start_soon(listener.serve, found.serve)
        yield found


def context() -> str:
    return f"test{uuid.uuid4().hex[:12]}"


def frames(context: str, count: int, *, key: str = "k", first: int = 0) -> list[Frame]:
    topic = Topic(context, "events", "EndDeviceEvents", "created", key)
    return [Frame(topic=topic, body=b"%d" % number) for number in range(first, first + count)]


def intake(context: str, group: str = "", *, durable: bool = False, credit: int = 256) -> Intake:
    name = f"{group}-{context}" if group else ""
    return Intake(patterns=(Pattern(context=context),), group=name, durable=durable, credit=credit)

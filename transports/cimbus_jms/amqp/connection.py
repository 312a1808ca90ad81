"""One AMQP connection, from its first bytes to its end: a ``ProtonEngine`` on a stream.

Rules: how much comes is bounded by link credit, so reading never pauses. What is to be written is the engine's: a
caller that has something to say calls ``wake``, and the writer takes what the engine has by then, so that what
several say is sent together.
"""

from __future__ import annotations

import time
from typing import Final, Protocol

import anyio
from anyio.abc import ByteStream

from cimbus.errors import ConnectError
from cimbus.middleware.net import BROKEN, ConnectionLostError, ConnectionUser, Refusals, RefusedError, StreamConnection
from cimbus.middleware.net.connection import CHUNK

from .engine import ProtonEngine
from .links import LinkEndpoint, OpenOptions

CONDITIONS: Final = Refusals[str](
    final={
        "AMQP 1.0, 2.8.15": (
            *("amqp:unauthorized-access", "amqp:not-allowed", "amqp:not-implemented", "amqp:invalid-field"),
            *("amqp:not-found", "amqp:illegal-state", "amqp:precondition-failed"),
        ),
        "2.8.16, 2.8.18: to another broker": (
            "amqp:connection:redirect",
            "amqp:link:redirect",
        ),
    },
    passing={},  # all others, such as amqp:connection:forced where the broker stops
    unknown=False,
)
"""Error conditions that will be the same on the next connection, and those that pass."""
SHORTEST_TICK: Final = 0.01
LONGEST_TICK: Final = 5.0
NO_TIMEOUT_TICK: Final = 1.0
"""When to look after the idle timeouts again, in seconds, within which bounds, and if neither side has one yet: proton
says when it is due, but learns the broker's timeout only when the connection is open."""


class AmqpUser(ConnectionUser["AmqpConnection"], Protocol):
    """The sender or consumer that uses a connection."""

    def check_links(self) -> None:
        """Look at the links: something came.

        Raises:
            ConnectionLostError: the broker has ended one that is needed.
        """
        ...

    def write(self) -> None:
        """Give the engine what was noted, just before its bytes are taken."""
        ...


class AmqpConnection(StreamConnection[AmqpUser]):
    """A connection.

    Args:
        stream: an open stream to the broker.
        user: the sender or consumer that uses the connection.
        timeout: how many seconds its links may take to begin.
        options: how to introduce ourselves.
    """

    protocol = "AMQP 1.0"

    def __init__(self, stream: ByteStream, user: AmqpUser, timeout: float, options: OpenOptions) -> None:
        super().__init__(stream, user, timeout, self._pull)
        self.engine = ProtonEngine(options)
        self._news = anyio.Event()
        """Set whenever something came; then replaced."""

    def fail(self, lost: ConnectionLostError) -> None:
        """End the connection; the first reason stays."""
        super().fail(lost)
        self._news.set()

    async def greet(self) -> None:
        """Introduce ourselves and wait until the broker has opened the connection, too.

        Raises:
            RefusedError: the broker refuses this client.
            ConnectError: it does so for now, or does not speak AMQP 1.0 with us.
        """
        engine = self.engine
        engine.tick(time.monotonic())
        try:
            while not engine.settled:
                while data := engine.take():
                    await self._stream.send(data)
                if not engine.settled:
                    engine.feed(await self._stream.receive(CHUNK))
        except BROKEN:
            if engine.fault is None:
                raise
        if engine.fault is None:
            return
        if engine.refused:
            raise RefusedError(f"the broker refuses us: {engine.fault} (check user name and password)")
        if engine.opened:
            kind = RefusedError if CONDITIONS.final(engine.fault.condition) else ConnectError
            raise kind(f"the broker refuses the connection: {engine.fault}")
        raise ConnectError(f"what answers does not speak AMQP 1.0 with us: {engine.fault}")

    # -- links --------------------------------------------------------------------------------------------------------

    async def attached(self, link: LinkEndpoint) -> None:
        """Wait until the broker has its end of a link.

        Raises:
            RefusedError: the broker refuses it.
            ConnectionLostError: the connection ended first.
        """
        self.wake()
        while not link.attached and link.fault is None:
            await self.news()
        if link.fault is not None:
            if CONDITIONS.final(link.fault.condition):
                raise RefusedError(f"the broker refuses a link: {link.fault}")
            raise ConnectionLostError(f"the broker ended a link: {link.fault}")

    async def ended(self, link: LinkEndpoint) -> None:
        """Wait until the broker has ended a link, or the connection is over."""
        self.wake()
        while link.fault is None and self.lost is None:
            await self._news.wait()

    async def news(self) -> None:
        """Wait until something comes.

        Raises:
            ConnectionLostError: the connection is over.
        """
        if self.lost is None:
            await self._news.wait()
        if self.lost is not None:
            raise self.lost

    # -- writing and reading ------------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Write soon what the engine has to say, and what the user has."""
        self._writer.wake()

    def _pull(self) -> bytes:
        self._user.write()
        return self.engine.take()

    def _received(self, data: bytes) -> None:
        if data:
            self.engine.feed(data)
            self._look()

    def _look(self) -> None:
        """Tell those that wait, and see whether the connection is still good."""
        self._news.set()
        self._news = anyio.Event()
        self.wake()  # acknowledgements, credit: only proton knows whether there is anything to write
        if self.engine.fault is not None:
            self.fail(ConnectionLostError(f"the connection is over: {self.engine.fault}"))
            return
        try:
            self._user.check_links()
        except ConnectionLostError as lost:
            self.fail(lost)

    def _keep_alive(self, now: float) -> float:
        """Keep the idle timeouts of both sides: empty frames when it is quiet, the end when nothing comes (2.4.5)."""
        due = self.engine.tick(now)
        if self.engine.fault is not None:
            self._look()
        self.wake()
        return min(max(due - now, SHORTEST_TICK), LONGEST_TICK) if due else NO_TIMEOUT_TICK

    async def _disconnect(self) -> None:
        self.engine.close()
        self.wake()
        await self.over.wait()

"""One AMQP connection, from its first bytes to its end: an ``Engine`` on a stream.

Rules: the reader never waits for what is done with what it read; how much comes is bounded by link credit. Writing
never waits, either: whoever has something to say calls ``wake``, and one task takes what the engine has by then, so
that what many say leaves together. Whatever ends the connection ends in ``over``; tasks here raise nothing.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

import anyio
from anyio.abc import ByteStream

from cimbus.errors import ConnectError
from cimbus.net import BROKEN, why
from cimbus.tasks import background
from cimbus_jms.session import Lost, Refused

from .ends import End
from .engine import Engine, Hello
from .handler import Handler

CHUNK: Final = 256 * 1024
FAREWELL: Final = 3.0
"""How long the broker may take to answer when a link or the connection is ended in order."""
REFUSALS: Final = (
    "amqp:unauthorized-access",
    "amqp:not-allowed",
    "amqp:not-implemented",
    "amqp:invalid-field",
    "amqp:not-found",
    "amqp:illegal-state",
    "amqp:precondition-failed",
)


class Link:
    """A connection.

    Args:
        handler: who lives on it.
        timeout: how many seconds its links may take to begin.
    """

    def __init__(self, stream: ByteStream, hello: Hello, handler: Handler, timeout: float) -> None:
        self.engine = Engine(hello)
        self.over = anyio.Event()
        self.lost: Lost | None = None
        self._stream = stream
        self._news = anyio.Event()
        """Set whenever something came; made anew each time."""
        self._work: anyio.Event | None = None
        """Set by whoever has something to write; there only while nobody has."""
        self._handler = handler
        self._timeout = timeout

    def fail(self, lost: Lost) -> None:
        """End the connection; the first reason stays."""
        if self.lost is None:
            self.lost = lost
        self.over.set()
        self._news.set()
        self.wake()

    # -- beginning ----------------------------------------------------------------------------------------------------

    async def greet(self) -> None:
        """Say who we are and wait until the broker has opened the connection, too.

        Raises:
            Refused: the broker does not want us.
            ConnectError: it says nothing, or nothing that is AMQP 1.0.
        """
        engine = self.engine
        engine.tick(time.monotonic())
        try:
            while not engine.settled:
                while data := engine.take():
                    await self._stream.send(data)
                if not engine.settled:
                    engine.feed(await self._stream.receive(CHUNK))
        except BROKEN as exc:
            if engine.fault is None:
                raise ConnectError("the broker closed the connection before it opened it") from exc
        if engine.fault is None:
            return
        if engine.refused:
            raise Refused(f"the broker refuses us: {engine.fault} (check user name and password)")
        if engine.opened:
            raise Refused(f"the broker refuses the connection: {engine.fault}")
        raise ConnectError(f"what answers does not speak AMQP 1.0 with us: {engine.fault}")

    # -- links --------------------------------------------------------------------------------------------------------

    async def attached(self, end: End) -> None:
        """Wait until the other side has its end of a link.

        Raises:
            Refused: the broker does not let us have it.
            Lost: the connection ended first.
        """
        self.wake()
        while not end.attached and end.fault is None:
            await self.news()
        if end.fault is not None:
            if end.fault.condition in REFUSALS:
                raise Refused(f"the broker refuses a link: {end.fault}")
            raise Lost(f"the broker ended a link: {end.fault}")

    async def ended(self, end: End) -> None:
        """Wait until the other side has ended a link, or the connection is over."""
        self.wake()
        while end.fault is None and self.lost is None:
            await self._news.wait()

    async def news(self) -> None:
        """Wait until something comes.

        Raises:
            Lost: the connection is over.
        """
        if self.lost is None:
            await self._news.wait()
        if self.lost is not None:
            raise self.lost

    # -- writing ------------------------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Have written soon what the engine has to say, and what the handler has."""
        if self._work is not None:
            self._work.set()
            self._work = None

    async def _write_all(self) -> None:
        engine, handler = self.engine, self._handler
        try:
            while not self.over.is_set():
                self._work = work = anyio.Event()  # what is noted from here on wakes us again
                handler.write()
                if data := engine.take():
                    await self._stream.send(data)
                else:
                    await work.wait()
        except BROKEN as exc:
            self.fail(Lost(f"the connection broke while writing: {why(exc)}"))

    # -- reading ------------------------------------------------------------------------------------------------------

    async def _read_all(self) -> None:
        engine = self.engine
        try:
            while not self.over.is_set():
                engine.feed(await self._stream.receive(CHUNK))
                self._look()
        except anyio.EndOfStream:
            self.fail(Lost("the broker closed the connection"))
        except BROKEN as exc:
            self.fail(Lost(f"the connection broke: {why(exc)}"))

    def _look(self) -> None:
        """Tell whoever waits, and see whether the connection is still good."""
        self._news.set()
        self._news = anyio.Event()
        self.wake()  # answers, credit: proton knows whether there is anything to write
        if self.engine.fault is not None:
            self.fail(Lost(f"the connection is over: {self.engine.fault}"))
            return
        try:
            self._handler.look()
        except Lost as lost:
            self.fail(lost)

    async def _beat(self) -> None:
        """Keep the idle timeouts of both sides: empty frames when it is quiet, the end when nothing comes (2.4.5)."""
        while not self.over.is_set():
            now = time.monotonic()
            due = self.engine.tick(now)
            if self.engine.fault is not None:
                self._look()
                return
            self.wake()
            await anyio.sleep(min(max(due - now, 0.01), 5.0) if due else 1.0)

    # -- ending -------------------------------------------------------------------------------------------------------

    async def finish(self) -> None:
        """Let the handler end its links, close the connection, and wait for the broker's answer.

        Closing the stream first would be a race: what we have not read makes the operating system reset the
        connection, and the broker loses what we wrote last.
        """
        with anyio.move_on_after(FAREWELL):
            await self._handler.leave()
            self.engine.close()
            self.wake()
            await self.over.wait()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Return the block in which the connection is read, written and kept alive.

        Raises:
            Refused: the broker does not let the handler have a link.
            Lost: the connection ended before its links were there.
        """
        async with background() as tasks:
            try:
                tasks.start_soon(self._write_all)
                tasks.start_soon(self._read_all)
                tasks.start_soon(self._beat)
                try:
                    with anyio.fail_after(self._timeout):
                        await self._handler.connected(self)
                except TimeoutError as exc:
                    raise Lost(f"the broker did not begin a link within {self._timeout:g} s") from exc
                yield
            finally:
                self.fail(Lost("the connection was closed here"))
                self._handler.disconnected()

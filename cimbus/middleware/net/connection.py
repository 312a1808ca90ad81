"""One connection to a broker, from its first byte to its end, whatever protocol is spoken.

Rules:

* Reading never waits for what is done with the data, unless a protocol needs it (``_before_read``). Writing never
  waits; what several tasks write is sent together.
* Whatever ends the connection sets ``over``, with the reason in ``lost``; the tasks here raise nothing.
* A connection has one *user*, a sender or a consumer. It is told when the connection begins and ends, and what came.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, ClassVar, Final, Generic, Self, TypeVar

import anyio
from anyio.abc import ByteStream

from cimbus.errors import ConnectError
from cimbus.middleware.tasks import background

from .asyncio_stream import AsyncioStream
from .connection_user import ConnectionUser
from .errors import ClosedByBrokerError, ConnectionLostError, MalformedError, RefusedError, ResetByBrokerError
from .stream import BROKEN, open_stream, quick_acknowledgement, why
from .url import Address
from .writer import Writer

CHUNK: Final = 256 * 1024
"""How many bytes are read at once: twice the default receive buffer of Linux (tcp_rmem, 128 KiB), so that one read
usually empties it."""
LEAVE_TIMEOUT: Final = 3.0
"""How long the broker may take to answer when a connection is ended in order, in seconds. Our own choice: long enough
for a disk write of a busy broker, short enough for a process that has been told to stop."""
READ_OUT: Final = 0.2
"""How long reading goes on after writing failed, in seconds: a broker that refuses something says why and closes, and
its reason may still be in the socket's buffer."""


U = TypeVar("U", bound=ConnectionUser[Any])  # Any: of the connection that is defined with it


class StreamConnection(Generic[U]):
    """What connections of all protocols have in common; a subclass says what is written and what was read.

    Args:
        stream: an open stream to the broker.
        user: the sender or consumer that uses this connection.
        timeout: how long the user may take to set up what it needs, in seconds.
        pull: see ``Writer``.

    Attributes:
        over: set when the connection has ended.
        lost: why it has.
        paused: whether nothing is read for now, as the user has no room; then a broker that is mute is not noticed.
        worked: whether the broker let us do something; then a short life is no reason for a long pause.

    >>> class Quiet:  # a stream whose other side leaves at once
    ...     async def send(self, data): ...
    ...     async def receive(self, size): raise anyio.EndOfStream
    >>> class User:
    ...     async def connected(self, connection): connection.write(b"HELLO")
    ...     def disconnected(self, lost): print(lost)
    ...     async def leave(self, connection): ...
    >>> class LineConnection(StreamConnection):
    ...     protocol = "LINES"
    ...     def _received(self, data): ...
    ...     def _keep_alive(self, now): return 0.0
    >>> async def main():
    ...     connection = LineConnection(Quiet(), User(), timeout=10)
    ...     async with connection.running():  # the user is connected now
    ...         await connection.serve()      # until the connection is over
    >>> anyio.run(main)
    the broker closed the connection
    """

    protocol: ClassVar[str]
    """For error messages."""

    def __init__(self, stream: ByteStream, user: U, timeout: float, pull: Callable[[], bytes] | None = None) -> None:
        self.over = anyio.Event()
        self.lost: ConnectionLostError | None = None
        self.paused = False
        self.worked = True
        self._stream = stream
        self._user = user
        self._timeout = timeout
        self._writer = Writer(stream, pull)
        self._last_read = time.monotonic()
        self._acknowledge: Callable[[], None] | None = None
        """See ``quick_acknowledgement``."""

    def fail(self, lost: ConnectionLostError) -> None:
        """End the connection; the first reason stays."""
        if self.lost is None:
            self.lost = lost
        self.over.set()
        self._writer.end()

    # -- what a protocol adds -----------------------------------------------------------------------------------------

    async def greet(self) -> None:
        """Introduce ourselves and wait for the broker's answer.

        Raises:
            RefusedError: the broker refuses this client.
            ConnectError: the answer is not of this protocol.
            MalformedError: the same.
        """
        raise NotImplementedError

    def _received(self, data: bytes) -> None:
        """Take bytes that came; what is wrong with them is a ``MalformedError`` or ends in ``fail``."""
        raise NotImplementedError

    def _keep_alive(self, now: float) -> float:
        """Write something if it has been quiet, end the connection if the broker was silent for too long.

        Return after how many seconds to look again; 0: never.
        """
        raise NotImplementedError

    async def _disconnect(self) -> None:
        """Tell the broker that we leave, and wait until it has answered or closed the connection."""
        raise NotImplementedError

    async def _before_read(self) -> None:
        """Wait until more may be read."""

    @property
    def _reads_on(self) -> bool:
        """Whether ``_before_read`` would return at once."""
        return True

    async def serve(self) -> None:
        """Wait for the end of the connection.

        Raises:
            RefusedError: the broker refused late what the user had asked for.
        """
        await self.over.wait()

    # -- writing ------------------------------------------------------------------------------------------------------

    def write(self, data: bytes, together: int = 1) -> None:
        """Write soon, together with what others write; ``together``: see ``Writer.write``."""
        self._writer.write(data, together)

    async def flush(self) -> None:
        """Wait until the operating system has everything written so far.

        Raises:
            ConnectionLostError: the connection ended first.
        """
        if not await self._writer.flush():
            raise self.lost or ConnectionLostError("the connection is over")

    async def _write_all(self) -> None:
        try:
            await self._writer.run()
        except BROKEN as exc:
            with anyio.move_on_after(READ_OUT):
                await self.over.wait()
            self.fail(ConnectionLostError(f"the connection broke while writing: {why(exc)}"))

    # -- reading ------------------------------------------------------------------------------------------------------

    async def _read_all(self) -> None:
        try:
            self._received(b"")  # what came together with the answer to the greeting
            while not self.over.is_set():
                await self._before_read()
                if isinstance(self._stream, AsyncioStream):
                    await self._stream.feed(self._take)
                else:
                    self._take(await self._stream.receive(CHUNK))
        except anyio.EndOfStream:
            self.fail(ClosedByBrokerError("the broker closed the connection"))
        except BROKEN as exc:
            # anyio's error has the system's as its cause
            reset = isinstance(exc.__cause__ or exc, ConnectionResetError)
            self.fail((ResetByBrokerError if reset else ConnectionLostError)(f"the connection broke: {why(exc)}"))
        except MalformedError as exc:
            with anyio.move_on_after(READ_OUT):
                await self._writer.flush()  # what the user has acknowledged, above all what would end the next one, too
            self.fail(ConnectionLostError(f"what the broker sent cannot be read: {exc}"))

    def _take(self, data: bytes) -> bool:
        """Take bytes that came; return whether more may be read at once."""
        self._last_read = time.monotonic()
        if self._acknowledge is not None:
            self._acknowledge()
        self._received(data)
        return self._reads_on and not self.over.is_set()

    async def _watch(self) -> None:
        step = self._keep_alive(time.monotonic())
        while step:
            due = time.monotonic() + step
            await anyio.sleep(step)
            now = time.monotonic()
            if now - due < step:  # else this process did not run for a while: what came meanwhile is read first
                step = self._keep_alive(now)

    # -- beginning and ending -----------------------------------------------------------------------------------------

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Return the block in which the connection is read, written and kept alive, and its user is set up.

        Raises:
            RefusedError: the broker refuses what the user needs.
            ConnectionLostError: the connection ended before that was known.
        """
        async with background() as tasks:
            try:
                tasks.start_soon(self._write_all)
                tasks.start_soon(self._read_all)
                tasks.start_soon(self._watch)
                try:
                    with anyio.fail_after(self._timeout):
                        await self._user.connected(self)
                except TimeoutError:
                    raise ConnectionLostError(f"the broker did not answer within {self._timeout:g} s") from None
                yield
            finally:
                self.fail(ConnectionLostError("this side closed the connection"))
                self._user.disconnected(self.lost or ConnectionLostError("the connection is over"))

    async def finish(self) -> None:
        """Let the user write its last commands, then end the connection in order, within ``LEAVE_TIMEOUT``.

        Closing the stream first would be a race: if bytes are unread, the operating system resets the connection (RFC
        1122, 4.2.2.13), and the broker loses what was written last.
        """
        with anyio.move_on_after(LEAVE_TIMEOUT), suppress(ConnectionLostError, RefusedError):
            await self._user.leave(self)
            await self._disconnect()
        self.fail(ConnectionLostError("this side closed the connection"))

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, make: Callable[[ByteStream], Self], address: Address, tls: ssl.SSLContext | None, timeout: float
    ) -> AsyncGenerator[Self]:
        """Return the block in which a connection is open that the broker has accepted.

        Args:
            make: makes the connection on its stream.
            address: of the broker.
            tls: None for a connection in the clear.
            timeout: for the stream and for the broker's answer, each, in seconds.

        Raises:
            RefusedError: the broker answered, and refuses this client.
            ConnectError: it cannot be reached, does not answer in time, or speaks something else.
        """
        async with await open_stream(address, tls, timeout) as stream:
            connection = make(stream)
            connection._acknowledge = quick_acknowledgement(stream)  # noqa: SLF001  # its own class
            try:
                with anyio.fail_after(timeout):
                    await connection.greet()
            except TimeoutError as exc:
                raise ConnectError(
                    f"{address} does not answer: it does not speak {cls.protocol} within {timeout:g} s"
                ) from exc
            except ConnectError as exc:
                exc.args = (f"{address}: {exc}",)
                raise
            except MalformedError as exc:
                raise ConnectError(f"{address}: what answers is no {cls.protocol} broker: {exc}") from exc
            except BROKEN as exc:
                raise ConnectError(f"{address}: the broker closed the connection before it accepted us") from exc
            yield connection

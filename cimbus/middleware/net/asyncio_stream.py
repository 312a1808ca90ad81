"""A stream on asyncio without a task between the socket and what is done with the bytes.

A stream of anyio wakes a task for each read and each write, and stops and starts reading around it: two system calls
and several turns of the event loop per round trip, most of what a message costs that is published alone. Here bytes go
to a function in the callback of the event loop that read them, and writing tries the socket at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final, Self, cast

import anyio
import anyio.lowlevel
from anyio.abc import ByteStream, SocketAttribute

from cimbus.middleware.loop_callback import on_trio

READ: Final = 128 * 1024
"""Bytes that are read at once: the default receive buffer of Linux (tcp_rmem)."""
LARGE: Final = 64 * 1024
"""Bytes: a smaller piece is taken at once by the operating system."""
STAGGER: Final = 0.25
"""Seconds before the next address of a host is tried beside the first one (RFC 8305, 8)."""


class AsyncioStream(ByteStream, asyncio.BufferedProtocol):
    """A stream, and the protocol of its transport in asyncio. Reading is paused until somebody asks for bytes.

    >>> import socket
    >>> async def main():
    ...     ours, other = socket.socketpair()
    ...     _, stream = await asyncio.get_running_loop().create_connection(AsyncioStream, sock=ours)
    ...     other.send(b"hello")
    ...     async with stream:
    ...         await stream.feed(print)  # which returns None: that is enough
    ...     other.close()
    >>> anyio.run(main)
    b'hello'
    """

    def __init__(self) -> None:
        self._transport: asyncio.Transport
        self._buffer = memoryview(bytearray(READ))
        self._left = b""
        """What was read and not given to anybody."""
        self._take: Callable[[bytes], object] | None = None
        self._failure: Exception | None = None
        """What ``_take`` raised."""
        self._stopped = asyncio.Event()
        """Set when ``feed`` has to look why nothing is read."""
        self._writable = asyncio.Event()
        self._writable.set()
        self._end: Exception | None = None
        """What reading raises, as nothing more will come; ``_broken``: writing, too."""
        self._broken = False

    @staticmethod
    def usable() -> bool:
        """Return whether the event loop that runs this is one of asyncio's own: others connect in their own way."""
        return not on_trio() and isinstance(asyncio.get_running_loop(), asyncio.BaseEventLoop)

    @classmethod
    async def connect(cls, host: str, port: int) -> Self:
        """Connect to a host; of several addresses the one that answers first is used (RFC 8305).

        Raises:
            OSError: no address can be reached.
            UnicodeError: this is not the name of a host.
        """
        loop = asyncio.get_running_loop()
        _, stream = await loop.create_connection(cls, host, port, happy_eyeballs_delay=STAGGER)
        return stream

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        """The socket, as anyio's streams have it."""
        return {SocketAttribute.raw_socket: lambda: self._transport.get_extra_info("socket")}

    # -- what asyncio calls -------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Read nothing yet; ``pause_writing`` is called as soon as the operating system does not take all."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.pause_reading()
        self._transport.set_write_buffer_limits(0)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002  # as asyncio has it
        """Return where to read to."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Give what was read to the function that asked for it."""
        data, take = bytes(self._buffer[:nbytes]), self._take
        if take is None:
            self._left += data
            return
        try:
            if take(data):
                return
        except Exception as error:  # noqa: BLE001  # feed raises it
            self._failure = error
        self._pause()

    def eof_received(self) -> bool:
        """Note that nothing more comes; what is written may still arrive."""
        self._over(anyio.EndOfStream())
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the connection is over."""
        error: Exception = anyio.EndOfStream() if exc is None else anyio.BrokenResourceError()
        error.__cause__ = exc
        self._broken = True
        self._over(error)
        self._writable.set()

    def pause_writing(self) -> None:
        """Let ``drained`` wait."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Let ``drained`` return."""
        self._writable.set()

    def _over(self, error: Exception) -> None:
        if self._end is None or isinstance(self._end, anyio.EndOfStream):
            self._end = error
        self._stopped.set()

    def _pause(self) -> None:
        self._take = None
        self._transport.pause_reading()
        self._stopped.set()

    # -- reading ------------------------------------------------------------------------------------------------------

    async def feed(self, take: Callable[[bytes], object]) -> None:
        """Have a function called with what comes, as long as it returns True. Only one task may do so at a time.

        Raises:
            EndOfStream: the other side has ended the connection, and everything was given to the function.
            BrokenResourceError: the connection broke.
            ClosedResourceError: this side has closed the stream.
            Exception: what the function raises.
        """
        left, self._left = self._left, b""
        if left and not take(left):
            return
        if self._end is None:
            self._stopped.clear()
            self._take = take
            self._transport.resume_reading()
            try:
                await self._stopped.wait()
            finally:
                stopped = self._take is None
                self._pause()
            failure, self._failure = self._failure, None
            if failure is not None:
                raise failure
            if stopped:
                return
        if self._end is not None:
            raise self._end

    async def receive(self, max_bytes: int = 65536) -> bytes:
        """Wait for bytes, and return them.

        Raises:
            EndOfStream, BrokenResourceError, ClosedResourceError: as ``feed``.
        """
        found: list[bytes] = []
        await self.feed(found.append)
        data = found[0]
        self._left = data[max_bytes:] + self._left
        return data[:max_bytes]

    # -- writing ------------------------------------------------------------------------------------------------------

    def write_now(self, data: bytes) -> bool:
        """Write, and return whether the operating system has all of it; if not, ``drained`` waits until it does."""
        if self._broken:
            return False
        # what the operating system does not take at once is copied twice by CPython 3.11, of a view once
        self._transport.write(data if len(data) < LARGE else memoryview(data))
        return self._writable.is_set()

    async def drained(self) -> None:
        """Wait until the operating system has everything that was written.

        Raises:
            BrokenResourceError, ClosedResourceError, EndOfStream: the connection is over.
        """
        await self._writable.wait()
        if self._broken and self._end is not None:
            raise self._end

    async def send(self, item: bytes) -> None:
        """Write, and wait until the operating system has it.

        Raises:
            BrokenResourceError, ClosedResourceError, EndOfStream: the connection is over.
        """
        await anyio.lowlevel.checkpoint()
        if not self.write_now(item):
            await self.drained()

    async def send_eof(self) -> None:
        """Tell the other side that nothing more is written."""
        self._transport.write_eof()

    async def aclose(self) -> None:
        """Close it; what the operating system has not got is dropped."""
        self._end = anyio.ClosedResourceError()
        self._broken = True
        self._stopped.set()
        self._transport.abort()
        await anyio.lowlevel.checkpoint()

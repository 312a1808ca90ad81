"""The writing half of a connection: what several tasks write is sent together in one call of the stream.

Rules: ``write`` never waits; a caller that must bound what it writes waits for ``flush`` or for the peer's answers. One
task runs ``run`` until the connection is over.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

import anyio
from anyio.abc import ByteStream

from .asyncio_stream import AsyncioStream

LINGER: Final = 0.002
"""Seconds for which acknowledgements wait for others: a system call less for each of them costs more than they do."""


class Writer:
    """Bytes on their way into a stream.

    Args:
        stream: where they go.
        pull: called before each write; returns further bytes to send, empty if there are none. For a protocol engine
            that keeps its own output; call ``wake`` when it has some.

    Attributes:
        last_write: when something was last written, in seconds of ``time.monotonic()``.

    >>> class Printing:
    ...     async def send(self, data):
    ...         print(data)
    >>> async def main():
    ...     writer = Writer(Printing())
    ...     async with anyio.create_task_group() as tasks:
    ...         tasks.start_soon(writer.run)
    ...         writer.write(b"one ")
    ...         writer.write(b"two")
    ...         await writer.flush()
    ...         writer.end()
    >>> anyio.run(main)
    b'one two'
    """

    def __init__(self, stream: ByteStream, pull: Callable[[], bytes] | None = None) -> None:
        self.last_write = time.monotonic()
        self._stream = stream
        self._direct = stream if pull is None and isinstance(stream, AsyncioStream) else None
        """Is written to by a callback of the event loop; ``run`` has work only while it takes no more."""
        self._pull = pull
        self._waiting: list[bytes] = []
        self._wake: anyio.Event | None = None
        """Set when there is something to do for ``run``; exists only while it has nothing to do."""
        self._scheduled = False
        """Whether the callback will be called."""
        self._lingers = False
        """Whether it will be called later, as few pieces wait."""
        self._flushed: anyio.Event | None = None
        """Set after each write; exists only while somebody waits for it."""
        self._written = self._wanted = 0
        """How many pieces the operating system has, and how many it should have."""
        self._waiting_for = 0
        """Pieces that ``_direct`` was given, and the operating system has not got."""
        self._over = False

    def write(self, data: bytes, together: int = 1) -> None:
        """Write soon, together with what others write.

        Args:
            data: what to write.
            together: wait until so many pieces wait, but no longer than ``LINGER``; a stream may do without.
        """
        self._waiting.append(data)
        self._wanted += 1
        if self._direct is None:
            self.wake()
        elif len(self._waiting) >= together:
            self._schedule()
        elif self._wake is not None and not (self._scheduled or self._lingers):
            self._lingers = True
            asyncio.get_running_loop().call_later(LINGER, self._end_linger)

    def _schedule(self) -> None:
        if self._direct is not None and self._wake is not None and not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._write_now)

    def _end_linger(self) -> None:
        self._lingers = False
        if not self._scheduled:
            self._write_now()

    def _write_now(self) -> None:
        self._scheduled = False
        if self._direct is None or self._wake is None or self._over or not self._waiting:
            return  # ``run`` is at work, and takes what waits
        batch, self._waiting = self._waiting, []
        if self._direct.write_now(batch[0] if len(batch) == 1 else b"".join(batch)):
            self._note(len(batch))
        else:
            self._waiting_for = len(batch)
            self.wake()

    def wake(self) -> None:
        """Have ``run`` look for bytes to write."""
        if self._wake is not None:
            self._wake.set()
            self._wake = None

    async def flush(self) -> bool:
        """Wait until the operating system has everything written so far; return False if the end came first."""
        goal = self._wanted
        self._schedule()
        while self._written < goal and not self._over:
            if self._flushed is None:
                self._flushed = anyio.Event()
            await self._flushed.wait()
        return self._written >= goal

    def end(self) -> None:
        """End ``run`` and every ``flush``: the connection is over."""
        self._over = True
        self._tell_flushed()
        self.wake()

    def _note(self, count: int) -> None:
        """Note that the operating system has so many pieces more."""
        self._written += count
        self.last_write = time.monotonic()
        self._tell_flushed()

    def _tell_flushed(self) -> None:
        if self._flushed is not None:
            self._flushed.set()
            self._flushed = None

    async def run(self) -> None:
        """Write until ``end``.

        Raises:
            OSError: the connection broke; so do anyio's errors for a stream that is over (``BROKEN``).
        """
        while not self._over:
            if self._direct is not None and self._waiting_for:
                await self._direct.drained()
                count, self._waiting_for = self._waiting_for, 0
                self._note(count)
            if self._pull is not None and (data := self._pull()):
                self.write(data)
            if not self._waiting:
                self._wake = anyio.Event()  # no await since the last look: nothing can have come between
                await self._wake.wait()
                continue
            batch, self._waiting = self._waiting, []
            await self._stream.send(batch[0] if len(batch) == 1 else b"".join(batch))
            self._note(len(batch))

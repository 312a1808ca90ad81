"""The outbox of a bus (EIP: Guaranteed Delivery): what is published is on disk first, and sent when that can be."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final, Self, get_args

import anyio

from cimbus.errors import CimbusError, UsageError
from cimbus.middleware.frame import Frame
from cimbus.middleware.tasks import background

from .file import AddEntry, OutboxFile
from .forwarder import POLL, Forwarder, Reject, Send
from .table import Full, OutboxBounds, row_of

GIGABYTE: Final = 1_000_000_000
"""The default of ``max_bytes``: half a million events of 2 kB, and little of an ordinary disk."""


class Outbox:
    """Messages in a file until the middleware has them, in order, across restarts.

    >>> import anyio, tempfile
    >>> from cimbus import Bus
    >>> from cimbus.nouns import MeterReadings
    >>> async def main(folder):
    ...     outbox = Outbox(f"{folder}/outbox.db", max_bytes=50_000_000)
    ...     async with Bus("mqtt://127.0.0.1:1", outbox=outbox, source="HES") as bus:  # there is no broker
    ...         await bus.publish(MeterReadings())
    ...         return await outbox.backlog()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     anyio.run(main, folder)
    1

    Args:
        path: an SQLite file, made for its owner alone where it is missing. An inbox may be the same file.
        max_bytes: how many octets may wait; 0: no bound. A gigabyte by default: half a million events.
        max_age: how long a message may wait, in seconds or as ``timedelta``; older ones are removed and counted. None:
            no bound. It goes by the machine's clock.
        full: what happens to a message that there is no room for: it is refused with ``OutboxFullError``
            (``"refuse"``), or the oldest ones are removed and counted (``"drop_oldest"``).

    Raises:
        ValueError: a bound is negative, or there is no such ``full``.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        max_bytes: int = GIGABYTE,
        max_age: float | timedelta | None = None,
        full: Full = "refuse",
    ) -> None:
        seconds = max_age.total_seconds() if isinstance(max_age, timedelta) else max_age or 0.0
        if max_bytes < 0 or seconds < 0:
            raise ValueError(f"max_bytes and max_age are not negative: {max_bytes}, {seconds}")
        if full not in get_args(Full):
            raise ValueError(f"full is {' or '.join(get_args(Full))}, not {full!r}")
        self.path = os.fspath(path)
        self._file = OutboxFile(self.path, OutboxBounds(max_bytes=max_bytes, max_age=seconds, full=full))
        self._forwarder: Forwarder | None = None

    @asynccontextmanager
    async def opened(self, send: Send, reject: Reject) -> AsyncGenerator[None]:
        """Return the block in which messages are taken and forwarded.

        Args:
            send: sends frames; ``Transport.send``.
            reject: keeps a message that the middleware refuses.

        Raises:
            CimbusError: the file cannot be opened.
        """
        if self._forwarder is not None:
            raise UsageError(f"the outbox {self.path} is open already: each bus needs one of its own")
        async with self._file.opened():
            self._forwarder = Forwarder(self._file, send, reject)
            try:
                async with background() as tasks:
                    tasks.start_soon(self._forwarder.run)
                    yield
            finally:
                self._forwarder = None

    @asynccontextmanager
    async def read_only(self) -> AsyncGenerator[Self]:
        """Return the block in which what waits can be looked at; nothing is sent.

        Raises:
            CimbusError: the file cannot be opened.
        """
        async with self._file.opened():
            yield self

    async def frames(self, after: int = 0) -> list[tuple[int, Frame]]:
        """Return the next messages that wait, with their numbers, oldest first; none behind the last one.

        Args:
            after: the number of the message before them.

        Raises:
            CimbusError: the outbox is not open, or cannot be read.
        """
        return await self._file.batch(after)

    @property
    def _open(self) -> Forwarder:
        if self._forwarder is None:
            raise CimbusError("the outbox is not open: use its bus in `async with`")
        return self._forwarder

    async def add(self, frames: Sequence[Frame]) -> Sequence[Exception | None]:
        """Keep frames, to be sent later; return when they are on disk, with one result each.

        A result is None, or an ``OutboxFullError``.

        Raises:
            CimbusError: the outbox is not open, or cannot be written.
        """
        forwarder = self._open
        entry = AddEntry([row_of(frame) for frame in frames])
        await self._file.written(entry)
        forwarder.wake()
        return entry.results

    # -- for another writer of the same file --------------------------------------------------------------------------

    def share(self, path: str) -> bool:
        """Note that another writer has this file open, too; return False if it is another file."""
        same = os.path.realpath(path) == os.path.realpath(self.path)
        self._file.shared = self._file.shared or same
        return same

    def write(self, db: sqlite3.Connection, frames: Sequence[Frame]) -> None:
        """Write frames in a transaction of this connection; ``wake`` is to be called when it is committed.

        Raises:
            OutboxFullError: there is no room for all of them.
        """
        self._file.write(db, [row_of(frame) for frame in frames])

    def wake(self) -> None:
        """Note that there are new messages in the file."""
        self._open.wake()

    # -- what it has done -------------------------------------------------------------------------------------------

    async def flush(self) -> None:
        """Wait until everything that was published has been sent.

        Raises:
            CimbusError: the outbox is not open.
        """
        forwarder = self._open
        while await self.backlog():  # another process may be the one that sends
            forwarder.wake()
            with anyio.move_on_after(POLL):
                await forwarder.idle.wait()

    async def backlog(self) -> int:
        """Return how many messages wait.

        Raises:
            CimbusError: the outbox is not open, or cannot be read.
        """
        return (await self._file.total()).messages

    async def bytes(self) -> int:
        """Return how many octets they take.

        Raises:
            CimbusError: the outbox is not open, or cannot be read.
        """
        return (await self._file.total()).bytes

    async def oldest(self) -> datetime | None:
        """Return when the oldest of them was published, None if there is none.

        Raises:
            CimbusError: the outbox is not open, or cannot be read.
        """
        found = await self._file.oldest()
        return None if found is None else datetime.fromtimestamp(found, UTC)

    def peek(self) -> tuple[int, int, float]:
        """Return how many messages wait, how many octets they take, and the age of the oldest in seconds, at once.

        For those that cannot wait, such as a scrape of metrics; it reads two rows of the file in this thread.

        Raises:
            CimbusError: the outbox is not open, or cannot be read.
        """
        total, oldest = self._file.peek()
        return total.messages, total.bytes, 0.0 if oldest is None else max(0.0, time.time() - oldest)

    @property
    def waiting(self) -> str:
        """Why the file cannot be written for a while (a full disk, a lock); empty if it can."""
        return self._file.waiting

    @property
    def forwarded(self) -> int:
        """How many messages were sent since the bus was opened."""
        return self._forwarder.forwarded if self._forwarder else 0

    @property
    def rejected(self) -> int:
        """How many became dead letters since then, because the middleware refused them."""
        return self._forwarder.rejected if self._forwarder else 0

    @property
    def unroutable(self) -> int:
        """How many of those the middleware took although no subscription existed for them, as far as it says so."""
        return self._forwarder.unroutable if self._forwarder else 0

    @property
    def dropped(self) -> int:
        """How many were removed to make room."""
        return self._file.dropped

    @property
    def expired(self) -> int:
        """How many were not sent: older than ``max_age``, or of no use any more (``publish(..., expires=)``)."""
        return self._file.expired + (self._forwarder.expired if self._forwarder else 0)

    def __repr__(self) -> str:
        return f"Outbox({self.path!r})"

"""Sends what an outbox holds, in order, for as long as it takes."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from typing import Final

import anyio

from cimbus.errors import CimbusError, SendError
from cimbus.middleware.expiry import is_expired
from cimbus.middleware.frame import Frame
from cimbus.middleware.net import Backoff, ThrottledLog
from cimbus.middleware.private_file import make_private
from cimbus.middleware.safe_log import safe_logger
from cimbus.middleware.send_report import unroutable_in

from .file import OutboxFile

log: Final = safe_logger("cimbus")

POLL: Final = 1.0
"""How often the file is looked at for what another process wrote, in seconds: its own messages a process knows of at
once."""
LONGEST_PAUSE: Final = 5.0
"""The longest pause before what failed is tried again, in seconds; transports wait for a lost connection themselves."""

Send = Callable[[Sequence[Frame]], Awaitable[Sequence[Exception | None]]]
"""``Transport.send``."""
Reject = Callable[[Frame, str], Awaitable[None]]
"""Keeps a message that the middleware refuses, with the reason."""


class Forwarder:
    """Takes messages from a file, sends them, and removes them when the middleware has them.

    One forwarder of a file works at a time, whatever the number of processes that share it. What was sent and could not
    be removed, because the process died, is sent again with the same MessageID.

    Args:
        file: where the messages are.
        send: sends frames in their order.
        reject: called for a message that the middleware refuses; it leaves the file then.

    Attributes:
        forwarded: how many messages the middleware has taken.
        rejected: how many it has refused.
        expired: how many were of no use any more when their turn came, and were not sent.
        unroutable: how many it took although no subscription existed for them.
        idle: set while the file holds nothing.
    """

    def __init__(self, file: OutboxFile, send: Send, reject: Reject) -> None:
        self._file = file
        self._send = send
        self._reject = reject
        self._wake = anyio.Event()
        self._waiting = False
        """Whether nothing was there at the last look, so that ``wake`` has to be called for the next message."""
        self.idle = anyio.Event()
        self.forwarded = self.rejected = self.expired = self.unroutable = 0
        self._throttled, self._expiring = ThrottledLog(log), ThrottledLog(log)

    def wake(self) -> None:
        """Note that there is a new message."""
        if self._waiting:
            self._waiting = False
            self.idle = anyio.Event()
            self._wake.set()

    async def run(self) -> None:
        """Send what there is and what comes, until cancelled."""
        backoff = Backoff(longest=LONGEST_PAUSE)
        async with _alone(self._file.path):
            while True:
                try:
                    if await self._forward():
                        backoff.reset()
                        continue
                except CimbusError as error:
                    self._throttled.warning("the outbox %s waits: %s", self._file.path, error)
                    await anyio.sleep(backoff.pause())
                    continue
                with anyio.move_on_after(POLL):
                    await self._wake.wait()

    async def _forward(self) -> bool:
        """Send the oldest messages; return False if there are none."""
        self._wake = anyio.Event()
        self._waiting = True
        batch = await self._file.batch()
        if not batch:
            if self._waiting:
                self.idle.set()
            return False
        self._waiting = False
        late = self._expired([frame for _, frame in batch])
        timely = [frame for (_, frame), gone in zip(batch, late, strict=True) if not gone]
        sent = await self._send(timely) if timely else ()
        self.unroutable += len(unroutable_in(sent))
        results = iter(sent)
        done, failure = 0, None
        for (_, frame), gone in zip(batch, late, strict=True):
            failure = None if gone else await self._concluded(frame, next(results))
            if failure is not None:
                break  # this message and those behind it stay
            done += 1
        if done:
            await self._file.remove(batch[0][0], batch[done - 1][0])
        if failure is not None:
            raise failure
        return True

    def _expired(self, frames: Sequence[Frame]) -> list[bool]:
        """Return which frames are of no use any more, and count these."""
        now = time.time()
        late = [is_expired(frame, now) for frame in frames]
        if any(late):
            self.expired += sum(late)
            self._expiring.warning("the outbox %s: %d messages have expired so far", self._file.path, self.expired)
        return late

    async def _concluded(self, frame: Frame, error: Exception | None) -> Exception | None:
        """Count a message that is done with; return why one is not."""
        if error is None:
            self.forwarded += 1
        elif isinstance(error, SendError):
            try:
                await self._reject(frame, str(error))
            except CimbusError as unwritable:
                return unwritable
            self.rejected += 1
        else:
            return error  # of the transport, not of this message
        return None


@asynccontextmanager
async def _alone(path: str) -> AsyncGenerator[None]:
    """Wait until no other process forwards the messages of this file, and keep others from it within the block.

    The lock is that of a transaction in a file beside it: SQLite has one on every system, and it ends with its process.
    """
    lock = f"{path}-forwarder"
    make_private(lock)
    with closing(sqlite3.connect(lock, timeout=0, check_same_thread=False, isolation_level=None)) as db:
        while True:
            try:
                db.execute("begin exclusive")
                break
            except sqlite3.OperationalError:  # another process has it
                await anyio.sleep(POLL)
        yield

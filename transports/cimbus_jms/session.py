"""A connection that is made again for ever: the life of a sender or of an inbox, whatever it speaks.

Rules: only the first attempt may fail (``ConnectError``); after that a lost connection is made again with jittered
pauses, for as long as it takes, and whatever the broker says: it has let us in once. What it refuses (``Refused``) of
those who live on a connection ends a session: a subscription that cannot be kept is told, not tried for ever.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Final, Protocol

import anyio
import anyio.abc

from cimbus.errors import ConnectError, TransportError
from cimbus.net import Backoff

log = logging.getLogger("cimbus.jms")

QUICK: Final = 5.0
"""A connection that lasted so long was a good one: the next pause is short again."""
SETTLE: Final = 1.0
"""How long a connection may take to become whole when it is no longer wanted."""
SHORT: Final = 1.0
"""After a connection that worked, however short, no pause is longer: it is the line that fails, not the broker."""


class Lost(Exception):  # noqa: N818  # an end, not always an error
    """The connection is over, or is of no more use."""


class Refused(ConnectError):  # noqa: N818  # a ConnectError that trying again will not heal
    """The broker answered, and does not want us, or does not let us have what we ask for."""


class Connection(Protocol):
    """One connection, as its session sees it."""

    over: anyio.Event
    lost: Lost | None

    def running(self) -> AbstractAsyncContextManager[None]:
        """Return the block in which it is read and written, and whoever lives on it is there.

        Raises:
            Refused: the broker does not let us have what we ask for.
            Lost: it ended before that was settled.
        """
        ...

    async def finish(self) -> None:
        """Say goodbye and wait for the end, but not long."""
        ...


class Session:
    """Makes one connection after the other.

    Args:
        connect: returns the block in which a connection is open that the broker has accepted.
        patient: the first attempt, too, waits for a broker that cannot be reached.
        name: for the log.
    """

    def __init__(
        self, connect: Callable[[], AbstractAsyncContextManager[Connection]], *, patient: bool, name: str
    ) -> None:
        self.name = name
        self.up = False
        self.ended: TransportError | None = None
        """Why it ended by itself."""
        self.done = anyio.Event()
        self.reconnects = 0
        self._connect = connect
        self._patient = patient
        self._backoff = Backoff()
        self._stop = anyio.Event()
        self._connection: Connection | None = None
        self._opening: anyio.Event | None = None
        """Set when those who live on a connection are there, or it failed; there only until then."""
        self._scope = anyio.CancelScope()
        self._running = self._began = False

    async def run(self, *, task_status: anyio.abc.TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Live until ``stop``, or until it cannot go on (then ``ended`` says why).

        Raises:
            ConnectError: the first attempt failed.
        """
        self._running = True
        try:
            while not self._stop.is_set():
                with anyio.CancelScope() as self._scope:
                    if (pause := await self._once(task_status)) is not None:
                        await anyio.sleep(pause)
        except Refused as exc:
            if not self._began:
                raise
            self.ended = exc
            log.error("%s: %s", self.name, exc)  # noqa: TRY400  # the reason is all there is
        finally:
            self.done.set()

    async def _once(self, task_status: anyio.abc.TaskStatus[None]) -> float | None:
        """Connect and live until the connection is over; return how long to pause then."""
        connected = False
        try:
            async with self._connect() as connection:
                connected = True
                await self._live(connection, task_status)
        except Lost as lost:
            log.warning("%s: %s; connecting again", self.name, lost)
            return self._backoff.pause()
        except ConnectError as exc:
            refused = isinstance(exc, Refused)
            if (refused and connected) or (not self._began and (refused or not self._patient)):
                raise
            log.warning("%s: %s; trying again", self.name, exc)
            return self._backoff.pause()
        return None

    async def _live(self, connection: Connection, task_status: anyio.abc.TaskStatus[None]) -> None:
        started = time.monotonic()
        lost: Lost | None = None
        self._opening = anyio.Event()
        try:
            async with connection.running():
                self._connection, self.up = connection, True
                self._opened()
                try:
                    if self._began:
                        self.reconnects += 1
                        log.info("%s: connected again", self.name)
                    else:
                        self._began = True
                        task_status.started()
                    await connection.over.wait()
                finally:
                    self._connection, self.up = None, False
        except Lost as exc:
            lost = exc
        finally:
            self._opened()
        if self._stop.is_set():
            return
        self._backoff.calm(SHORT)
        if time.monotonic() - started >= QUICK:
            self._backoff.reset()
        raise lost or connection.lost or Lost("the connection is over")

    def _opened(self) -> None:
        if self._opening is not None:
            self._opening.set()
            self._opening = None

    async def stop(self) -> None:
        """Say goodbye and wait for the end."""
        self._stop.set()
        if self._opening is not None:  # a broker that is left in the middle of that may keep half of it
            with anyio.move_on_after(SETTLE):
                await self._opening.wait()
        if self._connection is not None:
            await self._connection.finish()
        self._scope.cancel()
        if self._running:
            await self.done.wait()

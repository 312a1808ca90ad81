"""A connection that is made again whenever it is lost, until the session is stopped.

Rules: only the first attempt may fail (``ConnectError``); after that a lost connection is made again with jittered
pauses, however long it takes and whatever the broker answers: it has accepted us once. What it refuses
(``RefusedError``) on a connection that it has accepted ends the session: a subscription that cannot be kept is
reported, not tried again without end.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Final, Generic, TypeVar

import anyio
import anyio.abc

from cimbus.errors import ConnectError, TransportError
from cimbus.middleware.safe_log import SafeLogger

from .backoff import Backoff
from .connection import StreamConnection
from .errors import ConnectionLostError, RefusedError

STABLE_AFTER: Final = 5.0
"""After a connection that lasted this long, in seconds, pauses begin short again: it was not refused or thrown out."""
LONGEST_PAUSE: Final = 1.0
"""After a connection that worked, however briefly, no pause is longer than this, in seconds: the network fails, not the
broker, and a network that came back once comes back soon."""
OPENING_TIMEOUT: Final = 1.0
"""How long ``stop`` waits for a connection that is being set up, in seconds: a broker that is left in the middle of a
SUBSCRIBE may keep half of a subscription."""

C = TypeVar("C", bound=StreamConnection[Any])  # Any: with any user


class ReconnectingSession(Generic[C]):
    """Makes one connection after the other.

    Args:
        connect: returns the block in which a connection is open that the broker has accepted.
        patient: the first attempt, too, waits for a broker that cannot be reached.
        name: for the log.
        log: where reconnects are reported.
        backoff: how long to pause between attempts.

    Attributes:
        up: whether there is a connection now.
        ended: why the session ended by itself; None if it did not.
        reconnects: how many connections followed the first one.
        began: whether there has been a connection.

    >>> from contextlib import asynccontextmanager
    >>> from cimbus.middleware.safe_log import safe_logger
    >>> @asynccontextmanager
    ... async def connect():
    ...     raise ConnectError("mine://localhost:1234 cannot be reached")
    ...     yield
    >>> async def main():
    ...     session = ReconnectingSession(connect, patient=False, name="sender", log=safe_logger("my.transport"))
    ...     try:
    ...         async with anyio.create_task_group() as tasks:
    ...             await tasks.start(session.run)  # returns when the first connection is there
    ...     except* ConnectError as group:
    ...         print(group.exceptions[0])
    >>> anyio.run(main)
    mine://localhost:1234 cannot be reached
    """

    def __init__(
        self,
        connect: Callable[[], AbstractAsyncContextManager[C]],
        *,
        patient: bool,
        name: str,
        log: SafeLogger,
        backoff: Backoff | None = None,
    ) -> None:
        self.name = name
        self.up = False
        self.ended: TransportError | None = None
        self.reconnects = 0
        self.began = False
        self._connect = connect
        self._patient = patient
        self._log = log
        self._backoff = backoff or Backoff()
        self._stop = anyio.Event()
        self._done = anyio.Event()
        self._connection: C | None = None
        self._opening: anyio.Event | None = None
        """Set when a connection is set up, or failed; exists only until then."""
        self._scope = anyio.CancelScope()
        """Around the connection and the pause of the moment."""
        self._running = False

    @property
    def paused(self) -> bool:
        """Whether the connection of the moment is not read."""
        return self._connection is not None and self._connection.paused

    # -- what a protocol may add --------------------------------------------------------------------------------------

    def _ended(self, lost: ConnectionLostError, life: float) -> float:  # noqa: ARG002  # for subclasses
        """Note that a connection ended by itself after ``life`` seconds; return the shortest pause allowed.

        Raises:
            RefusedError: there is no point in connecting again; the session ends.
        """
        return 0.0

    def _failed(self) -> None:
        """Note that no connection could be made."""

    def _paused(self) -> None:
        """Note that a pause is over.

        Raises:
            RefusedError: there is no point in connecting again; the session ends.
        """

    # -- running ------------------------------------------------------------------------------------------------------

    async def run(self, *, task_status: anyio.abc.TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Run until ``stop``, or until it cannot go on (then ``ended`` holds the reason); started once connected.

        Raises:
            ConnectError: the first attempt failed.
        """
        self._running = True
        try:
            while not self._stop.is_set():
                with anyio.CancelScope() as self._scope:
                    if (pause := await self._once(task_status)) is not None:
                        await anyio.sleep(pause)
                        self._paused()
        except RefusedError as exc:
            if not self.began:
                raise
            self.ended = exc
            self._log.error("%s: %s", self.name, exc)  # the text says it all, a traceback adds nothing
        finally:
            self._done.set()

    async def _once(self, task_status: anyio.abc.TaskStatus[None]) -> float | None:
        """Connect and stay connected; return how long to pause after the end, None after ``stop``."""
        connected = False
        try:
            async with self._connect() as connection:
                connected = True
                least = await self._use(connection, task_status)
        except ConnectError as exc:
            refused = isinstance(exc, RefusedError)
            if (refused and connected) or (not self.began and (refused or not self._patient)):
                raise
            self._failed()
            self._log.warning("%s: %s; trying again", self.name, exc)
            return self._backoff.pause()
        return None if least is None else max(self._backoff.pause(), least)

    async def _use(self, connection: C, task_status: anyio.abc.TaskStatus[None]) -> float | None:
        """Stay on a connection until it ends; return the shortest pause allowed, None after ``stop``."""
        started = time.monotonic()
        lost: ConnectionLostError | None = None
        self._opening = anyio.Event()
        self.up = True
        self.reconnects += self.began
        try:
            async with connection.running():
                self._connection = connection
                self._opened()
                if self.began:
                    self._log.info("%s: connected again", self.name)
                else:
                    self.began = True
                    task_status.started()
                await connection.serve()
        except ConnectionLostError as exc:
            lost = exc
        finally:
            self._connection, self.up = None, False
            self._opened()
        if self._stop.is_set():
            return None
        life = time.monotonic() - started
        if connection.worked:
            self._backoff.calm(LONGEST_PAUSE)
        if life >= STABLE_AFTER:
            self._backoff.reset()
        lost = lost or connection.lost or ConnectionLostError("the connection is over")
        self._log.warning("%s: %s; connecting again", self.name, lost)
        return self._ended(lost, life)

    def _opened(self) -> None:
        if self._opening is not None:
            self._opening.set()
            self._opening = None

    async def stop(self) -> None:
        """End the connection in order, and then the session."""
        self._stop.set()
        if self._opening is not None:
            with anyio.move_on_after(OPENING_TIMEOUT):
                await self._opening.wait()
        if self._connection is not None:
            await self._connection.finish()
        self._scope.cancel()
        if self._running:
            await self._done.wait()

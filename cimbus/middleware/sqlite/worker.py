"""The one thread that touches the file, for one transport.

A round takes everything that was asked since the last one: all frames are sent in one transaction, then all consumers
settle and take in one more, and the event loop is notified in one call. While a round lasts, requests for the next one
gather: so many callers share one commit (group commit). A thread that has nothing to do sleeps.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import anyio

from cimbus.errors import CimbusError, ClosedError, ConnectError, SendError, TransportError, UsageError
from cimbus.middleware.frame import Frame
from cimbus.middleware.loop_callback import LoopCallback
from cimbus.middleware.safe_log import safe_logger
from cimbus.middleware.send_report import SendReport
from cimbus.middleware.sqlite_errors import is_passing

from .consumer import SqliteConsumer
from .rounds import Rounds
from .store import Bounds

RETRY: Final = 0.25
"""How long to pause when what was settled cannot be written (the disk is full), in seconds: soon enough when there is
room again, and no load until then."""
BUSY: Final = 1.0
"""After how many seconds behind another process's lock ``ready`` is false: ordinary transactions take milliseconds."""
CLOSE_TIMEOUT: Final = 5.0
"""How long closing waits for that lock, in seconds: a service that is being stopped often has 10 s in all."""

_neighbours: defaultdict[Path, frozenset[Worker]] = defaultdict(frozenset)
"""The workers on the same file in this process: they are woken when something was sent, and need not poll for it."""
_moving = threading.Lock()
"""Held to change ``_neighbours``; its sets are never changed, so that reading one needs no lock."""

_log = safe_logger("cimbus.middleware.sqlite")

R = TypeVar("R")


class Job(Generic[R]):
    """Something to do in the thread, and its result."""

    def __init__(self, work: Callable[[Rounds], R]) -> None:
        self.work = work
        self.done = anyio.Event()
        self.tried = False
        self.result: R | None = None
        self.error: Exception | None = None


class SendJob(Job[SendReport]):
    """Frames to send, together with those of other callers, and the result of each."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        super().__init__(lambda rounds: rounds.send(frames))
        self.frames = frames


class CommitJob(Job[None]):
    """A transaction: frames to send and deliveries to accept, all or none."""

    def __init__(self, frames: Sequence[Frame], consumer: SqliteConsumer | None, accepted: Sequence[int]) -> None:
        super().__init__(lambda rounds: rounds.commit(frames, consumer, accepted))


class Worker:
    """The thread, and its queue.

    Args:
        path: the file.
        bounds: how much it keeps.
        post: how the thread reaches the event loop.
    """

    def __init__(self, path: Path, bounds: Bounds, post: LoopCallback) -> None:
        self.ready = False
        self.consumers: set[SqliteConsumer] = set()
        """Those that are open; the loop's."""
        self._path = path
        self._bounds = bounds
        self._post = post
        self._jobs: deque[Job[Any]] = deque()
        self._woken = threading.Event()
        self._opened = anyio.Event()
        self._ended = anyio.Event()
        self._failure: Exception | None = None
        self._over = ""
        """Why nothing can be asked any more."""
        self._stop_by: float | None = None
        self._locked_since: float | None = None
        self._thread = threading.Thread(target=self._run, name=f"cimbus {path.name}", daemon=True)

    # -- on the event loop ----------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Open the file.

        Raises:
            ConnectError: it cannot be opened.
        """
        with _moving:
            _neighbours[self._path] |= {self}
        self._thread.start()
        try:
            await self._opened.wait()
        except BaseException:
            self._stop_by = time.monotonic()
            self.wake()
            raise
        if self._failure is not None:
            raise self._failure

    async def stop(self) -> None:
        """Do what was asked so far, and end."""
        self._stop_by = time.monotonic() + CLOSE_TIMEOUT
        self.wake()
        with anyio.CancelScope(shield=True):
            await self._ended.wait()
        self._thread.join()

    def wake(self) -> None:
        """Have a round soon."""
        if not self._woken.is_set():
            self._woken.set()

    async def ask(self, job: Job[R]) -> R:
        """Have something done, and return its result.

        Raises:
            ClosedError: the thread has ended.
            TransportError: it did not work.
        """
        if self._over:
            raise ClosedError(self._over)
        self._jobs.append(job)
        self.wake()
        await job.done.wait()
        if job.error is not None:
            raise job.error
        if not job.tried:
            raise ClosedError(self._over)
        return job.result  # type: ignore[return-value]  # set where there is no error

    def _tell(self, jobs: Sequence[Job[Any]], consumers: Sequence[SqliteConsumer]) -> None:
        for job in jobs:
            job.done.set()
        for consumer in consumers:
            consumer.look()

    def _end(self) -> None:
        """Fail all that still wait."""
        self._over = self._over or "the transport is closed"
        self.ready = False
        for consumer in self.consumers:
            consumer.close(self._over)
        for job in self._jobs:
            job.error = ClosedError(self._over)
            job.done.set()
        self._opened.set()
        self._ended.set()

    # -- in the thread --------------------------------------------------------------------------------------------

    def _run(self) -> None:
        rounds: Rounds | None = None
        try:
            rounds = Rounds(self._path, self._bounds, self._patient)
            self.ready = True
            self._call_loop(self._opened.set)
            while self._stop_by is None or self._jobs:
                asked = self._woken.wait(rounds.pause if self.ready else RETRY)
                self._woken.clear()
                self._round(rounds, asked=asked)
        except ConnectError as exc:
            self._failure = exc
        except Exception as exc:  # noqa: BLE001  (whatever it is, callers wait for this thread and must be told)
            _log.exception("%s: the bus cannot go on", self._path)
            self._over = f"{self._path} cannot be used any more: {exc}"
        finally:
            with _moving:
                _neighbours[self._path] -= {self}
            if rounds is not None:
                rounds.close()
            self._call_loop(self._end)

    def _call_loop(self, call: Callable[[], None]) -> None:
        try:
            self._post(call)
        except RuntimeError:  # the loop has ended without closing this transport: there are no callers any more
            self._stop_by = time.monotonic()

    def _round(self, rounds: Rounds, *, asked: bool) -> None:
        """Do all that was asked, and serve the consumers."""
        jobs = [self._jobs.popleft() for _ in range(len(self._jobs))]
        arrived: list[SqliteConsumer] = []
        try:
            for together, some in groupby(jobs, key=lambda job: isinstance(job, SendJob)):
                if together:
                    self._send(rounds, [job for job in some if isinstance(job, SendJob)])
                else:
                    for job in some:
                        self._do(rounds, job)
            rounds.evict_dead_members()
            arrived = rounds.serve(asked=asked)
            self.ready, self._locked_since = True, None
        except sqlite3.Error as exc:  # the disk is full, or fails: settlements are kept, and tried again
            if not is_passing(exc):
                raise
            _log.warning("%s cannot be written at the moment: %s", self._path, exc)
            self.ready = False
        finally:
            if jobs or arrived:
                self._call_loop(lambda: self._tell(jobs, arrived))

    def _send(self, rounds: Rounds, sends: Sequence[SendJob]) -> None:
        """Send the frames of several callers at once."""
        report = rounds.send([frame for send in sends for frame in send.frames])
        start = 0
        for send in sends:
            places = range(start, start := start + len(send.frames))
            lost = [place - places.start for place in places if place in report.unroutable] if report.unroutable else ()
            send.result = SendReport(report[places.start : places.stop], lost)
            send.tried = True
        self._wake_neighbours()

    def _wake_neighbours(self) -> None:
        for neighbour in _neighbours[self._path] - {self}:
            neighbour.wake()

    def _do(self, rounds: Rounds, job: Job[Any]) -> None:
        job.tried = True
        try:
            job.result = job.work(rounds)
            if isinstance(job, CommitJob):
                self._wake_neighbours()
        except (SendError, UsageError) as exc:
            job.error = exc
        except (sqlite3.Error, CimbusError, OSError) as exc:
            job.error = TransportError(f"{self._path}: {exc}")
            job.error.__cause__ = exc

    def _patient(self) -> bool:
        """Return whether to go on waiting for another process's lock."""
        now = time.monotonic()
        self._locked_since = self._locked_since or now
        if now - self._locked_since > BUSY:
            self.ready = False
        return self._stop_by is None or now < self._stop_by

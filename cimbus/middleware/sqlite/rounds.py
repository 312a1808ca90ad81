"""What the worker's thread does in one round: send, settle, take, and evict members of dead processes.

Blocking, for the worker's thread only. Nothing here knows of threads or of the event loop; ``serve`` returns which
consumers have something to look at.
"""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from cimbus.errors import SendError, TransportError
from cimbus.middleware.delivery import Delivery, Outcome
from cimbus.middleware.frame import Frame
from cimbus.middleware.group import GroupDescription
from cimbus.middleware.net.redelivery import redelivery_delay
from cimbus.middleware.safe_log import safe_logger
from cimbus.middleware.send_report import SendReport

from . import membership
from .claims import Claim, accept, candidates, claim, settle
from .consumer import Settlement, SqliteConsumer
from .liveness import LivenessLock, is_alive, remove_lock
from .records import read_frame
from .store import Bounds, Store

log: Final = safe_logger("cimbus.middleware.sqlite")

MIN_POLL: Final = 0.005
MAX_POLL: Final = 0.1
"""The bounds of the interval at which other processes' frames are looked for, in seconds; it grows by half while there
are none. SQLite cannot notify another process. Our choice: a look (PRAGMA data_version) costs some microseconds, so it
may be done every 5 ms, and a tenth of a second is what a person notices."""
FLUSH_AFTER: Final = 0.02
"""How long a settlement may wait to be written together with others, in seconds. Our choice: a process that dies has
at most the settlements of 20 ms redelivered."""
LIVENESS_CHECK: Final = 1.0
"""How often it is checked whether other processes are alive, in seconds: each check opens a file per process."""


class Rounds:
    """The file, and the consumers that are served from it.

    Raises:
        ConnectError: the file cannot be opened.
    """

    def __init__(self, path: Path, bounds: Bounds, patient: Callable[[], bool]) -> None:
        self.store = Store(path, bounds.max_size, patient)
        self._retention = bounds.retention
        self._path = path
        self._lock: LivenessLock | None = None
        """Ours, once we have members."""
        self._consumers: dict[SqliteConsumer, None] = {}
        self._interval = MIN_POLL
        self._alarm = math.inf
        """When a frame that was released here may go again."""
        self._next_liveness_check = 0.0

    def close(self) -> None:
        """Close the file, and let other processes have what is left of ours."""
        self.store.close()
        if self._lock is not None:
            self._lock.release()

    @property
    def pause(self) -> float | None:
        """For how long there is nothing to do, unless the event loop asks; None: no limit."""
        if any(consumer.wants and consumer.room > 0 for consumer in self._consumers):
            return max(0.0, min(self._interval, self._alarm - time.monotonic()))
        busy = any(consumer.taken > consumer.settled or consumer.settlements for consumer in self._consumers)
        return FLUSH_AFTER if busy else None

    # -- members --------------------------------------------------------------------------------------------------

    def join(self, consumer: SqliteConsumer) -> None:
        """Open a consumer; its subscription is on disk."""
        if self._lock is None:
            self._lock = LivenessLock(self._path)
        with self.store.writing(full=True):
            consumer.membership = membership.join(self.store.db, consumer.spec, self._lock.token)
        self._consumers[consumer] = None
        self._next_liveness_check = 0.0  # it may be started because its predecessor has died

    def leave(self, consumer: SqliteConsumer) -> None:
        """Close a consumer: write its settlements, release the rest."""
        if consumer not in self._consumers:
            return
        undelivered = [delivery.token for delivery in consumer.arrived if isinstance(delivery.token, int)]
        with self.store.writing():
            self._settle(consumer, list(consumer.settlements))
            membership.leave(self.store.db, consumer.membership, undelivered)
        del self._consumers[consumer]

    def groups(self) -> list[GroupDescription]:
        """Return what there is to tell of the groups."""
        self._evict_now()
        return membership.describe(self.store.db)

    def forget(self, group: str) -> int:
        """End groups that are away, and their backlog."""
        self._evict_now()
        with self.store.writing():
            return membership.forget(self.store.db, group)

    def _evict_now(self) -> None:
        """Remove members of processes that died since the last check, at once."""
        self._next_liveness_check = 0.0
        self.evict_dead_members()

    def evict_dead_members(self) -> None:
        """If it is time, remove members of dead processes and frames that are too old."""
        now = time.monotonic()
        if now < self._next_liveness_check:
            return
        self._next_liveness_check = now + LIVENESS_CHECK
        if self._retention and (expired := self.store.expire(time.time() - self._retention)):
            log.warning("%s: %d deliveries given up, older than retention=%g", self._path, expired, self._retention)
        for lock in membership.other_locks(self.store.db, self._lock.token if self._lock else ""):
            if not is_alive(self._path, lock):
                with self.store.writing():
                    membership.evict(self.store.db, lock)
                remove_lock(self._path, lock)

    # -- frames ---------------------------------------------------------------------------------------------------

    def send(self, frames: Sequence[Frame]) -> SendReport:
        """Write frames, all at once if that works, else one by one; return the result of each."""
        try:
            unroutable = self.store.append(frames)
        except (sqlite3.Error, TransportError, TypeError, ValueError) as exc:
            if len(frames) > 1 and not isinstance(exc, TransportError):
                reports = [self.send([frame]) for frame in frames]
                lost = [place for place, report in enumerate(reports) if report.unroutable]
                return SendReport([result for report in reports for result in report], lost)
            error = SendError(f"{self._path} did not take the frame: {exc}")
            error.__cause__ = exc
            return SendReport([error] * len(frames), ())
        return SendReport([None] * len(frames), unroutable)

    def commit(self, frames: Sequence[Frame], consumer: SqliteConsumer | None, accepted: Sequence[int]) -> None:
        """Write frames and accept deliveries, in one transaction of SQLite.

        Raises:
            SendError: the file does not take the frames; nothing happened.
            UsageError: the consumer does not have these deliveries; nothing happened.
            TransportError: another process has the file locked; nothing happened.
        """
        try:
            with self.store.writing(full=True, bounded=True):
                if consumer is not None and accepted:
                    accept(self.store.db, consumer.membership, accepted)
                self.store.insert(frames)
        except (sqlite3.Error, TypeError, ValueError) as exc:
            raise SendError(f"{self._path} did not take the frames of a transaction: {exc}") from exc

    def serve(self, *, asked: bool) -> list[SqliteConsumer]:
        """Write settlements, and take frames for receivers that wait; return the consumers for which some arrived.

        Args:
            asked: the event loop asked for something, so there may be news; else see what other processes did.

        Raises:
            sqlite3.Error: the file cannot be written; the settlements are kept.
        """
        look = asked or self._news()
        waiting = [consumer for consumer in self._consumers if look and consumer.wants and consumer.room > 0]
        settled = [(consumer, list(consumer.settlements)) for consumer in self._consumers if consumer.settlements]
        if not settled and not any(candidates(self.store.db, consumer.membership, 1) for consumer in waiting):
            return []
        claims: list[tuple[SqliteConsumer, list[Claim]]] = []
        with self.store.writing():
            for consumer, settlements in settled:
                self._settle(consumer, settlements)
            claims += [(each, claim(self.store.db, each.membership, each.room)) for each in waiting]
        for consumer, settlements in settled:
            for _ in settlements:
                consumer.settlements.popleft()
        return [consumer for consumer, rows in claims if rows and self._bring(consumer, rows)]

    def _news(self) -> bool:
        """Return whether it is worth looking for frames, and set the time of the next look."""
        now = time.monotonic()
        if self.store.others_wrote() or now >= self._alarm:
            self._alarm = math.inf if now >= self._alarm else self._alarm
            self._interval = MIN_POLL
            return True
        idle = self._interval >= MAX_POLL  # then look, whatever data_version says
        self._interval = min(MAX_POLL, self._interval * 1.5)
        return idle

    def _settle(self, consumer: SqliteConsumer, settlements: Sequence[Settlement]) -> None:
        """Write settlements, in the caller's transaction."""
        done = [frame for frame, outcome, _ in settlements if outcome is not Outcome.RELEASED]
        released = [(frame, attempt) for frame, outcome, attempt in settlements if outcome is Outcome.RELEASED]
        settle(self.store.db, consumer.membership, done, released)
        if released:
            soonest = min(redelivery_delay(attempt) for _, attempt in released)
            self._alarm = min(self._alarm, time.monotonic() + soonest)

    def _bring(self, consumer: SqliteConsumer, rows: Sequence[Claim]) -> bool:
        """Give a consumer what was taken for it."""
        consumer.taken += len(rows)
        for frame, attempt, head, body in rows:
            consumer.arrived.append(Delivery(read_frame(head, body), consumer.settle, attempt=attempt, token=frame))
        self._interval = MIN_POLL
        return True

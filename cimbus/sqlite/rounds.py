"""What the worker's thread does in one round: send, settle, take, and call the roll.

Blocking, for the worker's thread only. Nothing here knows of threads or of the event loop; ``serve`` returns which
inboxes have something to look at.
"""

from __future__ import annotations

import logging
import math
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from cimbus.delivery import Delivery, Outcome
from cimbus.errors import SendError, TransportError
from cimbus.frame import Frame

from . import membership
from .consuming import Claim, candidates, claim, rest, settle
from .inbox import Note, SqliteInbox
from .life import Life, bury, is_alive
from .records import read_frame
from .store import Bounds, Store

log: Final = logging.getLogger("cimbus.sqlite")

SOONEST: Final = 0.005
LATEST: Final = 0.1
NOTES: Final = 0.02
"""How long a note may wait for company."""
ROLL_CALL: Final = 1.0
"""How often to look whether somebody has died."""


class Rounds:
    """The file, and the inboxes that are served from it.

    Raises:
        ConnectError: the file cannot be opened.
    """

    def __init__(self, path: Path, bounds: Bounds, patient: Callable[[], bool]) -> None:
        self.store = Store(path, bounds.max_size, patient)
        self._retention = bounds.retention
        self._path = path
        self._life: Life | None = None
        """Ours, once we have members."""
        self._inboxes: dict[SqliteInbox, None] = {}
        self._interval = SOONEST
        self._alarm = math.inf
        """When a frame that was released here may go again."""
        self._roll_call = 0.0

    def close(self) -> None:
        """Close the file, and let others have what is left of ours."""
        self.store.close()
        if self._life is not None:
            self._life.end()

    @property
    def pause(self) -> float | None:
        """For how long there is nothing to do, unless somebody asks; None: for ever."""
        if any(inbox.wants and inbox.room > 0 for inbox in self._inboxes):
            return max(0.0, min(self._interval, self._alarm - time.monotonic()))
        return NOTES if any(inbox.taken > inbox.settled or inbox.notes for inbox in self._inboxes) else None

    # -- members --------------------------------------------------------------------------------------------------

    def join(self, inbox: SqliteInbox) -> None:
        """Open an inbox; its subscription is on disk."""
        if self._life is None:
            self._life = Life(self._path)
        with self.store.writing(full=True):
            inbox.seat = membership.join(self.store.db, inbox.intake, self._life.token)
        self._inboxes[inbox] = None
        self._roll_call = 0.0  # it may be here because its predecessor has died

    def part(self, inbox: SqliteInbox) -> None:
        """Close an inbox: write its notes, give the rest back."""
        if inbox not in self._inboxes:
            return
        untouched = [delivery.token for delivery in inbox.arrived if isinstance(delivery.token, int)]
        with self.store.writing():
            self._settle(inbox, list(inbox.notes))
            membership.part(self.store.db, inbox.seat, untouched)
        del self._inboxes[inbox]

    def forget(self, group: str) -> int:
        """End a durable group that is away, and its backlog."""
        with self.store.writing():
            return membership.forget(self.store.db, group)

    def call_the_roll(self) -> None:
        """See who has died, if it is time; what they had in hand goes back."""
        now = time.monotonic()
        if now < self._roll_call:
            return
        self._roll_call = now + ROLL_CALL
        if self._retention and (expired := self.store.expire(time.time() - self._retention)):
            log.warning("%s: %d deliveries given up, older than retention=%g", self._path, expired, self._retention)
        for life in membership.other_lives(self.store.db, self._life.token if self._life else ""):
            if not is_alive(self._path, life):
                with self.store.writing():
                    membership.evict(self.store.db, life)
                bury(self._path, life)

    # -- frames ---------------------------------------------------------------------------------------------------

    def send(self, frames: Sequence[Frame]) -> list[Exception | None]:
        """Write frames, all at once if that goes, else one by one; say what came of each."""
        try:
            self.store.append(frames)
        except (sqlite3.Error, TransportError, TypeError, ValueError) as exc:
            if len(frames) > 1 and not isinstance(exc, TransportError):
                return [result for frame in frames for result in self.send([frame])]
            error = SendError(f"{self._path} did not take the frame: {exc}")
            error.__cause__ = exc
            return [error] * len(frames)
        return [None] * len(frames)

    def serve(self, *, asked: bool) -> list[SqliteInbox]:
        """Settle what was noted, and take for those who wait; return for whom something has arrived.

        Args:
            asked: somebody here asked for something, so there may be news; else see what other processes did.

        Raises:
            sqlite3.Error: the file cannot be written; the notes are kept.
        """
        look = asked or self._news()
        waiting = [inbox for inbox in self._inboxes if look and inbox.wants and inbox.room > 0]
        noted = [(inbox, list(inbox.notes)) for inbox in self._inboxes if inbox.notes]
        if not noted and not any(candidates(self.store.db, inbox.seat, 1) for inbox in waiting):
            return []
        claims: list[tuple[SqliteInbox, list[Claim]]] = []
        with self.store.writing():
            for inbox, notes in noted:
                self._settle(inbox, notes)
            claims += [(inbox, claim(self.store.db, inbox.seat, inbox.room)) for inbox in waiting]
        for inbox, notes in noted:
            for _ in notes:
                inbox.notes.popleft()
        return [inbox for inbox, rows in claims if rows and self._bring(inbox, rows)]

    def _news(self) -> bool:
        """Return whether it is worth looking for frames, and set the time of the next look."""
        now = time.monotonic()
        if self.store.others_wrote() or now >= self._alarm:
            self._alarm = math.inf if now >= self._alarm else self._alarm
            self._interval = SOONEST
            return True
        idle = self._interval >= LATEST  # then look, whatever the signs say
        self._interval = min(LATEST, self._interval * 1.5)
        return idle

    def _settle(self, inbox: SqliteInbox, notes: Sequence[Note]) -> None:
        """Write notes, in the caller's transaction."""
        done = [frame for frame, outcome, _ in notes if outcome is not Outcome.RELEASED]
        released = [(frame, attempt) for frame, outcome, attempt in notes if outcome is Outcome.RELEASED]
        settle(self.store.db, inbox.seat, done, released)
        if released:
            soonest = min(rest(attempt) for _, attempt in released)
            self._alarm = min(self._alarm, time.monotonic() + soonest)

    def _bring(self, inbox: SqliteInbox, rows: Sequence[Claim]) -> bool:
        """Give an inbox what was taken for it."""
        inbox.taken += len(rows)
        for frame, attempt, head, body in rows:
            inbox.arrived.append(Delivery(read_frame(head, body), inbox.settle, attempt=attempt, token=frame))
        self._interval = SOONEST
        return True

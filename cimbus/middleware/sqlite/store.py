"""The file, opened: transactions, and writing frames.

Blocking, for the worker's thread only. Rules:

* What is sent is on disk when ``append`` returns (synchronous=FULL). What is settled need not be: if the power fails,
  frames are redelivered that had been settled, which at-least-once allows (synchronous=NORMAL). A process that dies
  loses neither.
* A frame is kept as long as a subscription has to settle it. What no subscription wants is not written.
* No statement is put together from data.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from cimbus.errors import TransportError
from cimbus.middleware.frame import Frame
from cimbus.middleware.matcher import Matcher

from .records import key_hash, read_patterns, write_head
from .tables import connect


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """How much a file keeps: ``max_size`` in bytes, ``retention`` in seconds; 0 is no bound."""

    max_size: int = 0
    retention: float = 0.0


class Store:
    """The file, opened.

    Args:
        path: the file.
        max_size: how large ``append`` may make it, in bytes; 0: as large as the disk.
        patient: called while another process has the lock; returns whether to go on waiting.
    """

    def __init__(self, path: Path, max_size: int, patient: Callable[[], bool]) -> None:
        self._path = path
        self.db = connect(path)
        self._max_size = max_size
        self._patient = patient
        self._matcher: Matcher[int] = Matcher()
        self._epoch = -1
        """Which subscriptions the matcher holds."""
        self._mode: tuple[bool, bool] | None = None
        """How the connection is set: (full, bounded)."""
        self._seen = 0

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    @contextmanager
    def writing(self, *, full: bool = False, bounded: bool = False) -> Generator[None]:
        """Run the block in a transaction; roll back if it raises.

        Args:
            full: be on disk at the end, even if the power fails then.
            bounded: fail rather than let the file grow beyond its size.

        Raises:
            TransportError: another process has the lock, and ``patient`` says to give up.
            sqlite3.Error: the transaction failed.
        """
        if self._mode != (full, bounded):
            self._set(full, bounded)
        while True:
            try:
                self.db.execute("BEGIN IMMEDIATE")
                break
            except sqlite3.OperationalError as exc:
                if exc.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
            if not self._patient():
                raise TransportError(f"{self._path} is locked by another process")
            time.sleep(0.001)  # SQLite itself waits BUSY_MS; this keeps a refusal without a wait from spinning
        try:
            yield
            self.db.execute("COMMIT")
        except BaseException:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
            raise

    def _set(self, full: bool, bounded: bool) -> None:
        """Set the connection for the transactions that follow; a pragma takes no parameters."""
        self.db.execute("PRAGMA synchronous = FULL" if full else "PRAGMA synchronous = NORMAL")
        if self._max_size:
            (page,) = self.db.execute("PRAGMA page_size").fetchone()
            # 0xFFFFFFFE: SQLITE_MAX_PAGE_COUNT, which is no bound
            pages = max(1, self._max_size // int(page)) if bounded else 0xFFFF_FFFE
            self.db.execute(f"PRAGMA max_page_count = {pages:d}")
        self._mode = (full, bounded)

    def others_wrote(self) -> bool:
        """Return whether another connection has committed anything since the last call."""
        (version,) = self.db.execute("PRAGMA data_version").fetchone()
        changed = bool(version != self._seen)
        self._seen = version
        return changed

    # -- sending --------------------------------------------------------------------------------------------------

    def append(self, frames: Sequence[Frame]) -> list[int]:
        """Write frames for every subscription that wants them, all or none; return the places of unwanted ones.

        Raises:
            sqlite3.Error: the disk is full, or the like.
            TransportError: see ``writing``.
        """
        with self.writing(full=True, bounded=True):
            return self.insert(frames)

    def insert(self, frames: Sequence[Frame]) -> list[int]:
        """Write frames for every subscription that wants them, in the caller's transaction; return as ``append``.

        Raises:
            sqlite3.Error: the disk is full, or the like.
        """
        now = time.time()
        heads: list[tuple[int, float, bytes, bytes]] = []
        waiting: list[tuple[int, int, int | None]] = []
        last, epoch = self.db.execute("SELECT last, epoch FROM state").fetchone()
        if epoch != self._epoch:
            self._read_subscriptions(epoch)
        unwanted: list[int] = []
        for place, frame in enumerate(frames):
            wanted = self._matcher.match(frame.topic)
            if not wanted:
                unwanted.append(place)
                continue
            last += 1
            heads.append((last, now, write_head(frame), frame.body))
            hashed = key_hash(frame.topic.key)
            waiting += [(subscription, last, hashed) for subscription in set(wanted)]
        if heads:
            self.db.executemany("INSERT INTO frame VALUES (?, ?, ?, ?)", heads)
            self.db.executemany("INSERT INTO waiting (subscription, frame, key_hash) VALUES (?, ?, ?)", waiting)
            self.db.execute("UPDATE state SET last = ?", (last,))
        return unwanted

    def expire(self, before: float) -> int:
        """Remove what was sent before a time (seconds since 1970) and is not delivered to a member.

        Returns:
            For how many subscriptions and frames that was.

        Raises:
            sqlite3.Error: the file cannot be written.
            TransportError: see ``writing``.
        """
        if (
            self.db.execute(
                "SELECT 1 FROM (SELECT sent FROM frame ORDER BY id LIMIT 1) WHERE sent < ?", (before,)
            ).fetchone()
            is None
        ):
            return 0
        with self.writing():
            young = self.db.execute("SELECT id FROM frame WHERE sent >= ? ORDER BY id LIMIT 1", (before,)).fetchone()
            (last,) = self.db.execute("SELECT last FROM state").fetchone()
            bound = young[0] if young else last + 1
            removed = 0
            for (subscription,) in self.db.execute("SELECT id FROM subscription").fetchall():
                removed += self.db.execute(
                    "DELETE FROM waiting WHERE subscription = ? AND frame < ? AND owner IS NULL", (subscription, bound)
                ).rowcount
            self.db.execute(
                "DELETE FROM frame WHERE id < ? AND NOT EXISTS (SELECT 1 FROM subscription AS s"
                " CROSS JOIN waiting AS w ON w.subscription = s.id AND w.frame = frame.id)",
                (bound,),
            )
            return removed

    def _read_subscriptions(self, epoch: int) -> None:
        self._matcher = Matcher()
        for number, patterns in self.db.execute("SELECT id, patterns FROM subscription"):
            for pattern in read_patterns(patterns):
                self._matcher.add(pattern, number)
        self._epoch = epoch

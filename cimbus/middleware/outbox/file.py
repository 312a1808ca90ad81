"""The SQLite file of an outbox: one connection writes in a worker thread, many entries in a transaction; one reads."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final, TypeVar

import anyio.to_thread

from cimbus.errors import CimbusError, OutboxFullError
from cimbus.middleware.frame import Frame
from cimbus.middleware.group_commit import CommitEntry, GroupCommit
from cimbus.middleware.private_file import make_private
from cimbus.middleware.safe_log import safe_logger
from cimbus.middleware.sqlite_errors import is_passing
from cimbus.middleware.tasks import background

from . import damage, table
from .table import OutboxBounds, OutboxRow, OutboxTotal

log: Final = safe_logger("cimbus")

T = TypeVar("T")

BATCH: Final = 1_024
"""How many messages are read to be sent at once: the window of the transports."""
BATCH_SIZE: Final = 8 * 1024 * 1024
"""And how many octets: a bound on memory, and some seconds of a slow radio link."""


class AddEntry(CommitEntry):
    """Messages to be written; ``results`` has one entry each."""

    __slots__ = ("results", "rows")

    def __init__(self, rows: Sequence[OutboxRow]) -> None:
        self.then = self.error = self.group = None  # as in the base class: a call of it would cost every message
        self.rows = rows
        self.results: Sequence[OutboxFullError | None] = ()


class RemoveEntry(CommitEntry):
    """Messages to be removed: the middleware has them."""

    __slots__ = ("first", "last")

    def __init__(self, first: int, last: int) -> None:
        super().__init__()
        self.first, self.last = first, last


class ReplaceEntry(CommitEntry):
    """The file was found damaged while it was read; ``generation`` tells which file that was."""

    __slots__ = ("damage", "generation")

    def __init__(self, generation: int, damage: sqlite3.Error) -> None:
        super().__init__()
        self.generation, self.damage = generation, damage


Entry = AddEntry | RemoveEntry | ReplaceEntry


class OutboxFile:
    """The messages of an outbox on disk.

    Attributes:
        dropped: how many were removed because newer ones needed the room.
        expired: how many were removed because they were too old.
        generation: how often the file was found damaged and begun anew.
        shared: another writer has it open, too; then it is replaced only when it is opened.
    """

    def __init__(self, path: str, bounds: OutboxBounds) -> None:
        self.path = path
        self.bounds = bounds
        self.dropped = self.expired = self.generation = 0
        self.shared = False
        self._commits: GroupCommit[Entry] = GroupCommit(f"the outbox {path}", self._commit)
        self._db: sqlite3.Connection | None = None
        self._synchronous = ""  # of ``_db``; each statement less is one wait less for the interpreter's lock
        self._reader: sqlite3.Connection | None = None
        self._lock = threading.Lock()
        """Held while the reading connection is used or replaced."""

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[None]:
        """Return the block in which the file is open and written to.

        Raises:
            CimbusError: it cannot be opened.
        """
        try:
            await anyio.to_thread.run_sync(self._open)
        except (sqlite3.Error, OSError) as error:
            raise CimbusError(f"the outbox {self.path} cannot be opened: {error}") from error
        try:
            async with background() as tasks:
                tasks.start_soon(self._commits.run)
                yield
        finally:
            self._close()

    async def written(self, entry: Entry) -> None:
        """Have an entry written; return when it is on disk.

        Raises:
            CimbusError: it cannot be written.
        """
        self._commits.add(entry)
        while entry.group is not None:  # as ``entry.written()`` does: a call of it would cost every message
            await entry.group.done.wait()
        if entry.error is not None:
            raise CimbusError(f"the outbox {self.path}: {entry.error}") from entry.error

    @property
    def waiting(self) -> str:
        """Why messages wait to be written; empty if they do not."""
        return self._commits.waiting

    async def remove(self, first: int, last: int) -> None:
        """Remove messages by their numbers.

        Raises:
            CimbusError: the file cannot be written.
        """
        await self.written(RemoveEntry(first, last))

    async def batch(self, after: int = 0) -> list[tuple[int, Frame]]:
        """Return the oldest messages behind number ``after``, with their numbers.

        Raises:
            CimbusError: the file cannot be read.
        """
        return await self._read(lambda db: table.batch(db, BATCH, BATCH_SIZE, after))

    async def total(self) -> OutboxTotal:
        """Return how much waits.

        Raises:
            CimbusError: the file cannot be read.
        """
        return await self._read(table.total)

    async def oldest(self) -> float | None:
        """Return when the oldest message was written, in seconds since 1970.

        Raises:
            CimbusError: the file cannot be read.
        """
        return await self._read(table.oldest)

    def peek(self) -> tuple[OutboxTotal, float | None]:
        """Return how much waits, and when the oldest was written; at once, in this thread. Errors as of ``total``."""
        try:
            return self._read_now(lambda db: (table.total(db), table.oldest(db)))
        except sqlite3.Error as error:
            raise CimbusError(f"the outbox {self.path}: {error}") from error

    async def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        while True:
            generation = self.generation
            try:
                return await anyio.to_thread.run_sync(self._read_now, work)
            except sqlite3.Error as error:
                if not damage.is_damage(error) or self.shared:
                    raise CimbusError(f"the outbox {self.path}: {error}") from error
                await self.written(ReplaceEntry(generation, error))  # by the only thread that writes

    # -- in worker threads --------------------------------------------------------------------------------------------

    def _open(self) -> None:
        make_private(self.path)
        try:
            self._db, self._synchronous = table.connect(self.path), ""
        except sqlite3.DatabaseError as error:
            if not damage.is_damage(error):
                raise
            self._replace(error)
        self._reader = self._connect_reader()

    def _connect_reader(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=table.BUSY_TIMEOUT, check_same_thread=False)

    def _close(self) -> None:
        with self._lock:
            for db in (self._reader, self._db):
                if db is not None:
                    db.close()
            self._reader = self._db = None

    def _replace(self, error: sqlite3.Error) -> None:
        """Give a damaged file another name and begin a new one with the messages that can be read."""
        with self._lock:
            for db in (self._reader, self._db):
                if db is not None:
                    db.close()
            aside = damage.rename_damaged(self.path)
            make_private(self.path)
            self._db, self._synchronous = table.connect(self.path), ""
            saved = damage.copy_readable(aside, self._db)
            self.generation += 1
            self._reader = self._connect_reader()
        log.error("the outbox %s is damaged (%s): it is now %s; %d messages saved", self.path, error, aside, saved)

    def _read_now(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._lock:
            if self._reader is None:
                raise CimbusError("the outbox is not open: use its bus in `async with`")
            return work(self._reader)

    def _commit(self, entries: Sequence[Entry]) -> None:
        """Write entries in one transaction; if that fails, each in one of its own, to find which one is to blame."""
        for entry in entries:
            if isinstance(entry, ReplaceEntry) and entry.generation == self.generation:
                self._replace(entry.damage)
        error = self._tried(entries)
        if isinstance(error, sqlite3.Error) and damage.is_damage(error) and not self.shared:
            self._replace(error)
            error = self._tried(entries)
        if error is None or len(entries) == 1 or is_passing(error):
            for entry in entries:
                entry.error = error
        else:
            for entry in entries:
                self._commit((entry,))

    def _tried(self, entries: Sequence[Entry]) -> Exception | None:
        try:
            self._transact(entries)
        except (sqlite3.Error, OverflowError, ValueError) as error:
            return error
        return None

    def _transact(self, entries: Sequence[Entry]) -> None:
        db = self._db
        assert db is not None  # noqa: S101  # for the type checker: it is open as long as the task runs
        adding = [entry for entry in entries if isinstance(entry, AddEntry)]
        # A message that a power cut loses is lost; a removal that it loses is one message sent twice.
        synchronous = "full" if adding else "normal"
        if synchronous != self._synchronous:
            db.execute(f"pragma synchronous = {synchronous}")
            self._synchronous = synchronous
        db.execute("begin immediate")
        try:
            for entry in entries:
                if isinstance(entry, RemoveEntry):
                    table.remove(db, entry.first, entry.last)
            expired = table.expire(db, self.bounds)
            results, dropped = table.add(db, [row for entry in adding for row in entry.rows], self.bounds)
            db.execute("commit")
        except BaseException:
            if db.in_transaction:
                db.execute("rollback")
            raise
        self._count(expired, dropped)
        start = 0
        for entry in adding:
            entry.results = results[start : start + len(entry.rows)]
            start += len(entry.rows)

    def write(self, db: sqlite3.Connection, rows: Sequence[OutboxRow]) -> None:
        """Write messages in the transaction of another connection.

        Raises:
            OutboxFullError: there is no room for all of them.
        """
        results, dropped = table.add(db, rows, self.bounds)
        for error in results:
            if error is not None:
                raise error
        self._count(0, dropped)

    def _count(self, expired: int, dropped: int) -> None:
        self.expired += expired
        self.dropped += dropped
        if expired:
            log.warning("the outbox %s: %d messages are older than outbox_max_age and removed", self.path, expired)
        if dropped:
            log.warning("the outbox %s is full: the oldest %d messages removed", self.path, dropped)

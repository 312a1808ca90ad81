"""The SQLite file of an inbox: marks are read on the event loop, and written in a thread, many in one transaction."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import anyio
import anyio.to_thread

from cimbus.errors import CimbusError, OutboxFullError
from cimbus.interface.identity import MessageIdentity
from cimbus.middleware.frame import Frame
from cimbus.middleware.group_commit import CommitEntry, GroupCommit
from cimbus.middleware.outbox import Outbox
from cimbus.middleware.private_file import make_private
from cimbus.middleware.sqlite_errors import is_passing, retry_while_busy
from cimbus.middleware.tasks import background

SWEEP: Final = 60.0
"""How often old marks are removed, in seconds: often enough that one sweep is a small part of a transaction."""
BUSY_TIMEOUT: Final = 10.0
"""How long SQLite waits for another process's lock on the file, in seconds; a transaction here takes milliseconds."""
_SCHEMA: Final = """
create table if not exists cimbus_inbox (
    id integer primary key, consumer text not null, message text not null, source text not null,
    digest text not null, time real not null, unique (consumer, message, source, digest)
)"""
_FIND: Final = "select digest from cimbus_inbox where consumer = ? and message = ? and source = ?"
_MARK: Final = "insert or ignore into cimbus_inbox (consumer, message, source, digest, time) values (?, ?, ?, ?, ?)"
_FORGET: Final = "delete from cimbus_inbox where id < (select min(id) from cimbus_inbox where time >= ?)"


class Mark(CommitEntry):
    """Messages that a consumer handled, to be written with what belongs to them."""

    __slots__ = ("consumer", "frames", "messages", "statements")

    def __init__(
        self,
        consumer: str,
        messages: Collection[MessageIdentity],
        statements: Sequence[tuple[str, Sequence[Any]]] = (),
        frames: Sequence[Frame] = (),
        then: Callable[[Exception | None], None] | None = None,
    ) -> None:
        super().__init__(then)
        self.consumer = consumer
        self.messages = messages
        self.statements = statements
        self.frames = frames


class InboxFile:
    """Two connections to one file: one reads on the event loop, one writes in a worker thread."""

    def __init__(self, path: str, keep: float) -> None:
        self._path = path
        self._keep = keep
        self._commits: GroupCommit[Mark] = GroupCommit(f"the inbox {path}", self._commit)
        self._swept = 0.0
        self._users = 0
        """How many blocks of ``opened`` there are."""
        self._opening = anyio.Lock()
        self._reader: sqlite3.Connection | None = None
        self._writer: sqlite3.Connection | None = None
        self.outbox: Outbox | None = None
        """Where its messages stand in this file, too."""

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[None]:
        """Return the block in which the file is open and written to; several tasks may enter it.

        Raises:
            CimbusError: it cannot be opened.
        """
        if not self._users:
            self._opening = anyio.Lock()  # of this event loop
        self._users += 1
        try:
            async with self._opening:
                if self._reader is None:
                    await self._open()
            async with background() as tasks:
                tasks.start_soon(self._commits.run)  # in each block: any of them may be left first
                yield
        finally:
            self._users -= 1
            if not self._users:
                self._close()

    async def _open(self) -> None:
        try:
            self._writer = await anyio.to_thread.run_sync(retry_while_busy, self._connect, BUSY_TIMEOUT)
            self._reader = sqlite3.connect(self._path, timeout=BUSY_TIMEOUT)
        except (sqlite3.Error, OSError) as error:
            self._close()
            raise CimbusError(f"the inbox {self._path} cannot be opened: {error}") from error

    def _close(self) -> None:
        for connection in (self._reader, self._writer):
            if connection is not None:
                connection.close()
        self._reader = self._writer = None

    def _connect(self) -> sqlite3.Connection:
        make_private(self._path)
        db = sqlite3.connect(self._path, timeout=BUSY_TIMEOUT, check_same_thread=False, isolation_level=None)
        try:
            db.execute("pragma journal_mode = wal")  # readers do not wait for the writer
            db.execute(_SCHEMA)
        except BaseException:
            db.close()
            raise
        return db

    def digests(self, consumer: str, message: MessageIdentity) -> list[str]:
        """Return the digests under which a MessageID of a Source is marked.

        It is one look-up in an index, nearly always in memory, so it runs in no thread.

        Raises:
            CimbusError: the file cannot be read.
        """
        reader = self._reader
        assert reader is not None  # noqa: S101  # for the type checker: the inbox is open
        try:
            rows = reader.execute(_FIND, (consumer, message.message_id, message.source))
            return [str(digest) for (digest,) in rows]
        except sqlite3.Error as error:
            raise CimbusError(f"the inbox {self._path}: {error}") from error

    @property
    def waiting(self) -> str:
        """Why marks wait to be written; empty if they do not."""
        return self._commits.waiting

    async def add(self, mark: Mark) -> None:
        """Have a mark written, with others; return when it and those before it are, or have failed."""
        self._commits.add(mark)
        await mark.written()

    def add_soon(self, mark: Mark) -> None:
        """Have a mark written, without waiting."""
        self._commits.add(mark)

    def _commit(self, marks: Sequence[Mark]) -> None:
        """Write marks in one transaction; if that fails, each in one of its own, to find which one is to blame."""
        try:
            self._transact(marks)
            for mark in marks:
                mark.error = None
        except (sqlite3.Error, OverflowError, TypeError, ValueError, OutboxFullError) as error:
            # an outbox that is full delays the marks with messages, not the others
            if len(marks) == 1 or is_passing(error):
                for mark in marks:
                    mark.error = error
            else:
                for mark in marks:
                    self._commit((mark,))

    def _transact(self, marks: Sequence[Mark]) -> None:
        db = self._writer
        assert db is not None  # noqa: S101  # for the type checker: it is open as long as the task runs
        now = time.time()
        effects = any(mark.statements or mark.frames for mark in marks)
        # A mark that a power cut loses lets a message be handled again; an effect that it loses is lost.
        db.execute(f"pragma synchronous = {'full' if effects else 'normal'}")
        db.execute("begin immediate")
        try:
            for mark in marks:
                new = [db.execute(_MARK, (mark.consumer, *message, now)).rowcount for message in mark.messages]
                if any(new) or not new:  # else another process was quicker
                    for sql, values in mark.statements:
                        db.execute(sql, values)
                    if mark.frames and self.outbox is not None:
                        self.outbox.write(db, mark.frames)
            if now - self._swept > SWEEP:
                db.execute(_FORGET, (now - self._keep,))
                self._swept = now
            db.execute("commit")
        except BaseException:
            if db.in_transaction:
                db.execute("rollback")
            raise

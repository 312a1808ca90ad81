"""The durable inbox of a consumer: which messages it has handled, so that one seen twice is handled once.

Middleware delivers at least once: after a crash or a lost connection a message comes again that had been handled. A
store of ``Handled`` remembers consumer and MessageID of what was, in one SQLite file. A handler that writes its effects
through ``Work`` has them in that same file and transaction: they are there exactly once, whatever dies when. The
effects of any other handler (a call to another system) are repeated only if the process dies between the effect and
the mark.

Rules:

* A mark is on disk before its delivery is accepted. Those of many messages share a transaction (group commit).
* The same message at two consumers is two messages; the same at two processes that share the file is one.
* What is older than ``keep`` is forgotten: keep it longer than a broker may take to deliver again.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final, Self

import anyio
import anyio.to_thread

from .errors import CimbusError
from .tasks import background

WEEK: Final = 7 * 24 * 3600.0
SWEEP: Final = 60.0
"""How often old marks are removed, in seconds."""
_SCHEMA: Final = """
create table if not exists cimbus_handled (
    id integer primary key, consumer text not null, message text not null, time real not null,
    unique (consumer, message)
)"""
_FIND: Final = "select 1 from cimbus_handled where consumer = ? and message = ?"
_MARK: Final = "insert or ignore into cimbus_handled (consumer, message, time) values (?, ?, ?)"
_FORGET: Final = "delete from cimbus_handled where id < (select min(id) from cimbus_handled where time >= ?)"

_Name = tuple[str, str]
"""Consumer and MessageID."""


class Work:
    """What a handler wants written together with the mark that its message was handled.

    A handler gets one by taking a second argument: ``async def power_off(message, work): work.execute(...)``. Nothing
    is written if the handler raises.
    """

    __slots__ = ("statements",)

    def __init__(self) -> None:
        self.statements: list[tuple[str, Sequence[Any]]] = []

    def execute(self, sql: str, *values: object) -> None:
        """Have a statement executed in the inbox's file when the handler has returned."""
        self.statements.append((sql, values))


class _Mark:
    """Messages that were handled, on their way to the file; ``then`` is told of the end, and of an error."""

    __slots__ = ("error", "names", "statements", "then")

    def __init__(
        self,
        names: Sequence[_Name],
        statements: Sequence[tuple[str, Sequence[Any]]],
        then: Callable[[Exception | None], None],
    ) -> None:
        self.names = names
        self.statements = statements
        self.then = then
        self.error: Exception | None = None


class Handled:
    """A store of what was handled, open within ``async with``.

    Args:
        path: an SQLite file; handlers may have tables of their own in it.
        keep: how long a message is remembered, in seconds.

    Raises:
        ValueError: ``keep`` is not positive.
    """

    def __init__(self, path: str | os.PathLike[str], *, keep: float = WEEK) -> None:
        if keep <= 0:
            raise ValueError(f"keep is how many seconds a message is remembered: more than 0, not {keep}")
        self.path = os.fspath(path)
        self.keep = keep
        self._under_way: dict[_Name, anyio.Event] = {}
        """What is being handled now; set when that has ended, well or not."""
        self._marks: list[_Mark] = []
        self._wake = anyio.Event()
        self._swept = 0.0
        self._stack: AsyncExitStack | None = None
        self._users = 0
        """How many blocks are entered: components may share a store."""
        self._reader: sqlite3.Connection | None = None
        self._writer: sqlite3.Connection | None = None

    # -- lifetime -------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        """Open the file.

        Raises:
            CimbusError: it cannot be opened.
        """
        if not self._users:
            await self._open()
        self._users += 1
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self._users -= 1
        stack = self._stack
        if self._users or stack is None:
            return
        self._stack = None
        await stack.aclose()

    async def _open(self) -> None:
        async with AsyncExitStack() as stack:
            try:
                self._writer = await anyio.to_thread.run_sync(self._connect)
                stack.callback(self._writer.close)
                self._reader = sqlite3.connect(self.path, timeout=10)
                stack.callback(self._reader.close)
            except (sqlite3.Error, OSError) as error:
                raise CimbusError(f"the inbox {self.path} cannot be opened: {error}") from error
            tasks = await stack.enter_async_context(background())
            tasks.start_soon(self._write)
            self._stack = stack.pop_all()

    def _connect(self) -> sqlite3.Connection:
        Path(self.path).parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self.path, timeout=10, check_same_thread=False, isolation_level=None)
        db.execute("pragma journal_mode = wal")
        db.execute(_SCHEMA)
        return db

    # -- one message ----------------------------------------------------------------------------------------------

    async def begin(self, consumer: str, message_id: str) -> bool:
        """Begin to handle a message; return False if it has been handled. Waits while it is being handled here.

        Whoever gets True calls ``finish`` or ``abandon``.

        Raises:
            CimbusError: the store is not open, or cannot be read.
        """
        name = (consumer, message_id)
        while (other := self._under_way.get(name)) is not None:
            await other.wait()
        if self.knows(*name):
            return False
        self._under_way[name] = anyio.Event()
        return True

    async def finish(self, consumer: str, message_id: str, work: Work | None = None) -> None:
        """Mark a message as handled and do its work, in one transaction; return when that is on disk.

        Raises:
            CimbusError: a statement of the work failed; then nothing was written, and the message is not marked.
        """
        await self.mark(consumer, [message_id], work)
        self._end((consumer, message_id))

    def abandon(self, consumer: str, message_id: str) -> None:
        """Say that a message that was begun has not been handled."""
        self._end((consumer, message_id))

    def _end(self, name: _Name) -> None:
        event = self._under_way.pop(name, None)
        if event is not None:
            event.set()

    # -- what both are made of ------------------------------------------------------------------------------------

    def knows(self, consumer: str, message_id: str) -> bool:
        """Return whether a message has been handled: one index, nearly always in memory, so no thread is worth it.

        Raises:
            CimbusError: the store is not open, or cannot be read.
        """
        if self._stack is None or self._reader is None:
            raise CimbusError("the inbox is not open: use it in `async with`")
        try:
            return self._reader.execute(_FIND, (consumer, message_id)).fetchone() is not None
        except sqlite3.Error as error:
            raise CimbusError(f"the inbox {self.path}: {error}") from error

    async def mark(self, consumer: str, message_ids: Sequence[str], work: Work | None = None) -> None:
        """Mark messages as handled, and do some work with the first of them; return when that is on disk.

        Raises:
            CimbusError: the work or the disk failed; then nothing was written.
        """
        done = anyio.Event()
        statements = work.statements if work else ()
        mark = _Mark([(consumer, message_id) for message_id in message_ids], statements, lambda _: done.set())
        self._add(mark)
        await done.wait()
        if mark.error is not None:
            raise CimbusError(f"the inbox {self.path}: {mark.error}") from mark.error

    def note(self, consumer: str, message_id: str, then: Callable[[Exception | None], None]) -> None:
        """Mark a message as handled, soon; ``then`` is called when that is on disk, or with the error."""
        self._add(_Mark([(consumer, message_id)], (), then))

    def _add(self, mark: _Mark) -> None:
        self._marks.append(mark)
        self._wake.set()

    # -- writing --------------------------------------------------------------------------------------------------

    async def _write(self) -> None:
        """Write what was marked, as much as there is each time."""
        while True:
            if not self._marks:
                self._wake = anyio.Event()
                await self._wake.wait()
            marks, self._marks = self._marks, []
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self._commit, marks)
            for mark in marks:
                mark.then(mark.error)

    def _commit(self, marks: Sequence[_Mark]) -> None:
        """Write marks in one transaction; if that fails, each in one of its own, to find whose fault it is."""
        try:
            self._transact(marks)
        except (sqlite3.Error, OverflowError, TypeError, ValueError) as error:
            if len(marks) == 1:
                marks[0].error = error
            else:
                for mark in marks:
                    self._commit((mark,))

    def _transact(self, marks: Sequence[_Mark]) -> None:
        db = self._writer
        assert db is not None  # noqa: S101  # for the type checker: it is open as long as the task runs
        now = time.time()
        effects = any(mark.statements for mark in marks)
        # a mark that a power cut loses lets a message come again; an effect that it loses is lost
        db.execute(f"pragma synchronous = {'full' if effects else 'normal'}")
        db.execute("begin immediate")
        try:
            for mark in marks:
                new = [db.execute(_MARK, (*name, now)).rowcount for name in mark.names]
                if any(new):  # else another process was quicker
                    for sql, values in mark.statements:
                        db.execute(sql, values)
            if now - self._swept > SWEEP:
                db.execute(_FORGET, (now - self.keep,))
                self._swept = now
            db.execute("commit")
        except BaseException:
            if db.in_transaction:
                db.execute("rollback")
            raise

    def __repr__(self) -> str:
        return f"Handled({self.path!r})"

"""The store of dead letters.

It is one SQLite file (or memory). It is written only when something has already failed, so it is simple and slow:
a transaction in a thread for each letter. It takes whatever a broker delivers: any octets, and texts with characters
that have no UTF-8 form.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Final, Self

import anyio.to_thread

from cimbus.errors import CimbusError
from cimbus.middleware.private_file import make_private
from cimbus.middleware.safe_log import safe_logger

from . import table
from .letter import EVERY, DeadLetter, DeadLetterFilter

log: Final = safe_logger("cimbus")

MEMORY: Final = ":memory:"
MAX_LETTERS: Final = 100_000
"""How many letters a store keeps by default: 1 GB at 10 kB a letter, and more than a person can look through."""
BUSY_TIMEOUT: Final = 10.0
"""How long SQLite waits for another process's lock on the file, in seconds; a transaction here takes milliseconds."""
_SELECT: Final = f"select {table.COLUMNS} from cimbus_dead_letter"  # noqa: S608  # names of columns
_DELETE: Final = "delete from cimbus_dead_letter"
_TAKE: Final = (
    "update cimbus_dead_letter set state = 'taken' where state = 'requested' and consumer = ? and bus = ? returning id"
)


class DeadLetters:
    """A store of dead letters in one file; several processes may use it at once.

    >>> import anyio
    >>> anyio.run(DeadLetters().letters)
    []

    Args:
        path: an SQLite file, made when it is first needed, for its owner alone; by default memory.
        max_letters: how many letters are kept; where one more comes, the oldest is removed, and that is logged.
        keep: for how long, in seconds or as ``timedelta``; older ones are removed when one more comes. None: no bound.

    Raises:
        ValueError: ``max_letters`` is below 1, or ``keep`` is not positive.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] = MEMORY,
        *,
        max_letters: int = MAX_LETTERS,
        keep: float | timedelta | None = None,
    ) -> None:
        if max_letters < 1:
            raise ValueError(f"max_letters is how many letters are kept: at least 1, not {max_letters}")
        seconds = keep.total_seconds() if isinstance(keep, timedelta) else keep
        if seconds is not None and seconds <= 0:
            raise ValueError(f"keep is for how many seconds letters are kept: more than 0, not {seconds:g}")
        self.path = os.fspath(path)
        self.max_letters = max_letters
        self.keep = seconds
        self._writes = 0
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None

    in_file: ClassVar[bool] = True
    """Whether it is a store of its own; else it is a bus, and can be written if that can be reached."""

    @classmethod
    def beside(cls, url: str) -> Self:
        """Return the store that belongs to a bus.

        ``$CIMBUS_DEAD_LETTERS`` if that is set to a file; memory for ``memory:``; a file beside an SQLite file; else
        ``cimbus/dead-letters.db`` in the user's state folder (``$XDG_STATE_HOME`` or ``~/.local/state``).
        """
        named = os.environ.get("CIMBUS_DEAD_LETTERS")
        if named and named != "bus":
            return cls(named)
        scheme, _, rest = url.partition(":")
        if scheme == "memory":
            return cls(MEMORY)
        if scheme == "sqlite":
            file = rest.partition("?")[0]
            return cls((file.removeprefix("//") if file.startswith("///") else file) + ".dead-letters")
        home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
        return cls(Path(home) / "cimbus" / "dead-letters.db")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.path!r})"

    async def check(self) -> None:
        """Open the store for writing; a component does so when it starts, not with the first letter.

        Raises:
            CimbusError: the store cannot be written.
        """
        await self._run("delete from cimbus_dead_letter where id < 0")

    def check_holding(self, consumers: Sequence[str]) -> None:
        """Check that these consumers can hold the keys of letters (see ``after_dead_letter``): in a file, they can."""

    async def add(self, letter: DeadLetter) -> int:
        """Keep a letter; return its number once it is on disk.

        Raises:
            CimbusError: the store cannot be written.
        """
        return int((await self._run(table.INSERT, table.row_of(letter)))[0][0])

    async def letters(self, wanted: DeadLetterFilter = EVERY) -> list[DeadLetter]:
        """Return all letters, or those that fit a filter, oldest first.

        Raises:
            CimbusError: the store cannot be read.
        """
        condition, values = table.where(wanted)
        return [table.letter_of(row) for row in await self._run(f"{_SELECT} where {condition} order by id", values)]

    async def get(self, number: int) -> DeadLetter | None:
        """Return one letter, None if there is none of that number."""
        rows = await self._run(f"{_SELECT} where id = ?", (number,))
        return table.letter_of(rows[0]) if rows else None

    async def remove(self, number: int) -> None:
        """Remove a letter."""
        await self._run("delete from cimbus_dead_letter where id = ?", (number,))

    async def purge(self, wanted: DeadLetterFilter) -> int:
        """Remove the letters that fit a filter; return how many there were."""
        condition, values = table.where(wanted)
        return len(await self._run(f"{_DELETE} where {condition} returning id", values))

    async def edit(self, number: int, body: bytes) -> None:
        """Give a letter another body; the one that was delivered is kept as ``original``."""
        sql = "update cimbus_dead_letter set original = coalesce(original, body), body = ? where id = ?"
        await self._run(sql, (body, number))

    # -- handling again -----------------------------------------------------------------------------------------------

    async def request_replay(self, number: int) -> None:
        """Have a letter handled again by its consumer, as soon as that runs; it stays here until that succeeds."""
        await self._run("update cimbus_dead_letter set state = 'requested' where id = ?", (number,))

    async def withdraw_replay(self, number: int) -> bool:
        """Keep a letter as before if no consumer has taken it; return whether none had."""
        sql = "update cimbus_dead_letter set state = 'kept' where id = ? and state = 'requested' returning id"
        return bool(await self._run(sql, (number,)))

    async def take_requested(self, consumer: str, bus: str) -> list[DeadLetter]:
        """Return the letters that this consumer is to handle again, oldest first; no other process gets them."""
        taken = await self._run(_TAKE, (table.printable(consumer), table.printable(bus)))
        found = [await self.get(number) for (number,) in sorted(taken)]
        return [letter for letter in found if letter is not None]

    async def keep_again(self, letter: DeadLetter) -> None:
        """Keep a letter whose handling has failed again, with its new errors."""
        await self._run(
            "update cimbus_dead_letter set state = 'kept', reason = ?, attempts = ?, errors = ? where id = ?",
            (table.printable(letter.reason), letter.attempts, table.errors_of(letter.errors), letter.id),
        )

    async def release(self, number: int) -> None:
        """Keep a letter as before whose handling was not finished."""
        await self._run("update cimbus_dead_letter set state = 'kept' where id = ?", (number,))

    async def keys(self, consumer: str, bus: str) -> set[str]:
        """Return the keys of the letters of a consumer, those without a key left out."""
        sql = "select distinct key from cimbus_dead_letter where consumer = ? and bus = ? and key != ''"
        rows = await self._run(sql, (table.printable(consumer), table.printable(bus)))
        return {key for (key,) in rows}

    @property
    def version(self) -> object:
        """Something that differs after the store was written, by whatever process."""
        try:
            found = os.stat(self.path) if self.path != MEMORY else None  # noqa: PTH116
        except OSError:
            found = None
        return self._writes, None if found is None else (found.st_mtime_ns, found.st_ino)

    async def _run(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        return await anyio.to_thread.run_sync(self._execute, sql, values)

    def _execute(self, sql: str, values: Sequence[Any]) -> list[Any]:
        with self._lock:
            try:
                if self.path == MEMORY:
                    self._db = self._db or self._connect()
                    return self._transact(self._db, sql, values)
                with closing(self._connect()) as db:
                    return self._transact(db, sql, values)
            except (sqlite3.Error, OSError, OverflowError) as error:
                raise CimbusError(f"the dead-letter store {self.path}: {error}") from error

    def _connect(self) -> sqlite3.Connection:
        if self.path != MEMORY:
            make_private(self.path)
        db = sqlite3.connect(self.path, timeout=BUSY_TIMEOUT, check_same_thread=False)
        db.execute(table.SCHEMA)
        return db

    def _transact(self, db: sqlite3.Connection, sql: str, values: Sequence[Any]) -> list[Any]:
        with db:
            self._writes += not sql.startswith("select")
            cursor = db.execute(sql, values)
            if sql is not table.INSERT:
                return cursor.fetchall()
            number = cursor.lastrowid or 0
            self._make_room(db, number)
            return [(number,)]

    def _make_room(self, db: sqlite3.Connection, newest: int) -> None:
        """Remove letters that are too old or too many."""
        if self.keep is not None:
            condition, values = table.where(DeadLetterFilter(before=datetime.now(UTC) - timedelta(seconds=self.keep)))
            removed = db.execute(f"{_DELETE} where {condition} and id < ?", (*values, newest)).rowcount
            if removed:
                log.warning("%s: %d letters older than %g s removed", self.path, removed, self.keep)
        (oldest,) = db.execute("select min(id) from cimbus_dead_letter").fetchone()
        # numbers grow, so with fewer of them than letters allowed there is nothing to count
        if newest - oldest >= self.max_letters:
            removed = db.execute(table.TRIM, (self.max_letters,)).rowcount
            if removed:
                log.warning("%s is full: the oldest %d of %d letters removed", self.path, removed, self.max_letters)

    def close(self) -> None:
        """Close a store in memory, whose letters are gone then; a file needs no closing."""
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None

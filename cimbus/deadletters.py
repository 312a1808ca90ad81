"""Messages that were set aside: kept with reason, attempts and the original bytes until somebody decides.

A store is one SQLite file (or memory). It is written when something has already gone wrong, so it is simple and slow: a
transaction and a thread hop each.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

import anyio.to_thread
import msgspec

from .errors import CimbusError
from .frame import Frame
from .topic import Topic

MEMORY: Final = ":memory:"
_SCHEMA: Final = """
create table if not exists dead_letter (
    id integer primary key, time text not null, reason text not null, attempts integer not null, consumer text not null,
    topic blob not null, properties blob not null, address text, body blob not null
)"""
_COLUMNS: Final = "id, time, reason, attempts, consumer, topic, properties, address, body"


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """One message set aside.

    ``id`` is the store's number, 0 before it is kept; ``time`` is aware; ``consumer`` says who gave up on it;
    ``attempts`` how often it was tried; ``frame`` is what came, bytes and all.
    """

    id: int = 0
    time: datetime
    reason: str
    attempts: int
    consumer: str
    frame: Frame


class DeadLetters:
    """A store of dead letters in one file.

    Several processes may use it at once.
    """

    def __init__(self, path: str | os.PathLike[str] = MEMORY) -> None:
        self.path = os.fspath(path)
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None

    @classmethod
    def beside(cls, url: str) -> Self:
        """Return the store that belongs to a bus.

        ``$CIMBUS_DEAD_LETTERS`` if that is set; memory for ``memory:``; a file beside an SQLite file; else
        ``cimbus/dead-letters.db`` in the user's state folder (``$XDG_STATE_HOME`` or ``~/.local/state``).
        """
        if named := os.environ.get("CIMBUS_DEAD_LETTERS"):
            return cls(named)
        scheme, _, rest = url.partition(":")
        if scheme == "memory":
            return cls(MEMORY)
        if scheme == "sqlite":
            file = rest.partition("?")[0]
            return cls((file.removeprefix("//") if file.startswith("///") else file) + ".dead-letters")
        home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
        return cls(Path(home) / "cimbus" / "dead-letters.db")

    async def add(self, letter: DeadLetter) -> int:
        """Keep a letter; return its number once it is on disk."""
        frame = letter.frame
        row = (
            letter.time.astimezone(UTC).isoformat(),
            letter.reason,
            letter.attempts,
            letter.consumer,
            msgspec.json.encode(frame.topic),
            msgspec.json.encode(dict(frame.properties)),
            frame.address,
            frame.body,
        )
        sql = f"insert into dead_letter ({_COLUMNS.partition(', ')[2]}) values (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
        return int((await self._run(sql, row))[0][0])

    async def letters(self) -> list[DeadLetter]:
        """Return all letters, oldest first."""
        return [_letter(row) for row in await self._run(f"select {_COLUMNS} from dead_letter order by id")]  # noqa: S608

    async def get(self, number: int) -> DeadLetter | None:
        """Return one letter, None if there is none of that number."""
        rows = await self._run(f"select {_COLUMNS} from dead_letter where id = ?", (number,))  # noqa: S608
        return _letter(rows[0]) if rows else None

    async def remove(self, number: int) -> None:
        """Forget a letter."""
        await self._run("delete from dead_letter where id = ?", (number,))

    async def _run(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        return await anyio.to_thread.run_sync(self._execute, sql, values)

    def _execute(self, sql: str, values: Sequence[Any]) -> list[Any]:
        with self._lock:
            try:
                if self.path == MEMORY:
                    self._db = self._db or self._connect()
                    return self._once(self._db, sql, values)
                with closing(self._connect()) as db:
                    return self._once(db, sql, values)
            except (sqlite3.Error, OSError) as error:
                raise CimbusError(f"the dead-letter store {self.path}: {error}") from error

    def _connect(self) -> sqlite3.Connection:
        if self.path != MEMORY:
            Path(self.path).parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self.path, timeout=10, check_same_thread=False)
        db.execute(_SCHEMA)
        return db

    @staticmethod
    def _once(db: sqlite3.Connection, sql: str, values: Sequence[Any]) -> list[Any]:
        with db:
            cursor = db.execute(sql, values)
            return [(cursor.lastrowid,)] if sql.startswith("insert") else cursor.fetchall()

    def close(self) -> None:
        """Forget a store in memory; a file needs no closing."""
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None


def _letter(row: tuple[Any, ...]) -> DeadLetter:
    number, time, reason, attempts, consumer, topic, properties, address, body = row
    frame = Frame(
        topic=msgspec.json.decode(topic, type=Topic),
        properties=msgspec.json.decode(properties, type=dict[str, str]),
        address=address,
        body=body,
    )
    return DeadLetter(
        id=number, time=datetime.fromisoformat(time), reason=reason, attempts=attempts, consumer=consumer, frame=frame
    )

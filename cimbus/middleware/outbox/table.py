"""The table of an outbox: what a transaction does with it, in whatever SQLite connection that has begun."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from cimbus.errors import OutboxFullError
from cimbus.middleware.expiry import CLOCK_SET
from cimbus.middleware.frame import Frame
from cimbus.middleware.sqlite.records import read_frame, write_head
from cimbus.middleware.sqlite_errors import retry_while_busy

Full = Literal["refuse", "drop_oldest"]
"""What happens to a message that an outbox has no room for."""

BUSY_TIMEOUT: Final = 10.0
"""How long SQLite waits for another process's lock on the file, in seconds; a transaction here takes milliseconds."""
PAGE_SIZE: Final = 8_192
"""Octets of a page of a new file. Of SQLite's own 4096, an event of 2 kB takes a whole one (file format, 1.6: rows are
not shared out among leaves), and a write is of whole pages; of these, three take one: a third less is written."""
OVERHEAD: Final = 64
"""Octets that a message takes in the file beside topic, properties and body: row, cells and page (SQLite's file format,
1.6), rounded up."""
_SCHEMA: Final = """
create table if not exists cimbus_outbox (
    id integer primary key autoincrement, time real not null, size integer not null, head blob not null,
    body blob not null
);
create table if not exists cimbus_outbox_total (
    id integer primary key check (id = 1), messages integer not null, bytes integer not null
);
insert or ignore into cimbus_outbox_total select 1, count(*), coalesce(sum(size), 0) from cimbus_outbox"""
_COLUMNS: Final = ("time", "size", "head", "body")
_ADD: Final = f"insert into cimbus_outbox ({', '.join(_COLUMNS)}) values"  # no text from outside
_PLACES: Final = "(?, ?, ?, ?)"
ROWS: Final = 64
"""Rows of one statement. Python's sqlite3 waits for the interpreter's lock after each statement: with one a row, a
writing thread waits for the event loop as often. 64 rows have 256 values; SQLite takes 999 (sqlite.org/limits.html)."""
_COUNT: Final = "update cimbus_outbox_total set messages = messages + ?, bytes = bytes + ?"
_BETWEEN: Final = "select count(*), coalesce(sum(size), 0) from cimbus_outbox where id between ? and ?"


class OutboxRow(msgspec.Struct, frozen=True, gc=False):
    """A frame as it stands in the file."""

    head: bytes
    body: bytes

    @property
    def size(self) -> int:
        """Octets that it takes."""
        return len(self.head) + len(self.body) + OVERHEAD


class OutboxTotal(msgspec.Struct, frozen=True):
    """How much waits: ``messages``, and the ``bytes`` that they take."""

    messages: int
    bytes: int


class OutboxBounds(msgspec.Struct, frozen=True):
    """How much may wait: ``max_bytes`` octets, ``max_age`` seconds (0: no bound), and what happens at the first."""

    max_bytes: int
    max_age: float
    full: Full


def connect(path: str) -> sqlite3.Connection:
    """Return a connection that writes; the tables are made where they are missing.

    Raises:
        sqlite3.Error: the file cannot be opened, or is none of SQLite's.
    """
    return retry_while_busy(lambda: _connect(path), BUSY_TIMEOUT)


def _connect(path: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=BUSY_TIMEOUT, check_same_thread=False, isolation_level=None)
    try:
        db.execute(f"pragma page_size = {PAGE_SIZE}")  # of a file that is made now; another one keeps its own
        db.execute("pragma journal_mode = wal")  # readers do not wait for the writer
        db.execute("begin immediate")
        for statement in _SCHEMA.split(";"):
            db.execute(statement)
        db.execute("commit")
    except BaseException:
        db.close()
        raise
    return db


def row_of(frame: Frame) -> OutboxRow:
    """Write a frame."""
    return OutboxRow(write_head(frame), frame.body)


def total(db: sqlite3.Connection) -> OutboxTotal:
    """Return how much waits."""
    return OutboxTotal(*db.execute("select messages, bytes from cimbus_outbox_total").fetchone())


def oldest(db: sqlite3.Connection) -> float | None:
    """Return when the oldest message was written, in seconds since 1970; None if there is none."""
    found = db.execute("select time from cimbus_outbox order by id limit 1").fetchone()
    return None if found is None else float(found[0])


def add(
    db: sqlite3.Connection, rows: Sequence[OutboxRow], bounds: OutboxBounds
) -> tuple[list[OutboxFullError | None], int]:
    """Write messages; return one result each, and how many older ones were removed to make room."""
    size = total(db).bytes if bounds.max_bytes else 0
    results: list[OutboxFullError | None] = []
    written: list[float | bytes] = []
    now, added = time.time(), 0
    for row in rows:
        octets = row.size
        if bounds.max_bytes and octets + (size + added if bounds.full == "refuse" else 0) > bounds.max_bytes:
            results.append(_full(octets, size + added, bounds))
            continue
        results.append(None)
        written += (now, octets, row.head, row.body)
        added += octets
    _insert(db, written)
    excess = size + added - bounds.max_bytes if bounds.max_bytes else 0
    return results, _remove_oldest(db, excess) if excess > 0 else 0


def _insert(db: sqlite3.Connection, values: Sequence[float | bytes]) -> None:
    """Write rows, whose columns stand one behind the other."""
    width, size = len(_COLUMNS), ROWS * len(_COLUMNS)
    for start in range(0, len(values), size):
        some = values[start : start + size]
        db.execute(f"{_ADD} {', '.join([_PLACES] * (len(some) // width))}", some)
    sizes = values[1::width]
    db.execute(_COUNT, (len(sizes), sum(sizes)))  # type: ignore[arg-type]


def _full(size: int, waiting: int, bounds: OutboxBounds) -> OutboxFullError:
    return OutboxFullError(
        f"the outbox has {waiting} octets and no room for {size} more: outbox_max_bytes is {bounds.max_bytes}"
    )


def _remove_oldest(db: sqlite3.Connection, size: int) -> int:
    """Remove the oldest messages, so many octets at least; return how many there were."""
    freed, last = 0, 0
    for number, octets in db.execute("select id, size from cimbus_outbox order by id"):
        freed, last = freed + octets, number
        if freed >= size:
            break
    return remove(db, 0, last)


def batch(db: sqlite3.Connection, messages: int, octets: int, after: int = 0) -> list[tuple[int, Frame]]:
    """Return the oldest messages behind a number: so many at most, and so many octets, but at least one."""
    found: list[tuple[int, Frame]] = []
    size = 0
    for number, head, body in db.execute(
        "select id, head, body from cimbus_outbox where id > ? order by id limit ?", (after, messages)
    ):
        size += len(body)
        if found and size > octets:
            break
        found.append((number, read_frame(head, body)))
    return found


def remove(db: sqlite3.Connection, first: int, last: int) -> int:
    """Remove the messages with the numbers from ``first`` to ``last``; return how many there were."""
    messages, size = db.execute(_BETWEEN, (first, last)).fetchone()
    if messages:
        db.execute("delete from cimbus_outbox where id between ? and ?", (first, last))
        db.execute(_COUNT, (-messages, -size))
    return int(messages)


def expire(db: sqlite3.Connection, bounds: OutboxBounds) -> int:
    """Remove the messages at the front that are too old; return how many there were."""
    if not bounds.max_age:
        return 0
    before = time.time() - bounds.max_age
    last = 0
    for number, written in db.execute("select id, time from cimbus_outbox order by id"):
        if not CLOCK_SET <= written < before:
            break
        last = number
    return remove(db, 0, last) if last else 0


def restore(db: sqlite3.Connection, rows: Sequence[tuple[float, int, bytes, bytes]]) -> None:
    """Write messages as they stood in another file: time, size, head and body of each."""
    _insert(db, [value for row in rows for value in row])

"""A file that SQLite cannot read: it gets another name, and what can be read of it is saved."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from . import table

_DAMAGE: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
"""Primary result codes (sqlite.org/rescode.html) of a file whose content is wrong."""
_BESIDE: Final = ("", "-wal", "-shm")
"""The endings of the files that belong together (sqlite.org/wal.html)."""
_ROWS: Final = "select id, time, size, head, body from cimbus_outbox order by id"


def is_damage(error: sqlite3.Error) -> bool:
    """Return whether an error says that the file's content is wrong.

    >>> is_damage(sqlite3.OperationalError("database is locked"))
    False
    """
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE


def rename_damaged(path: str) -> str:
    """Rename a file and those that belong to it; return its new name."""
    aside = f"{path}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S.%f}"
    for ending in _BESIDE:
        with suppress(FileNotFoundError):
            Path(path + ending).rename(aside + ending)
    return aside


def copy_readable(aside: str, target: sqlite3.Connection) -> int:
    """Copy the messages that can be read, in order; return how many.

    They are read from the front until the damage, then from the back until it: SQLite cannot read past it.
    """
    found: dict[int, tuple[float, int, bytes, bytes]] = {}
    for order in ("", " desc"):
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{aside}?mode=ro", uri=True)) as db:
            for number, *row in db.execute(_ROWS + order):
                if number in found:
                    break
                found[number] = (row[0], row[1], row[2], row[3])
    rows = [found[number] for number in sorted(found)]
    target.execute("begin immediate")
    with suppress(sqlite3.Error):
        table.restore(target, rows)
    target.execute("commit")
    return len(rows)

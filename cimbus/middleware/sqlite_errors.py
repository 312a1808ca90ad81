"""Which errors of SQLite pass by themselves, and which are final: for every file that cimbus writes."""

from __future__ import annotations

import sqlite3
from typing import Final

PASSING: Final = {
    sqlite3.SQLITE_FULL: "the disk has room again",
    sqlite3.SQLITE_BUSY: "another process has ended its transaction",
    sqlite3.SQLITE_LOCKED: "another connection of this process has",
    sqlite3.SQLITE_IOERR: "the disk works again",
    sqlite3.SQLITE_NOMEM: "there is memory again",
    sqlite3.SQLITE_PROTOCOL: "another process has finished locking the write-ahead log",
    sqlite3.SQLITE_READONLY: "the file system is mounted for writing again",
    sqlite3.SQLITE_CANTOPEN: "there are file descriptors again, or the folder is back",
    sqlite3.SQLITE_INTERRUPT: "the call was interrupted",
}
"""Primary result codes (sqlite.org/rescode.html), and when they pass. Every other one is final: a damaged file
(SQLITE_CORRUPT, SQLITE_NOTADB), a table that is missing (SQLITE_ERROR), a value that is too large (SQLITE_TOOBIG)."""
FINAL: Final = {
    sqlite3.SQLITE_READONLY_DBMOVED: "the file was moved or deleted",
    sqlite3.SQLITE_IOERR_CORRUPTFS: "the file system is damaged",
}
"""Extended result codes (the same page) that are final although their primary one passes."""


def is_passing(error: BaseException | None) -> bool:
    """Return whether an error is of the disk or of another process's lock, not of what was to be written.

    >>> is_passing(sqlite3.OperationalError("no such table: outage"))
    False
    """
    code = getattr(error, "sqlite_errorcode", 0) if isinstance(error, sqlite3.Error) else 0
    return code & 0xFF in PASSING and code not in FINAL

"""Which errors of SQLite pass by themselves, and how to wait for that: for every file that cimbus writes."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")

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


def retry_while_busy(work: Callable[[], T], seconds: float) -> T:
    """Return what a function returns; call it again for so long while another process has the file locked.

    SQLite does not wait for each lock by itself, whatever its timeout: of several processes that make a file with a
    write-ahead log at the same time, some are told at once that it is locked (sqlite.org/rescode.html#busy).

    Raises:
        sqlite3.Error: any other one, or this one after that time.

    >>> retry_while_busy(lambda: "opened", 1.0)
    'opened'
    """
    until = time.monotonic() + seconds
    while True:
        try:
            return work()
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(0.01)  # a transaction of another process takes some milliseconds

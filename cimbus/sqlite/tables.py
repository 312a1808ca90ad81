"""The tables of a bus in a file, and opening it.

* ``frame``: what was sent, once, for as long as somebody has to settle it; ``sent`` is in seconds since 1970.
* ``subscription``: a group, or a private inbox (then with a name that nobody else has).
* ``member``: an inbox that is open, and the life (see ``life``) of the transport that opened it.
* ``waiting``: one row for each frame that a subscription has not settled. ``owner`` is the member that has it in hand;
  ``attempt`` counts how often it was in hand; ``lane`` is the checksum of its key (NULL: it has none), so that two
  keys may share a lane, which costs a little concurrency and nothing else.
* ``state``: one row: the last frame's number, and a counter that grows whenever subscriptions change.

Rule: who changes a table or the meaning of a column changes ``VERSION``.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Final

from cimbus.errors import ConnectError

APPLICATION: Final = 0x4349_4D42  # "CIMB", in the header of the file: how one knows it from somebody else's
VERSION: Final = 1
BUSY_MS: Final = 50
"""How long SQLite itself waits for a lock; the worker then asks again, for as long as it takes."""
OPENING: Final = 10.0
"""For how many seconds a lock of somebody else may keep us from opening the file."""

SCHEMA: Final = """
BEGIN EXCLUSIVE;
CREATE TABLE state (last INTEGER NOT NULL, epoch INTEGER NOT NULL);
INSERT INTO state VALUES (0, 0);
CREATE TABLE frame (id INTEGER PRIMARY KEY, sent REAL NOT NULL, head BLOB NOT NULL, body BLOB NOT NULL);
CREATE TABLE subscription (
    id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, durable INTEGER NOT NULL, patterns BLOB NOT NULL
);
CREATE TABLE member (id INTEGER PRIMARY KEY AUTOINCREMENT, subscription INTEGER NOT NULL, life TEXT NOT NULL);
CREATE TABLE waiting (
    subscription INTEGER NOT NULL, frame INTEGER NOT NULL, lane INTEGER,
    attempt INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL DEFAULT 0, owner INTEGER,
    PRIMARY KEY (subscription, frame)
) WITHOUT ROWID;
CREATE INDEX touched ON waiting (subscription, lane) WHERE attempt > 0;
PRAGMA application_id = 0x43494D42;
PRAGMA user_version = 1;
COMMIT;
"""


def connect(path: Path) -> sqlite3.Connection:
    """Open a file, making its tables if it is new.

    Raises:
        ConnectError: it cannot be opened, is damaged, or is not a bus that this release can read.
    """
    patience = time.monotonic() + OPENING
    while True:
        try:
            return _open(path)
        except sqlite3.Error as exc:
            if exc.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                raise ConnectError(f"{path} cannot be used as a bus: {exc}") from exc
        time.sleep(0.01)  # several processes make the same file: not everything there waits for its lock by itself


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False)
    try:
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Check what the file is, make its tables if it is nothing yet, and set how we work on it."""
    if not _known(connection, path):
        _one(connection, "PRAGMA journal_mode = WAL")
        try:
            connection.executescript(SCHEMA)
        except sqlite3.OperationalError:
            if connection.in_transaction:
                connection.rollback()
            if not _known(connection, path):  # else another process was faster
                raise
    mode = _one(connection, "PRAGMA journal_mode = WAL")
    if mode != "wal":
        raise ConnectError(f"{path} cannot be used as a bus: no write-ahead log on this file system ({mode})")
    connection.execute("PRAGMA journal_size_limit = 67108864")


def _known(connection: sqlite3.Connection, path: Path) -> bool:
    """Return whether the file is a bus, False if it is empty.

    Raises:
        ConnectError: it is something else.
    """
    application, version = _one(connection, "PRAGMA application_id"), _one(connection, "PRAGMA user_version")
    if application == APPLICATION and version == VERSION:
        return True
    if application == APPLICATION:
        raise ConnectError(f"{path} is a bus of version {version}; this release of cimbus reads version {VERSION}")
    if _one(connection, "SELECT count(*) FROM sqlite_master"):
        raise ConnectError(f"{path} is a SQLite file of some other program, not a bus")
    return False


def _one(connection: sqlite3.Connection, statement: str) -> object:
    """Run a statement and return the first column of its first row."""
    row: tuple[object, ...] = connection.execute(statement).fetchone()
    return row[0]

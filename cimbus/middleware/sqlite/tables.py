"""The tables of a bus in a file, and opening it.

* ``frame``: what was sent, once, for as long as a subscription has to settle it; ``sent`` is in seconds since 1970.
* ``subscription``: a group by its name and its patterns, or a consumer without one (then with a random name).
* ``member``: a consumer that is open, and the lock (``liveness``) of the transport that opened it.
* ``waiting``: one row for each frame that a subscription has not settled. ``owner`` is the member it was delivered to;
  ``attempt`` counts its deliveries; ``key_hash`` is the CRC-32 of its key (NULL: it has none): two keys with the same
  hash are kept in order as one, which costs a little concurrency and nothing else.
* ``state``: one row: the last frame's number, and a counter that grows whenever subscriptions change.

Rule: a change of a table or of the meaning of a column changes ``VERSION``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cimbus.errors import ConnectError
from cimbus.middleware.group import ordered
from cimbus.middleware.private_file import make_private
from cimbus.middleware.sqlite_errors import retry_while_busy

from .records import read_patterns, write_patterns

APPLICATION: Final = 0x4349_4D42
""""CIMB" in the header of the file (PRAGMA application_id): it tells a bus from other SQLite files."""
VERSION: Final = 3
"""PRAGMA user_version."""
BUSY_MS: Final = 50
"""How long SQLite itself waits for a lock, in milliseconds; the worker then tries again. Our choice: so often it can
check whether the transport is being closed."""
OPENING: Final = 10.0
"""For how many seconds a lock of another process may keep us from opening the file: longer than any transaction of a
bus, and shorter than a service's start may take."""

SCHEMA: Final = """
CREATE TABLE state (last INTEGER NOT NULL, epoch INTEGER NOT NULL);
INSERT INTO state VALUES (0, 0);
CREATE TABLE frame (id INTEGER PRIMARY KEY, sent REAL NOT NULL, head BLOB NOT NULL, body BLOB NOT NULL);
CREATE TABLE subscription (
    id INTEGER PRIMARY KEY, name BLOB NOT NULL, durable INTEGER NOT NULL, patterns BLOB NOT NULL,
    UNIQUE (name, patterns)
);
CREATE TABLE member (id INTEGER PRIMARY KEY AUTOINCREMENT, subscription INTEGER NOT NULL, lock TEXT NOT NULL);
CREATE TABLE waiting (
    subscription INTEGER NOT NULL, frame INTEGER NOT NULL, key_hash INTEGER,
    attempt INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL DEFAULT 0, owner INTEGER,
    PRIMARY KEY (subscription, frame)
) WITHOUT ROWID;
CREATE INDEX touched ON waiting (subscription, key_hash) WHERE attempt > 0;
PRAGMA application_id = 0x43494D42;
PRAGMA user_version = 3
"""
OLD: Final = 2
"""The version in which a group was known by its name alone, with the patterns of its last member."""
UPGRADE: Final = """
CREATE TABLE renewed (
    id INTEGER PRIMARY KEY, name BLOB NOT NULL, durable INTEGER NOT NULL, patterns BLOB NOT NULL,
    UNIQUE (name, patterns)
);
INSERT INTO renewed SELECT * FROM subscription;
DROP TABLE subscription;
ALTER TABLE renewed RENAME TO subscription;
PRAGMA user_version = 3
"""


def connect(path: Path) -> sqlite3.Connection:
    """Open a file, making its tables if it is new.

    It is this user's alone (``make_private``): it holds whole messages. A folder that is missing is not made: a path
    with a typing error must not become a bus that no other process uses.

    Raises:
        ConnectError: it cannot be opened, is damaged, is another user's, or is not a bus that this release can read.
    """
    if path.parent.is_dir():
        try:
            make_private(path)
        except OSError as exc:
            raise ConnectError(f"{path} cannot be used as a bus: {exc}") from exc
    try:
        return retry_while_busy(lambda: _open(path), OPENING)
    except sqlite3.Error as exc:
        raise ConnectError(f"{path} cannot be used as a bus: {exc}") from exc


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False)
    try:
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Check what the file is, make its tables if it is nothing yet, and set how we work on it.

    Each look is one transaction, so that it sees all that another process made, or nothing of it.
    """
    with _transaction(connection, "BEGIN"):
        version = _version(connection, path)
    if version != VERSION:
        with _transaction(connection, "BEGIN EXCLUSIVE"):
            version = _version(connection, path)  # another process may have been faster
            if version == OLD:
                _upgrade(connection)
            elif not version:
                for statement in SCHEMA.split(";"):
                    connection.execute(statement)
    mode = _one(connection, "PRAGMA journal_mode = WAL")
    if mode != "wal":
        raise ConnectError(f"{path} cannot be used as a bus: no write-ahead log on this file system ({mode})")
    connection.execute("PRAGMA journal_size_limit = 67108864")  # 64 MB: a burst leaves no larger -wal file


@contextmanager
def _transaction(connection: sqlite3.Connection, begin: str) -> Generator[None]:
    """Run the block in a transaction; roll back if it raises."""
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _upgrade(connection: sqlite3.Connection) -> None:
    """Make a file of the last version one of this; the groups keep their backlogs."""
    for statement in UPGRADE.split(";"):
        connection.execute(statement)
    for number, patterns in connection.execute("SELECT id, patterns FROM subscription").fetchall():
        written = write_patterns(ordered(read_patterns(patterns)))
        connection.execute("UPDATE subscription SET patterns = ? WHERE id = ?", (written, number))


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of a bus, 0 if the file is empty; within a transaction.

    Raises:
        ConnectError: it is something else.
    """
    tables = _one(connection, "SELECT count(*) FROM sqlite_master")  # first: a BEGIN alone does not read yet
    application, version = _one(connection, "PRAGMA application_id"), _one(connection, "PRAGMA user_version")
    if application == APPLICATION and version in (OLD, VERSION):
        return int(version)
    if application == APPLICATION:
        raise ConnectError(f"{path} is a bus of version {version}; this release of cimbus reads version {VERSION}")
    if tables:
        raise ConnectError(f"{path} is a SQLite file of some other program, not a bus")
    return 0


def _one(connection: sqlite3.Connection, statement: str) -> int | str:
    """Run a statement and return the first column of its first row."""
    row: tuple[int | str, ...] = connection.execute(statement).fetchone()
    return row[0]

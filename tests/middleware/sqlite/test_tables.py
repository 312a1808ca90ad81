"""Opening a file: what is not a bus is refused, and left as it is."""

from __future__ import annotations

import contextlib
import os
import sqlite3

import pytest

from cimbus import Frame, Pattern, SubscriptionSpec, Topic
from cimbus.errors import ConnectError
from cimbus.middleware.sqlite import SqliteTransport
from cimbus.middleware.sqlite.records import write_head, write_patterns
from cimbus.middleware.sqlite.tables import VERSION, connect

pytestmark = pytest.mark.anyio


@pytest.fixture
def path(tmp_path):
    return tmp_path / "bus.db"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"this is not a database, though it is long enough to be the start of one" * 40, "not a database"),
        ("CREATE TABLE other (program)", "some other program"),
        ("PRAGMA application_id = 0x43494D42; PRAGMA user_version = 99", "version 99"),
    ],
)
async def test_a_file_that_is_no_bus_is_refused(path, content, reason):
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        with contextlib.closing(sqlite3.connect(path)) as db:
            db.executescript(content)
    before = path.read_bytes()
    with pytest.raises(ConnectError, match=reason):
        async with SqliteTransport(path):
            pass

    assert before == path.read_bytes()


async def test_a_folder_that_is_missing_is_named(tmp_path):
    with pytest.raises(ConnectError, match=r"nowhere.*unable to open"):
        async with SqliteTransport(tmp_path / "nowhere" / "bus.db"):
            pass


def test_a_file_is_opened_again_as_it_was(path):
    for _ in range(2):
        with contextlib.closing(connect(path)) as db:
            assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)
            assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


V2 = """
CREATE TABLE state (last INTEGER NOT NULL, epoch INTEGER NOT NULL);
INSERT INTO state VALUES (1, 1);
CREATE TABLE frame (id INTEGER PRIMARY KEY, sent REAL NOT NULL, head BLOB NOT NULL, body BLOB NOT NULL);
CREATE TABLE subscription (
    id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, durable INTEGER NOT NULL, patterns BLOB NOT NULL
);
CREATE TABLE member (id INTEGER PRIMARY KEY AUTOINCREMENT, subscription INTEGER NOT NULL, lock TEXT NOT NULL);
CREATE TABLE waiting (
    subscription INTEGER NOT NULL, frame INTEGER NOT NULL, key_hash INTEGER,
    attempt INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL DEFAULT 0, owner INTEGER,
    PRIMARY KEY (subscription, frame)
) WITHOUT ROWID;
CREATE INDEX touched ON waiting (subscription, key_hash) WHERE attempt > 0;
PRAGMA application_id = 0x43494D42;
PRAGMA user_version = 2
"""


async def test_a_file_of_version_2_is_read_with_its_backlog(path):
    spec = SubscriptionSpec(patterns=(Pattern(noun="N"), Pattern(noun="M")), group="g", durable=True)
    frame = Frame(topic=Topic("production", "events", "N", "created", "k"), body=b"kept")
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.executescript(V2)
        subscription = (1, b"g", True, write_patterns(spec.patterns))
        db.execute("INSERT INTO subscription VALUES (?, ?, ?, ?)", subscription)
        db.execute("INSERT INTO frame VALUES (1, 0, ?, ?)", (write_head(frame), frame.body))
        db.execute("INSERT INTO waiting (subscription, frame) VALUES (1, 1)")
    path.chmod(0o600)
    async with SqliteTransport(path) as transport, transport.listen(spec) as consumer:
        (delivery,) = await consumer.receive()

    assert delivery.value.body == b"kept"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has no such modes")
async def test_a_file_is_its_owners_alone(path):
    spec = SubscriptionSpec(patterns=(Pattern(),))
    async with SqliteTransport(path) as transport, transport.listen(spec):  # made by an earlier version
        for file in (path, path.with_name("bus.db-wal"), path.with_name("bus.db-shm")):
            file.chmod(0o644)
        with contextlib.closing(connect(path)):
            assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir() if file.is_file()} == {0o600}
    async with SqliteTransport(path) as transport, transport.listen(spec):
        modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir() if file.is_file()}

    assert len(modes) >= 3  # the bus, its log and the lock
    assert set(modes.values()) == {0o600}, modes


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file away")
async def test_a_file_of_another_user_is_refused(path):
    path.touch()
    os.chown(path, 65_534, 65_534)
    with pytest.raises(ConnectError, match="another user"):
        async with SqliteTransport(path):
            pass

"""Several processes that begin at once with one file that is not there yet: all of them get it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys

import pytest

from cimbus.middleware.sqlite_errors import retry_while_busy

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

PROCESSES = 12
RACE = """
import os, sys, tempfile, traceback
from contextlib import closing
from pathlib import Path

import anyio
from cimbus import DeadLetters, Inbox
from cimbus.middleware.outbox.table import OutboxBounds
from cimbus.middleware.outbox.file import OutboxFile
from cimbus.middleware.sqlite.tables import connect

def bus(path):
    with closing(connect(path)):
        pass

def letters(path):
    anyio.run(DeadLetters(path).check)

def inbox(path):
    async def main():
        async with Inbox(path):
            pass
    anyio.run(main)

def outbox(path):
    async def main():
        async with OutboxFile(str(path), OutboxBounds(10**6, 0.0, "refuse")).opened():
            pass
    anyio.run(main)

kind, rounds, processes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
failed = 0
with tempfile.TemporaryDirectory() as folder:
    for number in range(rounds):
        path = Path(folder) / f"{number}.db"
        reading, writing = os.pipe()
        children = []
        for _ in range(processes):
            if (child := os.fork()) == 0:
                os.close(writing)
                os.read(reading, 1)  # ends for all at the same time
                try:
                    globals()[kind](path)
                except BaseException:
                    traceback.print_exc()
                    os._exit(1)
                os._exit(0)
            children.append(child)
        os.close(reading)
        os.close(writing)
        failed += sum(os.waitpid(child, 0)[1] != 0 for child in children)
print(failed)
"""


@pytest.mark.parametrize(("kind", "rounds"), [("bus", 25), ("inbox", 5), ("letters", 5), ("outbox", 5)])
def test_all_of_them_open_it(kind, rounds):
    command = [sys.executable, "-c", RACE, kind, str(rounds), str(PROCESSES)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=170, check=True)

    assert done.stdout == "0\n", done.stderr[-3000:]


@pytest.mark.parametrize(("code", "seconds", "calls"), [
    (sqlite3.SQLITE_BUSY, 60, 3),  # it has ended then
    (sqlite3.SQLITE_BUSY_SNAPSHOT, 60, 3),
    (sqlite3.SQLITE_BUSY, -1, 1),  # it has taken too long
    (sqlite3.SQLITE_CORRUPT, 60, 1),
])  # fmt: skip
def test_only_a_lock_is_waited_for_and_not_for_ever(code, seconds, calls):
    called = []

    def work():
        called.append(1)
        if len(called) < 3:
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = code
            raise error
        return "opened"

    if calls == 3:
        assert retry_while_busy(work, seconds) == "opened"
    else:
        with pytest.raises(sqlite3.OperationalError):
            retry_while_busy(work, seconds)
    assert len(called) == calls

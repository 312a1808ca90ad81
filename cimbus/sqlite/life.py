"""Who is alive: a lock that the operating system gives up when its process dies, and not before.

A lease with a clock would take frames from a handler that is merely slow, and leave those of a dead one waiting. So a
transport that consumes holds an exclusive lock on an empty SQLite file of its own, beside the bus. Who gets that lock
knows that its owner is gone. SQLite does the locking because it does so on every platform.
"""

from __future__ import annotations

import contextlib
import sqlite3
import uuid
from pathlib import Path


class Life:
    """This transport's own life, until ``end``."""

    def __init__(self, bus: Path) -> None:
        self.token = uuid.uuid4().hex
        self._file = _file(bus, self.token)
        self._lock = sqlite3.connect(self._file, timeout=0, isolation_level=None, check_same_thread=False)
        self._lock.execute("BEGIN EXCLUSIVE")

    def end(self) -> None:
        """Die in order."""
        self._lock.close()
        _unlink(self._file)


def is_alive(bus: Path, token: str) -> bool:
    """Return whether the owner of a life is there."""
    file = _file(bus, token)
    try:
        with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=0)) as lock:
            lock.execute("BEGIN IMMEDIATE")
            lock.rollback()
    except sqlite3.OperationalError as exc:
        return exc.sqlite_errorcode != sqlite3.SQLITE_CANTOPEN  # locked; or in doubt, and then it lives
    return False


def bury(bus: Path, token: str) -> None:
    """Remove what a dead owner left."""
    _unlink(_file(bus, token))


def _file(bus: Path, token: str) -> Path:
    return bus.with_name(f"{bus.name}-{token}.life")


def _unlink(file: Path) -> None:
    with contextlib.suppress(OSError):  # another is faster, or (on Windows) looks at it right now
        file.unlink()

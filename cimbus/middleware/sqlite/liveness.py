"""Which processes are alive: a lock that the operating system releases when its process dies, and not before.

A lease with a clock would take frames from a handler that is merely slow, and leave those of a dead process waiting. So
a transport that consumes holds an exclusive lock on an empty SQLite file of its own, beside the bus. Another process
that gets this lock knows that the owner is dead. SQLite does the locking because it does so on every platform.
"""

from __future__ import annotations

import contextlib
import sqlite3
import uuid
from pathlib import Path

from cimbus.middleware.private_file import make_private


class LivenessLock:
    """The lock of this transport, held until ``release``.

    Attributes:
        token: the lock's name, which others pass to ``is_alive``.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     bus = Path(folder) / "bus.db"
        ...     lock = LivenessLock(bus)
        ...     before = is_alive(bus, lock.token)
        ...     lock.release()
        ...     before, is_alive(bus, lock.token)
        (True, False)
    """

    def __init__(self, bus: Path) -> None:
        self.token = uuid.uuid4().hex
        self._file = _file(bus, self.token)
        make_private(self._file)
        self._lock = sqlite3.connect(self._file, timeout=0, isolation_level=None, check_same_thread=False)
        self._lock.execute("BEGIN EXCLUSIVE")

    def release(self) -> None:
        """Release the lock and remove its file."""
        self._lock.close()
        _unlink(self._file)


def is_alive(bus: Path, token: str) -> bool:
    """Return whether the process that holds a lock is alive."""
    file = _file(bus, token)
    try:
        with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=0)) as lock:
            lock.execute("BEGIN IMMEDIATE")
            lock.rollback()
    except sqlite3.OperationalError as exc:
        return exc.sqlite_errorcode != sqlite3.SQLITE_CANTOPEN  # locked; any other error: it counts as alive
    return False


def remove_lock(bus: Path, token: str) -> None:
    """Remove the lock file of a dead process."""
    _unlink(_file(bus, token))


def _file(bus: Path, token: str) -> Path:
    return bus.with_name(f"{bus.name}-{token}.lock")


def _unlink(file: Path) -> None:
    with contextlib.suppress(OSError):  # another process is faster, or (on Windows) has it open right now
        file.unlink()

"""``AuditTrail``: a file of lines that are chained by hash."""

from __future__ import annotations

import os
import threading
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import anyio
import anyio.to_thread

from cimbus.errors import CimbusError
from cimbus.middleware.net import ThrottledLog
from cimbus.middleware.one_line import one_line
from cimbus.middleware.private_file import FILE_MODE, make_private
from cimbus.middleware.safe_log import safe_logger
from cimbus.middleware.tasks import background

from .chain import START, chained
from .file_lock import locked
from .tail import end_before, rotated, tail_of

log: Final = safe_logger("cimbus")

MAX_BYTES: Final = 100_000_000
"""The default size of a file: a quarter of a million lines, which tools still open."""


class AuditTrail:
    r"""What a program has sent, received and settled, as JSON lines; each has a hash over itself and the line before.

    A line that is changed, removed or added in the middle breaks the chain, and ``cimbus audit verify`` says where. To
    notice that the end was removed, keep the last hash elsewhere. Several processes may write one trail; buses write to
    it with ``Bus(url, audit=FILE)``.

    >>> import tempfile
    >>> from cimbus.application.audit import verify
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     trail = AuditTrail(f"{folder}/audit.jsonl")
    ...     trail.write({"event": "edited", "letter": 7})
    ...     trail.close()
    ...     found = verify([f"{folder}/audit.jsonl"])
    >>> found.lines, found.problem
    (2, '')

    A line is with the operating system before the program goes on: it survives the end of the process. It is on disk
    (fsync) within ``sync`` seconds, and when the trail is closed: a loss of power may cost the lines of that time.

    Args:
        path: the file; a full one gets a number behind its name, and the chain goes on in the next.
        max_bytes: when a file is full; 0: never.
        sync: after how many seconds at most a line is on disk; 0: before the program goes on, which then waits for the
            disk with each message.

    Attributes:
        failed: how many lines could not be written. What is missing is said in the trail when it can be written.

    Raises:
        ValueError: a bound is negative.
    """

    def __init__(self, path: str | os.PathLike[str], *, max_bytes: int = MAX_BYTES, sync: float = 1.0) -> None:
        if max_bytes < 0 or sync < 0:
            raise ValueError(f"max_bytes and sync are not negative: {max_bytes}, {sync}")
        self.path = os.fspath(path)
        self.max_bytes = max_bytes
        self.sync = sync
        self.failed = 0
        self._missing = 0
        """Lines that could not be written since the last one that could."""
        self._why = ""
        self._fd = self._lock_fd = -1
        self._users = 0
        """Buses that write to it."""
        self._end = 0
        self._digest = START
        self._unsynced = False
        self._mutex = threading.Lock()
        self._throttled = ThrottledLog(log)

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[None]:
        """Return the block in which lines are brought to disk as ``sync`` says; several buses may share a trail.

        Raises:
            CimbusError: the file cannot be opened, or is no trail.
        """
        self.open()
        self._users += 1
        try:
            async with background() as tasks:
                if self.sync:
                    tasks.start_soon(self._sync_at_intervals)
                yield
        finally:
            self._users -= 1
            if self._users:
                self._sync_now()
            else:
                self.close()

    def open(self) -> None:
        """Open the file, which is otherwise done with the first line.

        Raises:
            CimbusError: it cannot be opened, or is no trail.
        """
        with self._mutex:
            try:
                make_private(self.path)
                self._alone(self._catch_up)
            except OSError as error:
                raise CimbusError(f"the audit trail {self.path} cannot be opened: {error}") from error

    def write(self, *records: Mapping[str, Any]) -> None:
        """Write records as lines, with the time in front; what cannot be written is counted and logged, not raised.

        Args:
            records: what happened; ``event`` says what.
        """
        if not records:
            return
        now = {"time": datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")}
        with self._mutex:
            try:
                self._alone(lambda: self._append(now, records))
            except (OSError, CimbusError, UnicodeError) as error:
                self.failed += len(records)
                self._missing += len(records)
                self._why = one_line(error)
                self._throttled.warning("the audit trail %s cannot be written: %s", self.path, error)

    def close(self) -> None:
        """Bring all lines to disk, and close the file; the next line opens it."""
        self._sync_now()
        with self._mutex:
            self._close()
            if self._lock_fd >= 0:
                os.close(self._lock_fd)
                self._lock_fd = -1

    def _close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    # -- with the lock of the trail -----------------------------------------------------------------------------------

    def _alone(self, work: Callable[[], None]) -> None:
        if self._lock_fd < 0:
            self._lock_fd = os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT, FILE_MODE)
        with locked(self._lock_fd):
            work()

    def _append(self, now: Mapping[str, Any], records: tuple[Mapping[str, Any], ...]) -> None:
        self._catch_up()
        if self._missing:
            records = ({"event": "gap", "lines": self._missing, "reason": self._why}, *records)
        self._put(*({**now, **record} for record in records))
        self._missing = 0
        if self.max_bytes and self._end >= self.max_bytes:
            try:
                self._rotate()
            except (OSError, CimbusError) as error:  # the lines are written; the next one tries again
                self._throttled.warning("the audit trail %s cannot begin another file: %s", self.path, error)

    def _catch_up(self) -> None:
        """Go to the end of the file: another process may have written to it, or begun the next one."""
        with suppress(FileNotFoundError):
            if self._fd >= 0:
                there, ours = Path(self.path).stat(), os.fstat(self._fd)
                if (there.st_ino, there.st_dev) == (ours.st_ino, ours.st_dev) and ours.st_size == self._end:
                    return
        self._close()
        self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, FILE_MODE)
        tail = tail_of(self._fd, self.path)
        if tail.torn:
            os.ftruncate(self._fd, tail.size)
        self._end, self._digest = tail.size, tail.digest
        now = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        if not tail.digest:
            before, self._digest = end_before(self.path)
            first = {"event": "continued", "file": before, "previous": self._digest} if before else {"event": "begun"}
            self._put({"time": now, **first})
        if tail.torn:
            self._put({"time": now, "event": "recovered", "torn": tail.torn})

    def _put(self, *records: Mapping[str, Any]) -> None:
        digest, lines = self._digest, list[bytes]()
        for record in records:
            line, digest = chained(record, digest)
            lines.append(line)
        data = b"".join(lines)
        try:
            if os.write(self._fd, data) != len(data):
                raise OSError(f"only a part of {len(data)} octets could be written")  # noqa: TRY301  # undone below
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._fd, self._end)
            raise
        self._end += len(data)
        self._digest = digest
        self._unsynced = True
        if not self.sync:
            os.fsync(self._fd)
            self._unsynced = False

    def _rotate(self) -> None:
        """Give the full file the next number, and begin another one."""
        os.fsync(self._fd)
        full = rotated(self.path)
        number = 1 + (int(full[-1].name.rpartition(".")[2]) if full else 0)
        self._close()
        Path(self.path).rename(f"{self.path}.{number}")
        self._catch_up()

    # -- to disk ------------------------------------------------------------------------------------------------------

    async def _sync_at_intervals(self) -> None:
        while True:
            await anyio.sleep(self.sync)
            if self._unsynced:
                await anyio.to_thread.run_sync(self._sync_now)

    def _sync_now(self) -> None:
        with self._mutex:
            if self._fd < 0 or not self._unsynced:
                return
            fd = os.dup(self._fd)
            self._unsynced = False
        try:
            os.fsync(fd)
        except OSError as error:
            self._throttled.warning("the audit trail %s cannot be brought to disk: %s", self.path, error)
        finally:
            os.close(fd)

    def __repr__(self) -> str:
        return f"AuditTrail({self.path!r})"

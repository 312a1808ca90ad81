"""One process at a time: a lock on a file, which ends with its process."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def locked(fd: int) -> Generator[None]:
    """Wait until no other process has the lock of an open file, and hold it within the block.

    >>> import tempfile
    >>> with tempfile.TemporaryFile() as file, locked(file.fileno()):
    ...     print("alone")
    alone
    """
    if sys.platform == "win32":
        import msvcrt

        os.lseek(fd, 0, os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_LOCK, 1)
        try:
            yield
        finally:
            os.lseek(fd, 0, os.SEEK_SET)
            msvcrt.locking(fd, msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(fd, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(fd, fcntl.LOCK_UN)

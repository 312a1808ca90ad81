"""Files that hold messages: readable by their owner alone, and refused where they are another user's."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

FILE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700


def make_private(path: str | os.PathLike[str]) -> None:
    """Make a file that only its owner can read, and the folders above it that are missing; keep one that is there.

    SQLite gives the files beside it (``-wal``, ``-shm``) the same mode. On Windows only the file is made.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     make_private(f"{folder}/a/inbox.db")
    ...     oct(Path(f"{folder}/a/inbox.db").stat().st_mode & 0o777)
    '0o600'

    Raises:
        PermissionError: the file belongs to another user, who could read or change what is in it.
        OSError: it cannot be made.
    """
    file = Path(path)
    missing = [folder for folder in file.parents if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    os.close(os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), FILE_MODE))
    if not hasattr(os, "geteuid"):  # Windows has no such owners
        return
    found = file.stat()
    if found.st_uid != os.geteuid():
        raise PermissionError(
            f"{file} belongs to another user (uid {found.st_uid}); give it an owner or a path of its own"
        )
    if stat.S_IMODE(found.st_mode) & 0o077:
        file.chmod(FILE_MODE)  # made by an earlier version, or with a wide umask
        for beside in ("-wal", "-shm"):  # SQLite's, which got their mode from the file when they were made
            with suppress(FileNotFoundError):
                file.with_name(file.name + beside).chmod(FILE_MODE)

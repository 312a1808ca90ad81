"""A store of contents in a folder.

Rules: a content is written beside its place and renamed, so that it is there whole or not at all; the folder is its
owner's alone unless it was made otherwise, and files can be read by the folder's group where the folder can.
"""

from __future__ import annotations

import os
import stat
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Final

from cimbus.middleware.private_file import FILE_MODE, FOLDER_MODE

from .reference import NAME

PART: Final = ".part-"
"""What the name of a file begins with that is being written."""
ABANDONED: Final = 86_400.0
"""After how many seconds a file that is being written is removed: its process has died. No write takes a day."""


class FolderStore:
    """Contents as files.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = FolderStore(f"{folder}/contents")
    ...     store.write("1800000000-" + "0" * 64, b"content")
    ...     oct(os.stat(f"{folder}/contents").st_mode & 0o777), store.read(store.names()[0], 7)
    ('0o700', b'content')

    Args:
        path: the folder, made when something is first written.
    """

    def __init__(self, path: str) -> None:
        self._folder = Path(path)

    def write(self, name: str, content: bytes) -> None:
        """Store a content; see ``ContentStore``."""
        self._folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        mode = FILE_MODE | (self._folder.stat().st_mode & stat.S_IRGRP)
        part = self._folder / f"{PART}{uuid.uuid4().hex}"
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), mode)
        try:
            with os.fdopen(file, "wb") as opened:
                if hasattr(os, "fchmod"):
                    os.fchmod(opened.fileno(), mode)  # whatever the umask
                opened.write(content)
                opened.flush()
                os.fsync(opened.fileno())
            part.replace(self._place(name))
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        self._sync()

    def _sync(self) -> None:
        """Have the new name on disk, too; Windows has no such call for folders."""
        if hasattr(os, "O_DIRECTORY"):
            folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def read(self, name: str, most: int) -> bytes:
        """Return a content; see ``ContentStore``."""
        if not self._folder.is_dir():  # a network drive that is not mounted has lost nothing
            raise NotADirectoryError(f"{self._folder} is no folder")
        # no link is followed out of the folder, and no pipe is waited for
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(self._place(name), flags), "rb") as opened:
            if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                raise FileNotFoundError(f"{name} is no file")
            return opened.read(most)

    def names(self) -> list[str]:
        """Return the names of all contents, and remove what was never finished."""
        if not self._folder.is_dir():
            return []
        found: list[str] = []
        for file in self._folder.iterdir():
            if NAME.fullmatch(file.name):
                found.append(file.name)
            elif file.name.startswith(PART):
                with suppress(OSError):
                    if file.lstat().st_mtime < time.time() - ABANDONED:
                        file.unlink()
        return found

    def remove(self, name: str) -> None:
        """Remove a content."""
        self._place(name).unlink(missing_ok=True)

    def _place(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise FileNotFoundError(f"no name of a content: {name[:100]!r}")
        return self._folder / name

    def __repr__(self) -> str:
        return f"FolderStore({str(self._folder)!r})"

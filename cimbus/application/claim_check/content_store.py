"""What a store of contents is, and which one a URL means."""

from __future__ import annotations

import os
from typing import Protocol

from cimbus.errors import CimbusError


class ContentStoreError(CimbusError):
    """A store cannot be reached or written now; trying again may help.

    >>> isinstance(ContentStoreError("the disk is full"), CimbusError)
    True
    """


class ContentStore(Protocol):
    """A place for contents, shared by all applications on a bus; its methods block, and are called in threads.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = open_content_store(folder)
    ...     store.write("1800000000-" + "0" * 64, b"content")
    ...     store.read("1800000000-" + "0" * 64, 100), len(list(store.names()))
    (b'content', 1)
    """

    def write(self, name: str, content: bytes) -> None:
        """Store a content whole, or not at all; return when it is on disk.

        Raises:
            OSError: it cannot be stored.
        """
        ...

    def read(self, name: str, most: int) -> bytes:
        """Return a content, at most so many octets of it.

        Raises:
            FileNotFoundError: there is none of that name.
            OSError: the store cannot be read now.
        """
        ...

    def names(self) -> list[str]:
        """Return the names of all contents; others that may be there are left out."""
        ...

    def remove(self, name: str) -> None:
        """Remove a content; one that another process has removed is no error."""
        ...


def open_content_store(where: str | os.PathLike[str]) -> ContentStore:
    """Return the store in a folder, or at a URL that fsspec knows.

    Raises:
        MissingExtraError: it is a URL, and fsspec is not installed.

    >>> open_content_store("/var/lib/contents")
    FolderStore('/var/lib/contents')
    """
    text = os.fspath(where)
    if "://" in text and not text.startswith("file://"):
        from .remote import RemoteStore

        return RemoteStore(text)
    from .folder import FolderStore

    return FolderStore(text.removeprefix("file://"))

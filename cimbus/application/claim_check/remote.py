"""A store of contents at a URL of fsspec: S3, Azure, Google Cloud Storage, SFTP, WebHDFS and more.

Rule: a content is written under another name and moved, since not every such file system writes a file whole or not at
all. Who may read it is decided there: by the bucket, by the account, by the server.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any, Protocol, cast

from cimbus.errors import MissingExtraError
from cimbus.middleware.safe_url import safe_url

from .folder import PART
from .reference import NAME


class FileSystem(Protocol):
    """What is used of fsspec's AbstractFileSystem."""

    def makedirs(self, path: str, exist_ok: bool = False) -> None: ...  # noqa: D102
    def pipe_file(self, path: str, value: bytes) -> object: ...  # noqa: D102
    def mv(self, path1: str, path2: str) -> object: ...  # noqa: D102
    def cat_file(self, path: str, start: int | None = None, end: int | None = None) -> bytes: ...  # noqa: D102
    def ls(self, path: str, detail: bool = True) -> list[str]: ...  # noqa: D102
    def rm_file(self, path: str) -> object: ...  # noqa: D102
    def invalidate_cache(self, path: str | None = None) -> None: ...  # noqa: D102


class RemoteStore:
    """Contents as files of fsspec.

    Args:
        url: such as ``s3://bucket/contents``; options and credentials are those of its file system, mostly taken from
            the environment.

    Raises:
        MissingExtraError: fsspec, or what it needs for this URL, is not installed.
    """

    def __init__(self, url: str) -> None:
        try:
            url_to_fs = cast("Callable[[str], tuple[Any, str]]", import_module("fsspec.core").url_to_fs)
            found, self._path = url_to_fs(url)
        except ImportError as error:
            raise MissingExtraError(
                f"a claim store at a URL needs {error.name or error}; install it with: pip install 'cimbus[fsspec]'"
            ) from error
        self._files = cast("FileSystem", found)
        self._url = safe_url(url)

    def write(self, name: str, content: bytes) -> None:
        """Store a content; see ``ContentStore``."""
        self._files.makedirs(self._path, exist_ok=True)
        part = f"{self._path}/{PART}{uuid.uuid4().hex}"
        try:
            self._files.pipe_file(part, content)
            self._files.mv(part, self._place(name))
        except BaseException:
            with suppress(Exception):
                self._files.rm_file(part)
            raise

    def read(self, name: str, most: int) -> bytes:
        """Return a content; see ``ContentStore``."""
        return self._files.cat_file(self._place(name), start=0, end=most)

    def names(self) -> list[str]:
        """Return the names of all contents."""
        self._files.invalidate_cache()
        try:
            found = self._files.ls(self._path, detail=False)
        except FileNotFoundError:
            return []
        names = (path.rstrip("/").rpartition("/")[2] for path in found)
        return [name for name in names if NAME.fullmatch(name)]

    def remove(self, name: str) -> None:
        """Remove a content."""
        place = self._place(name)
        with suppress(FileNotFoundError):
            self._files.rm_file(place)

    def _place(self, name: str) -> str:
        if not NAME.fullmatch(name):
            raise FileNotFoundError(f"no name of a content: {name[:100]!r}")
        return f"{self._path}/{name}"

    def __repr__(self) -> str:
        return f"RemoteStore({self._url!r})"

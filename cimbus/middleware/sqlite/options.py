"""The options of a ``sqlite:`` URL."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

MAX_FILE: Final = 0xFFFF_FFFE * 65_536
"""The largest SQLite file, in bytes: 2^32 - 2 pages of 64 KiB (sqlite.org/limits.html)."""
MAX_RETENTION: Final = 3_153_600_000
"""A hundred years, in seconds: who wants more wants no bound."""


class SqliteOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may stand behind the ``?`` of ``sqlite:file.db``.

    Example:
        >>> from cimbus.middleware.net.url import read_options
        >>> read_options("retention=86400", SqliteOptions)
        SqliteOptions(max_size=0, retention=86400.0)
    """

    max_size: Annotated[int, Meta(ge=0, le=MAX_FILE)] = 0
    """How large ``send`` may make the file, in bytes; 0: no bound, since a disk is not ours to divide."""
    retention: Annotated[float, Meta(ge=0, le=MAX_RETENTION)] = 0.0
    """For how many seconds a frame is kept for consumers that have not taken it; 0: no bound, since nothing is dropped
    unless the user says so."""

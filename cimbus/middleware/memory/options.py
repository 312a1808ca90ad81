"""The options of a ``memory:`` URL."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

DEFAULT_BACKLOG: Final = 10_000
"""Frames that may wait in one queue. Our choice: with ordinary messages of 2 to 10 KB that is at most 100 MB, and a
consumer that is slower for some seconds does not stop its senders."""


class MemoryOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may stand behind the ``?`` of ``memory:NAME``.

    Example:
        >>> from cimbus.middleware.net.url import read_options
        >>> read_options("backlog=500", MemoryOptions)
        MemoryOptions(backlog=500)
    """

    backlog: Annotated[int, Meta(ge=1)] = DEFAULT_BACKLOG
    """How many frames may wait in a queue that this transport opens, for one group or one consumer without a group."""

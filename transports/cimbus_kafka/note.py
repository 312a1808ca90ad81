"""The note that goes with a committed position. Pure.

Kafka keeps some text with each position of a group. Ours says how far records have been in somebody's hands, who
committed, and for which patterns: so that a redelivery is known as one, a member knows whether anybody else had its
partition, and a group whether it has begun.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from cimbus.topic import Pattern


class Note(msgspec.Struct, frozen=True):
    """What is said of one partition of a group."""

    seen: int = 0
    """Below this offset, records were in somebody's hands."""
    tag: str = ""
    """Who committed."""
    digest: str = ""
    """For which patterns."""

    def write(self) -> str:
        """Write it."""
        return f"{self.seen}/{self.tag}/{self.digest}"


def read_note(text: str | None) -> Note:
    """Read a note; what others have written says nothing."""
    words = (text or "").split("/")
    if len(words) != 3 or not words[0].isdecimal():
        return Note()
    return Note(int(words[0]), words[1], words[2])


def digest_of(patterns: Iterable[Pattern]) -> str:
    """Return what stands for patterns, in whatever order they are."""
    levels = "\n".join(sorted({repr(pattern.levels) for pattern in patterns}))
    return hashlib.sha256(levels.encode("utf-8", "surrogatepass")).hexdigest()[:12]

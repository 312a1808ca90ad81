"""Where a trail ends: its last whole line, and what a process that died has written of another one."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

import msgspec

from cimbus.errors import CimbusError

from .chain import START, hash_of

_BLOCK: Final = 64 * 1024
"""Octets that are read at once, from the end: more than a line has."""

_BEGIN: Final = b'{"time":"'
"""How each line of a trail begins."""


class Tail(msgspec.Struct, frozen=True):
    """The end of a file.

    Attributes:
        size: octets of the whole lines.
        torn: octets behind them.
        digest: the hash of the last line; empty where there is none.
    """

    size: int
    torn: int
    digest: str


def tail_of(fd: int, path: str) -> Tail:
    """Return the end of an open file.

    Raises:
        CimbusError: its last line is none of a trail.
    """
    size = os.fstat(fd).st_size
    end, found = size, b""
    while end > 0 and found.count(b"\n") < 2:
        begin = max(0, end - _BLOCK)
        os.lseek(fd, begin, os.SEEK_SET)
        found = os.read(fd, end - begin) + found
        end = begin
    whole, newline, torn = found.rpartition(b"\n")
    if not newline:
        if torn[: len(_BEGIN)] != _BEGIN[: len(torn)]:
            raise CimbusError(f"{path} is no audit trail: move it away, so that a trail begins, or name another file")
        return Tail(0, len(torn), "")
    digest = hash_of(whole.rpartition(b"\n")[2])
    if digest is None:
        raise CimbusError(
            f"the last line of {path} is none of an audit trail: look at it with `cimbus audit verify {path}`, and "
            "move the file away, so that a new trail begins"
        )
    return Tail(size - len(torn), len(torn), digest)


def rotated(path: str) -> list[Path]:
    """Return the full files of a trail, oldest first: ``path`` with a number behind it."""
    file = Path(path)
    numbered: list[tuple[int, Path]] = []
    for each in file.parent.glob("*"):
        found = re.fullmatch(re.escape(file.name) + r"\.(\d+)", each.name)
        if found:
            numbered.append((int(found[1]), each))
    return [each for _, each in sorted(numbered)]


def end_before(path: str) -> tuple[str, str]:
    """Return the name of the newest full file of a trail and the hash that it ends with; where there is none, START.

    Raises:
        CimbusError: that file does not end with a line of a trail.
    """
    for file in reversed(rotated(path)):
        fd = os.open(file, os.O_RDONLY)
        try:
            return file.name, tail_of(fd, str(file)).digest or START
        finally:
            os.close(fd)
    return "", START

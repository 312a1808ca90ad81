"""Whether a trail is as it was written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from .chain import START, follows, hash_of, record_of
from .tail import rotated


class Verification(msgspec.Struct, kw_only=True):
    """What was found in a trail.

    >>> Verification(files=["audit.jsonl"], lines=2).problem
    ''

    Attributes:
        files: that were read, in order.
        lines: that are as they were written, before the first that is not.
        digest: the hash of the last of them.
        begins: whether the first file begins the trail; else it continues one that was not given.
        problem: what is wrong with the first line that is not as it was written; empty if there is none.
        file: where that is.
        line: its number, from 1.
        torn: octets behind the last line: a process is writing, or has died; the next one removes them and says so.
        kept: whether the hash that was asked for is that of a line.
    """

    files: list[str]
    lines: int = 0
    digest: str = START
    begins: bool = True
    problem: str = ""
    file: str = ""
    line: int = 0
    torn: int = 0
    kept: bool = False


def whole_trail(paths: Sequence[str | os.PathLike[str]]) -> list[str]:
    """Return the files of a trail in order: a single one that is given, with the full ones before it."""
    if len(paths) == 1:
        newest, full = os.fspath(paths[0]), [str(each) for each in rotated(os.fspath(paths[0]))]
        return [*full, newest] if not full or Path(newest).exists() else full  # a process ended between two files
    return [os.fspath(path) for path in paths]


def verify(paths: Sequence[str | os.PathLike[str]], expected: str = "") -> Verification:
    """Read a trail until a line is not as it was written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "audit.jsonl")
    ...     _ = file.write_bytes(b"a line of another file")
    ...     found = verify([file])
    >>> found.lines, found.torn
    (0, 22)

    Args:
        paths: its files, oldest first; or the newest alone, beside which the others are looked for.
        expected: the hash of a line that must be there.

    Raises:
        OSError: a file cannot be read.
    """
    found = Verification(files=whole_trail(paths))
    for index, path in enumerate(found.files):
        with Path(path).open("rb") as file:
            if index and found.torn:
                found.problem, found.file = "the file ends in the middle of a line, and is not the last one", path
                return found
            _read(file, path, found, expected, first=not index)
        if found.problem:
            return found
    return found


def _read(file: Iterable[bytes], path: str, found: Verification, expected: str, *, first: bool) -> None:
    for number, line in enumerate(file, 1):
        if not line.endswith(b"\n"):
            found.torn = len(line)
            return
        if first and number == 1:
            _begin(line, found)
        digest = hash_of(line)
        if digest is None or not follows(line, found.digest):
            found.file, found.line = path, number
            found.problem = _problem(line, digest)
            return
        found.lines += 1
        found.digest = digest
        found.kept = found.kept or digest == expected


def _begin(line: bytes, found: Verification) -> None:
    """Take the hash that the first line says it continues; whether that is right, its own hash says."""
    try:
        record = record_of(line)
    except ValueError:
        return
    previous = record.get("previous")
    if record.get("event") == "continued" and isinstance(previous, str):
        found.begins, found.digest = False, previous


def _problem(line: bytes, digest: str | None) -> str:
    if digest is None:
        return "it is no line of an audit trail"
    try:
        record_of(line)
    except ValueError as error:
        return f"it is no JSON: {error}"
    return "its hash does not follow from it and the line before: a line was changed, removed or added here"

"""How topics, properties and patterns are written in the file: JSON, so that anybody can read it.

Strings may hold anything that Python's can, lone surrogates included; those are not Unicode text, so the few records
that have some start with ``~`` and are read by a more patient reader.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

import msgspec

from cimbus.frame import Frame
from cimbus.topic import Pattern, Topic


class Head(msgspec.Struct, array_like=True, gc=False):
    """A frame without its body."""

    topic: tuple[str, str, str, str, str]
    properties: dict[str, str]


class Levels(msgspec.Struct, array_like=True):
    """The patterns of a subscription."""

    patterns: list[tuple[str | None, str | None, str | None, str | None, str | None]]


_ENCODE = msgspec.json.Encoder().encode
_HEAD = msgspec.json.Decoder(Head).decode
_LEVELS = msgspec.json.Decoder(Levels).decode


def _write(record: Head | Levels) -> bytes:
    try:
        return _ENCODE(record)
    except UnicodeEncodeError:
        return b"~" + json.dumps(msgspec.to_builtins(record), ensure_ascii=False).encode("utf-8", "surrogatepass")


def _patient(record: bytes) -> Any:
    return json.loads(record[1:].decode("utf-8", "surrogatepass"))


def write_head(frame: Frame) -> bytes:
    """Write all of a frame but its body."""
    return _write(Head(frame.topic.levels, dict(frame.properties)))


def read_frame(head: bytes, body: bytes) -> Frame:
    """Read a frame back."""
    read = msgspec.convert(_patient(head), Head) if head.startswith(b"~") else _HEAD(head)
    return Frame(topic=Topic(*read.topic), body=body, properties=read.properties)


def write_patterns(patterns: tuple[Pattern, ...]) -> bytes:
    """Write the patterns of a subscription."""
    return _write(Levels([pattern.levels for pattern in patterns]))


def read_patterns(record: bytes) -> tuple[Pattern, ...]:
    """Read the patterns of a subscription back."""
    read = msgspec.convert(_patient(record), Levels) if record.startswith(b"~") else _LEVELS(record)
    return tuple(Pattern(*levels) for levels in read.patterns)


def lane_of(key: str) -> int | None:
    """Return the lane of a key: frames of one lane are handled in order."""
    return zlib.crc32(key.encode("utf-8", "surrogatepass")) if key else None


def name_of(group: str) -> bytes:
    """Write the name of a group."""
    return group.encode("utf-8", "surrogatepass")

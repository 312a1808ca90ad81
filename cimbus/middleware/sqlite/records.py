"""How topics, properties and patterns are written in the file: JSON, so that other programs can read it.

Strings may hold anything that Python's can, lone surrogates included; these are not Unicode text, so the few records
that have some begin with ``~`` and are read by Python's own json, which allows them.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

import msgspec

from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame


class StoredHead(msgspec.Struct, array_like=True, gc=False):
    """A frame without its body."""

    topic: tuple[str, str, str, str, str]
    properties: dict[str, str]


class AddressedHead(StoredHead, array_like=True, gc=False):
    """The same of a frame with a literal destination, or one that may not be created."""

    address: str | None = None
    create: bool = True


class Levels(msgspec.Struct, array_like=True):
    """The patterns of a subscription."""

    patterns: list[tuple[str | None, str | None, str | None, str | None, str | None]]


_ENCODE = msgspec.json.Encoder().encode
_HEAD = msgspec.json.Decoder(AddressedHead).decode
_LEVELS = msgspec.json.Decoder(Levels).decode


def _write(record: StoredHead | Levels) -> bytes:
    try:
        return _ENCODE(record)
    except UnicodeEncodeError:
        return b"~" + json.dumps(msgspec.to_builtins(record), ensure_ascii=False).encode("utf-8", "surrogatepass")


def _with_surrogates(record: bytes) -> Any:
    return json.loads(record[1:].decode("utf-8", "surrogatepass"))


def write_head(frame: Frame) -> bytes:
    """Write all of a frame but its body."""
    topic, properties = frame.topic, dict(frame.properties)
    levels = topic.context, topic.kind, topic.noun, topic.verb, topic.key
    if frame.address is None and frame.create:
        return _write(StoredHead(levels, properties))
    return _write(AddressedHead(levels, properties, frame.address, frame.create))


def read_frame(head: bytes, body: bytes) -> Frame:
    """Read a frame back."""
    read = msgspec.convert(_with_surrogates(head), AddressedHead) if head.startswith(b"~") else _HEAD(head)
    topic = Topic(*read.topic)
    return Frame(topic=topic, body=body, properties=read.properties, address=read.address, create=read.create)


def write_patterns(patterns: tuple[Pattern, ...]) -> bytes:
    """Write the patterns of a subscription."""
    return _write(Levels([pattern.levels for pattern in patterns]))


def read_patterns(record: bytes) -> tuple[Pattern, ...]:
    """Read the patterns of a subscription back."""
    read = msgspec.convert(_with_surrogates(record), Levels) if record.startswith(b"~") else _LEVELS(record)
    return tuple(Pattern(*levels) for levels in read.patterns)


def key_hash(key: str) -> int | None:
    """Return the hash of a key, None if it is empty: frames of one hash are handled in order.

    Example:
        >>> key_hash("meter 7"), key_hash("")
        (1439830047, None)
    """
    return zlib.crc32(key.encode("utf-8", "surrogatepass")) if key else None


def name_of(group: str) -> bytes:
    """Write the name of a group."""
    return group.encode("utf-8", "surrogatepass")


def group_of(name: bytes) -> str:
    """Read the name of a group back."""
    return name.decode("utf-8", "surrogatepass")

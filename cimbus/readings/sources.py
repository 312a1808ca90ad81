"""Where readings come from: messages, payloads, files, folders, and anything that consists of those."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import tzinfo
from pathlib import Path
from typing import Any, Final, cast

from cimbus.errors import DecodeError
from cimbus.interface.codecs import DEFAULT_LIMITS, Limits, decode_all, decode_noun, iterate
from cimbus.interface.codecs.opening import GZIP
from cimbus.interface.codecs.sniff import HEAD, is_json
from cimbus.interface.message import Message
from cimbus.nouns import MeterReading, MeterReadings, ReadingQualityType, ReadingType

from .flatten import rows_of_meter, rows_of_payload
from .row import ReadingRow
from .types import TypeResolver

PathLike = str | os.PathLike[str]
OnError = Callable[[Path, Exception], None]
"""What is called with a file that cannot be read, or holds no readings."""

SUFFIXES: Final = frozenset({".xml", ".json", ".jsonl", ".gz"})
"""Names of files in a folder that are read."""
WHOLE: Final = 1 << 20
"""Octets up to which an XML file is read as a whole: what ``iterate`` passes over (compressed payloads) is then read,
too; a tree takes some ten times the size of its document, and this is little beside the interpreter."""


def rows(
    source: object,
    *,
    assume: tzinfo | None = None,
    limits: Limits = DEFAULT_LIMITS,
    on_error: OnError | None = None,
) -> Iterator[ReadingRow]:
    """Yield the readings of a source, one by one, units and multipliers applied.

    An XML file of more than 1 MiB is read piece by piece, whatever its size; other files are read as a whole.

    Args:
        source: a ``MeterReadings``, a ``Message`` with one, the path of a file or of a folder (its ``.xml``, ``.json``,
            ``.jsonl`` and ``.gz`` files, by name), the octets of a document, or an iterable of any of these.
        assume: the zone of times that files write without one; UTC by default.
        limits: as for ``decode`` and ``iterate``.
        on_error: called with a file that cannot be read or has no readings, which is then left out; by default the
            error is raised.

    Raises:
        TypeError: it is no such source, or a message whose payload is no ``MeterReadings``.
        DecodeError: a file is no message, or one without readings.
        OSError: a file cannot be read.

    >>> from cimbus import Message
    >>> from cimbus.nouns import Reading, Reference
    >>> from decimal import Decimal
    >>> volt = Reading(value=Decimal(230), ReadingType=Reference(ref="0.0.0.6.0.1.54.0.0.0.0.0.0.0.0.0.29.0"))
    >>> message = Message.of(MeterReadings(MeterReading=[MeterReading(Readings=[volt])]))
    >>> [f"{row.value} {row.unit}" for row in rows([message])]
    ['230 V']
    """
    if isinstance(source, MeterReadings | bytes):
        for payload in _payloads(source, assume, limits) if isinstance(source, bytes) else (source,):
            yield from rows_of_payload(payload)
    elif isinstance(source, Message):
        yield from _of_message(source)  # pyright: ignore[reportUnknownArgumentType]  # of whatever payload
    elif isinstance(source, str | os.PathLike):
        for file in files_of(cast("PathLike", source)):
            try:
                yield from _of_file(file, assume, limits)
            except (DecodeError, OSError) as error:
                if on_error is None:
                    error.add_note(f"in {file}")
                    raise
                on_error(file, error)
    elif isinstance(source, Iterable):
        for each in cast("Iterable[object]", source):
            yield from rows(each, assume=assume, limits=limits, on_error=on_error)
    else:
        raise TypeError(
            f"a {type(source).__name__} is no source of readings: "
            f"give MeterReadings, a message, a path, octets, or several"
        )


def files_of(path: PathLike) -> list[Path]:
    """Return the files that a path stands for: itself, or those of a folder and of its folders, by name.

    >>> files_of("day.xml")
    [PosixPath('day.xml')]
    """
    given = Path(path)
    if not given.is_dir():
        return [given]
    return sorted(file for file in given.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())


def _of_message(message: Message[Any]) -> Iterator[ReadingRow]:
    found = [each for each in message.payload_area.items if isinstance(each, MeterReadings)]
    if not found:
        raise TypeError(f"{message!r} carries no MeterReadings, so there are no readings in it")
    for payload in found:
        yield from rows_of_payload(payload)


def _of_file(file: Path, assume: tzinfo | None, limits: Limits) -> Iterator[ReadingRow]:
    if not _is_json(file) and file.stat().st_size > WHOLE:
        yield from _of_large(file, assume, limits)
        return
    with file.open("rb") as opened:
        data = opened.read(limits.max_bytes + 1)  # one more than is allowed is enough to refuse it
    for payload in _payloads(data, assume, limits):
        yield from rows_of_payload(payload)


def _payloads(data: bytes, assume: tzinfo | None, limits: Limits) -> list[MeterReadings]:
    """Return the readings in a document of one or several messages, or of a payload without an envelope.

    Raises:
        DecodeError: there are none.
    """
    try:
        items = [
            item for message in decode_all(data, limits=limits, zone=assume) for item in message.payload_area.items
        ]
    except DecodeError as error:
        if type(error) is not DecodeError:
            raise
        try:
            items = [decode_noun(data, limits=limits, zone=assume)]
        except DecodeError:
            raise error from None
    found = [each for each in items if isinstance(each, MeterReadings)]
    if not found:
        raise DecodeError("no MeterReadings in it, so there are no readings")
    return found


def _of_large(file: Path, assume: tzinfo | None, limits: Limits) -> Iterator[ReadingRow]:
    """Yield the readings of a large XML file; types that it defines stand behind them, and are looked for if needed.

    Raises:
        DecodeError: there are none.
    """
    resolver = TypeResolver(
        lambda: (each for each in iterate(file, ReadingType, limits=limits) if each.mRID or each.Names),
        lambda: (each for each in iterate(file, ReadingQualityType, limits=limits) if each.mRID or each.Names),
    )
    empty = True
    for each in iterate(file, MeterReading, limits=limits, zone=assume):
        empty = False
        yield from rows_of_meter(each, resolver)
    if empty:
        raise DecodeError("no MeterReading in it, so there are no readings")


def _is_json(file: Path) -> bool:
    with file.open("rb") as opened:
        head = opened.read(HEAD)
    if not head.startswith(GZIP):
        return is_json(head)
    try:
        with gzip.open(file) as inflated:
            return is_json(inflated.read(HEAD))
    except (OSError, EOFError):  # the codec says what is wrong with it
        return False

"""Typed objects out of a document of any size, XML or JSON, one by one, in bounded memory.

The document is parsed as it is read; each object is made when its end has come. An envelope, if there is one, is passed
over.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator
from contextlib import ExitStack
from datetime import tzinfo
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, Generic, Self, TypeVar

import anyio.to_thread

from cimbus.interface.model import Cim

from .chunks import opened_chunks, text_chunks, xml_chunks
from .class_names import ClassNames
from .json.objects import json_objects
from .limits import DEFAULT_LIMITS, Limits
from .sniff import is_json
from .xml.objects import XmlObjects

C = TypeVar("C", bound=Cim)

_BATCH: Final = 64
"""Objects that a thread makes at once for ``async for``: handing one over costs as much as making some."""


class Objects(Generic[C]):
    """The objects of one document, for ``for`` or ``async for``; what it opened is closed at the end.

    >>> import io
    >>> from cimbus.nouns import MeterReading
    >>> data = b"<MeterReadings><MeterReading><Meter><mRID>m-1</mRID></Meter></MeterReading></MeterReadings>"
    >>> [reading.Meter.mRID for reading in Objects(io.BytesIO(data), MeterReading)]
    ['m-1']
    """

    def __init__(
        self,
        source: str | os.PathLike[str] | BinaryIO,
        cls: type[C],
        *,
        limits: Limits = DEFAULT_LIMITS,
        zone: tzinfo | None = None,
    ) -> None:
        self._names = ClassNames(cls)
        if not self._names.places:
            raise TypeError(f"{cls.__name__} is neither a noun nor a part of one; iterate over a class that is")
        self._class = cls
        self._limits = limits
        self._zone = zone
        self._source = source
        self._made = self._run()
        self._ready: deque[C] = deque()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> C:
        return next(self._made)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> C:
        if not self._ready:
            self._ready.extend(await anyio.to_thread.run_sync(self._some))
        if not self._ready:
            raise StopAsyncIteration
        return self._ready.popleft()

    def _some(self) -> list[C]:
        return list(islice(self._made, _BATCH))

    def close(self) -> None:
        """Stop, and close what was opened; idempotent."""
        self._made.close()

    def _run(self) -> Generator[C]:
        with ExitStack() as stack:
            given = self._source
            if isinstance(given, str | os.PathLike):
                given = stack.enter_context(Path(given).open("rb"))
            first, rest = opened_chunks(given)
            if is_json(first):
                pieces = text_chunks(first, rest)
                yield from json_objects(pieces, self._class, self._names, self._limits, self._zone)
            else:
                chunks = xml_chunks(first, rest)
                yield from XmlObjects(chunks, self._class, self._names, self._limits, self._zone)


def iterate(
    source: str | os.PathLike[str] | BinaryIO,
    cls: type[C],
    *,
    limits: Limits = DEFAULT_LIMITS,
    zone: tzinfo | None = None,
) -> Objects[C]:
    """Return the objects of a class in an XML or JSON document, one by one, whatever the document's size.

    ``for reading in cimbus.iterate("day.xml", MeterReading): ...``; with ``async for``, the file is read in a worker
    thread. What is no such object is passed over, envelope and header included. Objects are read leniently, as
    ``decode`` reads them, and without notes.

    Args:
        source: a path, or a file that is open for reading octets, also in gzip: XML in UTF-8 or UTF-16, or JSON in
            UTF-8 (one document, an array, JSON Lines, documents behind one another).
        cls: a noun (``MeterReadings``), or a class that nouns consist of (``MeterReading``).
        limits: ``max_depth`` holds for the document, all others for each object; ``max_bytes`` in JSON only.
        zone: the zone of times that are written without one; UTC by default.

    Raises:
        TypeError: the class is no noun and no part of one.
        DecodeError: while iterating: not well-formed XML, not valid JSON; what came before was returned.
        UnsafeError: while iterating: a document type declaration, or beyond the limits.
        OSError: while iterating: the file cannot be read.

    >>> import io
    >>> from cimbus.nouns import Reading
    >>> data = b"<MeterReadings><MeterReading><Readings><value>1</value></Readings></MeterReading></MeterReadings>"
    >>> [reading.value for reading in iterate(io.BytesIO(data), Reading)]
    [Decimal('1')]
    """
    return Objects(source, cls, limits=limits, zone=zone)

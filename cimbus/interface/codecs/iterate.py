"""Typed objects out of a document of any size, XML or JSON, one by one, in bounded memory.

The document is parsed as it is read; each object is made when its end has come. An envelope, if there is one, is passed
over.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import ExitStack
from datetime import tzinfo
from pathlib import Path
from typing import BinaryIO, Generic, Self, TypeVar

from cimbus.interface.model import Cim

from .chunks import opened_chunks, text_chunks, xml_chunks
from .class_names import ClassNames
from .json.objects import json_objects
from .limits import DEFAULT_LIMITS, Limits
from .sniff import is_json
from .threaded_iterator import ThreadedIterator
from .xml.objects import XmlObjects

C = TypeVar("C", bound=Cim)


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
        names = ClassNames(cls)
        if not names.places:
            raise TypeError(f"{cls.__name__} is neither a noun nor a part of one; iterate over a class that is")
        self._made = ThreadedIterator(_objects_of(source, cls, names, limits, zone))

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> C:
        return next(self._made)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> C:
        return await anext(self._made)

    def close(self) -> None:
        """Stop, and close what was opened; idempotent."""
        self._made.close()


def _objects_of(
    source: str | os.PathLike[str] | BinaryIO, cls: type[C], names: ClassNames, limits: Limits, zone: tzinfo | None
) -> Generator[C]:
    with ExitStack() as stack:
        file = stack.enter_context(Path(source).open("rb")) if isinstance(source, str | os.PathLike) else source
        first, rest = opened_chunks(file)
        if is_json(first):
            yield from json_objects(text_chunks(first, rest), cls, names, limits, zone)
        else:
            yield from XmlObjects(xml_chunks(first, rest), cls, names, limits, zone)


def iterate(
    source: str | os.PathLike[str] | BinaryIO,
    cls: type[C],
    *,
    limits: Limits = DEFAULT_LIMITS,
    zone: tzinfo | None = None,
) -> Objects[C]:
    """Return the objects of a class in an XML or JSON document, one by one, whatever the document's size.

    ``for reading in cimbus.iterate("day.xml", MeterReading): ...``, or ``async for``. It is parsed in a thread of its
    own, some objects ahead. What is no such object is passed over, envelope and header included. Objects are read
    leniently, as ``decode`` reads them, and without notes.

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

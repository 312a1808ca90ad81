"""The columns of a document by the native codec: no objects are made, and other threads go on meanwhile.

Rule: what is returned here is what ``ReadingTable`` gives of the same document; where that takes more than the readings
themselves (types that the document defines, pending calculations), it is None.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from cimbus.interface.codecs import Limits
from cimbus.interface.codecs.native import NATIVE
from cimbus.nouns import (
    DateTimeInterval,
    IdentifiedObject,
    IntervalBlock,
    IntervalReading,
    Meter,
    MeterReading,
    MeterReadings,
    Name,
    PendingCalculation,
    Reading,
    ReadingQuality,
    ReadingQualityType,
    ReadingType,
)

from .row import COLUMNS, TIMES
from .types import TypeResolver

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROLES: Final[tuple[tuple[str, type[Any]], ...]] = (
    ("name", Name),
    ("thing", Meter),
    ("thing", IdentifiedObject),
    ("period", DateTimeInterval),
    ("quality", ReadingQuality),
    ("interval", IntervalReading),
    ("register", Reading),
    ("block", IntervalBlock),
    ("meter", MeterReading),
    ("noun", MeterReadings),
    ("left", PendingCalculation),
    ("left", ReadingType),
    ("left", ReadingQualityType),
)
"""What classes are to the native codec (``native/src/readings.rs``)."""
_BETWEEN: Final = "\x1f"
"""What is between the references of several qualities; no text of XML holds it."""
_NO_VALUE: Final = -128
_TEXTS: Final = ("meter", "usage_point", "reason", "source", "kind", "reading_type", "unit", "quality")
_KINDS: Final = ("register", "interval")
"""What comes in one block, in the order of ``native/src/blocks.rs``; so do ``TIMES``."""
_POWERS: Final = tuple(float(10**place) for place in range(23))
"""Powers of ten up to here are exact in binary floating point, so that one division or multiplication by them gives the
number that is nearest to the exact one."""


def native_columns(numpy: Any, data: bytes, limits: Limits) -> dict[str, NDArray[Any]] | None:
    """Return the readings in an XML document as ``ReadingTable.to_columns`` does.

    >>> import numpy
    >>> from cimbus import DEFAULT_LIMITS
    >>> native_columns(numpy, b"<a/>", DEFAULT_LIMITS) is None
    True
    """
    found = NATIVE.columns(data, limits, _ROLES)
    return None if found is None else _columns(numpy, found)


def _columns(numpy: Any, found: Mapping[str, Any]) -> dict[str, NDArray[Any]] | None:
    """Return what the native codec found as columns; None if a value is not exact.

    Those of one kind are made together: of a small document, each call of NumPy costs as much as reading ten rows.
    """
    words: list[str] = found["words"]
    used: tuple[list[int], list[int]] = found["reading_types"], found["qualities"]
    reading_types, units, qualities = [""] * len(words), [""] * len(words), [""] * len(words)
    multipliers: dict[int, int] = {}
    for place in used[0]:
        if words[place]:
            reading_types[place], units[place], multipliers[place] = _reading_type(words[place])
    for place in used[1]:
        qualities[place] = _qualities(words[place])
    values = _values(numpy, found, multipliers)
    if values is None:
        return None
    table = numpy.array([*words, *reading_types, *units, *qualities, *_KINDS], dtype=object)
    places = numpy.frombuffer(found["texts"], "uint32").reshape(len(_TEXTS), -1)
    texts = table.take(places, mode="clip")  # they are all in it: NumPy need not look
    times = numpy.frombuffer(found["times"], "datetime64[us]").reshape(len(TIMES), -1)
    columns: dict[str, Any] = dict.fromkeys(COLUMNS)
    columns.update(zip(TIMES, times, strict=True))
    columns.update(zip(_TEXTS, texts, strict=True))
    columns["value"] = values
    return columns


def _values(numpy: Any, found: Mapping[str, Any], multipliers: Mapping[int, int]) -> NDArray[Any] | None:
    """Return the values; None if one of them may not be exact.

    Each is multiplied or divided once by a power of ten; doing the other by one changes nothing.
    """
    times: list[float] = []
    by: list[float] = []
    for reading_type, exponent in found["scales"]:
        power = 0 if exponent == _NO_VALUE else exponent + multipliers.get(reading_type, 0)
        if abs(power) >= len(_POWERS):
            return None
        times.append(math.nan if exponent == _NO_VALUE else _POWERS[max(power, 0)])
        by.append(_POWERS[max(-power, 0)])
    values = numpy.frombuffer(found["mantissa"], "float64")
    if len(times) == 1:
        if times[0] != 1.0:  # each takes a microsecond
            values *= times[0]
        if by[0] != 1.0:
            values /= by[0]
        return values  # type: ignore[no-any-return]
    scale = numpy.frombuffer(found["scale"], "uint32")
    values *= numpy.array(times)[scale]
    values /= numpy.array(by)[scale]
    return values  # type: ignore[no-any-return]


@lru_cache(maxsize=1024)  # a head-end has some dozens
def _reading_type(ref: str) -> tuple[str, str, int]:
    """Return what a reference to a type is in the columns: text, unit and multiplier."""
    code = TypeResolver().reading_type(ref)
    return (ref, "", 0) if code is None else (str(code), code.base_symbol, code.multiplier)


@lru_cache(maxsize=1024)
def _qualities(refs: str) -> str:
    """Return the codes of several references to qualities."""
    resolver = TypeResolver()
    return " ".join(resolver.quality(ref) for ref in refs.split(_BETWEEN) if ref)

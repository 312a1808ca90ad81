"""The columns of a document by the native codec: no objects are made, and other threads go on meanwhile.

Rule: what is returned here is what ``ReadingTable`` gives of the same document; where that takes more than the readings
themselves (types that the document defines, pending calculations), it is None.
"""

from __future__ import annotations

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


def native_columns(numpy: Any, data: bytes, limits: Limits) -> dict[str, NDArray[Any]] | None:
    """Return the readings in an XML document as ``ReadingTable.to_columns`` does.

    Those of one kind are made together: of a small document, each call of NumPy costs as much as reading ten rows.

    >>> import numpy
    >>> from cimbus import DEFAULT_LIMITS
    >>> native_columns(numpy, b"<a/>", DEFAULT_LIMITS) is None
    True
    """
    found = NATIVE.columns(data, limits, _ROLES, (_reading_type, _qualities, numpy.empty))
    if found is None:
        return None
    texts, times, values = found
    rows = texts.shape[1]
    # in the order of native/src/blocks.rs
    meter, usage_point, reason, source, kind, reading_type, unit, quality = texts
    time, start, end, reported = numpy.ndarray((4, rows), "datetime64[us]", times)
    return {
        "meter": meter, "usage_point": usage_point, "kind": kind, "reading_type": reading_type,
        "time": time, "start": start, "end": end,
        "value": numpy.ndarray(rows, "float64", values), "unit": unit,
        "quality": quality, "reason": reason, "source": source, "reported": reported,
    }  # fmt: skip


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

"""The columns of a document by the native codec: no objects are made, and other threads go on meanwhile.

Rule: what is returned here is what ``ReadingTable`` gives of the same document; where that takes more than the readings
themselves (types that the document defines, pending calculations), it is None.
"""

from __future__ import annotations

from collections.abc import Mapping
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

from .row import TIMES
from .types import TypeResolver

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROLES: Final[list[tuple[str, type[Any]]]] = [
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
]
"""What classes are to the native codec (``native/src/readings.rs``)."""
_BETWEEN: Final = "\x1f"
"""What is between the references of several qualities; no text of XML holds it."""
_NO_VALUE: Final = -128
_POWERS: Final = tuple(float(10**place) for place in range(23))
"""Powers of ten up to here are exact in binary floating point, so that one division or multiplication by them gives the
number that is nearest to the exact one."""


def native_columns(numpy: Any, data: bytes, limits: Limits) -> dict[str, NDArray[Any]] | None:
    """Return the readings in an XML document as ``ReadingTable.to_columns`` does, in whatever order of columns.

    >>> import numpy
    >>> from cimbus import DEFAULT_LIMITS
    >>> native_columns(numpy, b"<a/>", DEFAULT_LIMITS) is None
    True
    """
    found = NATIVE.columns(data, limits, _ROLES)
    return None if found is None else _NativeTable(numpy, found).columns()


class _NativeTable:
    """What the native codec found, as columns.

    Args:
        numpy: the module.
        found: by name the octets of each column, and the ``words`` that most of them refer to.
    """

    def __init__(self, numpy: Any, found: Mapping[str, Any]) -> None:
        self._numpy = numpy
        self._found = found
        self._words: list[str] = found["words"]

    def columns(self) -> dict[str, NDArray[Any]] | None:
        """Return the columns; None if a value is not exact."""
        resolver = TypeResolver()
        refs = self._used("reading_type")
        codes = {place: resolver.reading_type(ref) if ref else None for place, ref in refs.items()}
        values = self._values({place: code.multiplier for place, code in codes.items() if code is not None})
        if values is None:
            return None
        texts = {place: refs[place] if code is None else str(code) for place, code in codes.items()}
        units = {place: "" if code is None else code.base_symbol for place, code in codes.items()}
        qualities = {
            place: " ".join(resolver.quality(ref) for ref in text.split(_BETWEEN) if ref)
            for place, text in self._used("quality").items()
        }
        kinds = self._numpy.array(["register", "interval"], dtype=object)
        return {
            **{name: self._array(name, "int64").view("datetime64[us]").copy() for name in TIMES},
            **{name: self._texts(name, self._used(name)) for name in ("meter", "usage_point", "reason", "source")},
            "kind": kinds[self._array("kind", "uint8")],
            "reading_type": self._texts("reading_type", texts),
            "unit": self._texts("reading_type", units),
            "quality": self._texts("quality", qualities),
            "value": values,
        }

    def _values(self, multipliers: Mapping[int, int]) -> NDArray[Any] | None:
        numpy = self._numpy
        exponents = self._array("exponent", "int8").astype("int64")
        empty = exponents == _NO_VALUE
        exponents += self._looked_up("reading_type", multipliers, "int64")
        exponents[empty] = 0
        places = abs(exponents)
        if len(places) and places.max() >= len(_POWERS):
            return None
        powers = numpy.array(_POWERS)[places]
        whole = self._array("mantissa", "int64").astype("float64")
        values: NDArray[Any] = numpy.where(exponents < 0, whole / powers, whole * powers)
        values[empty] = numpy.nan
        return values

    def _used(self, name: str) -> dict[int, str]:
        """Return the words that a column has, by their places."""
        counts = self._numpy.bincount(self._array(name, "uint32"), minlength=1)
        return {place: self._words[place] for place in counts.nonzero()[0].tolist()}

    def _texts(self, name: str, texts: Mapping[int, str]) -> NDArray[Any]:
        return self._looked_up(name, texts, object)

    def _looked_up(self, name: str, values: Mapping[int, object], kind: object) -> NDArray[Any]:
        """Return what stands for the words of a column."""
        table = self._numpy.zeros(len(self._words), dtype=kind)
        for place, value in values.items():
            table[place] = value
        found: NDArray[Any] = table[self._array(name, "uint32")]
        return found

    def _array(self, name: str, kind: str) -> NDArray[Any]:
        made: NDArray[Any] = self._numpy.frombuffer(self._found[name], dtype=kind)
        return made

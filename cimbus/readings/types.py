"""What the references of readings lead to: codes, or types that the message defines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from cimbus.codes import Ratio, ReadingQualityCode, ReadingTypeCode
from cimbus.nouns import RationalNumber, ReadingInterharmonic, ReadingQualityType, ReadingType

_PARTS = (
    "macroPeriod",
    "aggregate",
    "measuringPeriod",
    "accumulation",
    "flowDirection",
    "commodity",
    "measurementKind",
    "tou",
    "cpp",
    "consumptionTier",
    "phases",
    "multiplier",
    "unit",
    "currency",
)


class TypeResolver:
    """Finds the codes of references within one document.

    Args:
        types: gives the reading types that the document defines; called when a reference is no code.
        qualities: gives the qualities that it defines, likewise.

    >>> resolver = TypeResolver(lambda: [ReadingType(mRID="rt-1", unit="72", multiplier="3", Names=[])])
    >>> resolver.reading_type("rt-1").symbol
    'kWh'
    """

    def __init__(
        self,
        types: Callable[[], Iterable[ReadingType]] = tuple,
        qualities: Callable[[], Iterable[ReadingQualityType]] = tuple,
    ) -> None:
        self._types = types
        self._qualities = qualities
        self._defined: dict[str, ReadingTypeCode] | None = None
        self._defined_qualities: dict[str, str] | None = None
        self._found: dict[str, ReadingTypeCode | None] = {}
        """By reference: a document has few, and each reading has one."""
        self._found_qualities: dict[str, str] = {}

    def reading_type(self, ref: str) -> ReadingTypeCode | None:
        """Return the code that a reference leads to, or None."""
        try:
            return self._found[ref]
        except KeyError:
            pass
        try:
            found: ReadingTypeCode | None = ReadingTypeCode(ref)
        except ValueError:
            if self._defined is None:
                self._defined = {key: code for each in self._types() if (code := _code(each)) for key in _keys(each)}
            found = self._defined.get(ref)
        self._found[ref] = found
        return found

    def quality(self, ref: str) -> str:
        """Return the code that a reference to a quality leads to, else the reference."""
        try:
            return self._found_qualities[ref]
        except KeyError:
            pass
        try:
            found = str(ReadingQualityCode(ref))
        except ValueError:
            if self._defined_qualities is None:
                self._defined_qualities = {key: _quality(each) for each in self._qualities() for key in _keys(each)}
            found = self._defined_qualities.get(ref) or ref
        self._found_qualities[ref] = found
        return found


def _keys(definition: ReadingType | ReadingQualityType) -> list[str]:
    """Return what readings refer to a definition by: its mRID, or a name."""
    return [key for key in (definition.mRID, *(name.name for name in definition.Names or ())) if key]


def _code(definition: ReadingType) -> ReadingTypeCode | None:
    """Return the code of a definition: what it is called, if that is one, else what its elements say."""
    for text in _keys(definition):
        try:
            return ReadingTypeCode(text)
        except ValueError:
            continue
    parts: dict[str, Any] = {
        name: _number(value) for name in _PARTS if (value := getattr(definition, name)) not in (None, "")
    }
    for name, fraction in (("argument", definition.argument), ("interharmonic", definition.interharmonic)):
        if fraction is not None:
            parts[name] = _ratio(fraction)
    try:
        return ReadingTypeCode(**parts) if parts else None
    except ValueError:  # a word that no list has
        return None


def _number(value: Any) -> Any:
    """Return the number of an element, or the CIM literal that stands in its place."""
    try:
        return int(value)
    except ValueError:
        return value


def _ratio(fraction: RationalNumber | ReadingInterharmonic) -> Ratio:
    return Ratio(fraction.numerator, fraction.denominator)


def _quality(definition: ReadingQualityType) -> str:
    numbers = (definition.systemId, definition.category, definition.subCategory)
    try:
        return str(ReadingQualityCode(".".join(number or "0" for number in numbers))) if any(numbers) else ""
    except ValueError:
        return ""

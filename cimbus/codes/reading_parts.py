"""The parts of a ReadingType code: their names, and the numbers that names of values stand for."""

from __future__ import annotations

from typing import Any, Final, TypedDict

import msgspec

from . import reading_tables as tables
from .dotted import number_of

READING_TYPE_PARTS: Final = (
    "macroPeriod",
    "aggregate",
    "measuringPeriod",
    "accumulation",
    "flowDirection",
    "commodity",
    "measurementKind",
    "interharmonic.numerator",
    "interharmonic.denominator",
    "argument.numerator",
    "argument.denominator",
    "tou",
    "cpp",
    "consumptionTier",
    "phases",
    "multiplier",
    "unit",
    "currency",
)
"""The names of the 18 numbers, in code order."""


class Ratio(msgspec.Struct, frozen=True, gc=False):
    """A fraction as the code writes it; 0 over 0 where it does not apply.

    >>> print(Ratio(1, 3))
    1/3
    """

    numerator: int = 0
    denominator: int = 0

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"


_NO_RATIO: Final = Ratio()


class ReadingTypeParts(TypedDict, total=False):
    """What ``ReadingTypeCode`` is made of: numbers, or names of numbers.

    >>> from cimbus.codes import ReadingTypeCode
    >>> parts: ReadingTypeParts = {"measurementKind": "voltage", "unit": 29}
    >>> ReadingTypeCode(**parts).symbol
    'V'
    """

    macroPeriod: int | str
    aggregate: int | str
    measuringPeriod: int | str
    accumulation: int | str
    flowDirection: int | str
    commodity: int | str
    measurementKind: int | str
    interharmonic: Ratio
    argument: Ratio
    tou: int
    cpp: int
    consumptionTier: int
    phases: int | str
    multiplier: int | str
    unit: int | str
    currency: int | str


def numbers_of(parts: ReadingTypeParts) -> list[Any]:
    """Return the numbers of parts, in code order; what is none is left for the check.

    Raises:
        TypeError: there is no such part.
        ValueError: a name stands for no number.

    >>> numbers_of({"unit": "kWh"})[15:17]
    [3, 72]
    """
    given: dict[str, Any] = dict(parts)
    if unlisted := given.keys() - ReadingTypeParts.__annotations__:
        raise TypeError(f"a ReadingType code has no part {min(unlisted)!r}")
    if isinstance(given.get("unit"), str):
        _split_unit(given)
    for name in ("interharmonic", "argument"):
        ratio = given.pop(name, _NO_RATIO)
        given[f"{name}.numerator"] = getattr(ratio, "numerator", ratio)
        given[f"{name}.denominator"] = getattr(ratio, "denominator", ratio)
    return [_number(name, given.get(name, 0)) for name in READING_TYPE_PARTS]


def _number(name: str, value: object) -> Any:
    if not isinstance(value, str):
        return value
    from .reading_names import LITERALS, MULTIPLIERS  # most programs only read

    if name == "multiplier":
        return number_of(value, name, MULTIPLIERS)
    return number_of(value, name, LITERALS.get(name, {}), tables.BY_PART.get(name, {}))


def _split_unit(given: dict[str, Any]) -> None:
    """Take the prefix of a unit for the multiplier, where none is given: ``kWh`` is 10^3 Wh."""
    text = given["unit"]
    if text in tables.UNIT.values():
        return
    numbers = {symbol: number for number, symbol in tables.UNIT.items() if number in tables.PREFIXED}
    for power, prefix in tables.PREFIX.items():
        if prefix and text.startswith(prefix) and text[len(prefix) :] in numbers:
            if "multiplier" in given:
                raise ValueError(f"unit={text!r} says its multiplier: leave multiplier out, or the prefix")
            given["unit"], given["multiplier"] = numbers[text[len(prefix) :]], power
            return

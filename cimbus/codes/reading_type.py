"""The ReadingType code: 18 integers that say what a reading measures, as in ``MeterReading.Readings.ReadingType.ref``.

Fields have the CIM names, in code order (the ReadingType *element* orders them differently). What the numbers mean is
in ``reading_tables``.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Final

import msgspec

from . import reading_tables as tables
from .dotted import check, integers, word

_WHAT: Final = "ReadingType"
_EXAMPLE: Final = "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
_BITS: Final = 1024


class Ratio(msgspec.Struct, frozen=True, gc=False):
    """A fraction as the code writes it; 0 over 0 where it does not apply."""

    numerator: int = 0
    denominator: int = 0

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"


class ReadingTypeCode(msgspec.Struct, frozen=True, kw_only=True):
    """One reading type; ``str()`` gives the code.

    Attributes:
        macroPeriod: the period that belongs to the reading as a whole (day, billing period).
        aggregate: maximum, average and the like.
        measuringPeriod: the interval, see ``interval``.
        accumulation: register, change over the interval, and the like.
        flowDirection: forward, reverse, quadrants.
        commodity: electricity, gas, water.
        measurementKind: energy, voltage, and the like.
        interharmonic: which interharmonic.
        argument: a further parameter, such as a harmonic or an angle.
        tou: time-of-use bucket.
        cpp: critical-peak bucket.
        consumptionTier: block of a block tariff.
        phases: see ``line_phases``.
        multiplier: power of ten, see ``factor``.
        unit: see ``symbol``.
        currency: ISO 4217 number.
    """

    macroPeriod: int = 0
    aggregate: int = 0
    measuringPeriod: int = 0
    accumulation: int = 0
    flowDirection: int = 0
    commodity: int = 0
    measurementKind: int = 0
    interharmonic: Ratio = Ratio()
    argument: Ratio = Ratio()
    tou: int = 0
    cpp: int = 0
    consumptionTier: int = 0
    phases: int = 0
    multiplier: int = 0
    unit: int = 0
    currency: int = 0

    def __post_init__(self) -> None:
        check(self.numbers, _WHAT)

    @staticmethod
    def parse(text: str) -> ReadingTypeCode:
        """Return the code that a text is, white space around it aside; numbers that no table knows are kept.

        Raises:
            ValueError: it is not 18 integers joined by dots (some senders use OBIS or other schemes).
        """
        return _parse(text.strip())

    def __str__(self) -> str:
        return ".".join(map(str, self.numbers))

    @property
    def numbers(self) -> tuple[int, ...]:
        """The 18 integers in code order."""
        return (
            self.macroPeriod,
            self.aggregate,
            self.measuringPeriod,
            self.accumulation,
            self.flowDirection,
            self.commodity,
            self.measurementKind,
            self.interharmonic.numerator,
            self.interharmonic.denominator,
            self.argument.numerator,
            self.argument.denominator,
            self.tou,
            self.cpp,
            self.consumptionTier,
            self.phases,
            self.multiplier,
            self.unit,
            self.currency,
        )

    @property
    def interval(self) -> int | None:
        """The length of the interval in seconds; None for registers, rolling blocks and numbers not known."""
        return tables.SECONDS.get(self.measuringPeriod)

    @property
    def factor(self) -> Decimal:
        """What a value is to be multiplied by to be in the plain unit: 1000 for kWh."""
        return Decimal((0, (1,), self.multiplier))

    @property
    def symbol(self) -> str:
        """The unit with its multiplier: ``kWh``, ``10^3 m3``, ``EUR``; empty where there is none."""
        unit = word(tables.UNIT, "unit", self.unit) if self.unit else ""
        if self.unit == tables.MONEY and self.currency:
            unit = word(tables.CURRENCY, "currency", self.currency)
        if not self.multiplier:
            return unit
        if self.unit in tables.PREFIXED and self.multiplier in tables.PREFIX:
            return tables.PREFIX[self.multiplier] + unit
        return f"10^{self.multiplier} {unit}".rstrip()

    @property
    def line_phases(self) -> frozenset[str]:
        """What is measured, of A, B, C, N, S1 and S2. Inferred: the number is read as a set of bits."""
        return self._sides()[0]

    @property
    def reference_phases(self) -> frozenset[str]:
        """Against what it is measured (N for phase to neutral). Inferred likewise."""
        return self._sides()[1]

    def _sides(self) -> tuple[frozenset[str], frozenset[str]]:
        if self.phases in tables.PHASE_EXCEPTIONS:
            return tables.PHASE_EXCEPTIONS[self.phases]
        bits = self.phases if 0 <= self.phases < _BITS else 0
        line = frozenset(name for bit, name in tables.PHASE_BITS.items() if bits & bit)
        return line, frozenset(name for bit, name in tables.REFERENCE_BITS.items() if bits & bit)

    def labels(self) -> dict[str, str]:
        """Return words for each part that applies (is not 0), by field name, the most telling first."""
        said = {
            "aggregate": word(tables.AGGREGATE, "aggregate", self.aggregate),
            "measurementKind": word(tables.MEASUREMENT_KIND, "measurementKind", self.measurementKind),
            "commodity": word(tables.COMMODITY, "commodity", self.commodity),
            "flowDirection": word(tables.FLOW_DIRECTION, "flowDirection", self.flowDirection),
            "accumulation": word(tables.ACCUMULATION, "accumulation", self.accumulation),
            "measuringPeriod": word(tables.MEASURING_PERIOD, "measuringPeriod", self.measuringPeriod),
            "macroPeriod": "per " + word(tables.MACRO_PERIOD, "macroPeriod", self.macroPeriod),
            "interharmonic": f"interharmonic {self.interharmonic}",
            "argument": f"argument {self.argument}",
            "tou": f"time of use {self.tou}",
            "cpp": f"critical peak {self.cpp}",
            "consumptionTier": f"tier {self.consumptionTier}",
            "phases": "phases " + tables.PHASES.get(self.phases, str(self.phases)),
        }
        return {name: text for name, text in said.items() if getattr(self, name) not in (0, _NO_RATIO)}

    def describe(self) -> str:
        """Say in words what is measured; a number not known is given by its field's name.

        ``0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0`` is "energy, electricity, forward (to the customer), change over the
        interval, 15 min, kWh".
        """
        said = [*self.labels().values(), self.symbol]
        if self.currency and self.unit != tables.MONEY:
            said.append(word(tables.CURRENCY, "currency", self.currency))
        return ", ".join(filter(None, said)) or "not specified"


_NO_RATIO: Final = Ratio()


@lru_cache(maxsize=4096)
def _parse(text: str) -> ReadingTypeCode:
    n = integers(text, 18, _WHAT, _EXAMPLE)
    return ReadingTypeCode(
        macroPeriod=n[0],
        aggregate=n[1],
        measuringPeriod=n[2],
        accumulation=n[3],
        flowDirection=n[4],
        commodity=n[5],
        measurementKind=n[6],
        interharmonic=Ratio(n[7], n[8]),
        argument=Ratio(n[9], n[10]),
        tou=n[11],
        cpp=n[12],
        consumptionTier=n[13],
        phases=n[14],
        multiplier=n[15],
        unit=n[16],
        currency=n[17],
    )

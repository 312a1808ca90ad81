"""The ReadingType code: 18 integers that say what a reading measures, as in ``MeterReading.Readings.ReadingType.ref``.

Parts have the CIM names, in code order (the ReadingType *element* orders them differently). What the numbers mean is
in ``reading_tables``.

``unit`` is the number that the code has there. Its text is a symbol (``kWh``, ``m3``), not UCUM, which has no var and
no VA. ``symbol`` includes the multiplier, as the value in the message does; ``base_symbol`` does not, as ``apply``
returns it.
"""

from __future__ import annotations

from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from functools import lru_cache
from typing import Any, ClassVar, Final, Unpack, final

from . import reading_tables as tables
from .dotted import DottedCode, Part, word
from .reading_parts import READING_TYPE_PARTS, Ratio, ReadingTypeParts, numbers_of

_EXACT: Final = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
"""Moves the point of any value without rounding it."""
_BITS: Final = 1024
"""``phases`` is read as a set of bits up to S1 (512); larger numbers are no such set."""


@final
class ReadingTypeCode(DottedCode):
    """One reading type: a text with 18 numbers.

    Given a text, it is that code (see ``parse``). Given parts, those that are missing are 0, which means "not
    applicable". A part is a number, a CIM literal (``"fifteenMinute"``), or a word of ``labels`` (``"15 min"``). A unit
    may have its prefix: ``unit="kWh"``.

    Attributes:
        macroPeriod: the period that belongs to the reading as a whole (day, billing period).
        aggregate: maximum, average and the like.
        measuringPeriod: the interval, see ``interval``.
        accumulation: register, change over the interval, and the like.
        flowDirection: forward, reverse, quadrants.
        commodity: electricity, gas, water.
        measurementKind: energy, voltage, and the like.
        tou: time-of-use bucket.
        cpp: critical-peak bucket.
        consumptionTier: block of a block tariff.
        phases: see ``line_phases``.
        multiplier: power of ten, see ``factor`` and ``apply``.
        unit: see ``symbol``.
        currency: ISO 4217 number.

    Raises:
        ValueError: the text is no such code, or a part is no number and no name of one.

    >>> code = ReadingTypeCode(measuringPeriod="fifteenMinute", measurementKind="energy", unit="kWh")
    >>> str(code), code.interval, code.symbol, code.factor
    ('0.0.2.0.0.0.12.0.0.0.0.0.0.0.0.3.72.0', 900, 'kWh', Decimal('1E+3'))
    >>> code == "0.0.2.0.0.0.12.0.0.0.0.0.0.0.0.3.72.0", code.apply(Decimal("1.25")), code.base_symbol
    (True, Decimal('1.25E+3'), 'Wh')
    """

    __slots__ = ()

    WHAT: ClassVar[str] = "ReadingType"
    EXAMPLE: ClassVar[str] = "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
    PARTS: ClassVar[tuple[str, ...]] = READING_TYPE_PARTS

    macroPeriod = Part(0)
    aggregate = Part(1)
    measuringPeriod = Part(2)
    accumulation = Part(3)
    flowDirection = Part(4)
    commodity = Part(5)
    measurementKind = Part(6)
    tou = Part(11)
    cpp = Part(12)
    consumptionTier = Part(13)
    phases = Part(14)
    multiplier = Part(15)
    unit = Part(16)
    currency = Part(17)

    def __new__(cls, text: str | None = None, /, **parts: Unpack[ReadingTypeParts]) -> ReadingTypeCode:
        """Return the code of a text, or of parts."""
        if text is None:
            return cls._of(numbers_of(parts))
        if parts:
            raise ValueError("a ReadingType code is made of a text or of parts: use with_parts for both")
        return _parse(text.strip())

    @staticmethod
    def parse(text: str) -> ReadingTypeCode:
        """Return the code that a text is, white space around it aside; numbers that no table knows are kept.

        Raises:
            ValueError: it is not 18 integers joined by dots (some senders use OBIS or other schemes).

        >>> ReadingTypeCode.parse("0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0").unit
        72
        """
        return _parse(text.strip())

    def with_parts(self, **parts: Unpack[ReadingTypeParts]) -> ReadingTypeCode:
        """Return this code with other parts.

        Raises:
            ValueError: a part is no number and no name of one.

        >>> ReadingTypeCode("0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0").with_parts(flowDirection="reverse", multiplier=0)
        ReadingTypeCode('0.0.2.4.19.1.12.0.0.0.0.0.0.0.0.0.72.0')
        """
        plain: dict[str, Any] = {
            name: getattr(self, name) for name in ReadingTypeParts.__annotations__ if name not in parts
        }
        if isinstance(parts.get("unit"), str) and "multiplier" not in parts:
            del plain["multiplier"]  # the prefix of the unit says it
        return ReadingTypeCode(**plain, **parts)

    @property
    def interharmonic(self) -> Ratio:
        """Which interharmonic."""
        return Ratio(self.numbers[7], self.numbers[8])

    @property
    def argument(self) -> Ratio:
        """A further parameter, such as a harmonic or an angle."""
        return Ratio(self.numbers[9], self.numbers[10])

    @property
    def unknown(self) -> tuple[str, ...]:
        """The names of the numbers that no table here lists."""
        lists = tables.BY_PART
        return tuple(
            name for name, number in self.parts().items() if number and name in lists and number not in lists[name]
        )

    @property
    def interval(self) -> int | None:
        """The length of the interval in seconds; None for registers, rolling blocks and numbers not known."""
        return tables.SECONDS.get(self.measuringPeriod)

    @property
    def factor(self) -> Decimal:
        """What a value is to be multiplied by to be in the plain unit: 1000 for kWh."""
        return Decimal((0, (1,), self.multiplier))

    def apply(self, value: Decimal) -> Decimal:
        """Return a value of this type in the plain unit (``base_symbol``), exactly: 1.5 of kWh is 1500 Wh.

        >>> ReadingTypeCode(unit="kWh").apply(Decimal("0.10"))
        Decimal('1.0E+2')
        """
        return value.scaleb(self.multiplier, _EXACT)

    def unapply(self, value: Decimal) -> Decimal:
        """Return a value in the plain unit as this type writes it, exactly: the inverse of ``apply``.

        >>> ReadingTypeCode(unit="kWh").unapply(Decimal(1500))
        Decimal('1.500')
        """
        return value.scaleb(-self.multiplier, _EXACT)

    @property
    def base_symbol(self) -> str:
        """The unit without its multiplier: ``Wh``, ``m3``, ``EUR``; empty where there is none."""
        if self.unit == tables.MONEY and self.currency:
            return word(tables.CURRENCY, "currency", self.currency)
        return word(tables.UNIT, "unit", self.unit) if self.unit else ""

    @property
    def symbol(self) -> str:
        """The unit with its multiplier: ``kWh``, ``10^3 m3``, ``EUR``; empty where there is none."""
        unit = self.base_symbol
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
        """Return words for each part that applies (is not 0), by field name, the most telling first.

        >>> ReadingTypeCode(measurementKind=54, phases=129).labels()
        {'measurementKind': 'voltage', 'phases': 'phases A to N'}
        """
        words = {
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
        return {name: text for name, text in words.items() if getattr(self, name) not in (0, Ratio())}

    def describe(self) -> str:
        """Say in words what is measured; a number not known is given by its field's name.

        >>> ReadingTypeCode.parse("0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0").describe()
        'energy, electricity, forward (to the customer), change over the interval, 15 min, kWh'
        """
        words = [*self.labels().values(), self.symbol]
        if self.currency and self.unit != tables.MONEY:
            words.append(word(tables.CURRENCY, "currency", self.currency))
        return ", ".join(filter(None, words)) or "not specified"


@lru_cache(maxsize=4096)  # a system uses some hundred types, and each reading repeats one
def _parse(text: str) -> ReadingTypeCode:
    return ReadingTypeCode.of_text(text)

"""The readings of a payload, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Context, Decimal
from typing import Any, Final, NamedTuple, cast

from cimbus.codes import ReadingTypeCode
from cimbus.nouns import (
    DateTimeInterval,
    IntervalBlock,
    IntervalReading,
    MeterReading,
    MeterReadings,
    PendingCalculation,
    Reading,
    ReadingQuality,
    Reference,
)

from .row import ReadingKind, ReadingRow
from .types import TypeResolver

_DIVISION: Final = Context(prec=34, traps=[])
"""Digits of a value that is divided by a scalar: those of decimal128 (IEEE 754-2008)."""


def rows_of_payload(payload: MeterReadings) -> Iterator[ReadingRow]:
    """Yield the readings of a payload, in its order: of each meter the interval blocks, then the single readings.

    >>> from cimbus.nouns import Meter, Reference
    >>> kwh = Reference(ref="0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0")
    >>> meter = MeterReading(Meter=Meter(mRID="m-1"), Readings=[Reading(value=Decimal("1.5"), ReadingType=kwh)])
    >>> [(row.meter, row.value, row.unit) for row in rows_of_payload(MeterReadings(MeterReading=[meter]))]
    [('m-1', Decimal('1.5E+3'), 'Wh')]
    """
    resolver = TypeResolver(lambda: payload.ReadingType, lambda: payload.ReadingQualityType)
    for each in payload.MeterReading:
        yield from rows_of_meter(each, resolver)


def rows_of_meter(reading: MeterReading, resolver: TypeResolver) -> Iterator[ReadingRow]:
    """Yield the readings of one meter.

    Args:
        reading: the meter's part of a payload.
        resolver: of the document that it is in.
    """
    meter, usage_point = _identity(reading.Meter), _identity(reading.UsagePoint)
    for block in reading.IntervalBlocks:
        pending = block.PendingCalculation
        place = _place(meter, usage_point, block.ReadingType if pending is None else _result(block, pending), resolver)
        for each in block.IntervalReadings:
            value = each.value if pending is None or each.value is None else calculated(each.value, pending)
            yield _row(each, place, "interval", value)
    for single in reading.Readings:
        yield _row(single, _place(meter, usage_point, single.ReadingType, resolver), "register", single.value)


class _Place(NamedTuple):
    """What the readings of a block share."""

    meter: str
    usage_point: str
    text: str
    """The reading type."""
    code: ReadingTypeCode | None
    unit: str
    resolver: TypeResolver


def _place(meter: str, usage_point: str, reference: Reference | None, resolver: TypeResolver) -> _Place:
    ref = (reference.ref if reference is not None else None) or ""
    code = resolver.reading_type(ref) if ref else None
    if code is None:
        return _Place(meter, usage_point, ref, None, "", resolver)
    return _Place(meter, usage_point, str(code), code, code.base_symbol, resolver)


def _result(block: IntervalBlock, pending: PendingCalculation) -> Reference | None:
    """Return the reading type that a calculation results in; in lenient reading it may be missing."""
    result = cast("Reference | None", pending.ReadingType)
    return block.ReadingType if result is None else result


def calculated(value: Decimal, pending: PendingCalculation) -> Decimal:
    """Return a raw value after the calculation that its block leaves to the receiver.

    The value is multiplied by the scalar (a number, or a fraction) and ``offset`` is added, in the order that
    ``multiplyBeforeAdd`` says; without it, the value is multiplied first.

    >>> from cimbus.nouns import Reference
    >>> calculated(Decimal(10), PendingCalculation(scalarNumerator=3, scalarDenominator=2, ReadingType=Reference()))
    Decimal('15')
    """
    offset = Decimal(pending.offset or 0)
    scalar = Decimal(1) if pending.scalarFloat is None else pending.scalarFloat
    numerator = scalar * Decimal(1 if pending.scalarNumerator is None else pending.scalarNumerator)
    before = pending.multiplyBeforeAdd is False
    scaled = ((value + offset) if before else value) * numerator
    if pending.scalarDenominator:
        scaled = _DIVISION.divide(scaled, Decimal(pending.scalarDenominator))
    return scaled if before else scaled + offset


def _row(each: IntervalReading | Reading, place: _Place, kind: ReadingKind, value: Decimal | None) -> ReadingRow:
    period: DateTimeInterval | None = each.timePeriod
    start, end = (None, None) if period is None else (period.start, period.end)
    reason = each.reason if isinstance(each, Reading) else None
    return ReadingRow(
        meter=place.meter,
        usage_point=place.usage_point,
        kind=kind,
        reading_type=place.text,
        time=end if each.timeStamp is None else each.timeStamp,
        start=start,
        end=end,
        value=value if value is None or place.code is None else place.code.apply(value),
        unit=place.unit,
        quality=_qualities(each.ReadingQualities, place.resolver) if each.ReadingQualities else "",
        reason="" if reason is None else str(reason),
        source=each.source or "",
        reported=each.reportedDateTime,
    )


def _qualities(qualities: Iterable[ReadingQuality], resolver: TypeResolver) -> str:
    references: list[Reference | None] = [each.ReadingQualityType for each in qualities]  # None in lenient reading
    return " ".join(resolver.quality(each.ref) for each in references if each is not None and each.ref)


def _identity(thing: Any) -> str:
    """Return the mRID of an object, else its first name."""
    if thing is None:
        return ""
    if thing.mRID:
        return str(thing.mRID)
    return next((name.name for name in thing.Names if name.name), "")

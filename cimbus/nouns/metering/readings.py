"""MeterReadings: what meters measured, as single readings and in interval blocks."""

from __future__ import annotations

from typing import Final

from cimbus.interface.model import AtLeastOne, Cim, CimEnum, DateTime, Float, noun
from cimbus.nouns.common import DateTimeInterval, IdentifiedObject, Name, Reference, Status

from . import events

__all__ = [
    "IntervalBlock",
    "IntervalReading",
    "Meter",
    "MeterReading",
    "MeterReadings",
    "PendingCalculation",
    "RationalNumber",
    "Reading",
    "ReadingInterharmonic",
    "ReadingQuality",
    "ReadingQualityType",
    "ReadingReasonKind",
    "ReadingType",
]

NAMESPACE: Final = "http://iec.ch/TC57/2011/MeterReadings#"


class ReadingReasonKind(CimEnum):
    """Why a reading was taken.

    >>> ReadingReasonKind("billing").value
    'billing'
    """

    billing = "billing"
    demandReset = "demandReset"
    inquiry = "inquiry"
    installation = "installation"
    loadManagement = "loadManagement"
    loadResearch = "loadResearch"
    moveIn = "moveIn"
    moveOut = "moveOut"
    other = "other"
    removal = "removal"
    serviceConnect = "serviceConnect"
    serviceDisconnect = "serviceDisconnect"


class RationalNumber(Cim):
    """A fraction, such as the argument of a reading type.

    >>> half = RationalNumber(numerator=1, denominator=2)
    >>> half.numerator, half.denominator
    (1, 2)
    """

    denominator: int
    numerator: int


class ReadingInterharmonic(Cim):
    """Which interharmonic a reading type is about.

    >>> ReadingInterharmonic(numerator=3, denominator=2).numerator
    3
    """

    denominator: int
    numerator: int


class ReadingType(Cim):
    """A reading type in full, where a message defines one for its readings to refer to.

    The children are in alphabetical order, not in that of the code (``cimbus.codes.ReadingTypeCode``).

    >>> ReadingType(flowDirection="1", unit="72", multiplier="3", Names=[Name(name="kWh delivered")]).unit
    '72'
    """

    mRID: str | None = None
    accumulation: str | None = None
    aggregate: str | None = None
    commodity: str | None = None
    consumptionTier: int | None = None
    cpp: int | None = None
    currency: str | None = None
    flowDirection: str | None = None
    macroPeriod: str | None = None
    measurementKind: str | None = None
    measuringPeriod: str | None = None
    multiplier: str | None = None
    phases: str | None = None
    tou: int | None = None
    unit: str | None = None
    argument: RationalNumber | None = None
    interharmonic: ReadingInterharmonic | None = None
    Names: AtLeastOne[Name]


class ReadingQualityType(Cim):
    """A quality in full; the code's three numbers as text.

    >>> ReadingQualityType(systemId="1", category="0", subCategory="0", Names=[Name(name="valid")]).systemId
    '1'
    """

    mRID: str | None = None
    category: str | None = None
    subCategory: str | None = None
    systemId: str | None = None
    Names: AtLeastOne[Name]


class ReadingQuality(Cim):
    """How good a reading is.

    ``ReadingQualityType.ref`` is a code (``cimbus.codes.ReadingQualityCode``).

    >>> ReadingQuality(ReadingQualityType=Reference(ref="1.0.0")).ReadingQualityType.ref
    '1.0.0'
    """

    comment: str | None = None
    source: str | None = None
    timeStamp: DateTime | None = None
    ReadingQualityType: Reference


class IntervalReading(Cim):
    """One value of an interval block; its unit is in the block's ReadingType.

    ``value`` is xs:float in one public copy of the profile and xs:string in another: it is read as a Decimal with the
    digits as written, and a text that is no number is kept as an extension and noted.

    >>> from datetime import UTC, datetime
    >>> from decimal import Decimal
    >>> IntervalReading(timeStamp=datetime(2026, 3, 1, tzinfo=UTC), value=Decimal("1.50")).value
    Decimal('1.50')
    """

    reportedDateTime: DateTime | None = None
    source: str | None = None
    timeStamp: DateTime | None = None
    value: Float | None = None
    ReadingQualities: list[ReadingQuality] = []
    timePeriod: DateTimeInterval | None = None


class Reading(Cim):
    """One value with its own reading type; see ``IntervalReading`` on ``value``.

    >>> from decimal import Decimal
    >>> voltage = Reading(value=Decimal(230), ReadingType=Reference(ref="0.0.0.6.0.1.54.0.0.0.0.0.0.0.0.0.29.0"))
    >>> voltage.value
    Decimal('230')
    """

    reason: ReadingReasonKind | None = None
    reportedDateTime: DateTime | None = None
    source: str | None = None
    timeStamp: DateTime | None = None
    value: Float | None = None
    ReadingQualities: list[ReadingQuality] = []
    ReadingType: Reference
    timePeriod: DateTimeInterval | None = None


class PendingCalculation(Cim):
    """What has yet to be done to raw values: multiply, divide, add ``offset``.

    >>> energy = Reference(ref="0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0")
    >>> PendingCalculation(scalarNumerator=40, ReadingType=energy).scalarNumerator
    40
    """

    multiplyBeforeAdd: bool | None = None
    offset: int | None = None
    scalarDenominator: int | None = None
    scalarFloat: Float | None = None
    scalarNumerator: int | None = None
    ReadingType: Reference


_PendingCalculation = PendingCalculation


class IntervalBlock(Cim):
    """Values of one reading type at regular intervals.

    >>> from decimal import Decimal
    >>> quarters = [IntervalReading(value=Decimal(value)) for value in ("0.25", "0.50")]
    >>> energy = Reference(ref="0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0")
    >>> sum(reading.value for reading in IntervalBlock(ReadingType=energy, IntervalReadings=quarters).IntervalReadings)
    Decimal('0.75')
    """

    IntervalReadings: list[IntervalReading] = []
    PendingCalculation: _PendingCalculation | None = None
    ReadingType: Reference


class Meter(Cim):
    """The meter that readings come from.

    >>> Meter(mRID="meter-7", Names=[Name(name="4711")]).Names[0].name
    '4711'
    """

    mRID: str | None = None
    Names: list[Name] = []
    status: Status | None = None


_Meter = Meter


class MeterReading(Cim):
    """The readings of one meter, or of one usage point.

    >>> from decimal import Decimal
    >>> voltage = Reading(value=Decimal(230), ReadingType=Reference(ref="0.0.0.6.0.1.54.0.0.0.0.0.0.0.0.0.29.0"))
    >>> MeterReading(Meter=Meter(mRID="meter-7"), Readings=[voltage]).Meter.mRID
    'meter-7'
    """

    isCoincidentTrigger: bool | None = None
    EndDeviceEvents: list[events.EndDeviceEvent] = []
    IntervalBlocks: list[IntervalBlock] = []
    Meter: _Meter | None = None
    Readings: list[Reading] = []
    UsagePoint: IdentifiedObject | None = None
    valuesInterval: DateTimeInterval | None = None


_MeterReading = MeterReading
_ReadingQualityType = ReadingQualityType
_ReadingType = ReadingType


@noun(NAMESPACE, items="MeterReading", about=("Meter", "UsagePoint"), source="schema")
class MeterReadings(Cim):
    """The noun: readings, and the types they refer to where those are not the standard's.

    A payload is about the meter, else the usage point.

    >>> from decimal import Decimal
    >>> energy = Reading(value=Decimal("1.50"), ReadingType=Reference(ref="0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"))
    >>> payload = MeterReadings(MeterReading=[MeterReading(Meter=Meter(mRID="meter-7"), Readings=[energy])])
    >>> payload.MeterReading[0].Readings[0].value
    Decimal('1.50')
    """

    EndDeviceEventType: list[events.EndDeviceEventType] = []
    MeterReading: list[_MeterReading] = []
    ReadingQualityType: list[_ReadingQualityType] = []
    ReadingType: list[_ReadingType] = []

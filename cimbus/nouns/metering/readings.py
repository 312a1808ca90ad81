"""MeterReadings: what meters measured, as single readings and in interval blocks."""

from __future__ import annotations

from typing import Final

from cimbus.model import Cim, CimEnum, DateTime, Float, Some, noun
from cimbus.nouns.common import DateTimeInterval, IdentifiedObject, Name, Reference, Status

from . import events

NAMESPACE: Final = "http://iec.ch/TC57/2011/MeterReadings#"


class ReadingReasonKind(CimEnum):
    """Why a reading was taken."""

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
    """A fraction, such as the argument of a reading type."""

    denominator: int
    numerator: int


class ReadingInterharmonic(Cim):
    """Which interharmonic a reading type is about."""

    denominator: int
    numerator: int


class ReadingType(Cim):
    """A reading type in full, where a message defines one for its readings to refer to.

    The children are in alphabetical order, not in that of the code (``cimbus.codes.ReadingTypeCode``).
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
    Names: Some[Name]


class ReadingQualityType(Cim):
    """A quality in full; the code's three numbers as text."""

    mRID: str | None = None
    category: str | None = None
    subCategory: str | None = None
    systemId: str | None = None
    Names: Some[Name]


class ReadingQuality(Cim):
    """What is to be thought of a reading.

    ``ReadingQualityType.ref`` is a code (``cimbus.codes.ReadingQualityCode``).
    """

    comment: str | None = None
    source: str | None = None
    timeStamp: DateTime | None = None
    ReadingQualityType: Reference


class IntervalReading(Cim):
    """One value of an interval block; its unit is in the block's ReadingType.

    ``value`` is xs:float in one public copy of the profile and xs:string in another: it is read as a Decimal with the
    digits as written, and a text that is no number is kept and noted.
    """

    reportedDateTime: DateTime | None = None
    source: str | None = None
    timeStamp: DateTime | None = None
    value: Float | None = None
    ReadingQualities: list[ReadingQuality] = []
    timePeriod: DateTimeInterval | None = None


class Reading(Cim):
    """One value with its own reading type; see ``IntervalReading`` on ``value``."""

    reason: ReadingReasonKind | None = None
    reportedDateTime: DateTime | None = None
    source: str | None = None
    timeStamp: DateTime | None = None
    value: Float | None = None
    ReadingQualities: list[ReadingQuality] = []
    ReadingType: Reference
    timePeriod: DateTimeInterval | None = None


class PendingCalculation(Cim):
    """What has yet to be done to raw values: multiply, divide, add ``offset``."""

    multiplyBeforeAdd: bool | None = None
    offset: int | None = None
    scalarDenominator: int | None = None
    scalarFloat: Float | None = None
    scalarNumerator: int | None = None
    ReadingType: Reference


_PendingCalculation = PendingCalculation


class IntervalBlock(Cim):
    """Values of one reading type at regular intervals."""

    IntervalReadings: list[IntervalReading] = []
    PendingCalculation: _PendingCalculation | None = None
    ReadingType: Reference


class Meter(Cim):
    """The meter that readings come from."""

    mRID: str | None = None
    Names: list[Name] = []
    status: Status | None = None


_Meter = Meter


class MeterReading(Cim):
    """The readings of one meter, or of one usage point."""

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


@noun(NAMESPACE)
class MeterReadings(Cim):
    """The noun: readings, and the types they refer to where those are not the standard's."""

    EndDeviceEventType: list[events.EndDeviceEventType] = []
    MeterReading: list[_MeterReading] = []
    ReadingQualityType: list[_ReadingQualityType] = []
    ReadingType: list[_ReadingType] = []

"""MeterReadSchedule: when which meters are to be read. Offsets and periods are in seconds."""

from __future__ import annotations

from typing import Final

from cimbus.interface.model import Cim, DateTime, Float, noun
from cimbus.nouns.common import DateTimeInterval, IdentifiedObject, Name

__all__ = [
    "MeterReadSchedule",
    "ScheduledEndDevice",
    "TimePoint",
    "TimeSchedule",
]

NAMESPACE: Final = "http://iec.ch/TC57/2011/MeterReadSchedule#"


class TimePoint(Cim):
    """One point of a schedule, absolute or relative to its start.

    >>> from decimal import Decimal
    >>> TimePoint(relativeTimeInterval=Decimal(900), sequenceNumber=1).relativeTimeInterval
    Decimal('900')
    """

    dateTime: DateTime | None = None
    relativeTimeInterval: Float | None = None
    sequenceNumber: int | None = None
    window: DateTimeInterval | None = None


class TimeSchedule(Cim):
    """When to read: points within ``scheduleInterval``, or a recurrence.

    The copy in the IEC namespace makes ``scheduleInterval`` mandatory, another one does not.

    >>> from decimal import Decimal
    >>> TimeSchedule(recurrencePattern="daily", recurrencePeriod=Decimal(86400)).recurrencePattern
    'daily'
    """

    disabled: bool | None = None
    offset: Float | None = None
    recurrencePattern: str | None = None
    recurrencePeriod: Float | None = None
    scheduleInterval: DateTimeInterval | None = None
    TimePoints: list[TimePoint] = []


class ScheduledEndDevice(Cim):
    """An end device that a schedule is for; here its mRID is mandatory.

    >>> ScheduledEndDevice(mRID="meter-7").mRID
    'meter-7'
    """

    mRID: str
    Names: list[Name] = []


_TimeSchedule = TimeSchedule


@noun(NAMESPACE, about=("EndDevice", "UsagePoint", "EndDeviceGroup", "UsagePointGroup"), source="schema")
class MeterReadSchedule(Cim):
    """The noun: schedules, and the devices, usage points, groups and customers they are for.

    A payload is about the end device, else the usage point, else a group of them.

    >>> from decimal import Decimal
    >>> hourly = TimeSchedule(recurrencePattern="hourly", recurrencePeriod=Decimal(3600))
    >>> schedule = MeterReadSchedule(EndDevice=[ScheduledEndDevice(mRID="meter-7")], TimeSchedule=[hourly])
    >>> schedule.EndDevice[0].mRID
    'meter-7'
    """

    CustomerAccount: list[IdentifiedObject] = []
    CustomerAgreement: list[IdentifiedObject] = []
    EndDevice: list[ScheduledEndDevice] = []
    EndDeviceGroup: list[IdentifiedObject] = []
    ReadingType: list[IdentifiedObject] = []
    TimeSchedule: list[_TimeSchedule] = []
    UsagePoint: list[IdentifiedObject] = []
    UsagePointGroup: list[IdentifiedObject] = []

"""GetMeterReadings and GetEndDeviceEvents: what a ``get`` asks for.

Shape only: public in one research copy that moved them to a namespace of its own; the IEC namespace here is the
expected one. A query travels in the wildcard of the request area and overrides that area's times and IDs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cimbus.model import Cim, CimEnum, noun
from cimbus.nouns.common import DateTimeInterval, IdentifiedObject, Name

from . import events, readings

READINGS_NAMESPACE: Final = "http://iec.ch/TC57/2011/GetMeterReadings#"
EVENTS_NAMESPACE: Final = "http://iec.ch/TC57/2011/GetEndDeviceEvents#"


class TimeSelection(Cim):
    """TimeSchedule as queries use it: the interval that is asked for."""

    scheduleInterval: DateTimeInterval


class ReadingSelection(Cim):
    """Reading as queries use it."""

    reason: readings.ReadingReasonKind | None = None
    source: str | None = None
    timePeriod: DateTimeInterval | None = None


class ReadingQualitySelection(Cim):
    """ReadingQuality as queries use it."""

    ReadingQualityType: IdentifiedObject


class EndDeviceEventSelection(Cim):
    """EndDeviceEvent as GetMeterReadings uses it: the type of event that readings belong to."""

    EndDeviceEventType: IdentifiedObject


class MeterReadingsSelection(Cim):
    """MeterReadings as GetMeterReadings uses it."""

    EndDeviceEvents: EndDeviceEventSelection | None = None
    Meter: IdentifiedObject | None = None
    UsagePoint: IdentifiedObject | None = None


@noun(READINGS_NAMESPACE, query_of="MeterReadings")
class GetMeterReadings(Cim):
    """Ask for readings of these devices or usage points, of these types, within these intervals."""

    EndDevice: list[IdentifiedObject] = []
    MeterReadings: MeterReadingsSelection | None = None
    Reading: list[ReadingSelection] = []
    ReadingQuality: list[ReadingQualitySelection] = []
    ReadingType: list[IdentifiedObject] = []
    TimeSchedule: list[TimeSelection] = []
    UsagePoint: list[IdentifiedObject] = []

    if TYPE_CHECKING:

        def __answer__(self) -> readings.MeterReadings: ...


class ServiceKind(CimEnum):
    """What kind of service."""

    electricity = "electricity"
    gas = "gas"
    heat = "heat"
    internet = "internet"
    other = "other"
    rates = "rates"
    refuse = "refuse"
    sewerage = "sewerage"
    time = "time"
    tvLicence = "tvLicence"
    water = "water"


class ServiceCategory(Cim):
    """A category of service."""

    mRID: str | None = None
    kind: ServiceKind | None = None
    Names: list[Name] = []


class SoughtEndDeviceEvent(Cim):
    """EndDeviceEvent as GetEndDeviceEvents uses it."""

    mRID: str | None = None
    issuerID: str | None = None
    issuerTrackingID: str | None = None
    reason: str | None = None
    severity: str | None = None
    Names: list[Name] = []


_ServiceCategory = ServiceCategory


@noun(EVENTS_NAMESPACE, query_of="EndDeviceEvents")
class GetEndDeviceEvents(Cim):
    """Ask for events of these meters, usage points or customers, of these types, within these intervals."""

    Customer: list[IdentifiedObject] = []
    EndDeviceEvent: list[SoughtEndDeviceEvent] = []
    EndDeviceEventType: list[IdentifiedObject] = []
    EndDeviceGroup: list[IdentifiedObject] = []
    Meter: list[IdentifiedObject] = []
    ServiceCategory: list[_ServiceCategory] = []
    TimeSchedule: list[TimeSelection] = []
    UsagePoint: list[IdentifiedObject] = []

    if TYPE_CHECKING:

        def __answer__(self) -> events.EndDeviceEvents: ...

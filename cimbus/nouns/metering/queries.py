"""GetMeterReadings and GetEndDeviceEvents: the queries of a ``get``.

Shape only: public in one research copy that moved them to a namespace of its own; the IEC namespace here is the
expected one. A query is in the wildcard of the request area, and overrides that area's times and IDs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cimbus.interface.model import Cim, CimEnum, noun
from cimbus.nouns.common import DateTimeInterval, IdentifiedObject, Name

from . import events, readings

__all__ = [
    "EndDeviceEventSelection",
    "GetEndDeviceEvents",
    "GetMeterReadings",
    "MeterReadingsSelection",
    "ReadingQualitySelection",
    "ReadingSelection",
    "ServiceCategory",
    "ServiceKind",
    "SoughtEndDeviceEvent",
    "TimeSelection",
]

READINGS_NAMESPACE: Final = "http://iec.ch/TC57/2011/GetMeterReadings#"
EVENTS_NAMESPACE: Final = "http://iec.ch/TC57/2011/GetEndDeviceEvents#"


class TimeSelection(Cim):
    """TimeSchedule as queries use it: the interval of the query.

    >>> from datetime import UTC, datetime
    >>> day = DateTimeInterval(start=datetime(2026, 3, 1, tzinfo=UTC), end=datetime(2026, 3, 2, tzinfo=UTC))
    >>> TimeSelection(scheduleInterval=day).scheduleInterval.end.day
    2
    """

    scheduleInterval: DateTimeInterval


class ReadingSelection(Cim):
    """Reading as queries use it.

    >>> ReadingSelection(reason=readings.ReadingReasonKind.billing).reason.value
    'billing'
    """

    reason: readings.ReadingReasonKind | None = None
    source: str | None = None
    timePeriod: DateTimeInterval | None = None


class ReadingQualitySelection(Cim):
    """ReadingQuality as queries use it.

    >>> estimated = IdentifiedObject(Names=[Name(name="2.8.0")])
    >>> ReadingQualitySelection(ReadingQualityType=estimated).ReadingQualityType.Names[0].name
    '2.8.0'
    """

    ReadingQualityType: IdentifiedObject


class EndDeviceEventSelection(Cim):
    """EndDeviceEvent as GetMeterReadings uses it: the type of event that readings belong to.

    >>> power_down = IdentifiedObject(Names=[Name(name="3.26.0.47")])
    >>> EndDeviceEventSelection(EndDeviceEventType=power_down).EndDeviceEventType.Names[0].name
    '3.26.0.47'
    """

    EndDeviceEventType: IdentifiedObject


class MeterReadingsSelection(Cim):
    """MeterReadings as GetMeterReadings uses it.

    >>> MeterReadingsSelection(Meter=IdentifiedObject(mRID="meter-7")).Meter.mRID
    'meter-7'
    """

    EndDeviceEvents: EndDeviceEventSelection | None = None
    Meter: IdentifiedObject | None = None
    UsagePoint: IdentifiedObject | None = None


@noun(
    READINGS_NAMESPACE,
    query_of="MeterReadings",
    about=("EndDevice", "UsagePoint", "MeterReadings.Meter", "MeterReadings.UsagePoint"),
    source="shape",
)
class GetMeterReadings(Cim):
    """Query readings of these devices or usage points, of these types, within these intervals.

    >>> from cimbus import Message
    >>> query = GetMeterReadings(EndDevice=[IdentifiedObject(mRID="meter-7")])
    >>> Message.of(query, message_id="m-1")
    <RequestMessage get MeterReadings m-1>
    """

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
    """What kind of service.

    >>> ServiceKind("gas").name
    'gas'
    """

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
    """A category of service.

    >>> ServiceCategory(kind=ServiceKind.electricity).kind.value
    'electricity'
    """

    mRID: str | None = None
    kind: ServiceKind | None = None
    Names: list[Name] = []


class SoughtEndDeviceEvent(Cim):
    """EndDeviceEvent as GetEndDeviceEvents uses it.

    >>> SoughtEndDeviceEvent(severity="high").severity
    'high'
    """

    mRID: str | None = None
    issuerID: str | None = None
    issuerTrackingID: str | None = None
    reason: str | None = None
    severity: str | None = None
    Names: list[Name] = []


_ServiceCategory = ServiceCategory


@noun(
    EVENTS_NAMESPACE,
    query_of="EndDeviceEvents",
    about=("Meter", "UsagePoint", "EndDeviceGroup", "Customer"),
    source="shape",
)
class GetEndDeviceEvents(Cim):
    """Query events of these meters, usage points or customers, of these types, within these intervals.

    >>> from cimbus import Message
    >>> query = GetEndDeviceEvents(Meter=[IdentifiedObject(mRID="meter-7")])
    >>> Message.of(query, message_id="m-1")
    <RequestMessage get EndDeviceEvents m-1>
    """

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

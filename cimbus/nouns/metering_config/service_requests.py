"""MeterServiceRequests: work at meters."""

from __future__ import annotations

from cimbus.interface.model import AtLeastOne, Cim, DateTime, Float, noun
from cimbus.nouns.common import DateTimeInterval, Name, Reference, Status
from cimbus.nouns.metering.readings import Reading
from cimbus.nouns.metering.readings import ReadingQualityType as _ReadingQualityType
from cimbus.nouns.work.assets import ActivityRecord
from cimbus.nouns.work.kinds import UsagePointPhaseCodeKind
from cimbus.nouns.work.places import StreetAddress
from cimbus.nouns.work.service_points import Customer, MeterMultiplier, ServiceMultiplier

from .kinds import MeterServiceWorkKind

__all__ = [
    "MeterServiceRequests",
    "MeterServiceWork",
    "ServiceLocation",
    "ServicedMeter",
    "ServicedMeterReading",
    "ServicedReadingType",
    "ServicedUsagePoint",
]


class ServicedMeterReading(Cim):
    """MeterReading as MeterServiceRequests has it.

    >>> len(ServicedMeterReading(Readings=[Reading(ReadingType=Reference())]).Readings)
    1
    """

    Readings: list[Reading] = []
    valuesInterval: DateTimeInterval | None = None


class ServicedMeter(Cim):
    """Meter as MeterServiceRequests has it.

    >>> ServicedMeter(mRID="s-1").mRID
    's-1'
    """

    mRID: str | None = None
    amrSystem: str | None = None
    formNumber: str | None = None
    serialNumber: str | None = None
    MeterMultipliers: list[MeterMultiplier] = []
    MeterReadings: list[ServicedMeterReading] = []
    Names: list[Name] = []


class ServiceLocation(Cim):
    """A service location.

    >>> ServiceLocation(accessMethod="text").accessMethod
    'text'
    """

    accessMethod: str | None = None
    needsInspection: bool | None = None
    siteAccessProblem: str | None = None
    mainAddress: StreetAddress | None = None


_ServiceLocation = ServiceLocation


class ServicedUsagePoint(Cim):
    """UsagePoint as MeterServiceRequests has it.

    >>> ServicedUsagePoint(checkBilling=True).checkBilling
    True
    """

    checkBilling: bool | None = None
    grounded: bool | None = None
    isVirtual: bool | None = None
    nominalServiceVoltage: Float | None = None
    phaseCode: UsagePointPhaseCodeKind | None = None
    ratedCurrent: Float | None = None
    ratedPower: Float | None = None
    serviceDeliveryRemark: str | None = None
    servicePriority: str | None = None
    ServiceLocation: _ServiceLocation | None = None
    ServiceMultipliers: list[ServiceMultiplier] = []


class MeterServiceWork(Cim):
    """A meter service work.

    >>> MeterServiceWork(priority="text", Meter=ServicedMeter()).priority
    'text'
    """

    kind: MeterServiceWorkKind | None = None
    lastModifiedDateTime: DateTime | None = None
    priority: str | None = None
    requestDateTime: DateTime | None = None
    type: str | None = None
    ActivityRecords: list[ActivityRecord] = []
    Customers: list[Customer] = []
    Meter: ServicedMeter
    OldMeter: ServicedMeter | None = None
    status: Status | None = None
    UsagePoint: ServicedUsagePoint | None = None


_MeterServiceWork = MeterServiceWork


class ServicedReadingType(Cim):
    """ReadingType as MeterServiceRequests has it.

    >>> ServicedReadingType(mRID="s-1", Names=[Name(name="n-1")]).mRID
    's-1'
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
    argument: Reference | None = None
    interharmonic: Reference | None = None
    Names: AtLeastOne[Name]


@noun("http://iec.ch/TC57/2011/MeterServiceRequests#", items="MeterServiceWork", about=("Meter",), source="schema")
class MeterServiceRequests(Cim):
    """The noun MeterServiceRequests.

    >>> len(MeterServiceRequests(MeterServiceWork=[MeterServiceWork(Meter=ServicedMeter())]).MeterServiceWork)
    1
    """

    MeterServiceWork: list[_MeterServiceWork] = []
    ReadingQualityType: list[_ReadingQualityType] = []
    ReadingType: list[ServicedReadingType] = []

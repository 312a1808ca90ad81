"""What service orders are about: customers, usage points, readings."""

from __future__ import annotations

from cimbus.interface.model import AtLeastOne, Cim, DateTime, Float
from cimbus.nouns.common import DateTimeInterval, IdentifiedObject, Name, Reference, Status
from cimbus.nouns.metering.queries import ServiceCategory as _ServiceCategory
from cimbus.nouns.metering.readings import RationalNumber, ReadingQuality, ReadingReasonKind

from .kinds import (
    CustomerKind,
    MeterMultiplierKind,
    ServiceMultiplierKind,
    SupplierKind,
    UsagePointConnectedKind,
    UsagePointPhaseCodeKind,
)
from .places import AssetLocationHazard, PositionPoint, StreetAddress
from .places import CoordinateSystem as _CoordinateSystem
from .places import InternalLocation as _InternalLocation

__all__ = [
    "Appointment",
    "Customer",
    "MeterMultiplier",
    "MetrologyRequirement",
    "ServiceMeterReading",
    "ServiceMultiplier",
    "ServiceReading",
    "ServiceReadingType",
    "ServiceSupplier",
    "UsagePoint",
    "UsagePointLocation",
]


class ServiceReadingType(Cim):
    """ReadingType as ServiceOrders has it.

    >>> made = ServiceReadingType(
    ...     accumulation="text",
    ...     aggregate="text",
    ...     commodity="text",
    ...     consumptionTier=1,
    ...     cpp=1,
    ...     currency="text",
    ...     flowDirection="text",
    ...     macroPeriod="text",
    ...     measurementKind="text",
    ...     measuringPeriod="text",
    ...     multiplier="text",
    ...     phases="text",
    ...     tou=1,
    ...     unit="text",
    ...     argument=RationalNumber(denominator=1, numerator=1),
    ...     interharmonic=RationalNumber(denominator=1, numerator=1),
    ...     Names=[Name(name="n-1")],
    ... )
    >>> made.accumulation
    'text'
    """

    mRID: str | None = None
    accumulation: str
    aggregate: str
    commodity: str
    consumptionTier: int
    cpp: int
    currency: str
    flowDirection: str
    macroPeriod: str
    measurementKind: str
    measuringPeriod: str
    multiplier: str
    phases: str
    tou: int
    unit: str
    argument: RationalNumber
    interharmonic: RationalNumber
    Names: AtLeastOne[Name]


class Appointment(Cim):
    """An appointment.

    >>> Appointment(callAhead=True).callAhead
    True
    """

    callAhead: bool | None = None
    meetingInterval: DateTimeInterval | None = None


class Customer(Cim):
    """A customer.

    >>> Customer(mRID="c-1").mRID
    'c-1'
    """

    mRID: str | None = None
    kind: CustomerKind | None = None
    pucNumber: str | None = None
    specialNeed: str | None = None
    vip: bool | None = None
    CustomerAgreements: list[IdentifiedObject] = []
    Names: list[Name] = []
    status: Status | None = None


class MeterMultiplier(Cim):
    """A meter multiplier.

    >>> MeterMultiplier(mRID="m-1").mRID
    'm-1'
    """

    mRID: str | None = None
    kind: MeterMultiplierKind | None = None
    value: Float | None = None
    Names: list[Name] = []


class ServiceReading(Cim):
    """Reading as ServiceOrders has it.

    >>> ServiceReading(source="text", ReadingType=Reference()).source
    'text'
    """

    reason: ReadingReasonKind | None = None
    reportedDateTime: DateTime | None = None
    source: str | None = None
    timeStamp: DateTime | None = None
    value: str | None = None
    ReadingQualities: list[ReadingQuality] = []
    ReadingType: Reference
    timePeriod: DateTimeInterval | None = None


class ServiceMeterReading(Cim):
    """MeterReading as ServiceOrders has it.

    >>> len(ServiceMeterReading(Readings=[ServiceReading(ReadingType=Reference())]).Readings)
    1
    """

    Readings: AtLeastOne[ServiceReading]
    valuesInterval: DateTimeInterval | None = None


class MetrologyRequirement(Cim):
    """A metrology requirement.

    >>> MetrologyRequirement(mRID="m-1", ReadingTypes=[Reference()]).mRID
    'm-1'
    """

    mRID: str | None = None
    reason: ReadingReasonKind | None = None
    Names: list[Name] = []
    ReadingTypes: AtLeastOne[Reference]


class ServiceMultiplier(Cim):
    """A service multiplier.

    >>> from decimal import Decimal
    >>> ServiceMultiplier(mRID="s-1", kind=ServiceMultiplierKind.ctRatio, value=Decimal(1)).mRID
    's-1'
    """

    mRID: str | None = None
    kind: ServiceMultiplierKind
    value: Float
    Names: list[Name] = []


class ServiceSupplier(Cim):
    """A service supplier.

    >>> ServiceSupplier(mRID="s-1", kind=SupplierKind.other).mRID
    's-1'
    """

    mRID: str | None = None
    kind: SupplierKind
    Names: list[Name] = []


_ServiceSupplier = ServiceSupplier


class UsagePointLocation(Cim):
    """An usage point location.

    >>> UsagePointLocation(mRID="u-1", mainAddress=StreetAddress()).mRID
    'u-1'
    """

    mRID: str | None = None
    accessMethod: str | None = None
    direction: str | None = None
    geoInfoReference: str | None = None
    remark: str | None = None
    siteAccessProblem: str | None = None
    type: str | None = None
    CoordinateSystem: _CoordinateSystem | None = None
    Hazards: list[AssetLocationHazard] = []
    InternalLocation: _InternalLocation | None = None
    mainAddress: StreetAddress
    Names: list[Name] = []
    PositionPoints: list[PositionPoint] = []


_UsagePointLocation = UsagePointLocation


class UsagePoint(Cim):
    """An usage point.

    >>> from decimal import Decimal
    >>> UsagePoint(mRID="u-1", ratedCurrent=Decimal(1)).mRID
    'u-1'
    """

    mRID: str | None = None
    checkBilling: bool | None = None
    connectionState: UsagePointConnectedKind | None = None
    grounded: bool | None = None
    isSdp: bool | None = None
    isVirtual: bool | None = None
    nominalServiceVoltage: Float | None = None
    phaseCode: UsagePointPhaseCodeKind | None = None
    ratedCurrent: Float
    serviceDeliveryRemark: str | None = None
    servicePriority: str | None = None
    MetrologyRequirements: list[MetrologyRequirement] = []
    Names: list[Name] = []
    ServiceCategory: _ServiceCategory | None = None
    ServiceMultipliers: list[ServiceMultiplier] = []
    ServiceSupplier: _ServiceSupplier | None = None
    UsagePointLocation: _UsagePointLocation | None = None

"""ServiceOrders: work at a customer's."""

from __future__ import annotations

from cimbus.interface.model import AtLeastOne, Cim, DateTime, noun
from cimbus.nouns.common import Name
from cimbus.nouns.metering.readings import ReadingQualityType as _ReadingQualityType

from .assets import ActivityRecord, CrewMember, Priority, WorkTimeSchedule
from .kinds import WorkKind, WorkStatusKind, WorkTaskKind
from .maintenance import Attachments as _Attachments
from .places import WorkLocation as _WorkLocation
from .service_points import Appointment, Customer, MeterMultiplier, ServiceMeterReading, ServiceReadingType
from .service_points import UsagePoint as _UsagePoint

__all__ = [
    "ServiceAsset",
    "ServiceCrew",
    "ServiceOrder",
    "ServiceOrders",
    "ServiceWork",
    "ServiceWorkTask",
]


class ServiceAsset(Cim):
    """Asset as ServiceOrders has it.

    >>> ServiceAsset(mRID="s-1").mRID
    's-1'
    """

    mRID: str | None = None
    amrSystem: str | None = None
    critical: bool | None = None
    formNumber: str | None = None
    serialNumber: str | None = None
    utcNumber: str | None = None
    MeterMultipliers: list[MeterMultiplier] = []
    MeterReadings: list[ServiceMeterReading] = []
    Names: list[Name] = []


class ServiceCrew(Cim):
    """Crew as ServiceOrders has it.

    >>> ServiceCrew(mRID="s-1").mRID
    's-1'
    """

    mRID: str | None = None
    CrewMembers: list[CrewMember] = []
    Names: list[Name] = []


class ServiceWorkTask(Cim):
    """WorkTask as ServiceOrders has it.

    >>> from datetime import UTC, datetime
    >>> made = ServiceWorkTask(
    ...     crewETA=datetime(2026, 3, 1, tzinfo=UTC),
    ...     statusKind=WorkStatusKind.approved,
    ...     subject="text",
    ...     taskKind=WorkTaskKind.exchange,
    ... )
    >>> made.subject
    'text'
    """

    mRID: str | None = None
    crewETA: DateTime
    instruction: str | None = None
    statusKind: WorkStatusKind
    subject: str
    taskKind: WorkTaskKind
    Assets: list[ServiceAsset] = []
    Crews: list[ServiceCrew] = []
    Names: list[Name] = []
    OldAsset: ServiceAsset | None = None
    TimeSchedules: list[WorkTimeSchedule] = []
    UsagePoint: _UsagePoint | None = None


class ServiceWork(Cim):
    """Work as ServiceOrders has it.

    >>> ServiceWork(mRID="s-1", kind=WorkKind.connect, statusKind=WorkStatusKind.approved).mRID
    's-1'
    """

    mRID: str | None = None
    kind: WorkKind
    lastModifiedDateTime: DateTime | None = None
    requestDateTime: DateTime | None = None
    statusKind: WorkStatusKind
    type: str | None = None
    ActivityRecords: list[ActivityRecord] = []
    Appointments: list[Appointment] = []
    Customers: list[Customer] = []
    Names: list[Name] = []
    priority: Priority | None = None
    TimeSchedules: list[WorkTimeSchedule] = []
    WorkLocation: _WorkLocation | None = None
    WorkTasks: list[ServiceWorkTask] = []
    Attachments: _Attachments | None = None  # in messages, and in no public copy of the profile


class ServiceOrder(Cim):
    """A service order.

    >>> ServiceOrder(mRID="s-1", Work=[ServiceWork(kind=WorkKind.connect, statusKind=WorkStatusKind.approved)]).mRID
    's-1'
    """

    mRID: str | None = None
    Names: list[Name] = []
    Work: AtLeastOne[ServiceWork]


_ServiceOrder = ServiceOrder


@noun("http://iec.ch/TC57/2015/ServiceOrders#", items="ServiceOrder", about=("",), source="schema")
class ServiceOrders(Cim):
    """The noun ServiceOrders.

    >>> made = ServiceOrders(
    ...     ServiceOrder=[ServiceOrder(Work=[ServiceWork(kind=WorkKind.connect, statusKind=WorkStatusKind.approved)])],
    ... )
    >>> len(made.ServiceOrder)
    1
    """

    ReadingQualityType: list[_ReadingQualityType] = []
    ReadingType: list[ServiceReadingType] = []
    ServiceOrder: AtLeastOne[_ServiceOrder]

"""MaintenanceOrders: work on assets."""

from __future__ import annotations

from cimbus.interface.model import AtLeastOne, Cim, DateTime, noun
from cimbus.nouns.common import Name

from .assets import ActivityRecord, Asset, Crew, MaterialItem, Priority, WorkTimeSchedule
from .kinds import WorkKind, WorkStatusKind, WorkTaskKind
from .places import Organisation as _Organisation
from .places import WorkLocation as _WorkLocation

__all__ = [
    "Attachment",
    "Attachments",
    "MaintenanceOrder",
    "MaintenanceOrders",
    "Work",
    "WorkTask",
]


class WorkTask(Cim):
    """One task of a work.

    >>> WorkTask(statusKind=WorkStatusKind.approved, subject="text", taskKind=WorkTaskKind.exchange).subject
    'text'
    """

    mRID: str | None = None
    crewETA: DateTime | None = None
    instruction: str | None = None
    statusKind: WorkStatusKind
    subject: str
    taskKind: WorkTaskKind
    Assets: list[Asset] = []
    Crews: list[Crew] = []
    MaterialItems: list[MaterialItem] = []
    Names: list[Name] = []
    OldAsset: Asset | None = None
    TimeSchedules: list[WorkTimeSchedule] = []


class Attachment(Cim):
    """A document that belongs to the work.

    >>> Attachment(Url="text").Url
    'text'
    """

    Comment: str | None = None
    Description: str | None = None
    Url: str


_Attachment = Attachment


class Attachments(Cim):
    """The documents that belong to the work.

    >>> len(Attachments(Attachment=[Attachment(Url="text")]).Attachment)
    1
    """

    Attachment: AtLeastOne[_Attachment]


_Attachments = Attachments


class Work(Cim):
    """One work with its tasks, times and place.

    >>> Work(mRID="w-1", kind=WorkKind.connect, statusKind=WorkStatusKind.approved).mRID
    'w-1'
    """

    mRID: str | None = None
    kind: WorkKind
    lastModifiedDateTime: DateTime | None = None
    requestDateTime: DateTime | None = None
    statusKind: WorkStatusKind
    ActivityRecords: list[ActivityRecord] = []
    Names: list[Name] = []
    priority: Priority | None = None
    TimeSchedules: list[WorkTimeSchedule] = []
    WorkLocation: _WorkLocation | None = None
    WorkTasks: list[WorkTask] = []
    Attachments: _Attachments | None = None


_Work = Work


class MaintenanceOrder(Cim):
    """One order of maintenance.

    >>> MaintenanceOrder(mRID="m-1", Work=[Work(kind=WorkKind.connect, statusKind=WorkStatusKind.approved)]).mRID
    'm-1'
    """

    mRID: str | None = None
    Names: list[Name] = []
    Organisation: _Organisation | None = None
    Work: AtLeastOne[_Work]


_MaintenanceOrder = MaintenanceOrder


@noun("http://iec.ch/TC57/2015/MaintenanceOrders#", items="MaintenanceOrder", about=("",), source="schema")
class MaintenanceOrders(Cim):
    """The noun MaintenanceOrders.

    >>> made = MaintenanceOrders(
    ...     MaintenanceOrder=[MaintenanceOrder(Work=[Work(kind=WorkKind.connect, statusKind=WorkStatusKind.approved)])],
    ... )
    >>> len(made.MaintenanceOrder)
    1
    """

    MaintenanceOrder: AtLeastOne[_MaintenanceOrder]

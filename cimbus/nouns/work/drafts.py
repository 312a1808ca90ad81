"""WorkRequest as the drafts of 2009 and 2010 have it: one noun with organisations and works."""

from __future__ import annotations

from cimbus.interface.model import AtLeastOne, Cim, DateTime, noun
from cimbus.nouns.common import Name, Status

from .assets import ActivityRecord, WorkTimeSchedule
from .kinds import DraftWorkKind, DraftWorkStatusKind
from .places import CoordinateSystem as _CoordinateSystem
from .places import Hazard, PositionPoint, StreetDetail, TownDetail
from .places import Organisation as _Organisation

__all__ = [
    "DraftAsset",
    "DraftCrew",
    "DraftStreetAddress",
    "DraftWork",
    "DraftWorkLocation",
    "DraftWorkRequest",
    "DraftWorkTask",
    "WorkStatus",
]


class WorkStatus(Cim):
    """A work status.

    >>> WorkStatus(kind=DraftWorkStatusKind.approved).kind is None
    False
    """

    kind: DraftWorkStatusKind
    status: Status | None = None


class DraftStreetAddress(Cim):
    """StreetAddress as WorkRequest has it.

    >>> DraftStreetAddress(streetDetail=StreetDetail(), townDetail=TownDetail()).streetDetail is None
    False
    """

    status: Status | None = None
    streetDetail: StreetDetail
    townDetail: TownDetail


class DraftWorkLocation(Cim):
    """WorkLocation as WorkRequest has it.

    >>> DraftWorkLocation(mRID="d-1").mRID
    'd-1'
    """

    mRID: str | None = None
    block: str | None = None
    direction: str | None = None
    lot: str | None = None
    nearestIntersection: str | None = None
    subdivision: str | None = None
    CoordinateSystem: _CoordinateSystem | None = None
    Hazards: list[Hazard] = []
    mainAddress: DraftStreetAddress | None = None
    PositionPoints: list[PositionPoint] = []


class DraftAsset(Cim):
    """Asset as WorkRequest has it.

    >>> DraftAsset(critical=True, utcNumber="text", Location=DraftWorkLocation()).critical
    True
    """

    mRID: str | None = None
    critical: bool
    utcNumber: str
    Location: DraftWorkLocation
    Names: list[Name] = []


class DraftCrew(Cim):
    """Crew as WorkRequest has it.

    >>> DraftCrew(mRID="d-1").mRID
    'd-1'
    """

    mRID: str | None = None
    type: str | None = None
    Names: list[Name] = []


class DraftWorkTask(Cim):
    """WorkTask as WorkRequest has it.

    >>> made = DraftWorkTask(
    ...     subject="text",
    ...     Assets=[DraftAsset(critical=True, utcNumber="text", Location=DraftWorkLocation())],
    ... )
    >>> made.subject
    'text'
    """

    mRID: str | None = None
    description: str | None = None
    priority: str | None = None
    subject: str
    type: str | None = None
    Assets: AtLeastOne[DraftAsset]
    Crews: list[DraftCrew] = []


class DraftWork(Cim):
    """Work as WorkRequest has it.

    >>> tasks = [DraftWorkTask(
    ...     subject="text",
    ...     Assets=[DraftAsset(critical=True, utcNumber="text", Location=DraftWorkLocation())],
    ... )]
    >>> made = DraftWork(
    ...     mRID="d-1",
    ...     kind=DraftWorkKind.construction,
    ...     WorkTasks=tasks,
    ... )
    >>> made.mRID
    'd-1'
    """

    mRID: str | None = None
    kind: DraftWorkKind
    lastModifiedDateTime: DateTime | None = None
    priority: str | None = None
    requestDateTime: DateTime | None = None
    type: str | None = None
    ActivityRecords: list[ActivityRecord] = []
    TimeSchedules: list[WorkTimeSchedule] = []
    workStatus: WorkStatus | None = None
    WorkTasks: AtLeastOne[DraftWorkTask]


@noun("http://iec.ch/TC57/2010/WorkRequest#", name="WorkRequest", about=("Organisation", "Work"), source="schema")
class DraftWorkRequest(Cim):
    """The noun WorkRequest.

    >>> len(DraftWorkRequest(Organisation=[_Organisation()]).Organisation)
    1
    """

    Organisation: list[_Organisation] = []
    Work: list[DraftWork] = []

"""WorkRequests: work that somebody asks for."""

from __future__ import annotations

from cimbus.interface.model import AtLeastOne, Cim, DateTime, noun
from cimbus.nouns.common import IdentifiedObject, Name

from .assets import ActivityRecord, Priority, WorkTimeSchedule
from .kinds import WorkKind, WorkStatusKind, WorkTaskKind
from .places import Organisation as _Organisation
from .places import RequestedWorkLocation

__all__ = [
    "RequestedAsset",
    "RequestedWork",
    "RequestedWorkTask",
    "WorkRequest",
    "WorkRequests",
]


class RequestedAsset(Cim):
    """Asset as WorkRequests has it.

    >>> RequestedAsset(mRID="r-1").mRID
    'r-1'
    """

    mRID: str | None = None
    critical: bool | None = None
    utcNumber: str | None = None
    Location: RequestedWorkLocation | None = None
    Names: list[Name] = []


class RequestedWorkTask(Cim):
    """WorkTask as WorkRequests has it.

    >>> RequestedWorkTask(mRID="r-1").mRID
    'r-1'
    """

    mRID: str | None = None
    crewETA: DateTime | None = None
    instruction: str | None = None
    subject: str | None = None
    taskKind: WorkTaskKind | None = None
    Assets: list[RequestedAsset] = []
    Crews: list[IdentifiedObject] = []
    Names: list[Name] = []


class RequestedWork(Cim):
    """Work as WorkRequests has it.

    >>> RequestedWork(mRID="r-1").mRID
    'r-1'
    """

    mRID: str | None = None
    kind: WorkKind | None = None
    lastModifiedDateTime: DateTime | None = None
    requestDateTime: DateTime | None = None
    statusKind: WorkStatusKind | None = None
    ActivityRecords: list[ActivityRecord] = []
    Names: list[Name] = []
    priority: Priority | None = None
    TimeSchedules: list[WorkTimeSchedule] = []
    WorkLocation: RequestedWorkLocation | None = None
    WorkTasks: list[RequestedWorkTask] = []


class WorkRequest(Cim):
    """A work request.

    >>> WorkRequest(mRID="w-1").mRID
    'w-1'
    """

    mRID: str | None = None
    Names: list[Name] = []
    Organisation: _Organisation | None = None
    Work: list[RequestedWork] = []


_WorkRequest = WorkRequest


@noun("http://iec.ch/TC57/2015/WorkRequests#", items="WorkRequest", about=("",), source="schema")
class WorkRequests(Cim):
    """The noun WorkRequests.

    >>> len(WorkRequests(WorkRequest=[WorkRequest()]).WorkRequest)
    1
    """

    WorkRequest: AtLeastOne[_WorkRequest]

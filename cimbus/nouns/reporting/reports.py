"""ComponentReports, and their query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cimbus.interface.model import AtLeastOne, Cim, DateTime, Float, noun

__all__ = [
    "BusReport",
    "ComponentReport",
    "ComponentReports",
    "ErrorReport",
    "GetComponentReports",
    "HandlerReport",
]

NAMESPACE: Final = "urn:cimbus:reporting:2026:"
"""Followed by the noun and ``#``. Not an IEC one, on purpose."""


class HandlerReport(Cim):
    """What one handler has done since its component was started.

    ``ratePerSecond``: messages handled per second since the last report. ``oldestSeconds``: for how long the message is
    handled that was begun first. ``waiting``: messages cannot be finished for a while.

    >>> HandlerReport(name="outage", noun="EndDeviceEvents", handled=7).handled
    7
    """

    name: str
    noun: str | None = None
    bus: str | None = None
    handled: int = 0
    failed: int = 0
    retried: int = 0
    deadLettered: int = 0
    duplicates: int = 0
    expired: int = 0
    inFlight: int = 0
    inProgress: int = 0
    oldestSeconds: Float | None = None
    ratePerSecond: Float | None = None
    waiting: bool = False


class ErrorReport(Cim):
    """A message that a handler could not handle: when, and the type of the exception.

    The text of an exception may hold what is not for others; it is in the log of the component, by the MessageID.

    >>> ErrorReport(handler="outage", exceptionType="LookupError").exceptionType
    'LookupError'
    """

    createdDateTime: DateTime | None = None
    handler: str | None = None
    exceptionType: str | None = None
    messageID: str | None = None


class BusReport(Cim):
    """A bus that a component uses; the backlog is that of its outbox, where it has one.

    >>> BusReport(name="default", connected=True).connected
    True
    """

    name: str
    connected: bool = False
    backlogMessages: int | None = None
    backlogOctets: int | None = None
    backlogOldestSeconds: Float | None = None


class ComponentReport(Cim):
    """One process of a component: ``mRID`` is its own, ``name`` the component's.

    ``statusKind``: ``ready``; ``waiting`` (messages cannot be finished for a while), ``disconnected`` (a bus cannot be
    reached), ``stopping``. ``startDateTime``: when it was started. ``intervalSeconds``: from one report to the next; 0:
    it reports when it is asked.

    >>> ComponentReport(mRID="OMS@host-1:77", name="OMS", statusKind="ready").name
    'OMS'
    """

    mRID: str
    name: str
    statusKind: str
    createdDateTime: DateTime | None = None
    startDateTime: DateTime | None = None
    intervalSeconds: Float | None = None
    host: str | None = None
    processID: int | None = None
    softwareVersion: str | None = None
    function: str | None = None
    Bus: list[BusReport] = []
    Error: list[ErrorReport] = []
    Handler: list[HandlerReport] = []


_ComponentReport = ComponentReport


@noun(f"{NAMESPACE}ComponentReports#", items="ComponentReport", about=("",), source="cimbus")
class ComponentReports(Cim):
    """What components say of themselves.

    >>> from cimbus import Message
    >>> report = ComponentReport(mRID="OMS@host-1:77", name="OMS", statusKind="ready")
    >>> Message.of(ComponentReports(ComponentReport=[report])).topic().noun
    'ComponentReports'
    """

    ComponentReport: AtLeastOne[_ComponentReport]


@noun(f"{NAMESPACE}GetComponentReports#", query_of="ComponentReports", source="cimbus")
class GetComponentReports(Cim):
    """Ask components to report: those that are named, or all.

    >>> from cimbus import Message
    >>> Message.of(GetComponentReports(component=["OMS"]), message_id="m-1")
    <RequestMessage get ComponentReports m-1>
    """

    component: list[str] = []

    if TYPE_CHECKING:

        def __answer__(self) -> ComponentReports: ...

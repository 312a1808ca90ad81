"""EndDeviceEvents: what meters and other end devices report (outage, tamper, disconnected, ...)."""

from __future__ import annotations

from typing import Final

from cimbus.interface.model import AtLeastOne, Cim, DateTime, noun
from cimbus.nouns.common import IdentifiedObject, Name, Reference, Status

__all__ = [
    "EndDeviceEvent",
    "EndDeviceEventDetail",
    "EndDeviceEventType",
    "EndDeviceEvents",
]

NAMESPACE: Final = "http://iec.ch/TC57/2011/EndDeviceEvents#"


class EndDeviceEventDetail(Cim):
    """One name and value that an event carries.

    >>> EndDeviceEventDetail(name="voltage", value="198").value
    '198'
    """

    name: str
    value: str | None = None


class EndDeviceEventType(Cim):
    """A type of event in full, where a message defines one for its events to refer to.

    The four numbers of the code are ``type``, ``domain``, ``subDomain``, ``eventOrAction``, each as text.

    >>> names = [Name(name="Power down")]
    >>> EndDeviceEventType(type="3", domain="26", subDomain="0", eventOrAction="47", Names=names).domain
    '26'
    """

    mRID: str | None = None
    domain: str | None = None
    eventOrAction: str | None = None
    subDomain: str | None = None
    type: str | None = None
    Names: AtLeastOne[Name]


class EndDeviceEvent(Cim):
    """One event of one end device.

    ``EndDeviceEventType.ref`` is its code (``cimbus.codes.EndDeviceEventCode``), ``createdDateTime`` when it happened.
    ``Assets`` is missing from one public copy of the MeterReadings profile, which shares this class.

    >>> from datetime import UTC, datetime
    >>> power_down = EndDeviceEvent(
    ...     createdDateTime=datetime(2026, 3, 1, tzinfo=UTC), EndDeviceEventType=Reference(ref="3.26.0.47")
    ... )
    >>> power_down.EndDeviceEventType.ref
    '3.26.0.47'
    """

    mRID: str | None = None
    createdDateTime: DateTime
    issuerID: str | None = None
    issuerTrackingID: str | None = None
    reason: str | None = None
    severity: str | None = None
    userID: str | None = None
    Assets: IdentifiedObject | None = None
    EndDeviceEventDetails: list[EndDeviceEventDetail] = []
    EndDeviceEventType: Reference
    Names: list[Name] = []
    status: Status | None = None
    UsagePoint: IdentifiedObject | None = None


_EndDeviceEvent = EndDeviceEvent
_EndDeviceEventType = EndDeviceEventType


@noun(NAMESPACE, items="EndDeviceEvent", about=("UsagePoint", "Assets", ""), source="schema")
class EndDeviceEvents(Cim):
    """The noun: events, and the types they refer to where those are not the standard's.

    A payload is about the usage point, else the asset, else the event itself.

    >>> from datetime import UTC, datetime
    >>> outage = EndDeviceEvent(
    ...     mRID="e-1",
    ...     createdDateTime=datetime(2026, 3, 1, tzinfo=UTC),
    ...     EndDeviceEventType=Reference(ref="3.26.0.47"),
    ...     Assets=IdentifiedObject(mRID="meter-7"),
    ... )
    >>> EndDeviceEvents(EndDeviceEvent=[outage]).EndDeviceEvent[0].Assets.mRID
    'meter-7'
    """

    EndDeviceEvent: list[_EndDeviceEvent] = []
    EndDeviceEventType: list[_EndDeviceEventType] = []

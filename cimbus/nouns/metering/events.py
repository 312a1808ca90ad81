"""EndDeviceEvents: what meters and other end devices report (outage, tamper, disconnected, ...)."""

from __future__ import annotations

from typing import Final

from cimbus.model import Cim, DateTime, Some, noun
from cimbus.nouns.common import IdentifiedObject, Name, Reference, Status

NAMESPACE: Final = "http://iec.ch/TC57/2011/EndDeviceEvents#"


class EndDeviceEventDetail(Cim):
    """One name and value that an event carries."""

    name: str
    value: str | None = None


class EndDeviceEventType(Cim):
    """A type of event in full, where a message defines one for its events to refer to.

    The four numbers of the code are ``type``, ``domain``, ``subDomain``, ``eventOrAction``, each as text.
    """

    mRID: str | None = None
    domain: str | None = None
    eventOrAction: str | None = None
    subDomain: str | None = None
    type: str | None = None
    Names: Some[Name]


class EndDeviceEvent(Cim):
    """One event of one end device.

    ``EndDeviceEventType.ref`` is its code (``cimbus.codes.EndDeviceEventCode``), ``createdDateTime`` when it happened.
    ``Assets`` is missing from one public copy of the MeterReadings profile, which shares this class.
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


@noun(NAMESPACE)
class EndDeviceEvents(Cim):
    """The noun: events, and the types they refer to where those are not the standard's."""

    EndDeviceEvent: list[_EndDeviceEvent] = []
    EndDeviceEventType: list[_EndDeviceEventType] = []

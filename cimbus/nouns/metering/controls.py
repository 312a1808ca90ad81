"""EndDeviceControls: what end devices are told to do (disconnect, shed load, show a text, ...).

Units where the profile has them: durations in minutes, temperatures in degrees (the parties agree which), percentages
from 0 to 100. Read in three public copies. The strictest, of a simulator, makes parts of timings and of types mandatory
that are optional here, and requires UUIDs for mRIDs.
"""

from __future__ import annotations

from typing import Final

from cimbus.interface.model import AtLeastOne, Cim, CimEnum, DateTime, Float, choice, noun
from cimbus.nouns.common import DateTimeInterval, IdentifiedObject, Name, Reference

from . import premises

__all__ = [
    "ElectronicAddress",
    "EndDevice",
    "EndDeviceAction",
    "EndDeviceControl",
    "EndDeviceControlType",
    "EndDeviceControls",
    "EndDeviceTiming",
    "RandomisationKind",
]

NAMESPACE: Final = "http://iec.ch/TC57/2011/EndDeviceControls#"


class RandomisationKind(CimEnum):
    """Which end of a timing is randomised, so that not all devices act at once.

    >>> RandomisationKind.startAndEnd.value
    'startAndEnd'
    """

    default = "default"
    end = "end"
    none = "none"
    start = "start"
    startAndEnd = "startAndEnd"


class ElectronicAddress(Cim):
    """How an end device is reached.

    >>> ElectronicAddress(mac="00:1b:44:11:3a:b7").mac
    '00:1b:44:11:3a:b7'
    """

    email1: str | None = None
    email2: str | None = None
    lan: str | None = None
    mac: str | None = None
    password: str | None = None
    radio: str | None = None
    userID: str | None = None
    web: str | None = None


class EndDevice(Cim):
    """An end device that is to be controlled.

    >>> EndDevice(mRID="meter-7", isPan=False).mRID
    'meter-7'
    """

    mRID: str | None = None
    installCode: str | None = None
    isPan: bool | None = None
    electronicAddress: ElectronicAddress | None = None
    Names: list[Name] = []


class EndDeviceAction(Cim):
    """A plain command (declared by the public copies, and used by early drafts in place of the Pan classes).

    >>> EndDeviceAction(command="disconnect", durationIndefinite=True).command
    'disconnect'
    """

    command: str | None = None
    duration: Float | None = None
    durationIndefinite: bool | None = None
    startDateTime: DateTime | None = None


class EndDeviceTiming(Cim):
    """When a control is in force.

    >>> from decimal import Decimal
    >>> EndDeviceTiming(duration=Decimal(30), randomisation=RandomisationKind.start).duration
    Decimal('30')
    """

    duration: Float | None = None
    durationIndefinite: bool | None = None
    randomisation: RandomisationKind | None = None
    interval: DateTimeInterval | None = None


class EndDeviceControlType(Cim):
    """A type of control in full, where a message defines one for its controls to refer to.

    >>> names = [Name(name="Disconnect")]
    >>> EndDeviceControlType(type="3", domain="31", subDomain="0", eventOrAction="23", Names=names).type
    '3'
    """

    mRID: str | None = None
    domain: str | None = None
    eventOrAction: str | None = None
    subDomain: str | None = None
    type: str | None = None
    Names: AtLeastOne[Name]


_EndDeviceControlType = EndDeviceControlType
_EndDeviceAction = EndDeviceAction


class EndDeviceControl(Cim):
    """One control of some end devices; what to do is in at most one of the action children.

    ``EndDeviceControlType.ref`` is its code (``cimbus.codes.EndDeviceControlCode``).

    >>> disconnect = EndDeviceControl(EndDeviceControlType=Reference(ref="3.31.0.23"), reason="arrears")
    >>> disconnect.EndDeviceControlType.ref
    '3.31.0.23'
    """

    choices = (choice("PanDemandResponse", "PanDisplay", "PanPricing", "EndDeviceAction"),)

    mRID: str | None = None
    drProgramLevel: int | None = None
    drProgramMandatory: bool | None = None
    issuerID: str | None = None
    issuerTrackingID: str | None = None
    priceSignal: Float | None = None
    reason: str | None = None
    PanDemandResponse: premises.PanDemandResponse | None = None
    PanDisplay: premises.PanDisplay | None = None
    PanPricing: premises.PanPricing | None = None
    EndDeviceAction: _EndDeviceAction | None = None
    EndDeviceControlType: Reference
    EndDeviceGroups: list[IdentifiedObject] = []
    EndDevices: list[EndDevice] = []
    primaryDeviceTiming: EndDeviceTiming | None = None
    secondaryDeviceTiming: EndDeviceTiming | None = None
    UsagePointGroups: list[IdentifiedObject] = []
    UsagePoints: list[IdentifiedObject] = []


_EndDeviceControl = EndDeviceControl


@noun(
    NAMESPACE,
    items="EndDeviceControl",
    about=("EndDevices", "UsagePoints", "EndDeviceGroups", "UsagePointGroups", ""),
    source="schema",
)
class EndDeviceControls(Cim):
    """The noun: controls, and the types they refer to where those are not the standard's.

    A payload is about the end device, else the usage point, else a group of them, else the control itself.

    >>> disconnect = EndDeviceControl(
    ...     EndDeviceControlType=Reference(ref="3.31.0.23"), EndDevices=[EndDevice(mRID="meter-7")]
    ... )
    >>> EndDeviceControls(EndDeviceControl=[disconnect]).EndDeviceControl[0].EndDevices[0].mRID
    'meter-7'
    """

    EndDeviceControl: list[_EndDeviceControl] = []
    EndDeviceControlType: list[_EndDeviceControlType] = []

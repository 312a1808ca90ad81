"""DERGroups: groups of end devices, and what they can do."""

from __future__ import annotations

from cimbus.interface.model import AtLeastOne, Cim, DateTime, noun
from cimbus.nouns.common import IdentifiedObject, Name

__all__ = [
    "DERFunction",
    "DERGroup",
    "DERGroups",
    "Version",
]


class DERFunction(Cim):
    """What a group can do; all nine are said, true or false.

    >>> made = DERFunction(
    ...     connectDisconnect=True,
    ...     frequencyWattCurveFunction=True,
    ...     maxRealPowerLimiting=True,
    ...     rampRateControl=True,
    ...     reactivePowerDispatch=True,
    ...     realPowerDispatch=True,
    ...     voltageRegulation=True,
    ...     voltVarCurveFunction=True,
    ...     voltWattCurveFunction=True,
    ... )
    >>> made.connectDisconnect
    True
    """

    connectDisconnect: bool
    frequencyWattCurveFunction: bool
    maxRealPowerLimiting: bool
    rampRateControl: bool
    reactivePowerDispatch: bool
    realPowerDispatch: bool
    voltageRegulation: bool
    voltVarCurveFunction: bool
    voltWattCurveFunction: bool


_DERFunction = DERFunction


class Version(Cim):
    """The version of a group.

    >>> Version(major=1).major
    1
    """

    date: DateTime | None = None
    major: int | None = None
    minor: int | None = None
    revision: int | None = None


class DERGroup(Cim):
    """A group of end devices.

    >>> DERGroup(mRID="d-1").mRID
    'd-1'
    """

    mRID: str | None = None
    description: str | None = None
    DERFunction: _DERFunction | None = None
    EndDevices: list[IdentifiedObject] = []
    Names: list[Name] = []
    version: Version | None = None


@noun("http://iec.ch/TC57/2017/DERGroups#", items="EndDeviceGroup", about=("",), source="schema")
class DERGroups(Cim):
    """The noun DERGroups.

    >>> len(DERGroups(EndDeviceGroup=[DERGroup()]).EndDeviceGroup)
    1
    """

    EndDeviceGroup: AtLeastOne[DERGroup]

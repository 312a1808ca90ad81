"""What trials before the first edition sent, as messages show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cimbus.interface.model import Cim, Float, noun
from cimbus.nouns.common import IdentifiedObject, Name

from .statuses import DERGroupStatuses

__all__ = [
    "DERGroupStatusSelection",
    "EarlyDERGroup",
    "EarlyDERGroupDispatch",
    "EarlyDERGroupDispatches",
    "GetDERGroupStatuses",
    "RequestedCapability",
]


class EarlyDERGroup(Cim):
    """DERGroup as DERGroupDispatches has it.

    >>> EarlyDERGroup(name="n-1").name
    'n-1'
    """

    name: str | None = None
    mRID: str | None = None


class RequestedCapability(Cim):
    """A requested capability.

    >>> RequestedCapability(capabilityType="text").capabilityType
    'text'
    """

    capabilityType: str | None = None
    value: Float | None = None
    capabilityUnits: str | None = None
    capabilityMultiplier: str | None = None


_RequestedCapability = RequestedCapability


class EarlyDERGroupDispatch(Cim):
    """DERGroupDispatch as DERGroupDispatches has it.

    >>> EarlyDERGroupDispatch(DERGroup=EarlyDERGroup()).DERGroup is None
    False
    """

    DERGroup: EarlyDERGroup | None = None
    RequestedCapability: list[_RequestedCapability] = []


class DERGroupStatusSelection(Cim):
    """DERGroupStatusSelection as queries use it.

    >>> DERGroupStatusSelection(mRID="d-1").mRID
    'd-1'
    """

    mRID: str | None = None
    EndDeviceGroup: IdentifiedObject | None = None
    Names: list[Name] = []


@noun("http://www.epri.com/DERGroupDispatches", name="DERGroupDispatches", source="sample")
class EarlyDERGroupDispatches(Cim):
    """The noun DERGroupDispatches.

    >>> len(EarlyDERGroupDispatches(DERGroupDispatch=[EarlyDERGroupDispatch()]).DERGroupDispatch)
    1
    """

    DERGroupDispatch: list[EarlyDERGroupDispatch] = []


@noun(
    "http://www.epri.com/2016/GetDERGroupStatuses#",
    query_of="DERGroupStatuses",
    about=("DERGroupStatus",),
    source="sample",
)
class GetDERGroupStatuses(Cim):
    """The query of DERGroupStatuses.

    >>> len(GetDERGroupStatuses(DERGroupStatus=[DERGroupStatusSelection()]).DERGroupStatus)
    1
    """

    DERGroupStatus: list[DERGroupStatusSelection] = []

    if TYPE_CHECKING:

        def __answer__(self) -> DERGroupStatuses: ...

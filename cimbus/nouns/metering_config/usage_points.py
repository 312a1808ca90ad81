"""UsagePointConfig, its query, UsagePointLocationConfig, MasterDataLinkageConfig, EndDeviceAssets, as messages are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cimbus.interface.model import Cim, DateTime, noun
from cimbus.nouns.common import IdentifiedObject, Name
from cimbus.nouns.metering.queries import TimeSelection
from cimbus.nouns.work.places import PositionPoint, StreetAddress

__all__ = [
    "ConfiguredUsagePoint",
    "ConfiguredUsagePointLocation",
    "EndDeviceAssets",
    "GetUsagePointConfig",
    "MasterDataLinkageConfig",
    "UsagePointConfig",
    "UsagePointEvent",
    "UsagePointLocationConfig",
    "UsagePointLocationConfigUsagePointLocation",
]


class UsagePointEvent(Cim):
    """When a change was made, and from when on it holds.

    >>> from datetime import UTC, datetime
    >>> UsagePointEvent(createdDateTime=datetime(2026, 3, 1, tzinfo=UTC)).createdDateTime is None
    False
    """

    createdDateTime: DateTime | None = None
    effectiveDateTime: DateTime | None = None


class ConfiguredUsagePointLocation(Cim):
    """UsagePointLocation as UsagePointConfig has it.

    >>> ConfiguredUsagePointLocation(mainAddress=StreetAddress()).mainAddress is None
    False
    """

    mainAddress: StreetAddress | None = None
    PositionPoints: list[PositionPoint] = []


class ConfiguredUsagePoint(Cim):
    """UsagePoint as UsagePointConfig has it.

    >>> ConfiguredUsagePoint(mRID="c-1").mRID
    'c-1'
    """

    mRID: str | None = None
    ConfigurationEvents: list[UsagePointEvent] = []
    Equipments: list[IdentifiedObject] = []
    Names: list[Name] = []
    UsagePointLocation: ConfiguredUsagePointLocation | None = None


class UsagePointLocationConfigUsagePointLocation(Cim):
    """UsagePointLocation as UsagePointLocationConfig has it.

    >>> UsagePointLocationConfigUsagePointLocation(mRID="u-1").mRID
    'u-1'
    """

    mRID: str | None = None
    ConfigurationEvents: list[UsagePointEvent] = []
    mainAddress: StreetAddress | None = None
    Names: list[Name] = []
    PositionPoints: list[PositionPoint] = []


@noun("http://iec.ch/TC57/2011/UsagePointConfig#", items="UsagePoint", about=("",), source="sample")
class UsagePointConfig(Cim):
    """The noun UsagePointConfig.

    >>> len(UsagePointConfig(UsagePoint=[ConfiguredUsagePoint()]).UsagePoint)
    1
    """

    UsagePoint: list[ConfiguredUsagePoint] = []


@noun("http://iec.ch/TC57/2011/UsagePointLocationConfig#", items="UsagePointLocation", about=("",), source="sample")
class UsagePointLocationConfig(Cim):
    """The noun UsagePointLocationConfig.

    >>> made = UsagePointLocationConfig(
    ...     UsagePointLocation=[UsagePointLocationConfigUsagePointLocation()],
    ... )
    >>> len(made.UsagePointLocation)
    1
    """

    UsagePointLocation: list[UsagePointLocationConfigUsagePointLocation] = []


@noun("http://iec.ch/TC57/2011/MasterDataLinkageConfig#", about=("Meter", "UsagePoint"), source="sample")
class MasterDataLinkageConfig(Cim):
    """The noun MasterDataLinkageConfig.

    >>> MasterDataLinkageConfig(ConfigurationEvent=UsagePointEvent()).ConfigurationEvent is None
    False
    """

    ConfigurationEvent: UsagePointEvent | None = None
    Meter: list[IdentifiedObject] = []
    UsagePoint: list[IdentifiedObject] = []


@noun("http://iec.ch/TC57/2011/podis15/GetUsagePointConfig#", query_of="UsagePointConfig", source="sample")
class GetUsagePointConfig(Cim):
    """The query of UsagePointConfig.

    >>> GetUsagePointConfig(isSdp=True).isSdp
    True
    """

    isSdp: bool | None = None
    TimeSchedule: list[TimeSelection] = []

    if TYPE_CHECKING:

        def __answer__(self) -> UsagePointConfig: ...


@noun("http://iec.ch/TC57/2009/EndDeviceAssets#", items="EndDeviceAsset", about=("",), source="sample")
class EndDeviceAssets(Cim):
    """The noun EndDeviceAssets of a draft of 2009.

    >>> EndDeviceAssets(EndDeviceAsset=[IdentifiedObject(mRID="e-1")]).EndDeviceAsset[0].mRID
    'e-1'
    """

    EndDeviceAsset: list[IdentifiedObject] = []

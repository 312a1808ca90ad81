"""Where things are: addresses, locations, hazards; and whose they are."""

from __future__ import annotations

from cimbus.interface.model import Cim
from cimbus.nouns.common import Name

__all__ = [
    "AssetLocationHazard",
    "CoordinateSystem",
    "Hazard",
    "InternalLocation",
    "MaintenanceStreetAddress",
    "MaintenanceStreetDetail",
    "Organisation",
    "PositionPoint",
    "RequestedWorkLocation",
    "StreetAddress",
    "StreetDetail",
    "TelephoneNumber",
    "TownDetail",
    "WorkLocation",
]


class TelephoneNumber(Cim):
    """A telephone number in its parts.

    >>> TelephoneNumber(areaCode="text").areaCode
    'text'
    """

    areaCode: str | None = None
    cityCode: str | None = None
    countryCode: str | None = None
    extension: str | None = None
    localNumber: str | None = None


class StreetDetail(Cim):
    """The street part of an address.

    >>> StreetDetail(addressGeneral="text").addressGeneral
    'text'
    """

    addressGeneral: str | None = None
    buildingName: str | None = None
    code: str | None = None
    name: str | None = None
    number: str | None = None
    prefix: str | None = None
    suffix: str | None = None
    suiteNumber: str | None = None
    type: str | None = None
    withinTownLimits: bool | None = None


class TownDetail(Cim):
    """The town part of an address.

    >>> TownDetail(code="text").code
    'text'
    """

    code: str | None = None
    country: str | None = None
    name: str | None = None
    section: str | None = None
    stateOrProvince: str | None = None


class StreetAddress(Cim):
    """An address: street and town.

    >>> StreetAddress(streetDetail=StreetDetail()).streetDetail is None
    False
    """

    streetDetail: StreetDetail | None = None
    townDetail: TownDetail | None = None


class Organisation(Cim):
    """An organisation that takes part in the work.

    >>> Organisation(mRID="o-1").mRID
    'o-1'
    """

    mRID: str | None = None
    Names: list[Name] = []
    phone1: TelephoneNumber | None = None
    streetAddress: StreetAddress | None = None


class CoordinateSystem(Cim):
    """The coordinate system of the positions.

    >>> CoordinateSystem(crsUrn="text").crsUrn
    'text'
    """

    crsUrn: str | None = None


_CoordinateSystem = CoordinateSystem


class AssetLocationHazard(Cim):
    """A hazard at a place.

    >>> AssetLocationHazard(type="a").type
    'a'
    """

    type: str | None = None


class InternalLocation(Cim):
    """A place in a building.

    >>> InternalLocation(BuildingName="text").BuildingName
    'text'
    """

    BuildingName: str | None = None
    BuildingNumber: str | None = None
    Floor: str | None = None
    RoomNumber: str | None = None


_InternalLocation = InternalLocation


class MaintenanceStreetDetail(Cim):
    """The street part of an address with two more lines.

    >>> MaintenanceStreetDetail(addressGeneral="text").addressGeneral
    'text'
    """

    addressGeneral: str | None = None
    addressGeneral2: str | None = None
    addressGeneral3: str | None = None
    buildingName: str | None = None
    code: str | None = None
    name: str | None = None
    number: str | None = None
    prefix: str | None = None
    suffix: str | None = None
    suiteNumber: str | None = None
    type: str | None = None
    withinTownLimits: bool | None = None


class MaintenanceStreetAddress(Cim):
    """An address with more lines: street and town.

    >>> MaintenanceStreetAddress(streetDetail=MaintenanceStreetDetail()).streetDetail is None
    False
    """

    streetDetail: MaintenanceStreetDetail | None = None
    townDetail: TownDetail | None = None


class PositionPoint(Cim):
    """One position; a line or an area has several.

    >>> PositionPoint(sequenceNumber=1).sequenceNumber
    1
    """

    sequenceNumber: int | None = None
    xPosition: str | None = None
    yPosition: str | None = None
    zPosition: str | None = None


class WorkLocation(Cim):
    """Where work is done.

    >>> WorkLocation(mRID="w-1").mRID
    'w-1'
    """

    mRID: str | None = None
    direction: str | None = None
    CoordinateSystem: _CoordinateSystem | None = None
    Hazards: list[AssetLocationHazard] = []
    InternalLocation: _InternalLocation | None = None
    mainAddress: MaintenanceStreetAddress | None = None
    Names: list[Name] = []
    phone1: TelephoneNumber | None = None
    PositionPoints: list[PositionPoint] = []


class RequestedWorkLocation(Cim):
    """WorkLocation as WorkRequests has it.

    >>> RequestedWorkLocation(mRID="r-1").mRID
    'r-1'
    """

    mRID: str | None = None
    direction: str | None = None
    CoordinateSystem: _CoordinateSystem | None = None
    Hazards: list[AssetLocationHazard] = []
    InternalLocation: _InternalLocation | None = None
    mainAddress: MaintenanceStreetAddress | None = None
    Names: list[Name] = []
    PositionPoints: list[PositionPoint] = []


class Hazard(Cim):
    """A hazard.

    >>> Hazard(type="a").type
    'a'
    """

    type: str

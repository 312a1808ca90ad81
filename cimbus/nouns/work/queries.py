"""Queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cimbus.interface.model import Cim, noun
from cimbus.nouns.common import IdentifiedObject, Name
from cimbus.nouns.metering.queries import ServiceKind

from .assets import Priority, WorkTimeSchedule
from .kinds import CustomerKind, UsagePointConnectedKind, WorkKind, WorkStatusKind
from .maintenance import MaintenanceOrders
from .places import InternalLocation as _InternalLocation
from .places import StreetAddress
from .requests import WorkRequests
from .service import ServiceOrders

__all__ = [
    "AssetSelection",
    "CustomerSelection",
    "GetMaintenanceOrders",
    "GetServiceOrders",
    "GetWorkRequests",
    "ServiceCategorySelection",
    "UsagePointLocationSelection",
    "UsagePointSelection",
    "WorkLocationSelection",
    "WorkSelection",
]


class AssetSelection(Cim):
    """Asset as queries use it.

    >>> AssetSelection(mRID="a-1").mRID
    'a-1'
    """

    mRID: str | None = None
    critical: bool | None = None
    Names: list[Name] = []


class WorkSelection(Cim):
    """Work as queries use it.

    >>> WorkSelection(kind=WorkKind.connect).kind is None
    False
    """

    kind: WorkKind | None = None
    statusKind: WorkStatusKind | None = None
    priority: Priority | None = None


class WorkLocationSelection(Cim):
    """WorkLocation as queries use it.

    >>> WorkLocationSelection(mRID="w-1").mRID
    'w-1'
    """

    mRID: str | None = None
    InternalLocation: _InternalLocation | None = None
    mainAddress: StreetAddress | None = None
    Names: list[Name] = []


class CustomerSelection(Cim):
    """Customer as queries use it.

    >>> CustomerSelection(mRID="c-1").mRID
    'c-1'
    """

    mRID: str | None = None
    kind: CustomerKind | None = None
    Names: list[Name] = []


class ServiceCategorySelection(Cim):
    """ServiceCategory as queries use it.

    >>> ServiceCategorySelection(kind=ServiceKind.electricity).kind is None
    False
    """

    kind: ServiceKind | None = None


class UsagePointSelection(Cim):
    """UsagePoint as queries use it.

    >>> UsagePointSelection(mRID="u-1").mRID
    'u-1'
    """

    mRID: str | None = None
    connectionState: UsagePointConnectedKind | None = None
    isSdp: bool | None = None
    Names: list[Name] = []


class UsagePointLocationSelection(Cim):
    """UsagePointLocation as queries use it.

    >>> UsagePointLocationSelection(mRID="u-1").mRID
    'u-1'
    """

    mRID: str | None = None
    accessMethod: str | None = None
    InternalLocation: _InternalLocation | None = None
    mainAddress: StreetAddress | None = None
    Names: list[Name] = []


@noun(
    "http://iec.ch/TC57/2015/GetMaintenanceOrders#",
    query_of="MaintenanceOrders",
    about=("Asset", "Crew", "MaintenanceOrder", "Organization", "WorkLocation"),
    source="schema",
)
class GetMaintenanceOrders(Cim):
    """The query of MaintenanceOrders.

    >>> len(GetMaintenanceOrders(Asset=[AssetSelection()]).Asset)
    1
    """

    Asset: list[AssetSelection] = []
    Crew: list[IdentifiedObject] = []
    MaintenanceOrder: list[IdentifiedObject] = []
    OldAsset: list[AssetSelection] = []
    Organization: list[IdentifiedObject] = []
    TimeSchedule: list[WorkTimeSchedule] = []
    Work: list[WorkSelection] = []
    WorkLocation: list[WorkLocationSelection] = []

    if TYPE_CHECKING:

        def __answer__(self) -> MaintenanceOrders: ...


@noun(
    "http://iec.ch/TC57/2015/GetWorkRequests#",
    query_of="WorkRequests",
    about=("Asset", "Crew", "Organization", "WorkLocation", "WorkRequest"),
    source="schema",
)
class GetWorkRequests(Cim):
    """The query of WorkRequests.

    >>> len(GetWorkRequests(Asset=[AssetSelection()]).Asset)
    1
    """

    Asset: list[AssetSelection] = []
    Crew: list[IdentifiedObject] = []
    Organization: list[IdentifiedObject] = []
    TimeSchedule: list[WorkTimeSchedule] = []
    Work: list[WorkSelection] = []
    WorkLocation: list[WorkLocationSelection] = []
    WorkRequest: list[IdentifiedObject] = []

    if TYPE_CHECKING:

        def __answer__(self) -> WorkRequests: ...


@noun(
    "http://iec.ch/TC57/2015/GetServiceOrders#",
    query_of="ServiceOrders",
    about=("UsagePoint", "Asset", "Crew", "Customer", "ServiceOrder", "UsagePointLocation", "WorkLocation"),
    source="schema",
)
class GetServiceOrders(Cim):
    """The query of ServiceOrders.

    >>> len(GetServiceOrders(Asset=[AssetSelection()]).Asset)
    1
    """

    Asset: list[AssetSelection] = []
    Crew: list[IdentifiedObject] = []
    Customer: list[CustomerSelection] = []
    OldAsset: list[AssetSelection] = []
    ServiceCategory: list[ServiceCategorySelection] = []
    ServiceOrder: list[IdentifiedObject] = []
    TimeSchedule: list[WorkTimeSchedule] = []
    UsagePoint: list[UsagePointSelection] = []
    UsagePointLocation: list[UsagePointLocationSelection] = []
    Work: list[WorkSelection] = []
    WorkLocation: list[WorkLocationSelection] = []

    if TYPE_CHECKING:

        def __answer__(self) -> ServiceOrders: ...

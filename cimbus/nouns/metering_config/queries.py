"""Queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cimbus.interface.model import Cim, noun
from cimbus.nouns.common import IdentifiedObject, Name
from cimbus.nouns.metering.controls import EndDeviceControls
from cimbus.nouns.metering.queries import ServiceCategory as _ServiceCategory
from cimbus.nouns.metering.queries import TimeSelection
from cimbus.nouns.metering.schedules import MeterReadSchedule
from cimbus.nouns.work.queries import CustomerSelection

from .end_devices import EndDeviceConfig
from .meters import MeterConfig
from .pricing import PricingStructureConfig

__all__ = [
    "EndDeviceControlSelection",
    "EndDeviceSelection",
    "GetEndDeviceConfig",
    "GetEndDeviceControls",
    "GetMeterConfig",
    "GetMeterReadSchedule",
    "GetPricingStructureConfig",
    "MeterSelection",
    "PricingStructureSelection",
]


class MeterSelection(Cim):
    """Meter as queries use it.

    >>> MeterSelection(mRID="m-1").mRID
    'm-1'
    """

    mRID: str | None = None
    amrSystem: str | None = None
    Names: list[Name] = []


class EndDeviceSelection(Cim):
    """EndDevice as queries use it.

    >>> EndDeviceSelection(mRID="e-1").mRID
    'e-1'
    """

    mRID: str | None = None
    amrSystem: str | None = None
    isPan: bool | None = None
    type: str | None = None
    Names: list[Name] = []


class EndDeviceControlSelection(Cim):
    """EndDeviceControl as queries use it.

    >>> EndDeviceControlSelection(mRID="e-1").mRID
    'e-1'
    """

    mRID: str | None = None
    issuerID: str | None = None
    issuerTrackingID: str | None = None
    reason: str | None = None
    Names: list[Name] = []


class PricingStructureSelection(Cim):
    """PricingStructure as queries use it.

    >>> PricingStructureSelection(mRID="p-1").mRID
    'p-1'
    """

    mRID: str | None = None
    code: str | None = None
    Names: list[Name] = []


@noun(
    "http://iec.ch/TC57/2011/GetMeterConfig#",
    query_of="MeterConfig",
    about=("Meter", "UsagePoint", "Customer"),
    source="shape",
)
class GetMeterConfig(Cim):
    """The query of MeterConfig.

    >>> len(GetMeterConfig(Customer=[CustomerSelection()]).Customer)
    1
    """

    Customer: list[CustomerSelection] = []
    Meter: list[MeterSelection] = []
    UsagePoint: list[IdentifiedObject] = []

    if TYPE_CHECKING:

        def __answer__(self) -> MeterConfig: ...


@noun(
    "http://iec.ch/TC57/2011/GetEndDeviceConfig#",
    query_of="EndDeviceConfig",
    about=("Meter", "EndDevice", "UsagePoint", "Customer"),
    source="shape",
)
class GetEndDeviceConfig(Cim):
    """The query of EndDeviceConfig.

    >>> len(GetEndDeviceConfig(Customer=[CustomerSelection()]).Customer)
    1
    """

    Customer: list[CustomerSelection] = []
    EndDevice: list[EndDeviceSelection] = []
    Meter: list[MeterSelection] = []
    UsagePoint: list[IdentifiedObject] = []

    if TYPE_CHECKING:

        def __answer__(self) -> EndDeviceConfig: ...


@noun(
    "http://iec.ch/TC57/2011/GetEndDeviceControls#",
    query_of="EndDeviceControls",
    about=("Meter", "UsagePoint", "Customer", "EndDeviceControl"),
    source="shape",
)
class GetEndDeviceControls(Cim):
    """The query of EndDeviceControls.

    >>> len(GetEndDeviceControls(Customer=[CustomerSelection()]).Customer)
    1
    """

    Customer: list[CustomerSelection] = []
    EndDeviceControl: list[EndDeviceControlSelection] = []
    EndDeviceControlType: list[IdentifiedObject] = []
    Meter: list[IdentifiedObject] = []
    ServiceCategory: list[_ServiceCategory] = []
    TimeSchedule: list[TimeSelection] = []
    UsagePoint: list[IdentifiedObject] = []

    if TYPE_CHECKING:

        def __answer__(self) -> EndDeviceControls: ...


@noun(
    "http://iec.ch/TC57/2011/GetMeterReadSchedule#",
    query_of="MeterReadSchedule",
    about=("Meter", "EndDevice", "UsagePoint"),
    source="shape",
)
class GetMeterReadSchedule(Cim):
    """The query of MeterReadSchedule.

    >>> len(GetMeterReadSchedule(EndDevice=[IdentifiedObject()]).EndDevice)
    1
    """

    EndDevice: list[IdentifiedObject] = []
    Meter: list[IdentifiedObject] = []
    ReadingType: list[IdentifiedObject] = []
    TimeSchedule: list[TimeSelection] = []
    UsagePoint: list[IdentifiedObject] = []

    if TYPE_CHECKING:

        def __answer__(self) -> MeterReadSchedule: ...


@noun(
    "http://iec.ch/TC57/2011/GetPricingStructureConfig#",
    query_of="PricingStructureConfig",
    about=("PricingStructure",),
    source="shape",
)
class GetPricingStructureConfig(Cim):
    """The query of PricingStructureConfig.

    >>> len(GetPricingStructureConfig(PricingStructure=[PricingStructureSelection()]).PricingStructure)
    1
    """

    PricingStructure: list[PricingStructureSelection] = []

    if TYPE_CHECKING:

        def __answer__(self) -> PricingStructureConfig: ...

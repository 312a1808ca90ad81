"""Services, groups and payments (IEC 61968-9)."""

from __future__ import annotations

from cimbus.interface.model import Cim, Float, noun
from cimbus.nouns.common import IdentifiedObject, Name, Status
from cimbus.nouns.metering.controls import ElectronicAddress

from .cim_class import NAMESPACE, cim_class

__all__ = [
    "ComModuleConfig",
    "DerivedComModule",
    "DerivedEndDeviceGroup",
    "DerivedServiceCategory",
    "DerivedServiceSupplier",
    "DerivedUsagePointGroup",
    "EndDeviceGroups",
    "ServiceCategoryConfig",
    "ServiceSupplierConfig",
    "UsagePointGroups",
]


class DerivedComModule(Cim):
    """ComModule of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedComModule(mRID="c-1").mRID
    'c-1'
    """

    model_reference = cim_class(
        "ComModule",
        Asset=(
            "ActivityRecords Analytic AnalyticScore AssetContainer AssetDeployment AssetFunction AssetGroup "
            "AssetInfo BreakerOperation ConfigurationEvents FinancialInfo Location Medium OperationalTags "
            "OrganisationRoles Ownerships ProcedureDataSet Procedures ProductAssetModel Reconditionings "
            "ReliabilityInfos ReplacementWorkTasks ScheduledEvents WorkTasks baselineCondition baselineLossOfLife "
            "critical electronicAddress inUseState kind lifecycleState lotNumber position purchasePrice "
            "retiredReason serialNumber status type utcNumber"
        ),
        IdentifiedObject="Names description mRID",
    )

    mRID: str | None = None
    amrSystem: str | None = None
    baselineCondition: str | None = None
    baselineLossOfLife: Float | None = None
    critical: bool | None = None
    description: str | None = None
    inUseState: str | None = None
    kind: str | None = None
    lifecycleState: str | None = None
    lotNumber: str | None = None
    position: str | None = None
    purchasePrice: Float | None = None
    retiredReason: str | None = None
    serialNumber: str | None = None
    supportsAutonomousDst: bool | None = None
    timeZoneOffset: Float | None = None
    type: str | None = None
    utcNumber: str | None = None
    ActivityRecords: list[IdentifiedObject] = []
    Analytic: list[IdentifiedObject] = []
    AnalyticScore: list[IdentifiedObject] = []
    AssetContainer: IdentifiedObject | None = None
    AssetDeployment: IdentifiedObject | None = None
    AssetFunction: list[IdentifiedObject] = []
    AssetGroup: list[IdentifiedObject] = []
    AssetInfo: IdentifiedObject | None = None
    BreakerOperation: IdentifiedObject | None = None
    ComFunctions: list[IdentifiedObject] = []
    ConfigurationEvents: list[IdentifiedObject] = []
    electronicAddress: ElectronicAddress | None = None
    FinancialInfo: IdentifiedObject | None = None
    Location: IdentifiedObject | None = None
    Medium: list[IdentifiedObject] = []
    Names: list[Name] = []
    OperationalTags: list[IdentifiedObject] = []
    OrganisationRoles: list[IdentifiedObject] = []
    Ownerships: list[IdentifiedObject] = []
    ProcedureDataSet: list[IdentifiedObject] = []
    Procedures: list[IdentifiedObject] = []
    ProductAssetModel: IdentifiedObject | None = None
    Reconditionings: list[IdentifiedObject] = []
    ReliabilityInfos: list[IdentifiedObject] = []
    ReplacementWorkTasks: list[IdentifiedObject] = []
    ScheduledEvents: list[IdentifiedObject] = []
    status: Status | None = None
    WorkTasks: list[IdentifiedObject] = []


@noun(f"{NAMESPACE}ComModuleConfig#", items="ComModule", about=("",), source="derived")
class ComModuleConfig(Cim):
    """The noun ComModuleConfig, in a form of our own.

    >>> item = DerivedComModule(mRID="c-1")
    >>> ComModuleConfig(ComModule=[item]).ComModule[0].mRID
    'c-1'
    """

    ComModule: list[DerivedComModule] = []


class DerivedServiceCategory(Cim):
    """ServiceCategory of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedServiceCategory(mRID="s-1").mRID
    's-1'
    """

    model_reference = cim_class("ServiceCategory", IdentifiedObject="Names description mRID")

    mRID: str | None = None
    description: str | None = None
    kind: str | None = None
    ConfigurationEvents: list[IdentifiedObject] = []
    CustomerAgreements: list[IdentifiedObject] = []
    Names: list[Name] = []
    PricingStructures: list[IdentifiedObject] = []
    UsagePoints: list[IdentifiedObject] = []


@noun(f"{NAMESPACE}ServiceCategoryConfig#", items="ServiceCategory", about=("",), source="derived")
class ServiceCategoryConfig(Cim):
    """The noun ServiceCategoryConfig, in a form of our own.

    >>> item = DerivedServiceCategory(mRID="s-1")
    >>> ServiceCategoryConfig(ServiceCategory=[item]).ServiceCategory[0].mRID
    's-1'
    """

    ServiceCategory: list[DerivedServiceCategory] = []


class DerivedServiceSupplier(Cim):
    """ServiceSupplier of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedServiceSupplier(mRID="s-1").mRID
    's-1'
    """

    model_reference = cim_class(
        "ServiceSupplier",
        IdentifiedObject="Names description mRID",
        OrganisationRole="ConfigurationEvents Organisation",
    )

    mRID: str | None = None
    description: str | None = None
    issuerIdentificationNumber: str | None = None
    kind: str | None = None
    ConfigurationEvents: list[IdentifiedObject] = []
    CustomerAgreements: list[IdentifiedObject] = []
    Names: list[Name] = []
    Organisation: IdentifiedObject | None = None
    UsagePoints: list[IdentifiedObject] = []


@noun(f"{NAMESPACE}ServiceSupplierConfig#", items="ServiceSupplier", about=("",), source="derived")
class ServiceSupplierConfig(Cim):
    """The noun ServiceSupplierConfig, in a form of our own.

    >>> item = DerivedServiceSupplier(mRID="s-1")
    >>> ServiceSupplierConfig(ServiceSupplier=[item]).ServiceSupplier[0].mRID
    's-1'
    """

    ServiceSupplier: list[DerivedServiceSupplier] = []


class DerivedEndDeviceGroup(Cim):
    """EndDeviceGroup of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedEndDeviceGroup(mRID="e-1").mRID
    'e-1'
    """

    model_reference = cim_class("EndDeviceGroup", IdentifiedObject="Names description mRID")

    mRID: str | None = None
    description: str | None = None
    type: str | None = None
    version: str | None = None
    DemandResponsePrograms: list[IdentifiedObject] = []
    DERGroupDispatch: list[IdentifiedObject] = []
    DERGroupForecast: list[IdentifiedObject] = []
    EndDeviceControls: list[IdentifiedObject] = []
    EndDevices: list[IdentifiedObject] = []
    Names: list[Name] = []
    status: Status | None = None


@noun(f"{NAMESPACE}EndDeviceGroups#", items="EndDeviceGroup", about=("",), source="derived")
class EndDeviceGroups(Cim):
    """The noun EndDeviceGroups, in a form of our own.

    >>> item = DerivedEndDeviceGroup(mRID="e-1")
    >>> EndDeviceGroups(EndDeviceGroup=[item]).EndDeviceGroup[0].mRID
    'e-1'
    """

    EndDeviceGroup: list[DerivedEndDeviceGroup] = []


class DerivedUsagePointGroup(Cim):
    """UsagePointGroup of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedUsagePointGroup(mRID="u-1").mRID
    'u-1'
    """

    model_reference = cim_class("UsagePointGroup", IdentifiedObject="Names description mRID")

    mRID: str | None = None
    description: str | None = None
    type: str | None = None
    DemandResponsePrograms: list[IdentifiedObject] = []
    EndDeviceControls: list[IdentifiedObject] = []
    Names: list[Name] = []
    UsagePoints: list[IdentifiedObject] = []


@noun(f"{NAMESPACE}UsagePointGroups#", items="UsagePointGroup", about=("",), source="derived")
class UsagePointGroups(Cim):
    """The noun UsagePointGroups, in a form of our own.

    >>> item = DerivedUsagePointGroup(mRID="u-1")
    >>> UsagePointGroups(UsagePointGroup=[item]).UsagePointGroup[0].mRID
    'u-1'
    """

    UsagePointGroup: list[DerivedUsagePointGroup] = []

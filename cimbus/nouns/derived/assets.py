"""Assets and their catalogues (IEC 61968-4)."""

from __future__ import annotations

from cimbus.interface.model import Cim, Float, noun
from cimbus.nouns.common import IdentifiedObject, Name, Status
from cimbus.nouns.metering.controls import ElectronicAddress

from .cim_class import NAMESPACE, cim_class

__all__ = [
    "AssetCatalogue",
    "AssetList",
    "DerivedAsset",
    "DerivedCatalogAssetType",
    "DerivedProductAssetModel",
    "TypeAssetCatalogue",
]


class DerivedAsset(Cim):
    """Asset of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedAsset(mRID="a-1").mRID
    'a-1'
    """

    model_reference = cim_class("Asset", IdentifiedObject="Names description mRID")

    mRID: str | None = None
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


@noun(f"{NAMESPACE}AssetList#", items="Asset", about=("",), source="derived")
class AssetList(Cim):
    """The noun AssetList, in a form of our own.

    >>> item = DerivedAsset(mRID="a-1")
    >>> AssetList(Asset=[item]).Asset[0].mRID
    'a-1'
    """

    Asset: list[DerivedAsset] = []


class DerivedProductAssetModel(Cim):
    """ProductAssetModel of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedProductAssetModel(mRID="p-1").mRID
    'p-1'
    """

    model_reference = cim_class("ProductAssetModel", IdentifiedObject="Names description mRID")

    mRID: str | None = None
    catalogueNumber: str | None = None
    corporateStandardKind: str | None = None
    description: str | None = None
    drawingNumber: str | None = None
    instructionManual: str | None = None
    modelNumber: str | None = None
    modelVersion: str | None = None
    overallLength: Float | None = None
    styleNumber: str | None = None
    usageKind: str | None = None
    weightTotal: Float | None = None
    Asset: list[IdentifiedObject] = []
    AssetInfo: IdentifiedObject | None = None
    CatalogAssetType: IdentifiedObject | None = None
    Manufacturer: IdentifiedObject | None = None
    Names: list[Name] = []
    OperationalRestrictions: list[IdentifiedObject] = []


@noun(f"{NAMESPACE}AssetCatalogue#", items="ProductAssetModel", about=("",), source="derived")
class AssetCatalogue(Cim):
    """The noun AssetCatalogue, in a form of our own.

    >>> item = DerivedProductAssetModel(mRID="p-1")
    >>> AssetCatalogue(ProductAssetModel=[item]).ProductAssetModel[0].mRID
    'p-1'
    """

    ProductAssetModel: list[DerivedProductAssetModel] = []


class DerivedCatalogAssetType(Cim):
    """CatalogAssetType of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedCatalogAssetType(mRID="c-1").mRID
    'c-1'
    """

    model_reference = cim_class("CatalogAssetType", IdentifiedObject="Names description mRID")

    mRID: str | None = None
    description: str | None = None
    estimatedUnitCost: Float | None = None
    kind: str | None = None
    quantity: str | None = None
    stockItem: bool | None = None
    type: str | None = None
    AssetInfo: IdentifiedObject | None = None
    CompatibleUnits: list[IdentifiedObject] = []
    Names: list[Name] = []
    ProductAssetModel: list[IdentifiedObject] = []


@noun(f"{NAMESPACE}TypeAssetCatalogue#", items="CatalogAssetType", about=("",), source="derived")
class TypeAssetCatalogue(Cim):
    """The noun TypeAssetCatalogue, in a form of our own.

    >>> item = DerivedCatalogAssetType(mRID="c-1")
    >>> TypeAssetCatalogue(CatalogAssetType=[item]).CatalogAssetType[0].mRID
    'c-1'
    """

    CatalogAssetType: list[DerivedCatalogAssetType] = []

"""EndDeviceConfig: end devices, and what they can do."""

from __future__ import annotations

from decimal import Decimal

from cimbus.interface.model import Cim, Date, DateTime, Float, choice, noun
from cimbus.nouns.common import Name, Reference, Status
from cimbus.nouns.metering.controls import ElectronicAddress

from .kinds import AssetModelUsageKind
from .meters import (
    ConfigurationEvent,
    ConfiguredActivityRecord,
    ConfiguredReadingType,
    EndDeviceCapability,
)
from .meters import SimpleEndDeviceFunction as _SimpleEndDeviceFunction

__all__ = [
    "ConfiguredConnectDisconnectFunction",
    "ConfiguredEndDevice",
    "ConfiguredEndDeviceInfo",
    "ConfiguredRemoteConnectDisconnectInfo",
    "EndDeviceConfig",
    "LifecycleDate",
    "ProductAssetModel",
]


class ConfiguredRemoteConnectDisconnectInfo(Cim):
    """RemoteConnectDisconnectInfo as EndDeviceConfig has it.

    >>> ConfiguredRemoteConnectDisconnectInfo(isArmConnect=True).isArmConnect
    True
    """

    armedTimeout: Float | None = None
    energyUsageStartDateTime: DateTime | None = None
    energyUsageWarning: Float | None = None
    isArmConnect: bool | None = None
    isArmDisconnect: bool | None = None
    isEnergyLimiting: bool | None = None
    needsPowerLimitCheck: bool | None = None
    needsVoltageLimitCheck: bool | None = None
    usePushbutton: bool | None = None


class ConfiguredConnectDisconnectFunction(Cim):
    """ConnectDisconnectFunction as EndDeviceConfig has it.

    >>> ConfiguredConnectDisconnectFunction(mRID="c-1").mRID
    'c-1'
    """

    mRID: str | None = None
    enabled: bool | None = None
    eventCount: int | None = None
    isConnected: bool | None = None
    isDelayedDiscon: bool | None = None
    isLocalAutoDisconOp: bool | None = None
    isLocalAutoReconOp: bool | None = None
    isRemoteAutoDisconOp: bool | None = None
    isRemoteAutoReconOp: bool | None = None
    password: str | None = None
    Names: list[Name] = []
    rcdInfo: ConfiguredRemoteConnectDisconnectInfo | None = None


class ProductAssetModel(Cim):
    """A product asset model.

    >>> ProductAssetModel(modelNumber="text").modelNumber
    'text'
    """

    modelNumber: str | None = None
    modelVersion: str | None = None
    usageKind: AssetModelUsageKind | None = None


class ConfiguredEndDeviceInfo(Cim):
    """EndDeviceInfo as EndDeviceConfig has it.

    >>> ConfiguredEndDeviceInfo(isSolidState=True).isSolidState
    True
    """

    isSolidState: bool | None = None
    phaseCount: int | None = None
    AssetModel: ProductAssetModel | None = None
    capability: EndDeviceCapability | None = None


class LifecycleDate(Cim):
    """A lifecycle date.

    >>> from datetime import date
    >>> LifecycleDate(installationDate=date(2026, 3, 1)).installationDate is None
    False
    """

    installationDate: Date | None = None
    manufacturedDate: Date | None = None
    purchaseDate: Date | None = None
    receivedDate: Date | None = None
    removalDate: Date | None = None
    retiredDate: Date | None = None


class ConfiguredEndDevice(Cim):
    """EndDevice as EndDeviceConfig has it.

    >>> ConfiguredEndDevice(mRID="c-1").mRID
    'c-1'
    """

    choices = (choice("ConnectDisconnectFunction", "SimpleEndDeviceFunction", repeated=True),)

    mRID: str | None = None
    amrSystem: str | None = None
    formNumber: str | None = None
    initialCondition: str | None = None
    initialLossOfLife: Float | None = None
    installCode: str | None = None
    isPan: bool | None = None
    isVirtual: bool | None = None
    lotNumber: str | None = None
    purchasePrice: Decimal | None = None
    serialNumber: str | None = None
    timeZoneOffset: Float | None = None
    type: str | None = None
    utcNumber: str | None = None
    ActivityRecords: list[ConfiguredActivityRecord] = []
    ConfigurationEvents: ConfigurationEvent | None = None
    electronicAddress: ElectronicAddress | None = None
    ConnectDisconnectFunction: list[Reference] = []
    SimpleEndDeviceFunction: list[Reference] = []
    EndDeviceInfo: ConfiguredEndDeviceInfo | None = None
    lifecycle: LifecycleDate | None = None
    Names: list[Name] = []
    status: Status | None = None


@noun(
    "http://iec.ch/TC57/2011/EndDeviceConfig#",
    about=("EndDevice", "ConnectDisconnectFunction", "SimpleEndDeviceFunction"),
    source="shape",
)
class EndDeviceConfig(Cim):
    """The noun EndDeviceConfig.

    >>> made = EndDeviceConfig(
    ...     ConnectDisconnectFunction=[ConfiguredConnectDisconnectFunction()],
    ... )
    >>> len(made.ConnectDisconnectFunction)
    1
    """

    ConnectDisconnectFunction: list[ConfiguredConnectDisconnectFunction] = []
    EndDevice: list[ConfiguredEndDevice] = []
    ReadingType: list[ConfiguredReadingType] = []
    SimpleEndDeviceFunction: list[_SimpleEndDeviceFunction] = []

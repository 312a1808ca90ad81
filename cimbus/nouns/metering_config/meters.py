"""MeterConfig: meters, and what they can do."""

from __future__ import annotations

from decimal import Decimal

from cimbus.interface.model import AtLeastOne, Cim, DateTime, Float, Time, choice, noun
from cimbus.nouns.common import Name, Reference, Status
from cimbus.nouns.metering.readings import RationalNumber
from cimbus.nouns.work.service_points import MeterMultiplier

from .kinds import EndDeviceFunctionKind

__all__ = [
    "ConfigurationEvent",
    "ConfiguredActivityRecord",
    "ConfiguredMeter",
    "ConfiguredReadingType",
    "ConnectDisconnectFunction",
    "EndDeviceCapability",
    "EndDeviceInfo",
    "MeterConfig",
    "Register",
    "RemoteConnectDisconnectInfo",
    "SimpleEndDeviceFunction",
    "TimeInterval",
]


class RemoteConnectDisconnectInfo(Cim):
    """A remote connect disconnect info.

    >>> RemoteConnectDisconnectInfo(isArmConnect=True).isArmConnect
    True
    """

    armedTimeout: Float | None = None
    energyLimit: Float | None = None
    energyUsageStartDateTime: DateTime | None = None
    energyUsageWarning: Float | None = None
    isArmConnect: bool | None = None
    isArmDisconnect: bool | None = None
    isEnergyLimiting: bool | None = None
    needsPowerLimitCheck: bool | None = None
    usePushbutton: bool | None = None


class ConnectDisconnectFunction(Cim):
    """A connect disconnect function.

    >>> ConnectDisconnectFunction(mRID="c-1").mRID
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
    rcdInfo: RemoteConnectDisconnectInfo | None = None


_ConnectDisconnectFunction = ConnectDisconnectFunction


class ConfiguredActivityRecord(Cim):
    """ActivityRecord as MeterConfig has it.

    >>> ConfiguredActivityRecord(reason="text").reason
    'text'
    """

    createdDateTime: DateTime | None = None
    reason: str | None = None
    severity: str | None = None
    type: str | None = None
    status: Status | None = None


class ConfigurationEvent(Cim):
    """A configuration event.

    >>> ConfigurationEvent(mRID="c-1").mRID
    'c-1'
    """

    mRID: str | None = None
    createdDateTime: DateTime | None = None
    effectiveDateTime: DateTime | None = None
    modifiedBy: str | None = None
    reason: str | None = None
    remark: str | None = None
    severity: str | None = None
    type: str | None = None
    Names: list[Name] = []
    status: Status | None = None


class EndDeviceCapability(Cim):
    """An end device capability.

    >>> EndDeviceCapability(autonomousDst=True).autonomousDst
    True
    """

    autonomousDst: bool | None = None
    communication: bool | None = None
    connectDisconnect: bool | None = None
    demandResponse: bool | None = None
    electricMetering: bool | None = None
    gasMetering: bool | None = None
    metrology: bool | None = None
    onRequestRead: bool | None = None
    outageHistory: bool | None = None
    pressureCompensation: bool | None = None
    pricingInfo: bool | None = None
    pulseOutput: bool | None = None
    relaysProgramming: bool | None = None
    reverseFlow: bool | None = None
    superCompressibilityCompensation: bool | None = None
    temperatureCompensation: bool | None = None
    textMessage: bool | None = None
    waterMetering: bool | None = None


class EndDeviceInfo(Cim):
    """An end device info.

    >>> EndDeviceInfo(capability=EndDeviceCapability()).capability is None
    False
    """

    capability: EndDeviceCapability | None = None


_EndDeviceInfo = EndDeviceInfo


class ConfiguredMeter(Cim):
    """Meter as MeterConfig has it.

    >>> ConfiguredMeter(mRID="c-1").mRID
    'c-1'
    """

    choices = (choice("ComFunction", "ConnectDisconnectFunction", "SimpleEndDeviceFunction", repeated=True),)

    mRID: str | None = None
    amrSystem: str | None = None
    formNumber: str | None = None
    initialCondition: str | None = None
    initialLossOfLife: Float | None = None
    isVirtual: bool | None = None
    lotNumber: str | None = None
    purchasePrice: Decimal | None = None
    serialNumber: str | None = None
    timeZoneOffset: Float | None = None
    type: str | None = None
    utcNumber: str | None = None
    ActivityRecords: list[ConfiguredActivityRecord] = []
    ConfigurationEvents: ConfigurationEvent | None = None
    ComFunction: list[Reference] = []
    ConnectDisconnectFunction: list[Reference] = []
    SimpleEndDeviceFunction: list[Reference] = []
    EndDeviceInfo: _EndDeviceInfo | None = None
    MeterMultipliers: list[MeterMultiplier] = []
    Names: list[Name] = []
    status: Status | None = None


class ConfiguredReadingType(Cim):
    """ReadingType as MeterConfig has it.

    >>> ConfiguredReadingType(mRID="c-1", Names=[Name(name="n-1")]).mRID
    'c-1'
    """

    mRID: str | None = None
    accumulation: str | None = None
    aggregate: str | None = None
    commodity: str | None = None
    consumptionTier: int | None = None
    cpp: int | None = None
    currency: str | None = None
    flowDirection: str | None = None
    macroPeriod: str | None = None
    measurementKind: str | None = None
    measuringPeriod: str | None = None
    multiplier: str | None = None
    phases: str | None = None
    tou: int | None = None
    unit: str | None = None
    argument: RationalNumber | None = None
    Names: AtLeastOne[Name]


class TimeInterval(Cim):
    """A time interval.

    >>> from datetime import time
    >>> TimeInterval(end=time(6, 30)).end is None
    False
    """

    end: Time | None = None
    start: Time | None = None


class Register(Cim):
    """A register.

    >>> Register(mRID="r-1").mRID
    'r-1'
    """

    mRID: str | None = None
    isVirtual: bool | None = None
    leftDigitCount: int | None = None
    rightDigitCount: int | None = None
    touTierName: str | None = None
    Names: list[Name] = []
    touTier: TimeInterval | None = None


class SimpleEndDeviceFunction(Cim):
    """A simple end device function.

    >>> SimpleEndDeviceFunction(mRID="s-1").mRID
    's-1'
    """

    mRID: str | None = None
    configID: str | None = None
    enabled: bool | None = None
    firmwareID: str | None = None
    hardwareID: str | None = None
    kind: EndDeviceFunctionKind | None = None
    password: str | None = None
    programID: str | None = None
    Names: list[Name] = []
    Registers: list[Register] = []


_SimpleEndDeviceFunction = SimpleEndDeviceFunction


@noun(
    "http://iec.ch/TC57/2011/MeterConfig#",
    about=("Meter", "ConnectDisconnectFunction", "SimpleEndDeviceFunction"),
    source="shape",
)
class MeterConfig(Cim):
    """The noun MeterConfig.

    >>> len(MeterConfig(ConnectDisconnectFunction=[ConnectDisconnectFunction()]).ConnectDisconnectFunction)
    1
    """

    ConnectDisconnectFunction: list[_ConnectDisconnectFunction] = []
    Meter: list[ConfiguredMeter] = []
    ReadingType: list[ConfiguredReadingType] = []
    SimpleEndDeviceFunction: list[_SimpleEndDeviceFunction] = []

"""Devices (IEC 61968-9)."""

from __future__ import annotations

from cimbus.interface.model import Cim, Float, noun
from cimbus.nouns.common import IdentifiedObject, Name, Status
from cimbus.nouns.metering.controls import ElectronicAddress
from cimbus.nouns.metering_config.service_requests import MeterServiceRequests

from .cim_class import NAMESPACE, cim_class
from .customers import DerivedCustomer

__all__ = [
    "CustomerMeterDataSet",
    "DerivedEndDevice",
    "DerivedMeter",
    "EndDeviceFirmware",
    "MeterServiceRequest",
]


class DerivedEndDevice(Cim):
    """EndDevice of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedEndDevice(mRID="e-1").mRID
    'e-1'
    """

    model_reference = cim_class(
        "EndDevice",
        Asset=(
            "baselineCondition baselineLossOfLife critical electronicAddress inUseState kind lifecycleState "
            "lotNumber position purchasePrice retiredReason serialNumber status type utcNumber"
        ),
        AssetContainer="Assets Seals",
        IdentifiedObject="Names description mRID",
    )

    mRID: str | None = None
    amrSystem: str | None = None
    baselineCondition: str | None = None
    baselineLossOfLife: Float | None = None
    critical: bool | None = None
    description: str | None = None
    installCode: str | None = None
    inUseState: str | None = None
    isPan: bool | None = None
    isSmartInverter: bool | None = None
    isVirtual: bool | None = None
    kind: str | None = None
    lifecycleState: str | None = None
    lotNumber: str | None = None
    position: str | None = None
    purchasePrice: Float | None = None
    retiredReason: str | None = None
    serialNumber: str | None = None
    timeZoneOffset: Float | None = None
    type: str | None = None
    utcNumber: str | None = None
    Assets: list[IdentifiedObject] = []
    Customer: IdentifiedObject | None = None
    electronicAddress: ElectronicAddress | None = None
    EndDeviceControls: list[IdentifiedObject] = []
    EndDeviceEvents: list[IdentifiedObject] = []
    EndDeviceFunctions: list[IdentifiedObject] = []
    EndDeviceGroups: list[IdentifiedObject] = []
    EndDeviceInfo: IdentifiedObject | None = None
    Names: list[Name] = []
    Seals: list[IdentifiedObject] = []
    ServiceLocation: IdentifiedObject | None = None
    status: Status | None = None
    UsagePoint: IdentifiedObject | None = None


@noun(f"{NAMESPACE}EndDeviceFirmware#", items="EndDevice", about=("",), source="derived")
class EndDeviceFirmware(Cim):
    """The noun EndDeviceFirmware, in a form of our own.

    No class of the public CIM is about firmware: what a message says of it is in the extensions of the device.

    >>> item = DerivedEndDevice(mRID="e-1")
    >>> EndDeviceFirmware(EndDevice=[item]).EndDevice[0].mRID
    'e-1'
    """

    EndDevice: list[DerivedEndDevice] = []


class DerivedMeter(Cim):
    """Meter of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedMeter(mRID="m-1").mRID
    'm-1'
    """

    model_reference = cim_class(
        "Meter",
        Asset=(
            "baselineCondition baselineLossOfLife critical electronicAddress inUseState kind lifecycleState "
            "lotNumber position purchasePrice retiredReason serialNumber status type utcNumber"
        ),
        EndDevice=(
            "Customer EndDeviceControls EndDeviceEvents EndDeviceFunctions EndDeviceGroups EndDeviceInfo "
            "ServiceLocation UsagePoint amrSystem installCode isPan isSmartInverter isVirtual timeZoneOffset"
        ),
        IdentifiedObject="Names description mRID",
    )

    mRID: str | None = None
    amrSystem: str | None = None
    baselineCondition: str | None = None
    baselineLossOfLife: Float | None = None
    connectionCategory: str | None = None
    critical: bool | None = None
    description: str | None = None
    formNumber: str | None = None
    installCode: str | None = None
    inUseState: str | None = None
    isPan: bool | None = None
    isSmartInverter: bool | None = None
    isVirtual: bool | None = None
    kind: str | None = None
    lifecycleState: str | None = None
    lotNumber: str | None = None
    position: str | None = None
    purchasePrice: Float | None = None
    retiredReason: str | None = None
    serialNumber: str | None = None
    timeZoneOffset: Float | None = None
    type: str | None = None
    utcNumber: str | None = None
    Customer: IdentifiedObject | None = None
    electronicAddress: ElectronicAddress | None = None
    EndDeviceControls: list[IdentifiedObject] = []
    EndDeviceEvents: list[IdentifiedObject] = []
    EndDeviceFunctions: list[IdentifiedObject] = []
    EndDeviceGroups: list[IdentifiedObject] = []
    EndDeviceInfo: IdentifiedObject | None = None
    MeterMultipliers: list[IdentifiedObject] = []
    MeterReadings: list[IdentifiedObject] = []
    MeterReplacementWorkTasks: list[IdentifiedObject] = []
    MeterServiceWorkTask: list[IdentifiedObject] = []
    Names: list[Name] = []
    ServiceLocation: IdentifiedObject | None = None
    status: Status | None = None
    UsagePoint: IdentifiedObject | None = None
    VendingTransactions: list[IdentifiedObject] = []


@noun(f"{NAMESPACE}CustomerMeterDataSet#", about=("Meter", "Customer"), source="derived")
class CustomerMeterDataSet(Cim):
    """The noun CustomerMeterDataSet, in a form of our own: customers, and the meters that are theirs.

    >>> made = CustomerMeterDataSet(Meter=[DerivedMeter(mRID="m-1")])
    >>> made.Meter[0].mRID
    'm-1'
    """

    Customer: list[DerivedCustomer] = []
    Meter: list[DerivedMeter] = []


@noun(f"{NAMESPACE}MeterServiceRequest#", items="MeterServiceWork", about=("Meter",), source="derived")
class MeterServiceRequest(MeterServiceRequests):
    """The noun MeterServiceRequest, in a form of our own: what the public draft of MeterServiceRequests has.

    >>> MeterServiceRequest().MeterServiceWork
    []
    """

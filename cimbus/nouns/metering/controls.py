"""EndDeviceControls: what end devices are told to do (disconnect, shed load, show a text, ...).

Units where the profile has them: durations in minutes, temperatures in degrees (which, the parties agree), percentages
from 0 to 100. Read in three public copies. The strictest, of a simulator, makes parts of the Pan classes, of timings
and of types mandatory that are optional here, and wants UUIDs for mRIDs.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from cimbus.model import Cim, CimEnum, DateTime, Float, Some, noun
from cimbus.nouns.common import DateTimeInterval, IdentifiedObject, Name, Reference

NAMESPACE: Final = "http://iec.ch/TC57/2011/EndDeviceControls#"


class RandomisationKind(CimEnum):
    """Which end of a timing is randomised, so that not all devices act at once."""

    default = "default"
    end = "end"
    none = "none"
    start = "start"
    startAndEnd = "startAndEnd"


class TransmissionModeKind(CimEnum):
    """How a text is sent to displays."""

    anonymous = "anonymous"
    both = "both"
    normal = "normal"


class ControlledAppliance(Cim):
    """Which kinds of appliance a demand response is for."""

    isElectricVehicle: bool | None = None
    isExteriorLighting: bool | None = None
    isGenerationSystem: bool | None = None
    isHvacCompressorOrFurnace: bool | None = None
    isInteriorLighting: bool | None = None
    isIrrigationPump: bool | None = None
    isManagedCommercialIndustrialLoad: bool | None = None
    isPoolPumpSpaJacuzzi: bool | None = None
    isSimpleMiscLoad: bool | None = None
    isSmartAppliance: bool | None = None
    isStripAndBaseboardHeater: bool | None = None
    isWaterHeater: bool | None = None


class ElectronicAddress(Cim):
    """How an end device is reached."""

    email1: str | None = None
    email2: str | None = None
    lan: str | None = None
    mac: str | None = None
    password: str | None = None
    radio: str | None = None
    userID: str | None = None
    web: str | None = None


class EndDevice(Cim):
    """An end device that is to be controlled."""

    mRID: str | None = None
    installCode: str | None = None
    isPan: bool | None = None
    electronicAddress: ElectronicAddress | None = None
    Names: list[Name] = []


class EndDeviceAction(Cim):
    """A plain command (declared by the public copies, and used by early drafts in place of the Pan classes)."""

    command: str | None = None
    duration: Float | None = None
    durationIndefinite: bool | None = None
    startDateTime: DateTime | None = None


class EndDeviceTiming(Cim):
    """When a control is in force."""

    duration: Float | None = None
    durationIndefinite: bool | None = None
    randomisation: RandomisationKind | None = None
    interval: DateTimeInterval | None = None


class PanDemandResponse(Cim):
    """A demand response for devices of a premises area network."""

    avgLoadAdjustment: Float | None = None
    cancelControlMode: str | None = None
    cancelDateTime: DateTime | None = None
    cancelNow: bool | None = None
    command: str | None = None
    coolingOffset: Float | None = None
    coolingSetpoint: Float | None = None
    criticalityLevel: str | None = None
    duration: Float | None = None
    durationIndefinite: bool | None = None
    dutyCycle: Float | None = None
    enrollmentGroup: str | None = None
    heatingOffset: Float | None = None
    heatingSetpoint: Float | None = None
    startDateTime: DateTime | None = None
    appliance: ControlledAppliance | None = None


class PanDisplay(Cim):
    """A text for displays of a premises area network."""

    command: str | None = None
    confirmationRequired: bool | None = None
    duration: Float | None = None
    durationIndefinite: bool | None = None
    priority: str | None = None
    startDateTime: DateTime | None = None
    textMessage: str | None = None
    transmissionMode: TransmissionModeKind | None = None


class PanPricingDetail(Cim):
    """One price of a price signal."""

    alternateCostDelivered: Float | None = None
    alternateCostUnit: str | None = None
    currentTimeDate: DateTime | None = None
    generationPrice: Decimal | None = None
    generationPriceRatio: Float | None = None
    price: Decimal | None = None
    priceRatio: Float | None = None
    priceTier: int | None = None
    priceTierCount: int | None = None
    priceTierLabel: str | None = None
    rateLabel: str | None = None
    registerTier: str | None = None
    unitOfMeasure: str | None = None


class PanPricing(Cim):
    """Prices for devices of a premises area network."""

    command: str | None = None
    duration: Float | None = None
    durationIndefinite: bool | None = None
    providerID: int | None = None
    startDateTime: DateTime | None = None
    PanPricingDetails: list[PanPricingDetail] = []


class EndDeviceControlType(Cim):
    """A type of control in full, where a message defines one for its controls to refer to."""

    mRID: str | None = None
    domain: str | None = None
    eventOrAction: str | None = None
    subDomain: str | None = None
    type: str | None = None
    Names: Some[Name]


_EndDeviceControlType = EndDeviceControlType
_EndDeviceAction = EndDeviceAction
_PanDemandResponse = PanDemandResponse
_PanDisplay = PanDisplay
_PanPricing = PanPricing


class EndDeviceControl(Cim):
    """One control of some end devices; what to do is in at most one of the action children.

    ``EndDeviceControlType.ref`` is its code (``cimbus.codes.EndDeviceEventCode``: both lists have one form).
    """

    choice = ("PanDemandResponse", "PanDisplay", "PanPricing", "EndDeviceAction")

    mRID: str | None = None
    drProgramLevel: int | None = None
    drProgramMandatory: bool | None = None
    issuerID: str | None = None
    issuerTrackingID: str | None = None
    priceSignal: Float | None = None
    reason: str | None = None
    PanDemandResponse: _PanDemandResponse | None = None
    PanDisplay: _PanDisplay | None = None
    PanPricing: _PanPricing | None = None
    EndDeviceAction: _EndDeviceAction | None = None
    EndDeviceControlType: Reference
    EndDeviceGroups: list[IdentifiedObject] = []
    EndDevices: list[EndDevice] = []
    primaryDeviceTiming: EndDeviceTiming | None = None
    secondaryDeviceTiming: EndDeviceTiming | None = None
    UsagePointGroups: list[IdentifiedObject] = []
    UsagePoints: list[IdentifiedObject] = []


_EndDeviceControl = EndDeviceControl


@noun(NAMESPACE)
class EndDeviceControls(Cim):
    """The noun: controls, and the types they refer to where those are not the standard's."""

    EndDeviceControl: list[_EndDeviceControl] = []
    EndDeviceControlType: list[_EndDeviceControlType] = []

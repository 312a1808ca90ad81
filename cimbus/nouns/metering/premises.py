"""The actions of EndDeviceControls for a premises area network (PAN): demand response, texts and prices in a building.

Units where the profile has them: durations in minutes, temperatures in degrees (the parties agree which), percentages
from 0 to 100. The strictest of three public copies makes parts of these classes mandatory that are optional here.
"""

from __future__ import annotations

from decimal import Decimal

from cimbus.interface.model import Cim, CimEnum, DateTime, Float

__all__ = [
    "ControlledAppliance",
    "PanDemandResponse",
    "PanDisplay",
    "PanPricing",
    "PanPricingDetail",
    "TransmissionModeKind",
]


class TransmissionModeKind(CimEnum):
    """How a text is sent to displays.

    >>> TransmissionModeKind("both").value
    'both'
    """

    anonymous = "anonymous"
    both = "both"
    normal = "normal"


class ControlledAppliance(Cim):
    """Which kinds of appliance a demand response is for.

    >>> ControlledAppliance(isWaterHeater=True, isPoolPumpSpaJacuzzi=True).isWaterHeater
    True
    """

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


class PanDemandResponse(Cim):
    """A demand response for devices of a premises area network.

    >>> shed = PanDemandResponse(dutyCycle=Decimal(50), duration=Decimal(120))
    >>> shed.dutyCycle, shed.coolingSetpoint
    (Decimal('50'), None)
    """

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
    """A text for displays of a premises area network.

    >>> PanDisplay(textMessage="Power returns at 14:00.", confirmationRequired=True).textMessage
    'Power returns at 14:00.'
    """

    command: str | None = None
    confirmationRequired: bool | None = None
    duration: Float | None = None
    durationIndefinite: bool | None = None
    priority: str | None = None
    startDateTime: DateTime | None = None
    textMessage: str | None = None
    transmissionMode: TransmissionModeKind | None = None


class PanPricingDetail(Cim):
    """One price of a price signal.

    >>> PanPricingDetail(price=Decimal("0.31"), unitOfMeasure="kWh", priceTierLabel="peak").price
    Decimal('0.31')
    """

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
    """Prices for devices of a premises area network.

    >>> peak = PanPricingDetail(price=Decimal("0.31"), priceTier=2)
    >>> PanPricing(providerID=7, PanPricingDetails=[peak]).PanPricingDetails[0].priceTier
    2
    """

    command: str | None = None
    duration: Float | None = None
    durationIndefinite: bool | None = None
    providerID: int | None = None
    startDateTime: DateTime | None = None
    PanPricingDetails: list[PanPricingDetail] = []

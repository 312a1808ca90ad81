"""The noun classes are what the public copies of the IEC 61968-9 profiles declare, child by child and in their order.

The literals are read from those copies, the laxest where they disagree: ``?`` 0..1, ``*`` 0..n, ``+`` 1..n, nothing
1..1, ``@`` an attribute; after the colon the type, xs:string where there is none.
"""

from __future__ import annotations

import pytest

from cimbus import nouns
from cimbus.interface.model import Cim, CimEnum, all_nouns, noun_of, spec_of

# fmt: off
SHAPES = {
    "EndDeviceEvents": "EndDeviceEvent*:EndDeviceEvent EndDeviceEventType*:EndDeviceEventType",
    "EndDeviceEvent": (
        "mRID? createdDateTime:dateTime issuerID? issuerTrackingID? reason? severity? userID? "
        "Assets?:IdentifiedObject EndDeviceEventDetails*:EndDeviceEventDetail EndDeviceEventType:Reference "
        "Names*:Name status?:Status UsagePoint?:IdentifiedObject"
    ),
    "IdentifiedObject": "mRID? Names*:Name",
    "Name": "name NameType?:NameType",
    "NameType": "description? name? NameTypeAuthority?:NameTypeAuthority",
    "NameTypeAuthority": "description? name",
    "EndDeviceEventDetail": "name value?",
    "Reference": "@ref?",
    "Status": "dateTime?:dateTime reason? remark? value?",
    "EndDeviceEventType": "mRID? domain? eventOrAction? subDomain? type? Names+:Name",
    "EndDeviceControls": "EndDeviceControl*:EndDeviceControl EndDeviceControlType*:EndDeviceControlType",
    "EndDeviceControl": (
        "mRID? drProgramLevel?:integer drProgramMandatory?:boolean issuerID? issuerTrackingID? "
        "priceSignal?:float reason? PanDemandResponse?:PanDemandResponse PanDisplay?:PanDisplay "
        "PanPricing?:PanPricing EndDeviceAction?:EndDeviceAction EndDeviceControlType:Reference "
        "EndDeviceGroups*:IdentifiedObject EndDevices*:EndDevice primaryDeviceTiming?:EndDeviceTiming "
        "secondaryDeviceTiming?:EndDeviceTiming UsagePointGroups*:IdentifiedObject "
        "UsagePoints*:IdentifiedObject"
    ),
    "PanDemandResponse": (
        "avgLoadAdjustment?:float cancelControlMode? cancelDateTime?:dateTime cancelNow?:boolean command? "
        "coolingOffset?:float coolingSetpoint?:float criticalityLevel? duration?:float "
        "durationIndefinite?:boolean dutyCycle?:float enrollmentGroup? heatingOffset?:float "
        "heatingSetpoint?:float startDateTime?:dateTime appliance?:ControlledAppliance"
    ),
    "ControlledAppliance": (
        "isElectricVehicle?:boolean isExteriorLighting?:boolean isGenerationSystem?:boolean "
        "isHvacCompressorOrFurnace?:boolean isInteriorLighting?:boolean isIrrigationPump?:boolean "
        "isManagedCommercialIndustrialLoad?:boolean isPoolPumpSpaJacuzzi?:boolean isSimpleMiscLoad?:boolean "
        "isSmartAppliance?:boolean isStripAndBaseboardHeater?:boolean isWaterHeater?:boolean"
    ),
    "PanDisplay": (
        "command? confirmationRequired?:boolean duration?:float durationIndefinite?:boolean priority? "
        "startDateTime?:dateTime textMessage? transmissionMode?:TransmissionModeKind"
    ),
    "PanPricing": (
        "command? duration?:float durationIndefinite?:boolean providerID?:integer startDateTime?:dateTime "
        "PanPricingDetails*:PanPricingDetail"
    ),
    "PanPricingDetail": (
        "alternateCostDelivered?:float alternateCostUnit? currentTimeDate?:dateTime generationPrice?:decimal "
        "generationPriceRatio?:float price?:decimal priceRatio?:float priceTier?:integer "
        "priceTierCount?:integer priceTierLabel? rateLabel? registerTier? unitOfMeasure?"
    ),
    "EndDeviceAction": "command? duration?:float durationIndefinite?:boolean startDateTime?:dateTime",
    "EndDevice": "mRID? installCode? isPan?:boolean electronicAddress?:ElectronicAddress Names*:Name",
    "ElectronicAddress": "email1? email2? lan? mac? password? radio? userID? web?",
    "EndDeviceTiming": (
        "duration?:float durationIndefinite?:boolean randomisation?:RandomisationKind "
        "interval?:DateTimeInterval"
    ),
    "DateTimeInterval": "end?:dateTime start?:dateTime",
    "EndDeviceControlType": "mRID? domain? eventOrAction? subDomain? type? Names+:Name",
    "MeterReadings": (
        "EndDeviceEventType*:EndDeviceEventType MeterReading*:MeterReading "
        "ReadingQualityType*:ReadingQualityType ReadingType*:ReadingType"
    ),
    "MeterReading": (
        "isCoincidentTrigger?:boolean EndDeviceEvents*:EndDeviceEvent IntervalBlocks*:IntervalBlock "
        "Meter?:Meter Readings*:Reading UsagePoint?:IdentifiedObject valuesInterval?:DateTimeInterval"
    ),
    "IntervalBlock": "IntervalReadings*:IntervalReading PendingCalculation?:PendingCalculation ReadingType:Reference",
    "IntervalReading": (
        "reportedDateTime?:dateTime source? timeStamp?:dateTime value?:float ReadingQualities*:ReadingQuality "
        "timePeriod?:DateTimeInterval"
    ),
    "ReadingQuality": "comment? source? timeStamp?:dateTime ReadingQualityType:Reference",
    "PendingCalculation": (
        "multiplyBeforeAdd?:boolean offset?:integer scalarDenominator?:integer scalarFloat?:float "
        "scalarNumerator?:integer ReadingType:Reference"
    ),
    "Meter": "mRID? Names*:Name status?:Status",
    "Reading": (
        "reason?:ReadingReasonKind reportedDateTime?:dateTime source? timeStamp?:dateTime value?:float "
        "ReadingQualities*:ReadingQuality ReadingType:Reference timePeriod?:DateTimeInterval"
    ),
    "ReadingQualityType": "mRID? category? subCategory? systemId? Names+:Name",
    "ReadingType": (
        "mRID? accumulation? aggregate? commodity? consumptionTier?:integer cpp?:integer currency? "
        "flowDirection? macroPeriod? measurementKind? measuringPeriod? multiplier? phases? tou?:integer unit? "
        "argument?:RationalNumber interharmonic?:ReadingInterharmonic Names+:Name"
    ),
    "RationalNumber": "denominator:integer numerator:integer",
    "ReadingInterharmonic": "denominator:integer numerator:integer",
    "MeterReadSchedule": (
        "CustomerAccount*:IdentifiedObject CustomerAgreement*:IdentifiedObject EndDevice*:ScheduledEndDevice "
        "EndDeviceGroup*:IdentifiedObject ReadingType*:IdentifiedObject TimeSchedule*:TimeSchedule "
        "UsagePoint*:IdentifiedObject UsagePointGroup*:IdentifiedObject"
    ),
    "ScheduledEndDevice": "mRID Names*:Name",
    "TimeSchedule": (
        "disabled?:boolean offset?:float recurrencePattern? recurrencePeriod?:float "
        "scheduleInterval?:DateTimeInterval TimePoints*:TimePoint"
    ),
    "TimePoint": "dateTime?:dateTime relativeTimeInterval?:float sequenceNumber?:integer window?:DateTimeInterval",
    "GetMeterReadings": (
        "EndDevice*:IdentifiedObject MeterReadings?:MeterReadingsSelection Reading*:ReadingSelection "
        "ReadingQuality*:ReadingQualitySelection ReadingType*:IdentifiedObject TimeSchedule*:TimeSelection "
        "UsagePoint*:IdentifiedObject"
    ),
    "MeterReadingsSelection": (
        "EndDeviceEvents?:EndDeviceEventSelection Meter?:IdentifiedObject UsagePoint?:IdentifiedObject"
    ),
    "EndDeviceEventSelection": "EndDeviceEventType:IdentifiedObject",
    "ReadingSelection": "reason?:ReadingReasonKind source? timePeriod?:DateTimeInterval",
    "ReadingQualitySelection": "ReadingQualityType:IdentifiedObject",
    "TimeSelection": "scheduleInterval:DateTimeInterval",
    "GetEndDeviceEvents": (
        "Customer*:IdentifiedObject EndDeviceEvent*:SoughtEndDeviceEvent EndDeviceEventType*:IdentifiedObject "
        "EndDeviceGroup*:IdentifiedObject Meter*:IdentifiedObject ServiceCategory*:ServiceCategory "
        "TimeSchedule*:TimeSelection UsagePoint*:IdentifiedObject"
    ),
    "SoughtEndDeviceEvent": "mRID? issuerID? issuerTrackingID? reason? severity? Names*:Name",
    "ServiceCategory": "mRID? kind?:ServiceKind Names*:Name",
}
# fmt: on

ENUMS = {
    nouns.RandomisationKind: "default end none start startAndEnd",
    nouns.TransmissionModeKind: "anonymous both normal",
    nouns.ReadingReasonKind: "billing demandReset inquiry installation loadManagement loadResearch moveIn moveOut "
    "other removal serviceConnect serviceDisconnect",
    nouns.ServiceKind: "electricity gas heat internet other rates refuse sewerage time tvLicence water",
}

NOUNS = {
    nouns.EndDeviceControls: "",
    nouns.EndDeviceEvents: "",
    nouns.GetEndDeviceEvents: "EndDeviceEvents",
    nouns.GetMeterReadings: "MeterReadings",
    nouns.MeterReadSchedule: "",
    nouns.MeterReadings: "",
}


def shape(cls: type) -> str:
    words = []
    for field in spec_of(cls).fields:
        times = ("+" if field.required else "*") if field.many else ("" if field.required else "?")
        kind = field.type.__name__ if field.type else field.kind
        at = "@" if field.place == "attribute" else ""
        words.append(f"{at}{field.xml}{times}" + ("" if kind == "string" else f":{kind}"))
    return " ".join(words)


@pytest.mark.parametrize("name", SHAPES)
def test_a_class_has_the_children_of_its_profile_in_their_order(name):
    assert SHAPES[name] == shape(getattr(nouns, name))


def test_every_class_that_a_noun_reaches_is_pinned_here():
    reached: set[str] = set()
    todo: list[type] = list(NOUNS)
    while todo:
        cls = todo.pop()
        if cls.__name__ not in reached:
            reached.add(cls.__name__)
            todo += [field.type for field in spec_of(cls).fields if field.kind == "class" and field.type]

    assert reached == set(SHAPES)


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_an_enumeration_has_the_values_of_its_profile_and_keeps_others(kind: type[CimEnum]):
    assert ENUMS[kind].split() == [member.value for member in kind]
    assert all(member == member.name == member.value for member in kind)
    assert kind("solarFlare") == "solarFlare"
    assert not kind("solarFlare").known


@pytest.mark.parametrize(("cls", "asks_for"), NOUNS.items(), ids=[cls.__name__ for cls in NOUNS])
def test_a_noun_is_registered_in_its_namespace(cls, asks_for):
    noun = noun_of(cls)

    assert noun in all_nouns()
    assert noun.namespace == f"http://iec.ch/TC57/2011/{cls.__name__}#"
    assert noun.name == cls.__name__
    assert (noun.query, noun.header) == (bool(asks_for), asks_for or cls.__name__)


def test_at_most_one_action_of_a_control_may_be_present():
    assert nouns.EndDeviceControl.choices[0].names == (
        "PanDemandResponse",
        "PanDisplay",
        "PanPricing",
        "EndDeviceAction",
    )


def test_the_face_has_every_class_and_says_what_each_is():
    for name in nouns.__all__:
        value = getattr(nouns, name)

        assert (value.__doc__ or "").strip(), name
        assert not isinstance(value, type) or issubclass(value, Cim | CimEnum)
    assert len(nouns.__all__) == len(set(nouns.__all__))

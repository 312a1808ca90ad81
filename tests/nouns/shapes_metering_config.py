"""What public copies of the profiles declare: config."""

from __future__ import annotations

SHAPES: list[tuple[str, str, str]] = [
    (
        "MeterServiceRequests",
        "http://iec.ch/TC57/2011/MeterServiceRequests#",
        """
MeterServiceRequests = MeterServiceWork*:MeterServiceWork ReadingQualityType*:ReadingQualityType
ReadingType*:ReadingType
MeterServiceWork = kind?:enum lastModifiedDateTime?:dateTime priority? requestDateTime?:dateTime type?
ActivityRecords*:ActivityRecords Customers*:Customers Meter:Meter OldMeter?:Meter status?:Status
UsagePoint?:UsagePoint
ReadingQualityType = mRID? category? subCategory? systemId? Names+:Name
ReadingType = mRID? accumulation? aggregate? commodity? consumptionTier?:integer cpp?:integer currency? flowDirection?
macroPeriod? measurementKind? measuringPeriod? multiplier? phases? tou?:integer unit? argument?:Argument
interharmonic?:Argument Names+:Name
ActivityRecords = createdDateTime:dateTime reason? severity? type
Customers = mRID? kind?:enum pucNumber? specialNeed? vip?:boolean CustomerAgreements*:CustomerAgreements Names*:Names
status?:Status
Meter = mRID? amrSystem? formNumber? serialNumber? MeterMultipliers*:MeterMultipliers MeterReadings*:MeterReading
Names*:Names
Status = dateTime?:dateTime reason? remark? value
UsagePoint = checkBilling?:boolean grounded?:boolean isVirtual?:boolean nominalServiceVoltage?:float phaseCode?:enum
ratedCurrent?:float ratedPower?:float serviceDeliveryRemark? servicePriority? ServiceLocation?:ServiceLocation
ServiceMultipliers*:MeterMultipliers
Name = name NameType?:NameType
Argument = @ref?
CustomerAgreements = mRID? Names*:Names
Names = name NameType?:NameType2
MeterMultipliers = mRID? kind:enum value:float Names*:Names
MeterReading = Readings*:Readings valuesInterval?:DateTimeInterval
ServiceLocation = accessMethod? needsInspection?:boolean siteAccessProblem? mainAddress?:MainAddress
NameType = name
NameType2 = description? name NameTypeAuthority?:NameTypeAuthority
Readings = reason?:enum reportedDateTime?:dateTime source? timeStamp:dateTime value?:float
ReadingQualities*:ReadingQualities ReadingType:Argument timePeriod?:DateTimeInterval
DateTimeInterval = end?:dateTime start?:dateTime
MainAddress = streetDetail?:StreetDetail townDetail?:TownDetail
NameTypeAuthority = description? name
ReadingQualities = comment? source? timeStamp?:dateTime ReadingQualityType:Argument
StreetDetail = addressGeneral? buildingName? code? name? number? prefix? suffix? suiteNumber? type?
withinTownLimits?:boolean
TownDetail = code? country? name? section? stateOrProvince?
""",
    ),
    (
        "MeterConfig",
        "http://iec.ch/TC57/2011/MeterConfig#",
        """
MeterConfig = ConnectDisconnectFunction*:ConnectDisconnectFunction Meter*:Meter ReadingType*:ReadingType
SimpleEndDeviceFunction*:SimpleEndDeviceFunction
ConnectDisconnectFunction = mRID? enabled?:boolean eventCount?:integer isConnected?:boolean isDelayedDiscon?:boolean
isLocalAutoDisconOp?:boolean isLocalAutoReconOp?:boolean isRemoteAutoDisconOp?:boolean isRemoteAutoReconOp?:boolean
password? Names*:Names rcdInfo?:RemoteConnectDisconnectInfo
Meter = mRID? amrSystem? formNumber? initialCondition? initialLossOfLife?:float isVirtual?:boolean lotNumber?
purchasePrice?:decimal serialNumber? timeZoneOffset?:float type? utcNumber? ActivityRecords*:ActivityRecord
ConfigurationEvents?:ConfigurationEvent ComFunction*:ComFunction ConnectDisconnectFunction*:ComFunction
SimpleEndDeviceFunction*:ComFunction EndDeviceInfo?:EndDeviceInfo MeterMultipliers*:MeterMultiplier Names*:Names
status?:Status
ReadingType = mRID? accumulation? aggregate? commodity? consumptionTier?:integer cpp?:integer currency? flowDirection?
macroPeriod? measurementKind? measuringPeriod? multiplier? phases? tou?:integer unit? argument?:RationalNumber
Names+:Names
SimpleEndDeviceFunction = mRID? configID? enabled?:boolean firmwareID? hardwareID? kind?:enum password? programID?
Names*:Names Registers*:Register
Names = name
RemoteConnectDisconnectInfo = armedTimeout?:float energyLimit?:float energyUsageStartDateTime?:dateTime
energyUsageWarning?:float isArmConnect?:boolean isArmDisconnect?:boolean isEnergyLimiting?:boolean
needsPowerLimitCheck?:boolean usePushbutton?:boolean
ActivityRecord = createdDateTime?:dateTime reason? severity? type? status?:Status
ConfigurationEvent = mRID? createdDateTime?:dateTime effectiveDateTime?:dateTime modifiedBy? reason? remark? severity?
type? Names*:Names status?:Status
ComFunction = @ref?
EndDeviceInfo = capability?:EndDeviceCapability
MeterMultiplier = mRID? kind?:enum value?:float Names*:Names
Status = dateTime?:dateTime reason? remark? value?
RationalNumber = denominator:integer numerator:integer
Register = mRID? isVirtual?:boolean leftDigitCount?:integer rightDigitCount?:integer touTierName? Names*:Names
touTier?:TimeInterval
EndDeviceCapability = autonomousDst?:boolean communication?:boolean connectDisconnect?:boolean demandResponse?:boolean
electricMetering?:boolean gasMetering?:boolean metrology?:boolean onRequestRead?:boolean outageHistory?:boolean
pressureCompensation?:boolean pricingInfo?:boolean pulseOutput?:boolean relaysProgramming?:boolean
reverseFlow?:boolean superCompressibilityCompensation?:boolean temperatureCompensation?:boolean textMessage?:boolean
waterMetering?:boolean
TimeInterval = end?:time start?:time
""",
    ),
    (
        "EndDeviceConfig",
        "http://iec.ch/TC57/2011/EndDeviceConfig#",
        """
EndDeviceConfig = ConnectDisconnectFunction*:ConnectDisconnectFunction EndDevice*:EndDevice ReadingType*:ReadingType
SimpleEndDeviceFunction*:SimpleEndDeviceFunction
ConnectDisconnectFunction = mRID? enabled?:boolean eventCount?:integer isConnected?:boolean isDelayedDiscon?:boolean
isLocalAutoDisconOp?:boolean isLocalAutoReconOp?:boolean isRemoteAutoDisconOp?:boolean isRemoteAutoReconOp?:boolean
password? Names*:Name rcdInfo?:RemoteConnectDisconnectInfo
EndDevice = mRID? amrSystem? formNumber? initialCondition? initialLossOfLife?:float installCode? isPan?:boolean
isVirtual?:boolean lotNumber? purchasePrice?:decimal serialNumber? timeZoneOffset?:float type? utcNumber?
ActivityRecords*:ActivityRecord ConfigurationEvents?:ConfigurationEvent electronicAddress?:ElectronicAddress
ConnectDisconnectFunction*:ConnectDisconnectFunction2 SimpleEndDeviceFunction*:ConnectDisconnectFunction2
EndDeviceInfo?:EndDeviceInfo lifecycle?:LifecycleDate Names*:Name status?:Status
ReadingType = mRID? accumulation? aggregate? commodity? consumptionTier?:integer cpp?:integer currency? flowDirection?
macroPeriod? measurementKind? measuringPeriod? multiplier? phases? tou?:integer unit? argument?:RationalNumber
Names+:Name
SimpleEndDeviceFunction = mRID? configID? enabled?:boolean firmwareID? hardwareID? kind?:enum password? programID?
Names*:Name Registers*:Register
Name = name
RemoteConnectDisconnectInfo = armedTimeout?:float energyUsageStartDateTime?:dateTime energyUsageWarning?:float
isArmConnect?:boolean isArmDisconnect?:boolean isEnergyLimiting?:boolean needsPowerLimitCheck?:boolean
needsVoltageLimitCheck?:boolean usePushbutton?:boolean
ActivityRecord = createdDateTime?:dateTime reason? severity? type? status?:Status
ConfigurationEvent = mRID? createdDateTime?:dateTime effectiveDateTime?:dateTime modifiedBy? reason? remark? severity?
type? Names*:Name status?:Status
ElectronicAddress = email1? email2? lan? mac? password? radio? userID? web?
ConnectDisconnectFunction2 = @ref?
EndDeviceInfo = isSolidState?:boolean phaseCount?:integer AssetModel?:ProductAssetModel
capability?:EndDeviceCapability
LifecycleDate = installationDate?:date manufacturedDate?:date purchaseDate?:date receivedDate?:date removalDate?:date
retiredDate?:date
Status = dateTime?:dateTime reason? remark? value?
RationalNumber = denominator:integer numerator:integer
Register = mRID? isVirtual?:boolean leftDigitCount?:integer rightDigitCount?:integer touTierName? Names*:Name
touTier?:TimeInterval
ProductAssetModel = modelNumber? modelVersion? usageKind?:enum
EndDeviceCapability = autonomousDst?:boolean communication?:boolean connectDisconnect?:boolean demandResponse?:boolean
electricMetering?:boolean gasMetering?:boolean metrology?:boolean onRequestRead?:boolean outageHistory?:boolean
pressureCompensation?:boolean pricingInfo?:boolean pulseOutput?:boolean relaysProgramming?:boolean
reverseFlow?:boolean superCompressibilityCompensation?:boolean temperatureCompensation?:boolean textMessage?:boolean
waterMetering?:boolean
TimeInterval = end?:time start?:time
""",
    ),
    (
        "PricingStructureConfig",
        "http://iec.ch/TC57/2011/PricingStructureConfig#",
        """
PricingStructureConfig = PricingStructure*:PricingStructure
PricingStructure = mRID? code? createdDateTime?:dateTime dailyCeilingUsage?:integer dailyEstimatedUsage?:integer
dailyFloorUsage?:integer lastModifiedDateTime?:dateTime revenueKind?:enum revisionNumber? subject?
taxExemption?:boolean title? type? ConfigurationEvents?:ConfigurationEvent docStatus?:Status Names*:Name
status?:Status Tariffs*:Tariff
ConfigurationEvent = mRID? createdDateTime?:dateTime effectiveDateTime?:dateTime modifiedBy? reason? remark? severity?
type? Names*:Name status?:Status
Status = dateTime?:dateTime reason? remark? value?
Name = name
Tariff = mRID? createdDateTime?:dateTime endDate?:date lastModifiedDateTime?:dateTime revisionNumber? startDate?:date
subject? title? type? docStatus?:Status Names*:Name status?:Status TariffProfiles*:TariffProfile
TariffProfile = mRID? createdDateTime?:dateTime lastModifiedDateTime?:dateTime revisionNumber? subject? tariffCycle?
title? type? ConsumptionTariffIntervals*:ConsumptionTariffInterval docStatus?:Status Names*:Name status?:Status
TimeTariffIntervals*:TimeTariffInterval
ConsumptionTariffInterval = sequenceNumber:integer startValue:float Charges*:Charge
TimeTariffInterval = sequenceNumber?:integer startTime?:time Charges*:Charge
ConsumptionTariffIntervals*:ConsumptionTariffInterval
Charge = mRID? kind?:enum variablePortion?:float fixedPortion?:AccountingUnit Names*:Name
AccountingUnit = energyUnit?:float monetaryUnit?:enum multiplier?:enum value?:float
""",
    ),
    (
        "GetMeterConfig",
        "http://iec.ch/TC57/2011/GetMeterConfig#",
        """
GetMeterConfig = Customer*:Customer Meter*:Meter UsagePoint*:UsagePoint
Customer = mRID? kind?:enum Names*:Name
Meter = mRID? amrSystem? Names*:Name
UsagePoint = mRID? Names*:Name
Name = name
""",
    ),
    (
        "GetEndDeviceConfig",
        "http://iec.ch/TC57/2011/GetEndDeviceConfig#",
        """
GetEndDeviceConfig = Customer*:Customer EndDevice*:EndDevice Meter*:Meter UsagePoint*:UsagePoint
Customer = mRID? kind?:enum Names*:Name
EndDevice = mRID? amrSystem? isPan?:boolean type? Names*:Name
Meter = mRID? amrSystem? Names*:Name
UsagePoint = mRID? Names*:Name
Name = name
""",
    ),
    (
        "GetEndDeviceControls",
        "http://iec.ch/TC57/2011/GetEndDeviceControls#",
        """
GetEndDeviceControls = Customer*:Customer EndDeviceControl*:EndDeviceControl
EndDeviceControlType*:EndDeviceControlType Meter*:EndDeviceControlType ServiceCategory*:Customer
TimeSchedule*:TimeSchedule UsagePoint*:EndDeviceControlType
Customer = mRID? kind?:enum Names*:Name
EndDeviceControl = mRID? issuerID? issuerTrackingID? reason? Names*:Name
EndDeviceControlType = mRID? Names*:Name
TimeSchedule = scheduleInterval:DateTimeInterval
Name = name
DateTimeInterval = end?:dateTime start?:dateTime
""",
    ),
    (
        "GetMeterReadSchedule",
        "http://iec.ch/TC57/2011/GetMeterReadSchedule#",
        """
GetMeterReadSchedule = EndDevice*:EndDevice Meter*:EndDevice ReadingType*:EndDevice TimeSchedule*:TimeSchedule
UsagePoint*:EndDevice
EndDevice = mRID? Names*:Name
TimeSchedule = scheduleInterval:DateTimeInterval
Name = name
DateTimeInterval = end?:dateTime start?:dateTime
""",
    ),
    (
        "GetPricingStructureConfig",
        "http://iec.ch/TC57/2011/GetPricingStructureConfig#",
        """
GetPricingStructureConfig = PricingStructure*:PricingStructure
PricingStructure = mRID? code? Names*:Name
Name = name
""",
    ),
]

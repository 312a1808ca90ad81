"""What public copies of the profiles declare: work."""

from __future__ import annotations

SHAPES: list[tuple[str, str, str]] = [
    (
        "MaintenanceOrders",
        "http://iec.ch/TC57/2015/MaintenanceOrders#",
        """
MaintenanceOrders = MaintenanceOrder+:MaintenanceOrder
MaintenanceOrder = mRID? Names*:Name Organisation?:Organisation Work+:Work
Name = name NameType?:NameType
Organisation = mRID? Names*:Name phone1?:Phone1 streetAddress?:StreetAddress
Work = mRID? kind:enum lastModifiedDateTime?:dateTime requestDateTime?:dateTime statusKind:enum
ActivityRecords*:ActivityRecord Names*:Name priority?:Priority TimeSchedules*:WorkTimeSchedule
WorkLocation?:WorkLocation WorkTasks*:WorkTask Attachments?:Attachments
NameType = description? name NameTypeAuthority?:NameTypeAuthority
Phone1 = areaCode? cityCode? countryCode? extension? localNumber
StreetAddress = streetDetail:StreetDetail townDetail:TownDetail
ActivityRecord = createdDateTime:dateTime reason? severity? type
Priority = justification? rank:integer type?
WorkTimeSchedule = kind:enum scheduleInterval:ScheduleInterval
WorkLocation = mRID? direction? CoordinateSystem?:CoordinateSystem Hazards*:AssetLocationHazard
InternalLocation?:InternalLocation mainAddress?:MainAddress Names*:Name phone1?:Phone1 PositionPoints*:PositionPoints
WorkTask = mRID? crewETA?:dateTime instruction? statusKind:enum subject taskKind:enum Assets*:Asset Crews*:Crew
MaterialItems*:MaterialItems Names*:Name OldAsset?:Asset TimeSchedules*:WorkTimeSchedule
Attachments = Attachment+:Attachment
NameTypeAuthority = description? name
StreetDetail = addressGeneral buildingName? code? name? number? prefix? suffix? suiteNumber? type?
withinTownLimits?:boolean
TownDetail = code? country? name section? stateOrProvince?
ScheduleInterval = end?:dateTime start?:dateTime
CoordinateSystem = crsUrn
AssetLocationHazard = type
InternalLocation = BuildingName? BuildingNumber Floor RoomNumber
MainAddress = streetDetail:StreetDetail2 townDetail:TownDetail
PositionPoints = sequenceNumber?:integer xPosition yPosition zPosition?
Asset = mRID? critical:boolean utcNumber Location?:WorkLocation Names*:Name Procedures*:Procedures
Crew = mRID? CrewMembers*:CrewMember Names*:Name WorkAssets*:WorkAsset
MaterialItems = mRID? Names*:Name quantity?:Quantity
Attachment = Comment? Description? Url
StreetDetail2 = addressGeneral addressGeneral2? addressGeneral3? buildingName? code? name? number? prefix? suffix?
suiteNumber? type? withinTownLimits?:boolean
Procedures = instruction kind:enum sequenceNumber? Measurements*:Measurements
CrewMember = Person:Person
WorkAsset = mRID? critical:boolean lastCalibrationDate?:date odometerReadDateTime?:dateTime odometerReading?:float
usageKind?:enum utcNumber Location?:WorkLocation Names*:Name Procedures*:Procedures2
Quantity = multiplier?:enum unit?:enum value:integer
Measurements = measurementType? phases?:enum unitMultiplier?:enum unitSymbol?:enum
Person = firstName? lastName
Procedures2 = instruction kind?:enum sequenceNumber? Measurements*:Measurements
""",
    ),
    (
        "WorkRequests",
        "http://iec.ch/TC57/2015/WorkRequests#",
        """
WorkRequests = WorkRequest+:WorkRequest
WorkRequest = mRID? Names*:Name Organisation?:Organisation Work+:Work
Name = name NameType?:NameType
Organisation = mRID? Names*:Name phone1?:Phone1 streetAddress?:StreetAddress
Work = mRID? kind:enum lastModifiedDateTime?:dateTime requestDateTime?:dateTime statusKind:enum
ActivityRecords*:ActivityRecord Names*:Name priority?:Priority TimeSchedules*:WorkTimeSchedule
WorkLocation?:WorkLocation WorkTasks*:WorkTask
NameType = description? name NameTypeAuthority?:NameTypeAuthority
Phone1 = areaCode? cityCode? countryCode? extension? localNumber
StreetAddress = streetDetail:StreetDetail townDetail:TownDetail
ActivityRecord = createdDateTime:dateTime reason? severity? type
Priority = justification? rank?:integer type?
WorkTimeSchedule = kind:enum scheduleInterval:ScheduleInterval
WorkLocation = mRID? direction? CoordinateSystem?:CoordinateSystem Hazards*:AssetLocationHazard
InternalLocation?:InternalLocation mainAddress?:MainAddress Names*:Name PositionPoints*:PositionPoints
WorkTask = mRID? crewETA?:dateTime instruction? subject taskKind:enum Assets*:Asset Crews*:Crew Names*:Name
NameTypeAuthority = description? name
StreetDetail = addressGeneral buildingName? code? name? number? prefix? suffix? suiteNumber? type?
withinTownLimits?:boolean
TownDetail = code? country? name section? stateOrProvince?
ScheduleInterval = end?:dateTime start?:dateTime
CoordinateSystem = crsUrn
AssetLocationHazard = type
InternalLocation = BuildingName? BuildingNumber Floor RoomNumber
MainAddress = streetDetail:StreetDetail2 townDetail:TownDetail
PositionPoints = sequenceNumber?:integer xPosition yPosition zPosition?
Asset = mRID? critical:boolean utcNumber Location?:WorkLocation Names*:Name
Crew = mRID? Names*:Name
StreetDetail2 = addressGeneral addressGeneral2? addressGeneral3? buildingName? code? name? number? prefix? suffix?
suiteNumber? type? withinTownLimits?:boolean
""",
    ),
    (
        "WorkRequests",
        "http://iec.ch/TC57/2015/WorkRequests#",
        """
WorkRequests = WorkRequest+:WorkRequest
WorkRequest = mRID? Names*:Name Organisation?:Organisation Work*:Work
Name = name NameType?:NameType
Organisation = mRID? Names*:Name phone1?:Phone1 streetAddress?:StreetAddress
Work = mRID? kind?:enum lastModifiedDateTime?:dateTime requestDateTime?:dateTime statusKind?:enum
ActivityRecords*:ActivityRecord Names*:Name priority?:Priority TimeSchedules*:WorkTimeSchedule
WorkLocation?:WorkLocation WorkTasks*:WorkTask
NameType = description? name NameTypeAuthority?:NameTypeAuthority
Phone1 = areaCode? cityCode? countryCode? extension? localNumber?
StreetAddress = streetDetail?:StreetDetail townDetail?:TownDetail
ActivityRecord = createdDateTime?:dateTime reason? severity? type?
Priority = justification? rank?:integer type?
WorkTimeSchedule = kind?:enum scheduleInterval?:ScheduleInterval
WorkLocation = mRID? direction? CoordinateSystem?:CoordinateSystem Hazards*:AssetLocationHazard
InternalLocation?:InternalLocation mainAddress?:MainAddress Names*:Name PositionPoints*:PositionPoints
WorkTask = mRID? crewETA?:dateTime instruction? subject? taskKind?:enum Assets*:Asset Crews*:Crew Names*:Name
NameTypeAuthority = description? name
StreetDetail = addressGeneral? buildingName? code? name? number? prefix? suffix? suiteNumber? type?
withinTownLimits?:boolean
TownDetail = code? country? name? section? stateOrProvince?
ScheduleInterval = end?:dateTime start?:dateTime
CoordinateSystem = crsUrn?
AssetLocationHazard = type?
InternalLocation = BuildingName? BuildingNumber? Floor? RoomNumber?
MainAddress = streetDetail?:StreetDetail2 townDetail?:TownDetail
PositionPoints = sequenceNumber?:integer xPosition? yPosition? zPosition?
Asset = mRID? critical?:boolean utcNumber? Location?:WorkLocation Names*:Name
Crew = mRID? Names*:Name
StreetDetail2 = addressGeneral? addressGeneral2? addressGeneral3? buildingName? code? name? number? prefix? suffix?
suiteNumber? type? withinTownLimits?:boolean
""",
    ),
    (
        "ServiceOrders",
        "http://iec.ch/TC57/2015/ServiceOrders#",
        """
ServiceOrders = ReadingQualityType*:ReadingQualityType ReadingType*:ReadingType ServiceOrder+:ServiceOrder
ReadingQualityType = mRID? category subCategory systemId Names+:Name
ReadingType = mRID? accumulation aggregate commodity consumptionTier:integer cpp:integer currency flowDirection
macroPeriod measurementKind measuringPeriod multiplier phases tou:integer unit argument:RationalNumber
interharmonic:RationalNumber Names+:Name
ServiceOrder = mRID? Names*:Name Work+:Work
Name = name NameType?:NameType
RationalNumber = denominator:integer numerator:integer
Work = mRID? kind:enum lastModifiedDateTime?:dateTime requestDateTime?:dateTime statusKind:enum type?
ActivityRecords*:ActivityRecord Appointments*:Appointment Customers*:Customer Names*:Name priority?:Priority
TimeSchedules*:WorkTimeSchedule WorkLocation?:WorkLocation WorkTasks*:WorkTask
NameType = description? name NameTypeAuthority?:NameTypeAuthority
ActivityRecord = createdDateTime:dateTime reason? severity? type
Appointment = callAhead?:boolean meetingInterval?:DateTimeInterval
Customer = mRID? kind?:enum pucNumber? specialNeed? vip?:boolean CustomerAgreements*:CustomerAgreements Names*:Name
status?:Status
Priority = justification? rank?:integer type?
WorkTimeSchedule = kind:enum scheduleInterval:ScheduleInterval
WorkLocation = mRID? direction? CoordinateSystem?:CoordinateSystem Hazards*:AssetLocationHazard
InternalLocation?:InternalLocation mainAddress:MainAddress Names*:Name phone1?:TelephoneNumber
PositionPoints*:PositionPoints
WorkTask = mRID? crewETA:dateTime instruction? statusKind:enum subject taskKind:enum Assets*:Asset Crews*:Crew
Names*:Name OldAsset?:Asset TimeSchedules*:WorkTimeSchedule UsagePoint?:UsagePoint
NameTypeAuthority = description? name
DateTimeInterval = end:dateTime start:dateTime
CustomerAgreements = mRID? Names*:Name
Status = dateTime:dateTime reason? remark? value
ScheduleInterval = end?:dateTime start?:dateTime
CoordinateSystem = crsUrn
AssetLocationHazard = type
InternalLocation = BuildingName? BuildingNumber Floor RoomNumber
MainAddress = streetDetail:StreetDetail townDetail:TownDetail
TelephoneNumber = areaCode? cityCode? countryCode? extension? localNumber
PositionPoints = sequenceNumber?:integer xPosition yPosition zPosition?
Asset = mRID? amrSystem? critical?:boolean formNumber? serialNumber? utcNumber? MeterMultipliers*:MeterMultiplier
MeterReadings*:MeterReading Names*:Name
Crew = mRID? CrewMembers*:CrewMember Names*:Name
UsagePoint = mRID? checkBilling?:boolean connectionState?:enum grounded?:boolean isSdp?:boolean isVirtual?:boolean
nominalServiceVoltage?:float phaseCode?:enum ratedCurrent:float serviceDeliveryRemark? servicePriority?
MetrologyRequirements*:MetrologyRequirement Names*:Name ServiceCategory?:ServiceCategory
ServiceMultipliers*:MeterMultiplier ServiceSupplier?:ServiceCategory UsagePointLocation?:UsagePointLocation
StreetDetail = addressGeneral addressGeneral2? addressGeneral3? buildingName? code? name? number? prefix? suffix?
suiteNumber? type? withinTownLimits?:boolean
TownDetail = code? country? name section? stateOrProvince?
MeterMultiplier = mRID? kind:enum value:float Names*:Name
MeterReading = Readings+:Readings valuesInterval?:ScheduleInterval
CrewMember = Person:Person
MetrologyRequirement = mRID? reason?:enum Names*:Name ReadingTypes+:ReadingTypes
ServiceCategory = mRID? kind:enum Names*:Name
UsagePointLocation = mRID? accessMethod? direction? geoInfoReference? remark? siteAccessProblem? type?
CoordinateSystem?:CoordinateSystem Hazards*:AssetLocationHazard InternalLocation?:InternalLocation
mainAddress:StreetAddress Names*:Name PositionPoints*:PositionPoints
Readings = reason?:enum reportedDateTime?:dateTime source? timeStamp?:dateTime value? ReadingQualities*:ReadingQuality
ReadingType:ReadingTypes timePeriod?:ScheduleInterval
Person = firstName? lastName?
ReadingTypes = @ref?
StreetAddress = streetDetail:StreetDetail2 townDetail:TownDetail
ReadingQuality = comment? source? timeStamp?:dateTime ReadingQualityType:ReadingTypes
StreetDetail2 = addressGeneral buildingName? code? name? number? prefix? suffix? suiteNumber? type?
withinTownLimits?:boolean
""",
    ),
    (
        "WorkRequest",
        "http://iec.ch/TC57/2010/WorkRequest#",
        """
WorkRequest = Organisation*:Organisation Work*:Work
Organisation = mRID? Names*:Names phone1?:Phone1 streetAddress?:StreetAddress
Work = mRID? kind:enum lastModifiedDateTime?:dateTime priority? requestDateTime?:dateTime type?
ActivityRecords*:ActivityRecord TimeSchedules*:WorkTimeSchedule workStatus?:WorkStatus WorkTasks+:WorkTask
Names = name NameType?:NameType
Phone1 = areaCode? cityCode? countryCode? extension? localNumber?
StreetAddress = streetDetail:StreetDetail townDetail:TownDetail
ActivityRecord = createdDateTime:dateTime reason? severity? type
WorkTimeSchedule = kind:enum scheduleInterval:ScheduleInterval
WorkStatus = kind:enum status?:Status
WorkTask = mRID? description? priority? subject type? Assets+:Asset Crews*:Crew
NameType = description? name
StreetDetail = addressGeneral buildingName? code? name? number? prefix? suffix? suiteNumber? type?
withinTownLimits?:boolean
TownDetail = code? country? name section? stateOrProvince?
ScheduleInterval = end:dateTime start:dateTime
Status = dateTime:dateTime reason? remark? value
Asset = mRID? critical:boolean utcNumber Location:WorkLocation Names*:Names
Crew = mRID? type? Names*:Names
WorkLocation = mRID? block? direction? lot? nearestIntersection? subdivision? CoordinateSystem?:CoordinateSystem
Hazards*:Hazards mainAddress?:MainAddress PositionPoints*:PositionPoints
CoordinateSystem = crsUrn
Hazards = type
MainAddress = status?:Status2 streetDetail:StreetDetail townDetail:TownDetail
PositionPoints = sequenceNumber?:integer xPosition? yPosition? zPosition?
Status2 = reason? remark? value?
""",
    ),
    (
        "GetMaintenanceOrders",
        "http://iec.ch/TC57/2015/GetMaintenanceOrders#",
        """
GetMaintenanceOrders = Asset*:Asset Crew*:Crew MaintenanceOrder*:Crew OldAsset*:Asset Organization*:Crew
TimeSchedule*:WorkTimeSchedule Work*:Work WorkLocation*:WorkLocation
Asset = mRID? critical?:boolean Names*:Name
Crew = mRID? Names*:Name
WorkTimeSchedule = kind?:enum scheduleInterval?:ScheduleInterval
Work = kind?:enum statusKind?:enum priority?:Priority
WorkLocation = mRID? InternalLocation?:InternalLocation mainAddress?:MainAddress Names*:Name
Name = name NameType?:NameType
ScheduleInterval = end?:dateTime start?:dateTime
Priority = justification? rank?:integer type?
InternalLocation = BuildingName? BuildingNumber? Floor? RoomNumber?
MainAddress = streetDetail?:StreetDetail townDetail?:TownDetail
NameType = description? name NameTypeAuthority?:NameTypeAuthority
StreetDetail = addressGeneral? buildingName? code? name? number? prefix? suffix? suiteNumber? type?
withinTownLimits?:boolean
TownDetail = code? country? name? section? stateOrProvince?
NameTypeAuthority = description? name
""",
    ),
    (
        "GetWorkRequests",
        "http://iec.ch/TC57/2015/GetWorkRequests#",
        """
GetWorkRequests = Asset*:Asset Crew*:Crew Organization*:Crew TimeSchedule*:WorkTimeSchedule Work*:Work
WorkLocation*:WorkLocation WorkRequest*:Crew
Asset = mRID? critical?:boolean Names*:Name
Crew = mRID? Names*:Name
WorkTimeSchedule = kind?:enum scheduleInterval?:ScheduleInterval
Work = kind?:enum statusKind?:enum priority?:Priority
WorkLocation = mRID? InternalLocation?:InternalLocation mainAddress?:MainAddress Names*:Name
Name = name NameType?:NameType
ScheduleInterval = end?:dateTime start?:dateTime
Priority = justification? rank?:integer type?
InternalLocation = BuildingName? BuildingNumber? Floor? RoomNumber?
MainAddress = streetDetail?:StreetDetail townDetail?:TownDetail
NameType = description? name NameTypeAuthority?:NameTypeAuthority
StreetDetail = addressGeneral? buildingName? code? name? number? prefix? suffix? suiteNumber? type?
withinTownLimits?:boolean
TownDetail = code? country? name? section? stateOrProvince?
NameTypeAuthority = description? name
""",
    ),
    (
        "GetServiceOrders",
        "http://iec.ch/TC57/2015/GetServiceOrders#",
        """
GetServiceOrders = Asset*:Asset Crew*:Crew Customer*:Customer OldAsset*:Asset ServiceCategory*:ServiceCategory
ServiceOrder*:Crew TimeSchedule*:WorkTimeSchedule UsagePoint*:UsagePoint UsagePointLocation*:UsagePointLocation
Work*:Work WorkLocation*:WorkLocation
Asset = mRID? critical?:boolean Names*:Name
Crew = mRID? Names*:Name
Customer = mRID? kind?:enum Names*:Name
ServiceCategory = kind?:enum
WorkTimeSchedule = kind?:enum scheduleInterval?:ScheduleInterval
UsagePoint = mRID? connectionState?:enum isSdp?:boolean Names*:Name
UsagePointLocation = mRID? accessMethod? InternalLocation?:InternalLocation mainAddress?:StreetAddress Names*:Name
Work = kind?:enum statusKind?:enum priority?:Priority
WorkLocation = mRID? InternalLocation?:InternalLocation mainAddress?:StreetAddress Names*:Name
Name = name NameType?:NameType
ScheduleInterval = end?:dateTime start?:dateTime
InternalLocation = BuildingName? BuildingNumber? Floor? RoomNumber?
StreetAddress = streetDetail?:StreetDetail townDetail?:TownDetail
Priority = justification? rank?:integer type?
NameType = description? name NameTypeAuthority?:NameTypeAuthority
StreetDetail = addressGeneral? buildingName? code? name? number? prefix? suffix? suiteNumber? type?
withinTownLimits?:boolean
TownDetail = code? country? name? section? stateOrProvince?
NameTypeAuthority = description? name
""",
    ),
]

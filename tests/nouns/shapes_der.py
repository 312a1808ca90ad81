"""What public copies of the profiles declare: der."""

from __future__ import annotations

SHAPES: list[tuple[str, str, str]] = [
    (
        "DERGroups",
        "http://iec.ch/TC57/2017/DERGroups#",
        """
DERGroups = EndDeviceGroup+:EndDeviceGroup
EndDeviceGroup = mRID? description? DERFunction:DERFunction EndDevices*:EndDevice Names*:Name version?:Version
DERFunction = connectDisconnect:boolean frequencyWattCurveFunction:boolean maxRealPowerLimiting:boolean
rampRateControl:boolean reactivePowerDispatch:boolean realPowerDispatch:boolean voltageRegulation:boolean
voltVarCurveFunction:boolean voltWattCurveFunction:boolean
EndDevice = mRID? Names*:Name
Name = name NameType?:NameType
Version = date?:dateTime major?:integer minor?:integer revision?:integer
NameType = description? name NameTypeAuthority?:NameTypeAuthority
NameTypeAuthority = description? name
""",
    ),
    (
        "DERGroups",
        "http://iec.ch/TC57/2017/DERGroups#",
        """
DERGroups = EndDeviceGroup+:EndDeviceGroup
EndDeviceGroup = mRID? description? DERFunction?:DERFunction EndDevices*:EndDevice Names*:Name version?:Version
DERFunction = connectDisconnect:boolean frequencyWattCurveFunction:boolean maxRealPowerLimiting:boolean
rampRateControl:boolean reactivePowerDispatch:boolean realPowerDispatch:boolean voltageRegulation:boolean
voltVarCurveFunction:boolean voltWattCurveFunction:boolean
EndDevice = mRID? Names*:Name
Name = name NameType?:NameType
Version = date?:dateTime major?:integer minor?:integer revision?:integer
NameType = description? name NameTypeAuthority?:NameTypeAuthority
NameTypeAuthority = description? name
""",
    ),
    (
        "DERGroupDispatches",
        "http://iec.ch/TC57/2017/DERGroupDispatches#",
        """
DERGroupDispatches = DERGroupDispatch+:DERGroupDispatch
DERGroupDispatch = mRID? EndDeviceGroup:EndDeviceGroup Names*:Name
EndDeviceGroup = mRID? DERMonitorableParameter:DERMonitorableParameter Names*:Name
Name = name NameType?:NameType
DERMonitorableParameter = DERParameter:enum flowDirection?:enum yMultiplier:enum yUnit:enum
DispatchSchedule+:DispatchSchedule
NameType = description? name NameTypeAuthority?:NameTypeAuthority
DispatchSchedule = curveStyleKind:enum startTime:dateTime timeIntervalDuration:integer timeIntervalUnit:enum
DERCurveData+:DERCurveData
NameTypeAuthority = description? name
DERCurveData = intervalNumber:integer nominalYValue:float
""",
    ),
    (
        "DERGroupForecasts",
        "http://iec.ch/TC57/2017/DERGroupForecasts#",
        """
DERGroupForecasts = DERGroupForecast+:DERGroupForecast
DERGroupForecast = mRID? predictionCreationDate:dateTime EndDeviceGroup:EndDeviceGroup Names*:Name
EndDeviceGroup = mRID? DERMonitorableParameter+:DERMonitorableParameter Names*:Name
Name = name NameType?:NameType
DERMonitorableParameter = DERParameter:enum flowDirection?:enum yMultiplier:enum yUnit:enum yUnitInstalledMax?:float
yUnitInstalledMin?:float DispatchSchedule+:DispatchSchedule
NameType = description? name NameTypeAuthority?:NameTypeAuthority
DispatchSchedule = confidence?:float curveStyleKind:enum startTime:dateTime timeIntervalDuration:integer
timeIntervalUnit:enum DERCurveData+:DERCurveData
NameTypeAuthority = description? name
DERCurveData = intervalNumber:integer maxYValue?:float minYValue?:float nominalYValue?:float
""",
    ),
    (
        "DERGroupStatuses",
        "http://iec.ch/TC57/2017/DERGroupStatuses#",
        """
DERGroupStatuses = EndDeviceGroup+:EndDeviceGroup
EndDeviceGroup = mRID? DERMonitorableParameter+:DERMonitorableParameter Names*:Name status?:Status
DERMonitorableParameter = DERParameter:enum flowDirection?:enum yMultiplier:enum yUnit:enum yUnitInstalledMax?:float
yUnitInstalledMin?:float DERCurveData:DERCurveData
Name = name NameType?:NameType
Status = dateTime?:dateTime reason? remark? value?
DERCurveData = maxYValue?:float minYValue?:float nominalYValue?:float timeStamp:dateTime
NameType = description? name NameTypeAuthority?:NameTypeAuthority
NameTypeAuthority = description? name
""",
    ),
    (
        "DERGroupQueries",
        "http://iec.ch/TC57/2017/DERGroupQueries#",
        """
DERGroupQueries = EndDeviceGroup+:EndDeviceGroup
EndDeviceGroup = mRID? Names*:Name
Name = name NameType?:NameType
NameType = description? name NameTypeAuthority?:NameTypeAuthority
NameTypeAuthority = description? name
""",
    ),
    (
        "DERGroupStatusQueries",
        "http://iec.ch/TC57/2017/DERGroupStatusQueries#",
        """
DERGroupStatusQueries = EndDeviceGroup+:EndDeviceGroup
EndDeviceGroup = mRID? Names*:Name
Name = name NameType?:NameType
NameType = description? name NameTypeAuthority?:NameTypeAuthority
NameTypeAuthority = description? name
""",
    ),
    (
        "DERGroupForecastQueries",
        "http://iec.ch/TC57/2017/DERGroupForecastQueries#",
        """
DERGroupForecastQueries = DERMonitorableParameter+:DERMonitorableParameter DispatchSchedule+:DispatchSchedule
EndDeviceGroup+:EndDeviceGroup
DERMonitorableParameter = DERParameter:enum flowDirection?:enum
DispatchSchedule = curveStyleKind:enum numberOfIntervals:integer startTime:dateTime timeIntervalDuration:integer
timeIntervalUnit:enum
EndDeviceGroup = mRID? Names*:Name
Name = name NameType?:NameType
NameType = description? name NameTypeAuthority?:NameTypeAuthority
NameTypeAuthority = description? name
""",
    ),
]

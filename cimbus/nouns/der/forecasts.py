"""DERGroupForecasts: what groups are expected to do."""

from __future__ import annotations

from cimbus.interface.model import AtLeastOne, Cim, DateTime, Float, noun
from cimbus.nouns.common import Name
from cimbus.nouns.units import UnitMultiplier

from .kinds import CurveStyle, DERParameterKind, DERUnitSymbol, FlowDirectionKind, TimeIntervalKind

__all__ = [
    "DERGroupForecast",
    "DERGroupForecasts",
    "ForecastGroup",
    "ForecastParameter",
    "ForecastSchedule",
    "ForecastValue",
]


class ForecastValue(Cim):
    """The value expected in one interval, and its bounds.

    >>> ForecastValue(intervalNumber=1).intervalNumber
    1
    """

    intervalNumber: int
    maxYValue: Float | None = None
    minYValue: Float | None = None
    nominalYValue: Float | None = None


class ForecastSchedule(Cim):
    """Values expected in intervals of equal length.

    >>> from datetime import UTC, datetime
    >>> made = ForecastSchedule(
    ...     curveStyleKind=CurveStyle.constantYValue,
    ...     startTime=datetime(2026, 3, 1, tzinfo=UTC),
    ...     timeIntervalDuration=1,
    ...     timeIntervalUnit=TimeIntervalKind.D,
    ...     DERCurveData=[ForecastValue(intervalNumber=1)],
    ... )
    >>> made.timeIntervalDuration
    1
    """

    confidence: Float | None = None
    curveStyleKind: CurveStyle
    startTime: DateTime
    timeIntervalDuration: int
    timeIntervalUnit: TimeIntervalKind
    DERCurveData: AtLeastOne[ForecastValue]


class ForecastParameter(Cim):
    """A quantity that is forecast.

    >>> from datetime import UTC, datetime
    >>> schedule = [ForecastSchedule(
    ...     curveStyleKind=CurveStyle.constantYValue,
    ...     startTime=datetime(2026, 3, 1, tzinfo=UTC),
    ...     timeIntervalDuration=1,
    ...     timeIntervalUnit=TimeIntervalKind.D,
    ...     DERCurveData=[ForecastValue(intervalNumber=1)],
    ... )]
    >>> made = ForecastParameter(
    ...     DERParameter=DERParameterKind.activePower,
    ...     yMultiplier=UnitMultiplier.E,
    ...     yUnit=DERUnitSymbol.A,
    ...     DispatchSchedule=schedule,
    ... )
    >>> made.DERParameter is None
    False
    """

    DERParameter: DERParameterKind
    flowDirection: FlowDirectionKind | None = None
    yMultiplier: UnitMultiplier
    yUnit: DERUnitSymbol
    yUnitInstalledMax: Float | None = None
    yUnitInstalledMin: Float | None = None
    DispatchSchedule: AtLeastOne[ForecastSchedule]


class ForecastGroup(Cim):
    """The group that the forecast is of.

    >>> from datetime import UTC, datetime
    >>> dispatchschedule = [ForecastSchedule(
    ...     curveStyleKind=CurveStyle.constantYValue,
    ...     startTime=datetime(2026, 3, 1, tzinfo=UTC),
    ...     timeIntervalDuration=1,
    ...     timeIntervalUnit=TimeIntervalKind.D,
    ...     DERCurveData=[ForecastValue(intervalNumber=1)],
    ... )]
    >>> parameter = [ForecastParameter(
    ...     DERParameter=DERParameterKind.activePower,
    ...     yMultiplier=UnitMultiplier.E,
    ...     yUnit=DERUnitSymbol.A,
    ...     DispatchSchedule=dispatchschedule,
    ... )]
    >>> made = ForecastGroup(
    ...     mRID="f-1",
    ...     DERMonitorableParameter=parameter,
    ... )
    >>> made.mRID
    'f-1'
    """

    mRID: str | None = None
    DERMonitorableParameter: AtLeastOne[ForecastParameter]
    Names: list[Name] = []


class DERGroupForecast(Cim):
    """One forecast of one group.

    >>> from datetime import UTC, datetime
    >>> dispatchschedule = [ForecastSchedule(
    ...     curveStyleKind=CurveStyle.constantYValue,
    ...     startTime=datetime(2026, 3, 1, tzinfo=UTC),
    ...     timeIntervalDuration=1,
    ...     timeIntervalUnit=TimeIntervalKind.D,
    ...     DERCurveData=[ForecastValue(intervalNumber=1)],
    ... )]
    >>> dermonitorableparameter = [ForecastParameter(
    ...     DERParameter=DERParameterKind.activePower,
    ...     yMultiplier=UnitMultiplier.E,
    ...     yUnit=DERUnitSymbol.A,
    ...     DispatchSchedule=dispatchschedule,
    ... )]
    >>> group = ForecastGroup(
    ...     DERMonitorableParameter=dermonitorableparameter,
    ... )
    >>> made = DERGroupForecast(
    ...     mRID="d-1",
    ...     predictionCreationDate=datetime(2026, 3, 1, tzinfo=UTC),
    ...     EndDeviceGroup=group,
    ... )
    >>> made.mRID
    'd-1'
    """

    mRID: str | None = None
    predictionCreationDate: DateTime
    EndDeviceGroup: ForecastGroup
    Names: list[Name] = []


_DERGroupForecast = DERGroupForecast


@noun(
    "http://iec.ch/TC57/2017/DERGroupForecasts#",
    items="DERGroupForecast",
    about=("EndDeviceGroup", ""),
    source="schema",
)
class DERGroupForecasts(Cim):
    """The noun DERGroupForecasts.

    >>> from datetime import UTC, datetime
    >>> dispatchschedule = [ForecastSchedule(
    ...     curveStyleKind=CurveStyle.constantYValue,
    ...     startTime=datetime(2026, 3, 1, tzinfo=UTC),
    ...     timeIntervalDuration=1,
    ...     timeIntervalUnit=TimeIntervalKind.D,
    ...     DERCurveData=[ForecastValue(intervalNumber=1)],
    ... )]
    >>> dermonitorableparameter = [ForecastParameter(
    ...     DERParameter=DERParameterKind.activePower,
    ...     yMultiplier=UnitMultiplier.E,
    ...     yUnit=DERUnitSymbol.A,
    ...     DispatchSchedule=dispatchschedule,
    ... )]
    >>> enddevicegroup = ForecastGroup(
    ...     DERMonitorableParameter=dermonitorableparameter,
    ... )
    >>> forecast = [DERGroupForecast(
    ...     predictionCreationDate=datetime(2026, 3, 1, tzinfo=UTC),
    ...     EndDeviceGroup=enddevicegroup,
    ... )]
    >>> made = DERGroupForecasts(
    ...     DERGroupForecast=forecast,
    ... )
    >>> len(made.DERGroupForecast)
    1
    """

    DERGroupForecast: AtLeastOne[_DERGroupForecast]

"""DERGroupDispatches: what groups are to do, and when."""

from __future__ import annotations

from cimbus.interface.model import AtLeastOne, Cim, DateTime, Float, noun
from cimbus.nouns.common import Name
from cimbus.nouns.units import UnitMultiplier

from .kinds import CurveStyle, DERParameterKind, DERUnitSymbol, FlowDirectionKind, TimeIntervalKind

__all__ = [
    "DERGroupDispatch",
    "DERGroupDispatches",
    "DispatchSchedule",
    "DispatchedGroup",
    "DispatchedParameter",
    "DispatchedValue",
]


class DispatchedValue(Cim):
    """The value in one interval.

    >>> from decimal import Decimal
    >>> DispatchedValue(intervalNumber=1, nominalYValue=Decimal(1)).intervalNumber
    1
    """

    intervalNumber: int
    nominalYValue: Float


class DispatchSchedule(Cim):
    """Values for intervals of equal length.

    >>> from datetime import UTC, datetime
    >>> from decimal import Decimal
    >>> made = DispatchSchedule(
    ...     curveStyleKind=CurveStyle.constantYValue,
    ...     startTime=datetime(2026, 3, 1, tzinfo=UTC),
    ...     timeIntervalDuration=1,
    ...     timeIntervalUnit=TimeIntervalKind.D,
    ...     DERCurveData=[DispatchedValue(intervalNumber=1, nominalYValue=Decimal(1))],
    ... )
    >>> made.timeIntervalDuration
    1
    """

    curveStyleKind: CurveStyle
    startTime: DateTime
    timeIntervalDuration: int
    timeIntervalUnit: TimeIntervalKind
    DERCurveData: AtLeastOne[DispatchedValue]


_DispatchSchedule = DispatchSchedule


class DispatchedParameter(Cim):
    """The quantity that is dispatched.

    >>> from datetime import UTC, datetime
    >>> from decimal import Decimal
    >>> schedule = [DispatchSchedule(
    ...     curveStyleKind=CurveStyle.constantYValue,
    ...     startTime=datetime(2026, 3, 1, tzinfo=UTC),
    ...     timeIntervalDuration=1,
    ...     timeIntervalUnit=TimeIntervalKind.D,
    ...     DERCurveData=[DispatchedValue(intervalNumber=1, nominalYValue=Decimal(1))],
    ... )]
    >>> made = DispatchedParameter(
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
    DispatchSchedule: AtLeastOne[_DispatchSchedule]


class DispatchedGroup(Cim):
    """The group that is to act.

    >>> from datetime import UTC, datetime
    >>> from decimal import Decimal
    >>> dispatchschedule = [DispatchSchedule(
    ...     curveStyleKind=CurveStyle.constantYValue,
    ...     startTime=datetime(2026, 3, 1, tzinfo=UTC),
    ...     timeIntervalDuration=1,
    ...     timeIntervalUnit=TimeIntervalKind.D,
    ...     DERCurveData=[DispatchedValue(intervalNumber=1, nominalYValue=Decimal(1))],
    ... )]
    >>> parameter = DispatchedParameter(
    ...     DERParameter=DERParameterKind.activePower,
    ...     yMultiplier=UnitMultiplier.E,
    ...     yUnit=DERUnitSymbol.A,
    ...     DispatchSchedule=dispatchschedule,
    ... )
    >>> made = DispatchedGroup(
    ...     mRID="d-1",
    ...     DERMonitorableParameter=parameter,
    ... )
    >>> made.mRID
    'd-1'
    """

    mRID: str | None = None
    DERMonitorableParameter: DispatchedParameter
    Names: list[Name] = []


class DERGroupDispatch(Cim):
    """One dispatch of one group.

    >>> from datetime import UTC, datetime
    >>> from decimal import Decimal
    >>> dispatchschedule = [DispatchSchedule(
    ...     curveStyleKind=CurveStyle.constantYValue,
    ...     startTime=datetime(2026, 3, 1, tzinfo=UTC),
    ...     timeIntervalDuration=1,
    ...     timeIntervalUnit=TimeIntervalKind.D,
    ...     DERCurveData=[DispatchedValue(intervalNumber=1, nominalYValue=Decimal(1))],
    ... )]
    >>> dermonitorableparameter = DispatchedParameter(
    ...     DERParameter=DERParameterKind.activePower,
    ...     yMultiplier=UnitMultiplier.E,
    ...     yUnit=DERUnitSymbol.A,
    ...     DispatchSchedule=dispatchschedule,
    ... )
    >>> group = DispatchedGroup(
    ...     DERMonitorableParameter=dermonitorableparameter,
    ... )
    >>> made = DERGroupDispatch(
    ...     mRID="d-1",
    ...     EndDeviceGroup=group,
    ... )
    >>> made.mRID
    'd-1'
    """

    mRID: str | None = None
    EndDeviceGroup: DispatchedGroup
    Names: list[Name] = []


_DERGroupDispatch = DERGroupDispatch


@noun(
    "http://iec.ch/TC57/2017/DERGroupDispatches#",
    items="DERGroupDispatch",
    about=("EndDeviceGroup", ""),
    source="schema",
)
class DERGroupDispatches(Cim):
    """The noun DERGroupDispatches.

    >>> from datetime import UTC, datetime
    >>> from decimal import Decimal
    >>> dispatchschedule = [DispatchSchedule(
    ...     curveStyleKind=CurveStyle.constantYValue,
    ...     startTime=datetime(2026, 3, 1, tzinfo=UTC),
    ...     timeIntervalDuration=1,
    ...     timeIntervalUnit=TimeIntervalKind.D,
    ...     DERCurveData=[DispatchedValue(intervalNumber=1, nominalYValue=Decimal(1))],
    ... )]
    >>> dermonitorableparameter = DispatchedParameter(
    ...     DERParameter=DERParameterKind.activePower,
    ...     yMultiplier=UnitMultiplier.E,
    ...     yUnit=DERUnitSymbol.A,
    ...     DispatchSchedule=dispatchschedule,
    ... )
    >>> enddevicegroup = DispatchedGroup(
    ...     DERMonitorableParameter=dermonitorableparameter,
    ... )
    >>> dispatch = [DERGroupDispatch(
    ...     EndDeviceGroup=enddevicegroup,
    ... )]
    >>> made = DERGroupDispatches(
    ...     DERGroupDispatch=dispatch,
    ... )
    >>> len(made.DERGroupDispatch)
    1
    """

    DERGroupDispatch: AtLeastOne[_DERGroupDispatch]

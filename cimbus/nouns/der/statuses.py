"""DERGroupStatuses: what groups do now."""

from __future__ import annotations

from cimbus.interface.model import AtLeastOne, Cim, DateTime, Float, noun
from cimbus.nouns.common import Name, Status
from cimbus.nouns.units import UnitMultiplier

from .kinds import DERParameterKind, DERUnitSymbol, FlowDirectionKind

__all__ = [
    "DERGroupStatus",
    "DERGroupStatuses",
    "MeasuredValue",
    "MonitoredParameter",
]


class MeasuredValue(Cim):
    """The value now, and its bounds.

    >>> from datetime import UTC, datetime
    >>> MeasuredValue(timeStamp=datetime(2026, 3, 1, tzinfo=UTC)).timeStamp is None
    False
    """

    maxYValue: Float | None = None
    minYValue: Float | None = None
    nominalYValue: Float | None = None
    timeStamp: DateTime


class MonitoredParameter(Cim):
    """A quantity that is monitored.

    >>> from datetime import UTC, datetime
    >>> made = MonitoredParameter(
    ...     DERParameter=DERParameterKind.activePower,
    ...     yMultiplier=UnitMultiplier.E,
    ...     yUnit=DERUnitSymbol.A,
    ...     DERCurveData=MeasuredValue(timeStamp=datetime(2026, 3, 1, tzinfo=UTC)),
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
    DERCurveData: MeasuredValue


class DERGroupStatus(Cim):
    """What one group does now.

    >>> from datetime import UTC, datetime
    >>> parameter = [MonitoredParameter(
    ...     DERParameter=DERParameterKind.activePower,
    ...     yMultiplier=UnitMultiplier.E,
    ...     yUnit=DERUnitSymbol.A,
    ...     DERCurveData=MeasuredValue(timeStamp=datetime(2026, 3, 1, tzinfo=UTC)),
    ... )]
    >>> made = DERGroupStatus(
    ...     mRID="d-1",
    ...     DERMonitorableParameter=parameter,
    ... )
    >>> made.mRID
    'd-1'
    """

    mRID: str | None = None
    DERMonitorableParameter: AtLeastOne[MonitoredParameter]
    Names: list[Name] = []
    status: Status | None = None


@noun("http://iec.ch/TC57/2017/DERGroupStatuses#", items="EndDeviceGroup", about=("",), source="schema")
class DERGroupStatuses(Cim):
    """The noun DERGroupStatuses.

    >>> from datetime import UTC, datetime
    >>> dermonitorableparameter = [MonitoredParameter(
    ...     DERParameter=DERParameterKind.activePower,
    ...     yMultiplier=UnitMultiplier.E,
    ...     yUnit=DERUnitSymbol.A,
    ...     DERCurveData=MeasuredValue(timeStamp=datetime(2026, 3, 1, tzinfo=UTC)),
    ... )]
    >>> group = [DERGroupStatus(
    ...     DERMonitorableParameter=dermonitorableparameter,
    ... )]
    >>> made = DERGroupStatuses(
    ...     EndDeviceGroup=group,
    ... )
    >>> len(made.EndDeviceGroup)
    1
    """

    EndDeviceGroup: AtLeastOne[DERGroupStatus]

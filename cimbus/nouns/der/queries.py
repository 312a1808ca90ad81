"""Queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cimbus.interface.model import AtLeastOne, Cim, DateTime, noun
from cimbus.nouns.common import IdentifiedObject

from .forecasts import DERGroupForecasts
from .groups import DERGroups
from .kinds import CurveStyle, DERParameterKind, FlowDirectionKind, TimeIntervalKind
from .statuses import DERGroupStatuses

__all__ = [
    "DERGroupForecastQueries",
    "DERGroupQueries",
    "DERGroupStatusQueries",
    "SoughtParameter",
    "SoughtSchedule",
]


class SoughtParameter(Cim):
    """A quantity that is sought.

    >>> SoughtParameter(DERParameter=DERParameterKind.activePower).DERParameter is None
    False
    """

    DERParameter: DERParameterKind
    flowDirection: FlowDirectionKind | None = None


class SoughtSchedule(Cim):
    """The intervals that are sought.

    >>> from datetime import UTC, datetime
    >>> made = SoughtSchedule(
    ...     curveStyleKind=CurveStyle.constantYValue,
    ...     numberOfIntervals=1,
    ...     startTime=datetime(2026, 3, 1, tzinfo=UTC),
    ...     timeIntervalDuration=1,
    ...     timeIntervalUnit=TimeIntervalKind.D,
    ... )
    >>> made.numberOfIntervals
    1
    """

    curveStyleKind: CurveStyle
    numberOfIntervals: int
    startTime: DateTime
    timeIntervalDuration: int
    timeIntervalUnit: TimeIntervalKind


@noun("http://iec.ch/TC57/2017/DERGroupQueries#", query_of="DERGroups", about=("EndDeviceGroup",), source="schema")
class DERGroupQueries(Cim):
    """The query of DERGroups.

    >>> len(DERGroupQueries(EndDeviceGroup=[IdentifiedObject()]).EndDeviceGroup)
    1
    """

    EndDeviceGroup: AtLeastOne[IdentifiedObject]

    if TYPE_CHECKING:

        def __answer__(self) -> DERGroups: ...


@noun(
    "http://iec.ch/TC57/2017/DERGroupStatusQueries#",
    query_of="DERGroupStatuses",
    about=("EndDeviceGroup",),
    source="schema",
)
class DERGroupStatusQueries(Cim):
    """The query of DERGroupStatuses.

    >>> len(DERGroupStatusQueries(EndDeviceGroup=[IdentifiedObject()]).EndDeviceGroup)
    1
    """

    EndDeviceGroup: AtLeastOne[IdentifiedObject]

    if TYPE_CHECKING:

        def __answer__(self) -> DERGroupStatuses: ...


@noun(
    "http://iec.ch/TC57/2017/DERGroupForecastQueries#",
    query_of="DERGroupForecasts",
    about=("EndDeviceGroup",),
    source="schema",
)
class DERGroupForecastQueries(Cim):
    """The query of DERGroupForecasts.

    >>> from datetime import UTC, datetime
    >>> schedule = [SoughtSchedule(
    ...     curveStyleKind=CurveStyle.constantYValue,
    ...     numberOfIntervals=1,
    ...     startTime=datetime(2026, 3, 1, tzinfo=UTC),
    ...     timeIntervalDuration=1,
    ...     timeIntervalUnit=TimeIntervalKind.D,
    ... )]
    >>> made = DERGroupForecastQueries(
    ...     DERMonitorableParameter=[SoughtParameter(DERParameter=DERParameterKind.activePower)],
    ...     DispatchSchedule=schedule,
    ...     EndDeviceGroup=[IdentifiedObject()],
    ... )
    >>> len(made.DERMonitorableParameter)
    1
    """

    DERMonitorableParameter: AtLeastOne[SoughtParameter]
    DispatchSchedule: AtLeastOne[SoughtSchedule]
    EndDeviceGroup: AtLeastOne[IdentifiedObject]

    if TYPE_CHECKING:

        def __answer__(self) -> DERGroupForecasts: ...

"""Faults and switching (IEC 61968-3)."""

from __future__ import annotations

from cimbus.interface.model import Cim, DateTime, noun
from cimbus.nouns.common import DateTimeInterval, IdentifiedObject, Name, Status

from .cim_class import NAMESPACE, cim_class

__all__ = [
    "DerivedSwitchingPlan",
    "SwitchingPlans",
]


class DerivedSwitchingPlan(Cim):
    """SwitchingPlan of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedSwitchingPlan(mRID="s-1").mRID
    's-1'
    """

    model_reference = cim_class(
        "SwitchingPlan",
        Document=(
            "authorName comment createdDateTime docStatus lastModifiedDateTime revisionNumber status subject title type"
        ),
        IdentifiedObject="Names description mRID",
    )

    mRID: str | None = None
    approvedDateTime: DateTime | None = None
    authorName: str | None = None
    cancelledDateTime: DateTime | None = None
    comment: str | None = None
    createdDateTime: DateTime | None = None
    description: str | None = None
    lastModifiedDateTime: DateTime | None = None
    purpose: str | None = None
    rank: int | None = None
    revisionNumber: str | None = None
    subject: str | None = None
    title: str | None = None
    type: str | None = None
    docStatus: Status | None = None
    Names: list[Name] = []
    Outage: IdentifiedObject | None = None
    OutagePlan: IdentifiedObject | None = None
    PlannedOutageNotification: IdentifiedObject | None = None
    plannedPeriod: DateTimeInterval | None = None
    SafetyDocuments: list[IdentifiedObject] = []
    status: Status | None = None
    SwitchingAction: list[IdentifiedObject] = []
    SwitchingOrder: IdentifiedObject | None = None
    SwitchingPlanRequest: IdentifiedObject | None = None
    WorkTasks: list[IdentifiedObject] = []


@noun(f"{NAMESPACE}SwitchingPlans#", items="SwitchingPlan", about=("",), source="derived")
class SwitchingPlans(Cim):
    """The noun SwitchingPlans, in a form of our own.

    >>> item = DerivedSwitchingPlan(mRID="s-1")
    >>> SwitchingPlans(SwitchingPlan=[item]).SwitchingPlan[0].mRID
    's-1'
    """

    SwitchingPlan: list[DerivedSwitchingPlan] = []

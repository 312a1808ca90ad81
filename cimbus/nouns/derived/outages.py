"""Outages, faults and switching (IEC 61968-3)."""

from __future__ import annotations

from cimbus.interface.model import Cim, DateTime, noun
from cimbus.nouns.common import DateTimeInterval, IdentifiedObject, Name, Status

from .cim_class import NAMESPACE, cim_class

__all__ = [
    "DerivedPlannedOutage",
    "DerivedPlannedOutageNotification",
    "DerivedUnplannedOutage",
    "PlannedOutageNotifications",
    "PlannedOutages",
    "UnplannedOutages",
]


class DerivedUnplannedOutage(Cim):
    """UnplannedOutage of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedUnplannedOutage(mRID="u-1").mRID
    'u-1'
    """

    model_reference = cim_class(
        "UnplannedOutage",
        Document=(
            "authorName comment createdDateTime docStatus lastModifiedDateTime revisionNumber status subject title type"
        ),
        IdentifiedObject="Names description mRID",
        Outage=(
            "Crew DeEnergizedUsagePoint EnergizedUsagePoint PlannedSwitchActions SwitchingPlans actualPeriod "
            "communityDescriptor customersRestored estimatedPeriod metersAffected originalCustomersServed "
            "originalMetersAffected outageKind statusKind utilityDisclaimer"
        ),
    )

    mRID: str | None = None
    authorName: str | None = None
    cause: str | None = None
    causeKind: str | None = None
    comment: str | None = None
    communityDescriptor: str | None = None
    createdDateTime: DateTime | None = None
    customersRestored: int | None = None
    description: str | None = None
    lastModifiedDateTime: DateTime | None = None
    metersAffected: int | None = None
    originalCustomersServed: int | None = None
    originalMetersAffected: int | None = None
    outageKind: str | None = None
    reportedStartTime: str | None = None
    revisionNumber: str | None = None
    statusKind: str | None = None
    subject: str | None = None
    title: str | None = None
    type: str | None = None
    utilityDisclaimer: str | None = None
    actualPeriod: DateTimeInterval | None = None
    Crew: list[IdentifiedObject] = []
    DeEnergizedUsagePoint: list[IdentifiedObject] = []
    docStatus: Status | None = None
    EnergizedUsagePoint: list[IdentifiedObject] = []
    estimatedPeriod: DateTimeInterval | None = None
    FieldDispatchHistory: IdentifiedObject | None = None
    Incident: list[IdentifiedObject] = []
    Names: list[Name] = []
    PlannedSwitchActions: list[IdentifiedObject] = []
    status: Status | None = None
    SwitchingPlans: list[IdentifiedObject] = []
    TroubleOrder: list[IdentifiedObject] = []
    TroubleTicket: list[IdentifiedObject] = []


@noun(f"{NAMESPACE}UnplannedOutages#", items="UnplannedOutage", about=("",), source="derived")
class UnplannedOutages(Cim):
    """The noun UnplannedOutages, in a form of our own.

    >>> item = DerivedUnplannedOutage(mRID="u-1")
    >>> UnplannedOutages(UnplannedOutage=[item]).UnplannedOutage[0].mRID
    'u-1'
    """

    UnplannedOutage: list[DerivedUnplannedOutage] = []


class DerivedPlannedOutage(Cim):
    """PlannedOutage of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedPlannedOutage(mRID="p-1").mRID
    'p-1'
    """

    model_reference = cim_class(
        "PlannedOutage",
        Document=(
            "authorName comment createdDateTime docStatus lastModifiedDateTime revisionNumber status subject title type"
        ),
        IdentifiedObject="Names description mRID",
        Outage=(
            "Crew DeEnergizedUsagePoint EnergizedUsagePoint Incident PlannedSwitchActions SwitchingPlans "
            "actualPeriod communityDescriptor customersRestored estimatedPeriod metersAffected "
            "originalCustomersServed originalMetersAffected outageKind statusKind utilityDisclaimer"
        ),
    )

    mRID: str | None = None
    authorName: str | None = None
    comment: str | None = None
    communityDescriptor: str | None = None
    createdDateTime: DateTime | None = None
    customersRestored: int | None = None
    description: str | None = None
    lastModifiedDateTime: DateTime | None = None
    metersAffected: int | None = None
    originalCustomersServed: int | None = None
    originalMetersAffected: int | None = None
    outageKind: str | None = None
    reason: str | None = None
    revisionNumber: str | None = None
    statusKind: str | None = None
    subject: str | None = None
    title: str | None = None
    type: str | None = None
    utilityDisclaimer: str | None = None
    actualPeriod: DateTimeInterval | None = None
    Crew: list[IdentifiedObject] = []
    DeEnergizedUsagePoint: list[IdentifiedObject] = []
    docStatus: Status | None = None
    EnergizedUsagePoint: list[IdentifiedObject] = []
    estimatedPeriod: DateTimeInterval | None = None
    FieldDispatchHistory: IdentifiedObject | None = None
    Incident: list[IdentifiedObject] = []
    Names: list[Name] = []
    OutagePlan: IdentifiedObject | None = None
    PlannedSwitchActions: list[IdentifiedObject] = []
    status: Status | None = None
    SwitchingPlans: list[IdentifiedObject] = []
    UpdatedRatings: list[IdentifiedObject] = []


@noun(f"{NAMESPACE}PlannedOutages#", items="PlannedOutage", about=("",), source="derived")
class PlannedOutages(Cim):
    """The noun PlannedOutages, in a form of our own.

    >>> item = DerivedPlannedOutage(mRID="p-1")
    >>> PlannedOutages(PlannedOutage=[item]).PlannedOutage[0].mRID
    'p-1'
    """

    PlannedOutage: list[DerivedPlannedOutage] = []


class DerivedPlannedOutageNotification(Cim):
    """PlannedOutageNotification of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedPlannedOutageNotification(mRID="p-1").mRID
    'p-1'
    """

    model_reference = cim_class(
        "PlannedOutageNotification",
        Document=(
            "authorName comment createdDateTime docStatus lastModifiedDateTime revisionNumber status subject title type"
        ),
        IdentifiedObject="Names description mRID",
    )

    mRID: str | None = None
    authorName: str | None = None
    comment: str | None = None
    createdDateTime: DateTime | None = None
    description: str | None = None
    lastModifiedDateTime: DateTime | None = None
    revisionNumber: str | None = None
    subject: str | None = None
    title: str | None = None
    type: str | None = None
    Customer: list[IdentifiedObject] = []
    docStatus: Status | None = None
    Names: list[Name] = []
    status: Status | None = None
    SwitchingPlan: IdentifiedObject | None = None


@noun(f"{NAMESPACE}PlannedOutageNotifications#", items="PlannedOutageNotification", about=("",), source="derived")
class PlannedOutageNotifications(Cim):
    """The noun PlannedOutageNotifications, in a form of our own.

    >>> item = DerivedPlannedOutageNotification(mRID="p-1")
    >>> PlannedOutageNotifications(PlannedOutageNotification=[item]).PlannedOutageNotification[0].mRID
    'p-1'
    """

    PlannedOutageNotification: list[DerivedPlannedOutageNotification] = []

"""Customers and their tickets (IEC 61968-8 and -9)."""

from __future__ import annotations

from cimbus.interface.model import Cim, DateTime, noun
from cimbus.nouns.common import IdentifiedObject, Name, Status

from .cim_class import NAMESPACE, cim_class

__all__ = [
    "CustomerConfig",
    "DerivedCustomer",
    "DerivedServiceLocation",
    "DerivedTroubleTicket",
    "ServiceLocationConfig",
    "TroubleTickets",
]


class DerivedTroubleTicket(Cim):
    """TroubleTicket of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedTroubleTicket(mRID="t-1").mRID
    't-1'
    """

    model_reference = cim_class(
        "TroubleTicket",
        Document="authorName createdDateTime docStatus lastModifiedDateTime revisionNumber status subject title type",
        IdentifiedObject="Names description mRID",
    )

    mRID: str | None = None
    authorName: str | None = None
    comment: str | None = None
    createdDateTime: DateTime | None = None
    dateTimeOfReport: str | None = None
    description: str | None = None
    firstResponderStatus: str | None = None
    lastModifiedDateTime: DateTime | None = None
    multiplePremises: bool | None = None
    reportingKind: str | None = None
    resolvedDateTime: DateTime | None = None
    revisionNumber: str | None = None
    subject: str | None = None
    title: str | None = None
    troubleCode: str | None = None
    type: str | None = None
    Customer: IdentifiedObject | None = None
    docStatus: Status | None = None
    Incident: IdentifiedObject | None = None
    IncidentHazard: list[IdentifiedObject] = []
    Names: list[Name] = []
    ServiceLocation: IdentifiedObject | None = None
    status: Status | None = None
    TroubleOrder: IdentifiedObject | None = None
    UnplannedOutage: IdentifiedObject | None = None


@noun(f"{NAMESPACE}TroubleTickets#", items="TroubleTicket", about=("",), source="derived")
class TroubleTickets(Cim):
    """The noun TroubleTickets, in a form of our own.

    >>> item = DerivedTroubleTicket(mRID="t-1")
    >>> TroubleTickets(TroubleTicket=[item]).TroubleTicket[0].mRID
    't-1'
    """

    TroubleTicket: list[DerivedTroubleTicket] = []


class DerivedCustomer(Cim):
    """Customer of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedCustomer(mRID="c-1").mRID
    'c-1'
    """

    model_reference = cim_class(
        "Customer", IdentifiedObject="Names description mRID", OrganisationRole="ConfigurationEvents Organisation"
    )

    mRID: str | None = None
    description: str | None = None
    kind: str | None = None
    locale: str | None = None
    priority: str | None = None
    pucNumber: str | None = None
    specialNeed: str | None = None
    vip: bool | None = None
    ConfigurationEvents: list[IdentifiedObject] = []
    CustomerAccounts: list[IdentifiedObject] = []
    CustomerAgreements: list[IdentifiedObject] = []
    EndDevices: list[IdentifiedObject] = []
    Names: list[Name] = []
    Organisation: IdentifiedObject | None = None
    OutagePlan: IdentifiedObject | None = None
    PlannedOutageNotification: list[IdentifiedObject] = []
    status: Status | None = None
    TroubleTickets: list[IdentifiedObject] = []
    Works: list[IdentifiedObject] = []


@noun(f"{NAMESPACE}CustomerConfig#", items="Customer", about=("",), source="derived")
class CustomerConfig(Cim):
    """The noun CustomerConfig, in a form of our own.

    >>> item = DerivedCustomer(mRID="c-1")
    >>> CustomerConfig(Customer=[item]).Customer[0].mRID
    'c-1'
    """

    Customer: list[DerivedCustomer] = []


class DerivedServiceLocation(Cim):
    """ServiceLocation of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedServiceLocation(mRID="s-1").mRID
    's-1'
    """

    model_reference = cim_class(
        "ServiceLocation",
        IdentifiedObject="Names description mRID",
        Location="direction geoInfoReference status type",
        WorkLocation="BaseWorks DesignLocations OneCallRequest",
    )

    mRID: str | None = None
    accessMethod: str | None = None
    description: str | None = None
    direction: str | None = None
    geoInfoReference: str | None = None
    needsInspection: bool | None = None
    siteAccessProblem: str | None = None
    type: str | None = None
    BaseWorks: list[IdentifiedObject] = []
    CustomerAgreements: list[IdentifiedObject] = []
    DesignLocations: list[IdentifiedObject] = []
    EndDevices: list[IdentifiedObject] = []
    Names: list[Name] = []
    OneCallRequest: IdentifiedObject | None = None
    status: Status | None = None
    TroubleTicket: list[IdentifiedObject] = []
    UsagePoints: list[IdentifiedObject] = []


@noun(f"{NAMESPACE}ServiceLocationConfig#", items="ServiceLocation", about=("",), source="derived")
class ServiceLocationConfig(Cim):
    """The noun ServiceLocationConfig, in a form of our own.

    >>> item = DerivedServiceLocation(mRID="s-1")
    >>> ServiceLocationConfig(ServiceLocation=[item]).ServiceLocation[0].mRID
    's-1'
    """

    ServiceLocation: list[DerivedServiceLocation] = []

"""What is agreed with customers (IEC 61968-9)."""

from __future__ import annotations

from cimbus.interface.model import Cim, DateTime, Float, noun
from cimbus.nouns.common import IdentifiedObject, Name, Status

from .cim_class import NAMESPACE, cim_class

__all__ = [
    "AuxiliaryAgreementConfig",
    "CustomerAccountConfig",
    "CustomerAgreementConfig",
    "DerivedAuxiliaryAgreement",
    "DerivedCustomerAccount",
    "DerivedCustomerAgreement",
]


class DerivedCustomerAccount(Cim):
    """CustomerAccount of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedCustomerAccount(mRID="c-1").mRID
    'c-1'
    """

    model_reference = cim_class(
        "CustomerAccount",
        Document=(
            "authorName comment createdDateTime docStatus lastModifiedDateTime revisionNumber status subject title type"
        ),
        IdentifiedObject="Names description mRID",
    )

    mRID: str | None = None
    authorName: str | None = None
    billingCycle: str | None = None
    budgetBill: str | None = None
    comment: str | None = None
    createdDateTime: DateTime | None = None
    description: str | None = None
    lastBillAmount: Float | None = None
    lastModifiedDateTime: DateTime | None = None
    revisionNumber: str | None = None
    subject: str | None = None
    title: str | None = None
    type: str | None = None
    Customer: IdentifiedObject | None = None
    CustomerAgreements: list[IdentifiedObject] = []
    CustomerBillingInfos: list[IdentifiedObject] = []
    docStatus: Status | None = None
    Names: list[Name] = []
    PaymentTransactions: list[IdentifiedObject] = []
    status: Status | None = None
    WorkBillingInfos: list[IdentifiedObject] = []


@noun(f"{NAMESPACE}CustomerAccountConfig#", items="CustomerAccount", about=("",), source="derived")
class CustomerAccountConfig(Cim):
    """The noun CustomerAccountConfig, in a form of our own.

    >>> item = DerivedCustomerAccount(mRID="c-1")
    >>> CustomerAccountConfig(CustomerAccount=[item]).CustomerAccount[0].mRID
    'c-1'
    """

    CustomerAccount: list[DerivedCustomerAccount] = []


class DerivedCustomerAgreement(Cim):
    """CustomerAgreement of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedCustomerAgreement(mRID="c-1").mRID
    'c-1'
    """

    model_reference = cim_class(
        "CustomerAgreement",
        Agreement="signDate validityInterval",
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
    isPrePay: bool | None = None
    lastModifiedDateTime: DateTime | None = None
    loadMgmt: str | None = None
    revisionNumber: str | None = None
    shutOffDateTime: DateTime | None = None
    signDate: str | None = None
    subject: str | None = None
    title: str | None = None
    type: str | None = None
    validityInterval: str | None = None
    AuxiliaryAgreements: list[IdentifiedObject] = []
    Customer: IdentifiedObject | None = None
    CustomerAccount: IdentifiedObject | None = None
    DemandResponsePrograms: list[IdentifiedObject] = []
    docStatus: Status | None = None
    MeterReadings: list[IdentifiedObject] = []
    Names: list[Name] = []
    PricingStructures: list[IdentifiedObject] = []
    ServiceCategory: IdentifiedObject | None = None
    ServiceLocations: list[IdentifiedObject] = []
    ServiceSupplier: IdentifiedObject | None = None
    StandardIndustryCode: IdentifiedObject | None = None
    status: Status | None = None
    UsagePoints: list[IdentifiedObject] = []


@noun(f"{NAMESPACE}CustomerAgreementConfig#", items="CustomerAgreement", about=("",), source="derived")
class CustomerAgreementConfig(Cim):
    """The noun CustomerAgreementConfig, in a form of our own.

    >>> item = DerivedCustomerAgreement(mRID="c-1")
    >>> CustomerAgreementConfig(CustomerAgreement=[item]).CustomerAgreement[0].mRID
    'c-1'
    """

    CustomerAgreement: list[DerivedCustomerAgreement] = []


class DerivedAuxiliaryAgreement(Cim):
    """AuxiliaryAgreement of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedAuxiliaryAgreement(mRID="a-1").mRID
    'a-1'
    """

    model_reference = cim_class(
        "AuxiliaryAgreement",
        Agreement="signDate validityInterval",
        Document=(
            "authorName comment createdDateTime docStatus lastModifiedDateTime revisionNumber status subject title type"
        ),
        IdentifiedObject="Names description mRID",
    )

    mRID: str | None = None
    arrearsInterest: Float | None = None
    authorName: str | None = None
    auxCycle: str | None = None
    auxPriorityCode: str | None = None
    comment: str | None = None
    createdDateTime: DateTime | None = None
    description: str | None = None
    fixedAmount: Float | None = None
    lastModifiedDateTime: DateTime | None = None
    minAmount: Float | None = None
    payCycle: str | None = None
    revisionNumber: str | None = None
    signDate: str | None = None
    subject: str | None = None
    subType: str | None = None
    title: str | None = None
    type: str | None = None
    validityInterval: str | None = None
    vendPortion: Float | None = None
    vendPortionArrear: Float | None = None
    AuxiliaryAccounts: list[IdentifiedObject] = []
    CustomerAgreement: IdentifiedObject | None = None
    docStatus: Status | None = None
    Names: list[Name] = []
    status: Status | None = None


@noun(f"{NAMESPACE}AuxiliaryAgreementConfig#", items="AuxiliaryAgreement", about=("",), source="derived")
class AuxiliaryAgreementConfig(Cim):
    """The noun AuxiliaryAgreementConfig, in a form of our own.

    >>> item = DerivedAuxiliaryAgreement(mRID="a-1")
    >>> AuxiliaryAgreementConfig(AuxiliaryAgreement=[item]).AuxiliaryAgreement[0].mRID
    'a-1'
    """

    AuxiliaryAgreement: list[DerivedAuxiliaryAgreement] = []

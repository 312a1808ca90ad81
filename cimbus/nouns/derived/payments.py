"""Payments (IEC 61968-9)."""

from __future__ import annotations

from cimbus.interface.model import Cim, Float, noun
from cimbus.nouns.common import IdentifiedObject, Name

from .cim_class import NAMESPACE, cim_class

__all__ = [
    "DerivedReceipt",
    "DerivedTransaction",
    "ReceiptRecord",
    "TransactionRecord",
]


class DerivedReceipt(Cim):
    """Receipt of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedReceipt(mRID="r-1").mRID
    'r-1'
    """

    model_reference = cim_class("Receipt", IdentifiedObject="Names description mRID")

    mRID: str | None = None
    description: str | None = None
    isBankable: bool | None = None
    CashierShift: IdentifiedObject | None = None
    Names: list[Name] = []
    Tenders: list[IdentifiedObject] = []
    Transactions: list[IdentifiedObject] = []
    VendorShift: IdentifiedObject | None = None


@noun(f"{NAMESPACE}ReceiptRecord#", items="Receipt", about=("",), source="derived")
class ReceiptRecord(Cim):
    """The noun ReceiptRecord, in a form of our own.

    >>> item = DerivedReceipt(mRID="r-1")
    >>> ReceiptRecord(Receipt=[item]).Receipt[0].mRID
    'r-1'
    """

    Receipt: list[DerivedReceipt] = []


class DerivedTransaction(Cim):
    """Transaction of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedTransaction(mRID="t-1").mRID
    't-1'
    """

    model_reference = cim_class("Transaction", IdentifiedObject="Names description mRID")

    mRID: str | None = None
    description: str | None = None
    diverseReference: str | None = None
    donorReference: str | None = None
    kind: str | None = None
    receiverReference: str | None = None
    reversedId: str | None = None
    serviceUnitsEnergy: Float | None = None
    serviceUnitsError: Float | None = None
    AuxiliaryAccount: IdentifiedObject | None = None
    CashierShift: IdentifiedObject | None = None
    CustomerAccount: IdentifiedObject | None = None
    Meter: IdentifiedObject | None = None
    Names: list[Name] = []
    PricingStructure: IdentifiedObject | None = None
    Receipt: IdentifiedObject | None = None
    VendorShift: IdentifiedObject | None = None


@noun(f"{NAMESPACE}TransactionRecord#", items="Transaction", about=("",), source="derived")
class TransactionRecord(Cim):
    """The noun TransactionRecord, in a form of our own.

    >>> item = DerivedTransaction(mRID="t-1")
    >>> TransactionRecord(Transaction=[item]).Transaction[0].mRID
    't-1'
    """

    Transaction: list[DerivedTransaction] = []

"""Faults, and the noun that had them together with outages (IEC 61968-3)."""

from __future__ import annotations

from cimbus.interface.model import Cim, DateTime, Float, noun
from cimbus.nouns.common import IdentifiedObject, Name

from .cim_class import NAMESPACE, cim_class
from .outages import DerivedPlannedOutage, DerivedPlannedOutageNotification, DerivedUnplannedOutage

__all__ = [
    "DerivedEquipmentFault",
    "DerivedFaultImpedance",
    "DerivedLineFault",
    "EquipmentFaults",
    "LineFaults",
    "OutagesAndFaults",
]


class DerivedFaultImpedance(Cim):
    """FaultImpedance of the CIM, in ohms.

    >>> from decimal import Decimal
    >>> DerivedFaultImpedance(rGround=Decimal("0.5")).rGround
    Decimal('0.5')
    """

    model_reference = cim_class("FaultImpedance")

    rGround: Float | None = None
    rLineToLine: Float | None = None
    xGround: Float | None = None
    xLineToLine: Float | None = None


class DerivedEquipmentFault(Cim):
    """EquipmentFault of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedEquipmentFault(mRID="e-1").mRID
    'e-1'
    """

    model_reference = cim_class(
        "EquipmentFault",
        Fault="FaultCauseTypes FaultyEquipment Location Outage impedance kind occurredDateTime phases",
        IdentifiedObject="Names description mRID",
    )

    mRID: str | None = None
    description: str | None = None
    kind: str | None = None
    occurredDateTime: DateTime | None = None
    phases: str | None = None
    FaultCauseTypes: list[IdentifiedObject] = []
    FaultyEquipment: IdentifiedObject | None = None
    impedance: DerivedFaultImpedance | None = None
    Location: IdentifiedObject | None = None
    Names: list[Name] = []
    Outage: IdentifiedObject | None = None
    Terminal: IdentifiedObject | None = None


@noun(f"{NAMESPACE}EquipmentFaults#", items="EquipmentFault", about=("",), source="derived")
class EquipmentFaults(Cim):
    """The noun EquipmentFaults, in a form of our own.

    >>> item = DerivedEquipmentFault(mRID="e-1")
    >>> EquipmentFaults(EquipmentFault=[item]).EquipmentFault[0].mRID
    'e-1'
    """

    EquipmentFault: list[DerivedEquipmentFault] = []


class DerivedLineFault(Cim):
    """LineFault of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedLineFault(mRID="l-1").mRID
    'l-1'
    """

    model_reference = cim_class(
        "LineFault",
        Fault="FaultCauseTypes FaultyEquipment Location Outage impedance kind occurredDateTime phases",
        IdentifiedObject="Names description mRID",
    )

    mRID: str | None = None
    description: str | None = None
    kind: str | None = None
    lengthFromTerminal1: Float | None = None
    occurredDateTime: DateTime | None = None
    phases: str | None = None
    ACLineSegment: IdentifiedObject | None = None
    FaultCauseTypes: list[IdentifiedObject] = []
    FaultyEquipment: IdentifiedObject | None = None
    impedance: DerivedFaultImpedance | None = None
    Location: IdentifiedObject | None = None
    Names: list[Name] = []
    Outage: IdentifiedObject | None = None


@noun(f"{NAMESPACE}LineFaults#", items="LineFault", about=("",), source="derived")
class LineFaults(Cim):
    """The noun LineFaults, in a form of our own.

    >>> item = DerivedLineFault(mRID="l-1")
    >>> LineFaults(LineFault=[item]).LineFault[0].mRID
    'l-1'
    """

    LineFault: list[DerivedLineFault] = []


@noun(
    f"{NAMESPACE}OutagesAndFaults#",
    about=("UnplannedOutage", "PlannedOutage", "PlannedOutageNotification", "EquipmentFault", "LineFault"),
    source="derived",
)
class OutagesAndFaults(Cim):
    """The noun OutagesAndFaults, in a form of our own: Edition 3 has five nouns in its place, whose items it lists.

    >>> made = OutagesAndFaults(LineFault=[DerivedLineFault(mRID="l-1")])
    >>> made.LineFault[0].mRID
    'l-1'
    """

    EquipmentFault: list[DerivedEquipmentFault] = []
    LineFault: list[DerivedLineFault] = []
    PlannedOutage: list[DerivedPlannedOutage] = []
    PlannedOutageNotification: list[DerivedPlannedOutageNotification] = []
    UnplannedOutage: list[DerivedUnplannedOutage] = []

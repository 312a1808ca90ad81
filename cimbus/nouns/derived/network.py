"""Network data that Edition 1 of IEC 61968-4 had; part 13 and IEC 61970 have it now (``cimbus.codecs.rdf``)."""

from __future__ import annotations

from cimbus.interface.model import Cim, Float, noun
from cimbus.nouns.common import IdentifiedObject, Name

from .cim_class import NAMESPACE, cim_class

__all__ = [
    "ChangeSet",
    "DerivedChangeSet",
    "DerivedChangeSetMember",
    "DerivedDiagram",
    "DerivedInstanceSet",
    "NetworkDataSet",
    "Presentation",
]


class DerivedChangeSetMember(Cim):
    """ChangeSetMember of the CIM: an object that is to be changed, and one with its new properties.

    >>> DerivedChangeSetMember(TargetObject=IdentifiedObject(mRID="o-1")).TargetObject.mRID
    'o-1'
    """

    model_reference = cim_class("ChangeSetMember")

    PropertiesObject: IdentifiedObject | None = None
    TargetObject: IdentifiedObject


class DerivedChangeSet(Cim):
    """ChangeSet of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedChangeSet(mRID="c-1").mRID
    'c-1'
    """

    model_reference = cim_class(
        "ChangeSet",
        IdentifiedObject="Names description mRID",
    )

    mRID: str | None = None
    description: str | None = None
    ChangeSetMember: list[DerivedChangeSetMember] = []
    Names: list[Name] = []
    NetworkModelProjectChangeVersion: list[IdentifiedObject] = []
    NMProjectStage: IdentifiedObject | None = None


@noun(f"{NAMESPACE}ChangeSet#", items="ChangeSet", about=("",), source="derived")
class ChangeSet(Cim):
    """The noun ChangeSet, in a form of our own.

    >>> ChangeSet(ChangeSet=[DerivedChangeSet(mRID="c-1")]).ChangeSet[0].mRID
    'c-1'
    """

    ChangeSet: list[DerivedChangeSet] = []


class DerivedInstanceSet(Cim):
    """InstanceSet of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedInstanceSet(mRID="i-1").mRID
    'i-1'
    """

    model_reference = cim_class(
        "InstanceSet",
        IdentifiedObject="Names description mRID",
    )

    mRID: str | None = None
    description: str | None = None
    InstanceSetMember: list[IdentifiedObject] = []
    Names: list[Name] = []


@noun(f"{NAMESPACE}NetworkDataSet#", items="InstanceSet", about=("",), source="derived")
class NetworkDataSet(Cim):
    """The noun NetworkDataSet, in a form of our own.

    >>> item = DerivedInstanceSet(mRID="i-1")
    >>> NetworkDataSet(InstanceSet=[item]).InstanceSet[0].mRID
    'i-1'
    """

    InstanceSet: list[DerivedInstanceSet] = []


class DerivedDiagram(Cim):
    """Diagram of the CIM: its attributes, and references to what it belongs with.

    >>> DerivedDiagram(mRID="d-1").mRID
    'd-1'
    """

    model_reference = cim_class(
        "Diagram",
        IdentifiedObject="Names description mRID",
    )

    mRID: str | None = None
    description: str | None = None
    orientation: str | None = None
    x1InitialView: Float | None = None
    x2InitialView: Float | None = None
    y1InitialView: Float | None = None
    y2InitialView: Float | None = None
    DiagramElements: list[IdentifiedObject] = []
    DiagramStyle: IdentifiedObject | None = None
    Names: list[Name] = []


@noun(f"{NAMESPACE}Presentation#", items="Diagram", about=("",), source="derived")
class Presentation(Cim):
    """The noun Presentation, in a form of our own.

    >>> item = DerivedDiagram(mRID="d-1")
    >>> Presentation(Diagram=[item]).Diagram[0].mRID
    'd-1'
    """

    Diagram: list[DerivedDiagram] = []

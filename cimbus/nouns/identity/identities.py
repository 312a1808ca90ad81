"""CIMIdentities, and their query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cimbus.interface.model import AtLeastOne, Cim, noun
from cimbus.nouns.common import IdentifiedObject, Name

__all__ = [
    "CIMIdentities",
    "CIMIdentitiesQueries",
    "CIMIdentity",
    "IdentityReference",
]


class IdentityReference(Cim):
    """IdentifiedObject as CIMIdentities has it.

    >>> IdentityReference(mRID="i-1").mRID
    'i-1'
    """

    mRID: str


class CIMIdentity(Cim):
    """A CIM identity.

    >>> made = CIMIdentity(
    ...     IdentifiedObject=IdentityReference(mRID="i-1"),
    ...     Names=[Name(name="n-1")],
    ... )
    >>> made.IdentifiedObject is None
    False
    """

    IdentifiedObject: IdentityReference
    Names: AtLeastOne[Name]


_CIMIdentity = CIMIdentity


@noun("http://www.epri.com/2016/CIMIdentities#", items="CIMIdentity", about=("IdentifiedObject", ""), source="schema")
class CIMIdentities(Cim):
    """The noun CIMIdentities.

    >>> made = CIMIdentities(
    ...     CIMIdentity=[CIMIdentity(IdentifiedObject=IdentityReference(mRID="i-1"), Names=[Name(name="n-1")])],
    ... )
    >>> len(made.CIMIdentity)
    1
    """

    CIMIdentity: AtLeastOne[_CIMIdentity]


@noun(
    "http://iec.ch/TC57/2016/CIMIdentitiesQueries#",
    query_of="CIMIdentities",
    about=("EndDeviceGroup",),
    source="schema",
)
class CIMIdentitiesQueries(Cim):
    """The query of CIMIdentities.

    >>> len(CIMIdentitiesQueries(EndDeviceGroup=[IdentifiedObject()]).EndDeviceGroup)
    1
    """

    EndDeviceGroup: list[IdentifiedObject] = []

    if TYPE_CHECKING:

        def __answer__(self) -> CIMIdentities: ...

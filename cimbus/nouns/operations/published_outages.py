"""PubOutages: what a utility publishes of its outages, as messages show it."""

from __future__ import annotations

from cimbus.interface.model import Cim, DateTime, noun

__all__ = [
    "Outage",
    "OutageArea",
    "PubOutages",
]


class OutageArea(Cim):
    """Where an outage is, and how many meters are there.

    >>> OutageArea(metersServed=1).metersServed
    1
    """

    earliestReportedTime: DateTime | None = None
    metersServed: int | None = None
    outageAreaKind: str | None = None


_OutageArea = OutageArea


class Outage(Cim):
    """One outage.

    >>> Outage(mRID="o-1").mRID
    'o-1'
    """

    mRID: str | None = None
    cause: str | None = None
    causeKind: str | None = None
    communityDescriptor: str | None = None
    metersAffected: int | None = None
    outageKind: str | None = None
    statusKind: str | None = None
    utilityDisclaimer: str | None = None
    OutageArea: _OutageArea | None = None


_Outage = Outage


@noun("http://iec.ch/TC57/2014/PubOutages#", items="Outage", about=("",), source="sample")
class PubOutages(Cim):
    """The noun PubOutages.

    >>> len(PubOutages(Outage=[Outage()]).Outage)
    1
    """

    Outage: list[_Outage] = []

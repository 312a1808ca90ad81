"""OutageRecord, SwitchingSchedule and TroubleTicket, as an integration of 2011 had them, of the CIM of 2008 (CIM13)."""

from __future__ import annotations

from cimbus.interface.model import AtLeastOne, Cim, DateTime, noun

__all__ = [
    "ConductingEquipmentRole",
    "OutageInterval",
    "OutageRecord",
    "OutageStep",
    "SwitchingSchedule",
    "TroubleTicket",
]


class ConductingEquipmentRole(Cim):
    """The equipment that a step is about.

    >>> ConductingEquipmentRole(pathName="S1/F2/B3").pathName
    'S1/F2/B3'
    """

    pathName: str


class OutageInterval(Cim):
    """From when until when there was no power.

    >>> from datetime import UTC, datetime
    >>> night = datetime(2026, 3, 1, tzinfo=UTC)
    >>> OutageInterval(start=night, end=night).start == night
    True
    """

    end: DateTime
    start: DateTime


class OutageStep(Cim):
    """A step of an outage: the equipment and the customers that had no power for a time.

    >>> OutageStep.__struct_fields__[:3]
    ('extensions', 'callerCount', 'description')
    """

    callerCount: int
    description: str
    fatality: bool
    localName: str
    name: str
    pathName: str
    specialCustomerCount: int
    totalCustomerCount: int
    ConductingEquipmentRoles: AtLeastOne[ConductingEquipmentRole]
    noPowerInterval: OutageInterval


@noun("http://dongfang-china.com#", source="shape")
class OutageRecord(Cim):
    """The noun OutageRecord.

    >>> from cimbus.testing import sample
    >>> len(sample(OutageRecord).OutageSteps) > 0
    True
    """

    damageCode: str
    description: str
    endDateTime: DateTime
    isPlanned: bool
    localName: str
    mode: str
    name: str
    pathName: str
    title: str
    OutageSteps: AtLeastOne[OutageStep]


@noun("http://iec.ch/TC57/2007/profile#", source="shape")
class SwitchingSchedule(Cim):
    """The noun SwitchingSchedule.

    >>> from datetime import UTC, datetime
    >>> night = datetime(2026, 3, 1, tzinfo=UTC)
    >>> SwitchingSchedule(startDateTime=night, endDateTime=night, reason="maintenance").reason
    'maintenance'
    """

    endDateTime: DateTime
    reason: str
    startDateTime: DateTime


@noun("http://iec.ch/TC57/2007/profile#", source="shape")
class TroubleTicket(Cim):
    """The noun TroubleTicket.

    >>> from cimbus.testing import sample
    >>> sample(TroubleTicket).callBack in (True, False)
    True
    """

    advice: str
    callBack: bool
    estimatedRestoreDateTime: DateTime
    firstCallDateTime: DateTime
    hazardCode: str
    priority: str

"""What is worked on, and who works with what: assets, procedures, crews, material."""

from __future__ import annotations

from cimbus.interface.model import Cim, Date, DateTime, Float
from cimbus.nouns.common import DateTimeInterval, Name
from cimbus.nouns.units import PhaseCode, UnitMultiplier, UnitSymbol

from .kinds import ProcedureKind, VehicleUsageKind, WorkTimeScheduleKind
from .places import WorkLocation

__all__ = [
    "ActivityRecord",
    "Asset",
    "Crew",
    "CrewMember",
    "MaterialItem",
    "Measurement",
    "Person",
    "Priority",
    "Procedure",
    "Quantity",
    "WorkAsset",
    "WorkTimeSchedule",
]


class ActivityRecord(Cim):
    """Something that was done, and when.

    >>> ActivityRecord(reason="text").reason
    'text'
    """

    createdDateTime: DateTime | None = None
    reason: str | None = None
    severity: str | None = None
    type: str | None = None


class Priority(Cim):
    """How urgent it is, and why.

    >>> Priority(justification="text").justification
    'text'
    """

    justification: str | None = None
    rank: int | None = None
    type: str | None = None


class WorkTimeSchedule(Cim):
    """When work is wanted, planned or done.

    >>> WorkTimeSchedule(kind=WorkTimeScheduleKind.actual).kind is None
    False
    """

    kind: WorkTimeScheduleKind | None = None
    scheduleInterval: DateTimeInterval | None = None


class Measurement(Cim):
    """What is measured in a procedure.

    >>> Measurement(measurementType="text").measurementType
    'text'
    """

    measurementType: str | None = None
    phases: PhaseCode | None = None
    unitMultiplier: UnitMultiplier | None = None
    unitSymbol: UnitSymbol | None = None


class Procedure(Cim):
    """How something is done with an asset.

    >>> Procedure(instruction="text").instruction
    'text'
    """

    instruction: str
    kind: ProcedureKind | None = None
    sequenceNumber: str | None = None
    Measurements: list[Measurement] = []


class Asset(Cim):
    """An asset that work is done on.

    >>> Asset(critical=True, utcNumber="text").critical
    True
    """

    mRID: str | None = None
    critical: bool
    utcNumber: str
    Location: WorkLocation | None = None
    Names: list[Name] = []
    Procedures: list[Procedure] = []


class Person(Cim):
    """A person by name.

    >>> Person(firstName="text").firstName
    'text'
    """

    firstName: str | None = None
    lastName: str | None = None


_Person = Person


class CrewMember(Cim):
    """A member of a crew.

    >>> CrewMember(Person=Person()).Person is None
    False
    """

    Person: _Person


class WorkAsset(Cim):
    """An asset that a crew works with: a vehicle or a tool.

    >>> WorkAsset(critical=True, utcNumber="text").critical
    True
    """

    mRID: str | None = None
    critical: bool
    lastCalibrationDate: Date | None = None
    odometerReadDateTime: DateTime | None = None
    odometerReading: Float | None = None
    usageKind: VehicleUsageKind | None = None
    utcNumber: str
    Location: WorkLocation | None = None
    Names: list[Name] = []
    Procedures: list[Procedure] = []


class Crew(Cim):
    """Who does the work.

    >>> Crew(mRID="c-1").mRID
    'c-1'
    """

    mRID: str | None = None
    CrewMembers: list[CrewMember] = []
    Names: list[Name] = []
    WorkAssets: list[WorkAsset] = []


class Quantity(Cim):
    """How much of it.

    >>> Quantity(value=1).value
    1
    """

    multiplier: UnitMultiplier | None = None
    unit: UnitSymbol | None = None
    value: int


class MaterialItem(Cim):
    """Material that the work needs.

    >>> MaterialItem(mRID="m-1").mRID
    'm-1'
    """

    mRID: str | None = None
    Names: list[Name] = []
    quantity: Quantity | None = None

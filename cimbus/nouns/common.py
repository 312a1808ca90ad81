"""Classes that several nouns are made of.

Payload profiles write NameType with its description first, the envelope with its name first (see
``cimbus.interface.envelope``). Where a profile uses a class with mRID and Names alone, it is ``IdentifiedObject`` here,
whatever its CIM class.

>>> serial = Name(name="4711", NameType=NameType(name="serial number"))
>>> IdentifiedObject(mRID="meter-7", Names=[serial]).Names[0].name
'4711'
"""

from __future__ import annotations

from cimbus.interface.model import Attribute, Cim, DateTime

__all__ = [
    "DateTimeInterval",
    "IdentifiedObject",
    "Name",
    "NameType",
    "NameTypeAuthority",
    "Reference",
    "Status",
]


class NameTypeAuthority(Cim):
    """The authority that gives names of a type.

    >>> NameTypeAuthority(name="GRID").name
    'GRID'
    """

    description: str | None = None
    name: str


_NameTypeAuthority = NameTypeAuthority


class NameType(Cim):
    """What kind of name it is; needed where an object has several.

    One public copy of MeterReadings lets even ``name`` be missing; a sender should give it.

    >>> NameType(name="serial number", description="on the type plate").name
    'serial number'
    """

    description: str | None = None
    name: str | None = None
    NameTypeAuthority: _NameTypeAuthority | None = None


_NameType = NameType


class Name(Cim):
    """A name of an object; between enterprises objects are identified by names rather than by mRID.

    >>> Name(name="4711").name
    '4711'
    """

    name: str
    NameType: _NameType | None = None


class IdentifiedObject(Cim):
    """Any object that a message only refers to: Asset, Meter, UsagePoint, EndDeviceGroup, Customer, ...

    >>> IdentifiedObject(mRID="up-1").mRID
    'up-1'
    """

    mRID: str | None = None
    Names: list[Name] = []


class Reference(Cim):
    """A code reference: an empty element with the attribute ``ref``.

    It holds a code of IEC 61968-9 (see ``cimbus.codes``), or the mRID of a type that the same message defines.

    >>> Reference(ref="3.26.0.47").ref
    '3.26.0.47'
    """

    ref: Attribute = None


class Status(Cim):
    """The state of something, and since when.

    >>> Status(value="active").value
    'active'
    """

    dateTime: DateTime | None = None
    reason: str | None = None
    remark: str | None = None
    value: str | None = None


class DateTimeInterval(Cim):
    """From ``start`` to ``end``; open where one is missing.

    >>> from datetime import UTC, datetime
    >>> DateTimeInterval(start=datetime(2026, 3, 1, tzinfo=UTC)).end is None
    True
    """

    end: DateTime | None = None
    start: DateTime | None = None

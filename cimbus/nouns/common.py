"""Classes that several nouns are made of.

Payload profiles write NameType with its description first, the envelope with its name first (see ``cimbus.envelope``).
Where a profile uses a class with mRID and Names alone, it is ``IdentifiedObject`` here, whatever its CIM class.
"""

from __future__ import annotations

from cimbus.model import Attribute, Cim, DateTime


class NameTypeAuthority(Cim):
    """Who gives names of a type."""

    description: str | None = None
    name: str


_NameTypeAuthority = NameTypeAuthority


class NameType(Cim):
    """What kind of name it is; needed where an object has several.

    One public copy of MeterReadings lets even ``name`` be missing; a sender should give it.
    """

    description: str | None = None
    name: str | None = None
    NameTypeAuthority: _NameTypeAuthority | None = None


_NameType = NameType


class Name(Cim):
    """A name of an object; between enterprises it identifies the object rather than the mRID does."""

    name: str
    NameType: _NameType | None = None


class IdentifiedObject(Cim):
    """Any object of which a message only says which one: Asset, Meter, UsagePoint, EndDeviceGroup, Customer, ..."""

    mRID: str | None = None
    Names: list[Name] = []


class Reference(Cim):
    """A code reference: an empty element with the attribute ``ref``.

    It holds a code of IEC 61968-9 (see ``cimbus.codes``), or the mRID of a type that stands in the same message.
    """

    ref: Attribute = None


class Status(Cim):
    """The state of something, and since when."""

    dateTime: DateTime | None = None
    reason: str | None = None
    remark: str | None = None
    value: str | None = None


class DateTimeInterval(Cim):
    """From ``start`` to ``end``; open where one is missing."""

    end: DateTime | None = None
    start: DateTime | None = None

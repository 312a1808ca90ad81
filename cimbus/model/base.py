"""How a CIM class is declared: once, for XML, JSON and type checkers alike.

A class is a ``Cim`` subclass whose fields are the XSD's children **in schema order** under their CIM names::

    class Name(Cim):
        name: str                        # 1..1
        NameType: NameType_ | None = None  # 0..1
    class Meter(Cim):
        mRID: str | None = None
        Names: list[Name] = []           # 0..*
        Readings: Some[Reading]          # 1..*

=================  ==============================================================
declared as        XML Schema type
=================  ==============================================================
``str``            xs:string
``DateTime``       xs:dateTime, an aware ``datetime``
``Decimal``        xs:decimal; the digits as written survive (``1.50``)
``Float``          xs:float, read as ``Decimal`` for the same reason
``int``            xs:integer
``bool``           xs:boolean
``CimEnum`` class  an enumeration that keeps members it does not know
another ``Cim``    a complex type
``Attribute``      an optional xs:string attribute
``Text``           the character content of a type that also has attributes
=================  ==============================================================

A field cannot have the very name of a class that stands in the same scope (type checkers look there first): give the
class an alias, or another name, since only field names are written.
"""

from __future__ import annotations

import enum
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Self, TypeVar, dataclass_transform

import msgspec
from msgspec import Meta

from cimbus.element import Element

T = TypeVar("T")

DateTime = Annotated[datetime, Meta(tz=True)]
Float = Annotated[Decimal, Meta(extra={"xsd": "float"})]
Attribute = Annotated[str | None, Meta(extra={"xsd": "attribute"})]
Text = Annotated[str, Meta(extra={"xsd": "text"})]
AnyNoun = Annotated[Any, Meta(extra={"xsd": "any"})]
Some = Annotated[list[T], Meta(min_length=1)]

FOREIGN: Final = "#foreign"
"""The JSON name of ``Cim.foreign``; no XML name can be that."""


FIRST: Final = "^"
"""``Stray.after`` of an element before all known children."""


class Stray(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """An element found where the class has none.

    ``after`` is the child it came after (``FIRST``: before all), or empty: where the schema lets extensions stand,
    which is after the last child where it lets none.
    """

    element: Element
    after: str = ""


class Foreign(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a document held beyond its class: kept, and written back in its place."""

    elements: tuple[Stray, ...] = ()
    attributes: dict[str, str] = {}

    @staticmethod
    def of(*elements: Element, after: str = "") -> Foreign:
        """Return extensions to be written after the named child (by default where the schema has its wildcard)."""
        return Foreign(elements=tuple(Stray(element=element, after=after) for element in elements))


CIM_OPTIONS: Final = {
    "kw_only": True,
    "omit_defaults": True,
    "forbid_unknown_fields": True,
    "frozen": True,
    "gc": False,
}

if TYPE_CHECKING:
    from msgspec import StructMeta
else:
    StructMeta = type(msgspec.Struct)


class CimMeta(StructMeta):
    """Makes every ``Cim`` class frozen and keyword-only, so that a mandatory child may follow an optional one."""

    def __new__(mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> Any:
        """Make the class; msgspec would want these options repeated on each."""
        for option, value in CIM_OPTIONS.items():
            options.setdefault(option, value)
        return super().__new__(mcls, name, bases, namespace, **options)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(msgspec.field,))
class Cim(msgspec.Struct, metaclass=CimMeta, frozen=True, kw_only=True):
    """The base of every class that is declared for the wire.

    A mandatory child that a leniently read document lacks is None, whatever its type says, and ``message.notes`` tells;
    nothing of the kind is ever written.
    """

    choice: ClassVar[tuple[str, ...]] = ()
    """Children of which at most one may be present (an xs:choice)."""
    wildcard: ClassVar[str | None] = None
    """The child after which the schema lets extensions stand; ``""`` at the end; None: it allows none."""

    foreign: Foreign | None = msgspec.field(default=None, name=FOREIGN)


class CimEnum(enum.StrEnum):
    """An enumeration of the standard, open to values that it does not list.

    ``Reason("other")`` is the declared member; ``Reason("solarFlare")`` is a value of the same type with ``known``
    False. Equality is that of the text.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        stray = str.__new__(cls, value)
        stray._name_ = value
        stray._value_ = value
        return stray

    @property
    def known(self) -> bool:
        """Whether the standard lists this value."""
        return self._value_ in type(self)._value2member_map_

"""How a CIM class is declared: once, for XML, JSON and type checkers alike.

A class is a ``Cim`` subclass whose fields are the XSD's children **in schema order** under their CIM names::

    class Name(Cim):
        name: str                        # 1..1
        NameType: NameType_ | None = None  # 0..1
    class Meter(Cim):
        mRID: str | None = None
        Names: list[Name] = []           # 0..*
        Readings: AtLeastOne[Reading]    # 1..*

==================  =============================================================
declared as         XML Schema type
==================  =============================================================
``str``             xs:string
``DateTime``        xs:dateTime, an aware ``datetime``
``Date``            xs:date; a time zone that was written with it is kept
``Time``            xs:time
``Duration``        xs:duration of days and less, a ``timedelta``
``Decimal``         xs:decimal; the digits as written survive (``1.50``)
``Float``           xs:float, read as ``Decimal`` for the same reason
``int``             xs:integer
``bool``            xs:boolean
``CimEnum`` class   an enumeration that keeps members it does not know
another ``Cim``     a complex type
``Attribute``       an optional xs:string attribute
``AttributeOf[T]``  an attribute of another type; mandatory unless T allows None
``Text``            the character content of a type that also has attributes
``TextOf[T]``       the same, of another type
==================  =============================================================

``facets`` limits the values of a field, ``choices`` names children that exclude one another, a subclass extends its
base (its children come behind the base's), and ``model_reference`` says what of the CIM it is::

    class Load(Cim):
        model_reference = ModelReference("http://iec.ch/TC57/CIM100#EnergyConsumer")
        choices = (choice("fixed", "measured"),)
        percent: Annotated[int, facets(ge=0, le=100)]
        fixed: Float | None = None
        measured: Float | None = None

A class that extends another and has an ``xsi_type`` may stand for it; documents name it by ``xsi:type``::

    class SmartMeter(Meter):
        xsi_type = "SmartMeter"
        firmware: str | None = None

A field cannot have the very name of a class that stands in the same scope (type checkers look there first): give the
class an alias, or another name, since only field names are written.
"""

from __future__ import annotations

import enum
import inspect
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Self, TypeVar, dataclass_transform

import msgspec
from msgspec import Meta

from cimbus.interface.element import XmlElement

from .choice import Choice
from .model_reference import ModelReference

T = TypeVar("T")

DateTime = Annotated[datetime, Meta(tz=True)]
"""xs:dateTime, as an aware ``datetime``; naive ones are refused when written."""
Date = Annotated[date, Meta()]
"""xs:date, under a name that no field has (fields of the CIM are called ``date``)."""
Time = Annotated[time, Meta()]
"""xs:time, aware if a zone was written."""
Duration = Annotated[timedelta, Meta()]
"""xs:duration. One in years or months has no length of its own: it is kept as it was written, without a value."""
Float = Annotated[Decimal, Meta(extra={"float": True})]
"""xs:float, as a ``Decimal`` with the digits that were written (a binary float would turn 0.1 into another number)."""
Attribute = Annotated[str | None, Meta(extra={"xsd": "attribute"})]
"""An optional xs:string attribute."""
AttributeOf = Annotated[T, Meta(extra={"xsd": "attribute"})]
"""An attribute: ``AttributeOf[str]`` a mandatory text, ``AttributeOf[int | None]`` an optional number."""
Text = Annotated[str, Meta(extra={"xsd": "text"})]
"""The character content of a type that also has attributes (xs:simpleContent)."""
TextOf = Annotated[T, Meta(extra={"xsd": "text"})]
"""The same where it is no xs:string: ``TextOf[Decimal | None]``; None where a reader met no value of the kind."""
AnyNoun = Annotated[Any, Meta(extra={"xsd": "any"})]
"""One noun of whatever name (an xs:any of OperationType)."""
AtLeastOne = Annotated[list[T], Meta(min_length=1)]
"""A list of one or more (1..*)."""

EXTENSIONS: Final = "#extensions"
"""The JSON name of ``Cim.extensions``: ``#`` cannot begin an XML name (XML 1.0, 2.3), so no child is ever called so."""

XSI_TYPE_MEMBER: Final = "#type"
"""The JSON name of what is ``xsi:type`` in XML."""

FIRST: Final = "^"
"""``Extension.after`` of an element before all known children; not an XML name either, so no child's name."""


class Extension(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """An element found where the class has none.

    ``after`` is the child it came after (``FIRST``: before all). Empty means the place of the schema's wildcard, or the
    end where the schema has no wildcard.

    >>> Extension(element=XmlElement("Trace", "urn:x", text="7"), after="Source").after
    'Source'
    """

    element: XmlElement
    after: str = ""


class Extensions(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a document holds beyond its class: kept, and written back in its place.

    ``elements`` are child elements; ``attributes`` are by local name, or ``{uri}name``, or ``child@name`` for an
    attribute of a leaf. ``text`` is what stood before the children of a class that has none.

    Four more kinds of keys say how something was written, and are written so again: ``xmlns`` is the namespace that a
    noun came in where it is not its class's (``child@xmlns``: that of a child, where it is not its parent's),
    ``xmlns:p`` declares a prefix that a kept value uses, ``child#text`` is the spelling of a value (``1`` for true),
    as long as it means the value, and ``#order`` the names of children that were not in the order of the schema.

    >>> Extensions(attributes={"lang": "en", "code@listID": "A12"}).attributes["code@listID"]
    'A12'
    """

    elements: tuple[Extension, ...] = ()
    attributes: dict[str, str] = {}
    text: str = ""

    @staticmethod
    def of(*elements: XmlElement, after: str = "") -> Extensions:
        """Return extensions to be written after the named child (by default where the schema has its wildcard).

        >>> from cimbus import Header
        >>> header = Header(verb="get", noun="X", extensions=Extensions.of(XmlElement("Trace", "urn:x")))
        >>> header.extensions.elements[0].element.name
        'Trace'
        """
        return Extensions(elements=tuple(Extension(element=element, after=after) for element in elements))


CIM_OPTIONS: Final = {
    "kw_only": True,  # a mandatory child may follow an optional one, as in many sequences of the schemas
    "omit_defaults": True,  # JSON without the children that are not there
    "forbid_unknown_fields": True,  # so that the fast JSON path leaves unknown children to the one that keeps them
    "frozen": True,  # a message is a value
    "repr_omit_defaults": True,  # what is there, not the dozens of children that are not
    "gc": False,  # a tree of frozen values has no cycles; the collector need not look through 10 000 readings
}

if TYPE_CHECKING:
    from msgspec import StructMeta
else:
    StructMeta = type(msgspec.Struct)


class CimMeta(StructMeta):
    """Gives every ``Cim`` class the options above, which msgspec does not inherit."""

    def __new__(mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> Any:
        """Make the class with these options unless it sets its own."""
        if isinstance(name_of_type := namespace.get("xsi_type"), str) and name_of_type:
            # in JSON, msgspec writes it as a member, and does not want it where the field is of the very class
            options |= {"tag_field": XSI_TYPE_MEMBER, "tag": name_of_type}
        for option, value in CIM_OPTIONS.items():
            options.setdefault(option, value)
        return super().__new__(mcls, name, bases, namespace, **options)


def _documented(cls: type[Any]) -> str:
    """Return the docstring of a class, and its children: what ``help()`` shows, worked out when it is asked for."""
    from .describe import describe_class

    own = inspect.cleandoc(vars(cls).get("__doc__") or "")
    try:
        return f"{own}\n\n{describe_class(cls)}".strip()
    except (NameError, TypeError, ValueError):  # it refers to a class that is not declared yet, or is none for the wire
        return own


CimMeta.__doc__ = property(_documented)  # type: ignore[assignment]  # of the classes that it makes


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(msgspec.field,))
class Cim(msgspec.Struct, metaclass=CimMeta, frozen=True, kw_only=True):
    """The base of every class that is declared for the wire.

    A mandatory child that a leniently read document lacks is None, whatever its type says, and ``message.notes`` has a
    note of it. An object without a mandatory child is never written: that is an ``EncodeError``.

    >>> class Breaker(Cim):
    ...     mRID: str
    ...     normalOpen: bool | None = None
    >>> Breaker(mRID="b-1")
    Breaker(mRID='b-1')
    """

    choices: ClassVar[tuple[Choice, ...]] = ()
    """Children that exclude one another (xs:choice); see ``choice``."""
    model_reference: ClassVar[ModelReference | None] = None
    """The class of the CIM that it stands for, where that is known."""
    wildcard: ClassVar[str | None] = None
    """The child after which the schema lets extensions stand; ``""`` at the end; None: it allows none."""

    xsi_type: ClassVar[str] = ""
    """The name of its type in the schema, where its objects may stand for ones of the class that it extends."""
    abstract_type: ClassVar[bool] = False
    """Whether its objects are always of a class that extends it and has an ``xsi_type``."""

    extensions: Extensions | None = msgspec.field(default=None, name=EXTENSIONS)


class CimEnum(enum.StrEnum):
    """An enumeration of the standard, open to values that it does not list.

    An unlisted text is a value of the same type with ``known`` False. Equality is that of the text.

    >>> class Cause(CimEnum):
    ...     storm = "storm"
    >>> Cause("storm").known, Cause("solarFlare").known, Cause("solarFlare") == "solarFlare"
    (True, False, True)
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        unlisted = str.__new__(cls, value)
        unlisted._name_ = value
        unlisted._value_ = value
        return unlisted

    @property
    def known(self) -> bool:
        """Whether the standard lists this value."""
        return self._value_ in type(self)._value2member_map_

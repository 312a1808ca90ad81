"""What a declared class means on the wire, worked out once per class from its annotations.

Codecs read specs, never annotations; a spec is data and knows no serializer.
"""

from __future__ import annotations

from typing import Any, Final, cast

import msgspec
import msgspec.inspect as mi

from .choice import Choice
from .declare import EXTENSIONS, Cim, CimEnum
from .facets import KEY, NO_FACETS, Facets
from .per_class import per_class


class FieldSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One child or attribute.

    Attributes:
        name: the field's name in Python.
        xml: its name on the wire.
        kind: the lexical type: string, dateTime, date, time, duration, decimal, float, integer, boolean, enum, class,
            or any (one noun of whatever name).
        place: element, attribute or text.
        type: the class of an enum or class field.
        many: whether it may be repeated.
        frozen: ``many`` as a tuple rather than a list.
        required: whether the schema makes it mandatory.
        least, most: how many of a repeated one are allowed; ``most`` None: any number.
        facets: what its type allows beyond its kind.
        model_reference: the URI of the CIM attribute that it stands for; empty if that is not known.

    >>> from cimbus import Header
    >>> field = spec_of(Header).fields[0]
    >>> field.name, field.xml, field.kind, field.required
    ('verb', 'Verb', 'string', True)
    """

    name: str
    xml: str
    kind: str
    place: str = "element"
    type: type[Any] | None = None
    many: bool = False
    frozen: bool = False
    required: bool = False
    least: int = 0
    most: int | None = None
    facets: Facets = NO_FACETS
    model_reference: str = ""

    @property
    def cardinality(self) -> str:
        """How many there may be: ``0..1``, ``1..*``."""
        least = self.least if self.many else int(self.required)
        return f"{least}..{self.most or '*' if self.many else 1}"


class ClassSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One class: its fields in schema order, its choices and its wildcard (see ``Cim``).

    >>> from cimbus.interface.envelope import ID
    >>> spec_of(ID).text.name, [field.xml for field in spec_of(ID).attributes]
    ('value', ['idType', 'idAuthority', 'kind', 'objectType'])
    """

    cls: type[Any]
    fields: tuple[FieldSpec, ...]
    choices: tuple[Choice, ...]
    wildcard: str | None
    model_reference: str = ""

    @property
    def elements(self) -> tuple[FieldSpec, ...]:
        """The fields that are child elements with a name of their own."""
        return tuple(f for f in self.fields if f.place == "element" and f.kind != "any")

    @property
    def attributes(self) -> tuple[FieldSpec, ...]:
        """The fields that are attributes."""
        return tuple(f for f in self.fields if f.place == "attribute")

    @property
    def text(self) -> FieldSpec | None:
        """The field that holds the character content, if there is one."""
        return next((f for f in self.fields if f.place == "text"), None)

    @property
    def any(self) -> FieldSpec | None:
        """The field that takes one noun of whatever name, if there is one."""
        return next((f for f in self.fields if f.kind == "any"), None)


_KINDS: Final[dict[type[mi.Type], str]] = {
    mi.StrType: "string",
    mi.DateTimeType: "dateTime",
    mi.DateType: "date",
    mi.TimeType: "time",
    mi.TimeDeltaType: "duration",
    mi.DecimalType: "decimal",
    mi.IntType: "integer",
    mi.BoolType: "boolean",
    mi.EnumType: "enum",
    mi.StructType: "class",
    mi.AnyType: "any",
}


@per_class
def spec_of(cls: type[Any]) -> ClassSpec:
    """Return the spec of a declared class.

    Raises:
        TypeError: a field has a type that has no XML form; the message names it.

    >>> from cimbus.nouns import Name
    >>> [field.xml for field in spec_of(Name).elements]
    ['name', 'NameType']
    """
    try:
        info = mi.type_info(cls)
    except (NameError, TypeError) as error:
        raise TypeError(_unresolved(cls, error)) from error
    if not isinstance(info, mi.StructType) or not issubclass(cls, Cim):
        raise TypeError(f"{cls.__name__} is not a cimbus.Cim class")
    fields = tuple(_field(cls, field) for field in info.fields if field.encode_name != EXTENSIONS)
    _check_choices(cls, fields)
    reference = cls.model_reference
    return ClassSpec(
        cls=cls,
        fields=fields,
        choices=cls.choices,
        wildcard=cls.wildcard,
        model_reference="" if reference is None else reference.uri,
    )


def _unresolved(cls: type[Any], error: Exception) -> str:
    """Return what is wrong with a class of which a field's type is no type, with the field and the cure."""
    for name, annotation in getattr(cls, "__annotations__", {}).items():
        inner = getattr(annotation, "__args__", ())
        if any(isinstance(each, list | tuple) for each in inner):
            return (
                f"{cls.__name__}.{name}: its type is looked up in the class itself, where {name} is already the field "
                f"with its default. Put `from __future__ import annotations` first in the module and, for "
                f"type checkers, an alias before the class: `_{name} = {name}`, then `{name}: list[_{name}] = []`"
            )
    return (
        f"{cls.__name__}: the type of a field cannot be resolved ({error}); "
        f"declare the classes that it names at the top level of their module"
    )


def _check_choices(cls: type[Cim], fields: tuple[FieldSpec, ...]) -> None:
    """Refuse a choice of names that are no children, or that could not be made as it says."""
    by_name = {field.xml: field for field in fields if field.place == "element"}
    taken: set[str] = set()
    for each in cls.choices:
        for name in each.names:
            field = by_name.get(name)
            if field is None:
                raise TypeError(f"{cls.__name__}: the choice names {name}, which is none of its child elements")
            if name in taken:
                raise TypeError(f"{cls.__name__}.{name} is in two choices")
            if field.required:
                raise TypeError(f"{cls.__name__}.{name} is in a choice and so may be missing: give it a default")
            if each.repeated and not field.many:
                raise TypeError(f"{cls.__name__}.{name} is in a choice that may be repeated: declare it as a list")
        taken.update(each.names)


def _field(cls: type[Cim], field: mi.Field) -> FieldSpec:
    kind, extra = _plain(field.type)
    many = isinstance(kind, mi.ListType | mi.VarTupleType)
    least, most = getattr(kind, "min_length", None) or 0, getattr(kind, "max_length", None)
    frozen = isinstance(kind, mi.VarTupleType)
    if isinstance(kind, mi.ListType | mi.VarTupleType):
        kind, inner = _plain(kind.item_type)
        extra = extra | inner
    name = _KINDS.get(type(kind))
    if name is None or (isinstance(kind, mi.EnumType) and not issubclass(kind.cls, CimEnum)):
        raise TypeError(
            f"{cls.__name__}.{field.name}: {kind} has no XML form; "
            f"the types there are stand in cimbus.interface.model.declare"
        )
    place = extra.get("xsd", "")
    place = place if place in ("attribute", "text") else "element"
    if place != "element" and (many or name in ("class", "any")):
        raise TypeError(f"{cls.__name__}.{field.name}: {place} content is one value, not a list or an object")
    reference = cls.model_reference
    return FieldSpec(
        name=field.name,
        xml=field.encode_name,
        kind="float" if extra.get("float") else name,
        place=place,
        type=kind.cls if isinstance(kind, mi.EnumType | mi.StructType) else None,
        many=many,
        frozen=frozen,
        required=field.required or least > 0,
        least=max(least, int(many and field.required)),
        most=most if many else 1,
        facets=extra.get(KEY, NO_FACETS),
        model_reference="" if reference is None else reference.of(field.encode_name),
    )


def _plain(kind: mi.Type) -> tuple[mi.Type, dict[str, Any]]:
    """Take ``| None`` and metadata off a type; return what is left and the metadata's extra."""
    extra: dict[str, Any] = {}
    while True:
        if isinstance(kind, mi.Metadata):
            extra |= cast("dict[str, Any] | None", kind.extra) or {}
            kind = kind.type
        elif isinstance(kind, mi.UnionType) and (rest := [t for t in kind.types if not isinstance(t, mi.NoneType)]):
            if len(rest) != 1:
                return kind, extra
            kind = rest[0]
        else:
            return kind, extra


def only_attribute(field: FieldSpec) -> FieldSpec | None:
    """Return the one attribute that a field's class consists of (a code reference); None for all other fields.

    >>> from cimbus.nouns import EndDeviceEvent
    >>> kind = next(field for field in spec_of(EndDeviceEvent).fields if field.name == "EndDeviceEventType")
    >>> only_attribute(kind).xml
    'ref'
    """
    fields = spec_of(field.type).fields if field.kind == "class" and field.type is not None else ()
    return fields[0] if len(fields) == 1 and fields[0].place == "attribute" else None

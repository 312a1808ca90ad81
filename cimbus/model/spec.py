"""What a declared class means on the wire, worked out once per class from its annotations.

Codecs read specs, never annotations; a spec is data and knows no serializer.
"""

from __future__ import annotations

from typing import Any, Final, cast

import msgspec
import msgspec.inspect as mi

from .base import FOREIGN, Cim, CimEnum
from .memory import per_class


class FieldSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One child or attribute.

    ``kind`` is the lexical type: string, dateTime, decimal, float, integer, boolean, enum, class, or any (one noun of
    whatever name). ``place`` is element, attribute or text. ``type`` is the class of an enum or class field.
    """

    name: str
    xml: str
    kind: str
    place: str = "element"
    type: type[Any] | None = None
    many: bool = False
    frozen: bool = False
    """``many`` as a tuple rather than a list."""
    required: bool = False


class ClassSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One class: its fields in schema order."""

    cls: type[Any]
    fields: tuple[FieldSpec, ...]
    choice: tuple[str, ...]
    wildcard: str | None

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
    """
    info = mi.type_info(cls)
    if not isinstance(info, mi.StructType) or not issubclass(cls, Cim):
        raise TypeError(f"{cls.__name__} is not a cimbus.model.Cim class")
    fields = tuple(_field(cls, field) for field in info.fields if field.encode_name != FOREIGN)
    return ClassSpec(cls=cls, fields=fields, choice=cls.choice, wildcard=cls.wildcard)


def _field(cls: type[Any], field: mi.Field) -> FieldSpec:
    kind, extra = _plain(field.type)
    many = isinstance(kind, mi.ListType | mi.VarTupleType)
    least = getattr(kind, "min_length", None) or 0
    frozen = isinstance(kind, mi.VarTupleType)
    if isinstance(kind, mi.ListType | mi.VarTupleType):
        kind, inner = _plain(kind.item_type)
        extra = extra | inner
    name = _KINDS.get(type(kind))
    if name is None or (isinstance(kind, mi.EnumType) and not issubclass(kind.cls, CimEnum)):
        raise TypeError(
            f"{cls.__name__}.{field.name}: {kind} has no XML form; see cimbus.model for the types there are"
        )
    xsd = extra.get("xsd", "")
    return FieldSpec(
        name=field.name,
        xml=field.encode_name,
        kind="float" if xsd == "float" else name,
        place=xsd if xsd in ("attribute", "text") else "element",
        type=kind.cls if isinstance(kind, mi.EnumType | mi.StructType) else None,
        many=many,
        frozen=frozen,
        required=field.required or least > 0,
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
    """Return the one attribute that a field's class consists of (a code reference); None for all other fields."""
    fields = spec_of(field.type).fields if field.kind == "class" and field.type is not None else ()
    return fields[0] if len(fields) == 1 and fields[0].place == "attribute" else None

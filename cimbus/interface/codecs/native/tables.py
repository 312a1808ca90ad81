"""What the native reader is told of the declared classes: their specs, and what messages are made of.

The native reader takes a document only if all of its classes are ones that it can make as the walker does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, timezone, tzinfo
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, cast

import msgspec

from cimbus.interface.codecs.limits import DEFAULT_LIMITS, Limits
from cimbus.interface.codecs.xml.payload import PARTS
from cimbus.interface.codecs.xml.roots import RootName, parse_root
from cimbus.interface.decode_note import DecodeNote
from cimbus.interface.element import XmlElement
from cimbus.interface.envelope import NAMESPACE, VERBS, Header, OperationSet, Payload, Reply, Request
from cimbus.interface.message import Message
from cimbus.interface.model import (
    Choice,
    Cim,
    CimEnum,
    ClassSpec,
    Extension,
    Extensions,
    FieldSpec,
    Noun,
    find_noun,
    spec_of,
)
from cimbus.interface.notation import Notation
from cimbus.interface.origin import Origin

_MOST_FIELDS: Final = 63
"""Fields of a class: the native reader has 64 bits to say which are there. The largest class of IEC 61968-9 has 18."""
_RULES: Final = {
    "verb": "verb",
    "noun": "noun",
    "context": "trimmed",
    "timestamp": "time",
    "message_id": "trimmed",
    "correlation_id": "trimmed",
}
"""What a header's fields are looked at for beside their types; as in ``xml.doubts``."""
_KINDS: Final = frozenset({"string", "dateTime", "decimal", "float", "integer", "boolean", "enum", "class", "any"})
"""What the native reader knows; dates, times of day and durations are rare in messages."""
_IN_NO_DOCUMENT: Final = "\0"
"""A namespace that no document can have: a noun that is known in it alone is left to the walker."""
_NO_NUMBER: Final = 0
"""The class number of a field that has no class; it is not looked at."""


class FieldTable(msgspec.Struct, frozen=True, kw_only=True):
    """One field, as the native reader is told.

    Attributes:
        absent: what an object gets where the child is missing, if the class would give something else: ``"none"``,
            ``"list"`` or ``"tuple"``; else empty.

    >>> from cimbus.nouns import Name
    >>> made = tables_of([])
    >>> [field.xml for field in made.classes[made.header].elements][:2]
    ['Verb', 'Noun']
    """

    name: str
    xml: str
    json: str
    kind: str
    rule: str
    many: bool
    frozen: bool
    required: bool
    absent: str
    class_number: int
    members: list[tuple[str, Any]]


class ClassTable(msgspec.Struct, frozen=True, kw_only=True):
    """One class.

    Attributes:
        usable: the native reader can make its objects.
        in_json: it can read them from JSON, too.
        plain: they are their fields and nothing else, so that they are made without the class.

    >>> made = tables_of([])
    >>> made.classes[made.header].plain
    True
    """

    cls: type[Any]
    elements: list[FieldTable]
    attributes: list[FieldTable]
    text: FieldTable | None
    choice: list[str]
    usable: bool
    in_json: bool
    plain: bool
    wildcard: str | None
    is_request: bool


def _reopen(data: bytes, limits: Limits) -> tuple[Payload, tuple[DecodeNote, ...]]:
    """Return a document's payload area as the walker reads it, and the notes of it."""
    from cimbus.interface.codecs.xml import walk_xml

    message = walk_xml(data, strict=False, limits=limits)
    return message.payload_area, message.notes


class MakerTable(msgspec.Struct, frozen=True, kw_only=True):
    """What messages are made of, beside the declared classes."""

    message: type[Any] = Message
    origin: type[Origin] = Origin
    payload: type[Payload] = Payload
    extension: type[Extension] = Extension
    extensions: type[Extensions] = Extensions
    element: type[XmlElement] = XmlElement
    nothing: Mapping[str, str] = MappingProxyType({})
    """The attributes and prefixes of an element without any."""
    notation: type[Notation] = Notation
    decimal: Callable[[str], Decimal] = Decimal
    timezone: type[tzinfo] = timezone
    utc: tzinfo = UTC
    parse_root: Callable[[str], RootName | None] = parse_root
    reopen: Callable[[bytes, Limits], tuple[Payload, tuple[DecodeNote, ...]]] = _reopen


class Tables(msgspec.Struct, frozen=True, kw_only=True):
    """All that the native reader is told. Classes are named by their places in ``classes``."""

    classes: list[ClassTable]
    nouns: list[tuple[str, str, int]]
    json_nouns: list[tuple[str, int]]
    """By name: the class of a noun in JSON."""
    header: int
    request: int
    reply: int
    operation_set: int
    namespace: str = NAMESPACE
    verbs: tuple[str, ...] = tuple(sorted(VERBS))
    no_nouns: tuple[str, ...] = tuple(PARTS)
    """Children of a payload area that are no nouns, in lower case; most are left to the walker."""
    makers: MakerTable = MakerTable()
    limits: Limits = DEFAULT_LIMITS


def tables_of(nouns: Iterable[Noun], unloaded: Iterable[str] = ()) -> Tables:
    """Return the tables of the envelope and of these nouns.

    Args:
        nouns: those that are registered.
        unloaded: the names of others that will be when they are looked for; the walker does that.

    >>> from cimbus.interface.model import all_nouns
    >>> import cimbus.nouns
    >>> {name for name, _, _ in tables_of(all_nouns()).nouns} >= {"MeterReadings", "EndDeviceEvents"}
    True
    """
    numbers: dict[type[Any], int] = {}
    specs: list[ClassSpec] = []

    def number(cls: type[Any]) -> int:
        todo = [cls]
        while todo:
            each = todo.pop()
            if each not in numbers:
                numbers[each] = len(specs)
                specs.append(spec := spec_of(each))
                todo += [field.type for field in spec.fields if field.kind == "class" and field.type is not None]
        return numbers[cls]

    nouns, unloaded = [*nouns], frozenset(unloaded)
    found = [(entry.name, entry.namespace, number(entry.cls)) for entry in nouns]
    # of several structures under one name, the one that the reader in Python begins with
    in_json = [
        (name, find_noun(name, "")) for name in dict.fromkeys(entry.name for entry in nouns) if name not in unloaded
    ]
    # all numbers are given before the tables are made of the specs
    header, request, reply, operation_set = map(number, (Header, Request, Reply, OperationSet))
    found += [(name, _IN_NO_DOCUMENT, header) for name in unloaded]
    return Tables(
        classes=[_class_table(spec, numbers) for spec in specs],
        nouns=found,
        json_nouns=[(name, number(entry.cls)) for name, entry in in_json if entry is not None],
        header=header,
        request=request,
        reply=reply,
        operation_set=operation_set,
    )


def _class_table(spec: ClassSpec, numbers: Mapping[type[Any], int]) -> ClassTable:
    defaults = _defaults(spec.cls)
    fields = [(field, _field_table(spec.cls, field, defaults, numbers)) for field in spec.fields]
    text = [table for field, table in fields if field.place == "text"]
    elements = [table for field, table in fields if field.place == "element"]
    return ClassTable(
        cls=spec.cls,
        elements=elements,
        attributes=[table for field, table in fields if field.place == "attribute"],
        text=text[0] if text else None,
        choice=list(spec.choices[0].names) if spec.choices else [],
        usable=_is_usable(spec),
        # one that may stand for another says so in a member (``#type``)
        in_json=spec.cls.__struct_config__.tag is None,
        plain=_is_plain(spec),
        # of the envelope's classes alone: in a noun, every element beside its class earns a note
        wildcard=spec.wildcard if spec.cls in (Header, Request, Reply) else None,
        is_request=spec.cls is Request,
    )


def _is_usable(spec: ClassSpec) -> bool:
    """Return whether the native reader can make objects of a class as the walker does."""
    nouns = [field for field in spec.fields if field.kind == "any"]
    return (
        len(spec.fields) <= _MOST_FIELDS
        and not (spec.text is not None and spec.elements)
        and not any(field.many for field in spec.fields if field.place != "element")
        and (not nouns or (len(nouns) == 1 and not nouns[0].many))
        and issubclass(spec.cls, Cim)
        and all(map(_is_known, spec.fields))
        and _are_known(spec.choices)
    )


def _is_plain(spec: ClassSpec) -> bool:
    """Return whether objects of a class are their fields, and no code of the class runs when one is made."""
    cls = spec.cls
    return (
        {*cls.__struct_fields__} == {"extensions", *(field.name for field in spec.fields)}
        and not cls.__struct_config__.gc  # the others are known to the collector, or not, by what is in them
        and not hasattr(cls, "__post_init__")
        and all(getattr(cls, name) is getattr(msgspec.Struct, name) for name in ("__init__", "__new__"))
    )


def _is_known(field: FieldSpec) -> bool:
    """Return whether the native reader has the kind of a field. What facets refuse, strict reading alone looks at."""
    plain = field.kind in _KINDS if field.place == "element" else field.kind == "string"
    return plain and field.facets.default is None and not field.facets.nillable


def _are_known(choices: tuple[Choice, ...]) -> bool:
    """Return whether the native reader can check the choices of a class: one, of which one child may be there."""
    return not choices or (
        len(choices) == 1
        and not (choices[0].required or choices[0].repeated)
        and all(len(names) == 1 for names in choices[0].alternatives)
    )


def _field_table(
    cls: type[Any], field: FieldSpec, defaults: Mapping[str, object], numbers: Mapping[type[Any], int]
) -> FieldTable:
    members = list(cast("type[CimEnum]", field.type)) if field.kind == "enum" else []
    return FieldTable(
        name=field.name,
        xml=field.xml,
        json=cls.__struct_encode_fields__[cls.__struct_fields__.index(field.name)],
        # attributes and texts are read as they are; other kinds are in classes that are not usable
        kind=field.kind if field.place == "element" and field.kind in _KINDS else "string",
        rule=_RULES.get(field.name, "") if cls is Header else "",
        many=field.many,
        frozen=field.frozen,
        required=field.required and field.place != "text",
        absent=_absent(field, defaults),
        class_number=numbers[field.type] if field.kind == "class" and field.type is not None else _NO_NUMBER,
        members=[(member.value, member) for member in members],
    )


def _absent(field: FieldSpec, defaults: Mapping[str, object]) -> str:
    """Return what is given for a missing child: the walker gives None or an empty list, whatever the class says."""
    if not field.many:
        return "" if defaults.get(field.name, None) is None else "none"
    if field.frozen:
        return "" if defaults.get(field.name) == () else "tuple"
    return "" if defaults.get(field.name) == [] else "list"


def _defaults(cls: type[Any]) -> dict[str, object]:
    """Return what a class gives of itself, by field.

    Not ``msgspec.structs.fields``: that looks the names in annotations up once more, in a module that may be gone.
    """
    last_first = zip(reversed(cls.__struct_fields__), reversed(cls.__struct_defaults__), strict=False)
    made = {name: default.factory() if hasattr(default, "factory") else default for name, default in last_first}
    return {name: default for name, default in made.items() if default is not msgspec.NODEFAULT}

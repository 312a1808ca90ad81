"""What the native writer is told of the declared classes: how their objects are written.

The writer in Python (``cimbus.interface.codecs.xml.writer``) alone says what that is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from cimbus.interface.codecs.lexical import WRITERS
from cimbus.interface.codecs.xml.escape import quote
from cimbus.interface.codecs.xml.render import DECLARATION
from cimbus.interface.codecs.xml.writer import NIL
from cimbus.interface.envelope import NAMESPACE, Header, MessageType, OperationSet, Payload, Reply, Request, Verb
from cimbus.interface.message import Message
from cimbus.interface.model import ClassSpec, FieldSpec, find_class, spec_of

_KINDS: Final = frozenset({"string", "enum", "dateTime", "decimal", "float", "integer", "boolean", "class", "any"})
"""What the native writer knows; it calls the function in Python for dates, times of day and durations."""
_TEXT_METHODS: Final = ("__str__", "__format__", "__contains__", "isprintable", "replace")
"""What the writer in Python uses of a text."""
_NO_NUMBER: Final = 0
"""The form of a field that has no class; it is not looked at."""


class PartTable(msgspec.Struct, frozen=True, kw_only=True):
    """One field, as the native writer is told.

    Attributes:
        kind: as in ``FieldSpec``, or ``"call"`` for what the function ``write`` writes.
        mandatory: without it nothing is written, unless leniently.
        nil: what is written where it is missing.
        form: the place of its class in ``FormTables.forms``.

    >>> made = form_tables([])
    >>> [part.xml for part in made.forms[made.header].parts][:2]
    ['Verb', 'Noun']
    """

    name: str
    xml: str
    kind: str
    place: str
    many: bool
    mandatory: bool
    nil: str
    form: int
    write: Callable[[Any], str] | None


class FormTable(msgspec.Struct, frozen=True, kw_only=True):
    """One class with its fields in schema order; ``noun`` and ``declared``: its element and namespace, if it is one."""

    cls: type[Any]
    parts: list[PartTable]
    noun: str
    declared: str


class FormTables(msgspec.Struct, frozen=True, kw_only=True):
    """All that the native writer is told. Classes are named by their places in ``forms``."""

    forms: list[FormTable]
    header: int
    request: int
    reply: int
    operation_set: int
    texts: Sequence[type[Any]]
    """Classes of texts beside ``str`` that are written as what they hold."""
    message: type[Any] = Message
    message_fields: tuple[str, ...] = ("message_type", "header", "request_area", "reply_area", "extensions")
    payload: type[Payload] = Payload
    # in the order in which the native writer looks at them (native/src/render.rs)
    payload_fields: tuple[str, ...] = (
        "items", "in_request", "operation_set", "was_compressed", "ids", "extensions", "unopened", "format",
    )  # fmt: skip
    begin: str = f"{DECLARATION}<"
    declared: str = f" xmlns={quote(NAMESPACE)}"


def form_tables(classes: Iterable[type[Any]]) -> FormTables:
    """Return the tables of the envelope and of these classes of nouns, with all classes in them.

    >>> from cimbus.nouns import MeterReadings
    >>> [form.noun for form in form_tables([MeterReadings]).forms if form.noun]
    ['MeterReadings']
    """
    specs = _all_specs([Header, Request, Reply, OperationSet, *classes])
    numbers = {cls: number for number, cls in enumerate(specs)}
    enums = {field.type for spec in specs.values() for field in spec.fields if field.kind == "enum"}
    texts = [each for each in (Verb, MessageType, *enums) if each is not None and _is_plain(each)]
    return FormTables(
        forms=[_form_table(spec, numbers) for spec in specs.values()],
        header=numbers[Header],
        request=numbers[Request],
        reply=numbers[Reply],
        operation_set=numbers[OperationSet],
        texts=texts,
    )


def _all_specs(classes: Iterable[type[Any]]) -> dict[type[Any], ClassSpec]:
    """Return the specs of classes and of all that their fields are of."""
    found: dict[type[Any], ClassSpec] = {}
    todo = [*classes]
    while todo:
        cls = todo.pop()
        if cls not in found:
            found[cls] = spec = spec_of(cls)
            todo += [field.type for field in spec.fields if field.kind == "class" and field.type is not None]
    return found


def _is_plain(cls: type[Any]) -> bool:
    """Return whether members of an enumeration are written as any text is."""
    return issubclass(cls, str) and all(getattr(cls, name) is getattr(str, name) for name in _TEXT_METHODS)


def _form_table(spec: ClassSpec, numbers: Mapping[type[Any], int]) -> FormTable:
    entry = find_class(spec.cls)
    return FormTable(
        cls=spec.cls,
        parts=[_part_table(field, numbers) for field in spec.fields],
        noun="" if entry is None else entry.name,
        declared="" if entry is None else f" xmlns={quote(entry.namespace)}",
    )


def _part_table(field: FieldSpec, numbers: Mapping[type[Any], int]) -> PartTable:
    is_text = field.kind in ("string", "enum")
    known = field.kind in _KINDS if field.place == "element" else is_text
    is_nil = field.required and field.facets.nillable and field.place == "element" and not field.many
    return PartTable(
        name=field.name,
        xml=field.xml,
        kind=field.kind if known else "call",
        place=field.place,
        many=field.many,
        mandatory=field.required and not is_nil,
        nil=NIL.format(name=field.xml) if is_nil else "",
        form=numbers[field.type] if field.kind == "class" and field.type is not None else _NO_NUMBER,
        write=None if known else WRITERS[field.kind],
    )

"""msgspec as a peer of the codecs: JSON with the same content, in structs made from our declarations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

import cimbus
from cimbus.interface.envelope import Header
from cimbus.interface.model import spec_of

SIMPLE: dict[str, type] = {
    "string": str,
    "enum": str,
    "dateTime": datetime,
    "decimal": Decimal,
    "float": Decimal,
    "integer": int,
    "boolean": bool,
}


def as_struct(cls: type[Any], made: dict[type, type]) -> type:
    """Return a struct with the children and attributes of a declared class."""
    if cls not in made:
        fields: list[Any] = []
        for spec in spec_of(cls).fields:
            kind: Any = as_struct(spec.type, made) if spec.kind == "class" and spec.type else SIMPLE[spec.kind]
            empty = (list[kind], msgspec.field(default_factory=list)) if spec.many else (kind | None, None)
            fields.append((spec.name, *empty))
        made[cls] = msgspec.defstruct(cls.__name__, fields, omit_defaults=True)
    return made[cls]


def filled(value: Any, made: dict[type, type]) -> Any:
    """Return an object of ours as one of its struct."""
    if isinstance(value, (list, tuple)):
        return [filled(each, made) for each in value]
    if type(value) not in made:
        return value
    cls = type(value)
    return made[cls](**{spec.name: filled(getattr(value, spec.name), made) for spec in spec_of(cls).fields})


def codec(message: cimbus.Message[Any]) -> tuple[Callable[[], object], Callable[[], object]]:
    """Return what decodes a message, and what encodes it.

    Raises:
        SystemExit: it does not read what it has written.
    """
    made: dict[type, type] = {}
    kinds = [as_struct(Header, made), as_struct(type(message.payload), made)]
    cls = msgspec.defstruct("EventMessage", list(zip(("header", "payload"), kinds, strict=True)))
    value = cls(filled(message.header, made), filled(message.payload, made))
    encoder, decoder = msgspec.json.Encoder(), msgspec.json.Decoder(cls)
    json = encoder.encode(value)
    if decoder.decode(json) != value:
        raise SystemExit("msgspec does not read the same message")
    return lambda: decoder.decode(json), lambda: encoder.encode(value)

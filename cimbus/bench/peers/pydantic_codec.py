"""pydantic-xml: models made from our declarations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from cimbus.bench.extras import needed
from cimbus.interface.envelope import NAMESPACE, Header
from cimbus.interface.model import noun_of, spec_of

SIMPLE: dict[str, type] = {
    "string": str,
    "enum": str,
    "dateTime": datetime,
    "decimal": Decimal,
    "float": Decimal,
    "integer": int,
    "boolean": bool,
}


def model(name: str, tag: str, prefix: str, prefixes: dict[str, str], fields: Any) -> type[Any]:
    """Return a model of one element."""
    given: dict[str, Any] = {"tag": tag, "ns": prefix, "nsmap": prefixes}
    base = needed("pydantic_xml").BaseXmlModel
    made: type[Any] = needed("pydantic").create_model(name, __base__=base, __cls_kwargs__=given, **fields)
    return made


def as_model(cls: type[Any], tag: str, prefix: str, prefixes: dict[str, str]) -> type[Any]:
    """Return a model with the children and attributes of a declared class."""
    xml = needed("pydantic_xml")
    fields: dict[str, Any] = {}
    for spec in spec_of(cls).fields:
        known = spec.kind == "class" and spec.type
        kind: Any = as_model(spec.type, spec.xml, prefix, prefixes) if known and spec.type else SIMPLE[spec.kind]
        if spec.place == "attribute":
            fields[spec.name] = kind | None, xml.attr(name=spec.xml, default=None)
        elif spec.place == "text":
            fields[spec.name] = kind | None, None
        elif spec.many:
            fields[spec.name] = list[kind], xml.element(tag=spec.xml, ns=prefix, default=[])
        else:
            fields[spec.name] = kind | None, xml.element(tag=spec.xml, ns=prefix, default=None)
    return model(cls.__name__, tag, prefix, prefixes, fields)


def event_message(payload: type[Any]) -> type[Any]:
    """Return the model of an EventMessage that carries one noun."""
    noun = noun_of(payload)
    prefixes = {"": NAMESPACE, "m": noun.namespace}
    header = as_model(Header, "Header", "", prefixes)
    content = as_model(payload, noun.name, "m", prefixes)
    area = model(
        "Payload", "Payload", "", prefixes, {"noun": (content, needed("pydantic_xml").element(tag=noun.name, ns="m"))}
    )
    areas = {"header": (header, ...), "payload": (area, ...)}
    return model("EventMessage", "EventMessage", "", prefixes, areas)


def codec(payload: type[Any]) -> tuple[Callable[[bytes], Any], Callable[[Any], bytes]]:
    """Return what decodes a message with a payload, and what encodes what was decoded.

    Raises:
        MissingExtraError: pydantic-xml is not installed.

    >>> from cimbus import encode
    >>> from cimbus.interface.message import Message
    >>> from cimbus.nouns import EndDeviceEvents
    >>> read, write = codec(EndDeviceEvents)
    >>> message = read(encode(Message.of(EndDeviceEvents(), source="HES")))
    >>> message.header.source
    'HES'
    """
    cls = event_message(payload)
    return cls.from_xml, lambda message: bytes(message.to_xml(exclude_none=True))

"""xsdata: dataclasses made from our declarations, read and written by its lxml handlers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, make_dataclass
from decimal import Decimal
from typing import Any

from cimbus.bench.extras import needed
from cimbus.interface.envelope import NAMESPACE, Header
from cimbus.interface.model import noun_of, spec_of

SIMPLE: dict[str, type] = {
    "string": str,
    "enum": str,
    "decimal": Decimal,
    "float": Decimal,
    "integer": int,
    "boolean": bool,
}


def _simple(kind: str) -> type[Any]:
    """Return the class of a simple type."""
    if kind == "dateTime":
        found: type[Any] = needed("xsdata.models.datatype").XmlDateTime
        return found
    return SIMPLE[kind]


def as_dataclass(cls: type[Any], namespace: str, made: dict[Any, type]) -> type:
    """Return a dataclass with the children and attributes of a declared class."""
    if (cls, namespace) in made:
        return made[cls, namespace]
    fields: list[Any] = []
    for spec in spec_of(cls).fields:
        kind = as_dataclass(spec.type, namespace, made) if spec.kind == "class" and spec.type else _simple(spec.kind)
        metadata = {"name": spec.xml, "type": spec.place.capitalize()}
        if spec.place == "element":
            metadata["namespace"] = namespace
        if spec.many:
            fields.append((spec.name, list[kind], field(default_factory=list, metadata=metadata)))  # type: ignore[valid-type]
        else:
            fields.append((spec.name, kind | None, field(default=None, metadata=metadata)))
    made[cls, namespace] = make_dataclass(cls.__name__, fields)
    return made[cls, namespace]


def event_message(payload: type[Any]) -> type:
    """Return the dataclass of an EventMessage that carries one noun."""
    made: dict[Any, type] = {}
    noun = noun_of(payload)
    content = as_dataclass(payload, noun.namespace, made)
    item = field(default=None, metadata={"name": noun.name, "type": "Element", "namespace": noun.namespace})
    area = make_dataclass("Payload", [("noun", content | None, item)])

    def element(name: str) -> Any:
        return field(default=None, metadata={"name": name, "type": "Element", "namespace": NAMESPACE})

    header = as_dataclass(Header, NAMESPACE, made)
    meta = type("Meta", (), {"name": "EventMessage", "namespace": NAMESPACE})
    fields = [("header", header | None, element("Header")), ("payload", area | None, element("Payload"))]
    return make_dataclass("EventMessage", fields, namespace={"Meta": meta})


def codec(payload: type[Any]) -> tuple[Callable[[bytes], Any], Callable[[Any], bytes]]:
    """Return what decodes a message with a payload, and what encodes what was decoded.

    Raises:
        MissingExtraError: xsdata is not installed.

    >>> from cimbus import encode
    >>> from cimbus.interface.message import Message
    >>> from cimbus.nouns import EndDeviceEvents
    >>> read, write = codec(EndDeviceEvents)
    >>> message = read(encode(Message.of(EndDeviceEvents(), source="HES")))
    >>> message.header.source
    'HES'
    """
    root = "xsdata.formats.dataclass"
    context, cls = needed(f"{root}.context").XmlContext(), event_message(payload)
    handler = needed(f"{root}.parsers.handlers").LxmlEventHandler
    parser = needed(f"{root}.parsers").XmlParser(context=context, handler=handler)
    serializer = needed(f"{root}.serializers").XmlSerializer(context=context)
    return lambda xml: parser.from_bytes(xml, cls), lambda message: serializer.render(message).encode()

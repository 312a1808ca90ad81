"""xsdata as a peer of the codecs: dataclasses made from our declarations, read and written by its lxml handlers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, make_dataclass
from decimal import Decimal
from typing import Any

from xsdata.formats.dataclass.context import XmlContext
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.handlers import LxmlEventHandler
from xsdata.formats.dataclass.serializers import XmlSerializer
from xsdata.models.datatype import XmlDateTime

from cimbus.interface.envelope import NAMESPACE, Header
from cimbus.interface.model import noun_of, spec_of

SIMPLE: dict[str, type] = {
    "string": str,
    "enum": str,
    "dateTime": XmlDateTime,
    "decimal": Decimal,
    "float": Decimal,
    "integer": int,
    "boolean": bool,
}


def as_dataclass(cls: type[Any], namespace: str, made: dict[Any, type]) -> type:
    """Return a dataclass with the children and attributes of a declared class."""
    if (cls, namespace) in made:
        return made[cls, namespace]
    fields: list[Any] = []
    for spec in spec_of(cls).fields:
        kind = as_dataclass(spec.type, namespace, made) if spec.kind == "class" and spec.type else SIMPLE[spec.kind]
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


def codec(payload: type[Any], xml: bytes) -> tuple[Callable[[], object], Callable[[], object]]:
    """Return what decodes a message, and what encodes it.

    Raises:
        SystemExit: it does not read what is in it.
    """
    context, cls = XmlContext(), event_message(payload)
    parser, serializer = XmlParser(context=context, handler=LxmlEventHandler), XmlSerializer(context=context)
    read = parser.from_bytes(xml, cls)
    if not read.payload.noun:
        raise SystemExit("xsdata does not read the same message")
    return lambda: parser.from_bytes(xml, cls), lambda: serializer.render(read)

"""pydantic-xml as a peer of the codecs: models made from our declarations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from peer_msgspec import SIMPLE
from pydantic import create_model
from pydantic_xml import BaseXmlModel, attr, element

from cimbus.interface.envelope import NAMESPACE, Header
from cimbus.interface.model import noun_of, spec_of


def model(name: str, tag: str, prefix: str, prefixes: dict[str, str], fields: Any) -> type[BaseXmlModel]:
    """Return a model of one element."""
    given: dict[str, Any] = {"tag": tag, "ns": prefix, "nsmap": prefixes}
    return create_model(name, __base__=BaseXmlModel, __cls_kwargs__=given, **fields)


def as_model(cls: type[Any], tag: str, prefix: str, prefixes: dict[str, str]) -> type[BaseXmlModel]:
    """Return a model with the children and attributes of a declared class."""
    fields: dict[str, Any] = {}
    for spec in spec_of(cls).fields:
        known = spec.kind == "class" and spec.type
        kind: Any = as_model(spec.type, spec.xml, prefix, prefixes) if known and spec.type else SIMPLE[spec.kind]
        if spec.place == "attribute":
            fields[spec.name] = kind | None, attr(name=spec.xml, default=None)
        elif spec.place == "text":
            fields[spec.name] = kind | None, None
        elif spec.many:
            fields[spec.name] = list[kind], element(tag=spec.xml, ns=prefix, default=[])
        else:
            fields[spec.name] = kind | None, element(tag=spec.xml, ns=prefix, default=None)
    return model(cls.__name__, tag, prefix, prefixes, fields)


def event_message(payload: type[Any]) -> type[BaseXmlModel]:
    """Return the model of an EventMessage that carries one noun."""
    noun = noun_of(payload)
    prefixes = {"": NAMESPACE, "m": noun.namespace}
    header = as_model(Header, "Header", "", prefixes)
    content = as_model(payload, noun.name, "m", prefixes)
    area = model("Payload", "Payload", "", prefixes, {"noun": (content, element(tag=noun.name, ns="m"))})
    areas = {"header": (header, ...), "payload": (area, ...)}
    return model("EventMessage", "EventMessage", "", prefixes, areas)


def codec(payload: type[Any], xml: bytes) -> tuple[Callable[[], object], Callable[[], object]]:
    """Return what decodes a message, and what encodes it.

    Raises:
        ValidationError: it does not read what is in it.
    """
    cls = event_message(payload)
    read = cls.from_xml(xml)
    return lambda: cls.from_xml(xml), lambda: read.to_xml(skip_empty=True)

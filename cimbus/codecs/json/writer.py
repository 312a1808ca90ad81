"""A ``Message`` as JSON."""

from __future__ import annotations

from typing import Any, cast

import msgspec

from cimbus.codecs.compression import pack
from cimbus.codecs.xml.writer import write_any
from cimbus.element import Element
from cimbus.envelope import NAMESPACE, Operation, PayloadArea, Root
from cimbus.errors import EncodeError
from cimbus.message import Message
from cimbus.model import noun_of

from .fast import encode_hook
from .tree import to_json

Json = Any

_encoder = msgspec.json.Encoder(enc_hook=encode_hook)


def encode_json(message: Message[Any]) -> bytes:
    """Return a message as JSON.

    Raises:
        EncodeError: something in it has no JSON form.
    """
    body: dict[str, Json] = {}
    if message.root is not Root.fault:
        body["Header"] = message.header
    area = message.payload_area
    if message.request_area is not None or (area.in_request and area.items):
        body["Request"] = message.request_area or {}
        if area.in_request:
            request = _builtins(message.request_area) if message.request_area is not None else {}
            body["Request"] = request | _nouns(area.items)
    if message.reply_area is not None:
        body["Reply"] = message.reply_area
    if payload := _payload(area):
        body["Payload"] = payload
    if message.foreign is not None:
        for stray in message.foreign.elements:
            _beside(body, stray.element)
    try:
        return _encoder.encode({message.root.value: body})
    except (TypeError, ValueError, OverflowError, UnicodeError) as error:
        raise EncodeError(f"no JSON form: {error}") from error


def _beside(body: dict[str, Json], element: Element) -> None:
    """Put an element beside the areas, into a list where its name is taken."""
    name, item = element.name, to_json(element, NAMESPACE)
    if name not in body:
        body[name] = item
    elif isinstance(body[name], list):
        body[name].append(item)
    else:
        body[name] = [body[name], item]


def _payload(area: PayloadArea) -> dict[str, Json]:
    out: dict[str, Json] = {}
    if area.items and not area.in_request:
        if area.packed and len(area.items) > 1:
            raise EncodeError("Compressed holds one document: several nouns cannot be written into it")
        if area.packed:
            out["Compressed"] = pack("".join(write_any(item) for item in area.items).encode())
        else:
            out |= _nouns(area.items)
    if area.operation_set is not None:
        plain = _builtins(area.operation_set)
        if area.operation_set.operations:
            plain["Operation"] = [_operation(each) for each in area.operation_set.operations]
        out["OperationSet"] = plain
    if area.compressed is not None:
        out["Compressed"] = area.compressed
    if area.ids:
        out["ID"] = list(area.ids)
    if area.format is not None:
        out["Format"] = area.format
    return out


def _operation(operation: Operation) -> Json:
    plain = _builtins(msgspec.structs.replace(operation, payload=None))
    return plain | (_nouns((operation.payload,)) if operation.payload is not None else {})


def _nouns(items: tuple[Any, ...]) -> dict[str, Json]:
    """Return nouns by name; several of one name as a list."""
    found: dict[str, list[Json]] = {}
    for item in items:
        if isinstance(item, Element):
            found.setdefault(item.name, []).append(to_json(item, NAMESPACE))
        else:
            found.setdefault(noun_of(type(cast("object", item))).name, []).append(item)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _builtins(value: object) -> dict[str, Json]:
    return cast("dict[str, Json]", msgspec.to_builtins(value, enc_hook=encode_hook))

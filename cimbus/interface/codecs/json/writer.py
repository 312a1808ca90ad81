"""A ``Message`` as JSON."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any, Final, cast

import msgspec

from cimbus.errors import EncodeError
from cimbus.interface.codecs.beside import by_place
from cimbus.interface.codecs.compression import pack
from cimbus.interface.codecs.xml.notes import MAX_NOTES
from cimbus.interface.codecs.xml.roots import beside_query
from cimbus.interface.codecs.xml.writer import write_any
from cimbus.interface.decode_note import DecodeNote
from cimbus.interface.element import XmlElement
from cimbus.interface.envelope import NAMESPACE, MessageType, Operation, Payload, Request
from cimbus.interface.message import Message
from cimbus.interface.model import (
    EXTENSIONS,
    FIRST,
    Extension,
    Extensions,
    find_in_case,
    find_named,
    find_noun,
    noun_of,
)
from cimbus.interface.notation import is_local, written_as

from .content import UNTYPED_MEMBER, as_list, as_object
from .elements import to_json
from .fast import encode_hook

Json = Any

_encoder = msgspec.json.Encoder(enc_hook=encode_hook)


_FAULT: Final = MessageType.fault


def encode_json(message: Message[Any]) -> bytes:
    """Return a message as JSON.

    Raises:
        EncodeError: something in it has no JSON form.

    >>> from cimbus import Header
    >>> encode_json(Message(Header(verb="get", noun="MeterReadings")))
    b'{"RequestMessage":{"Header":{"Verb":"get","Noun":"MeterReadings"}}}'
    """
    body: dict[str, Json] = _kept(message.extensions)
    beside = () if message.extensions is None else message.extensions.elements
    # an area comes before an extension of its name, which would be taken for it
    taken = {extension.element.name.lower() for extension in beside} if beside else ()
    if message.message_type is not _FAULT or message.reply_area is None or "header" in taken:
        body["Header"] = message.header
    area = message.payload_area
    if message.request_area is not None or (area.in_request and area.items):
        body["Request"] = message.request_area or {}
        if area.in_request:
            area_of_request, behind = beside_query(message.request_area or Request(), message.header.noun)
            body["Request"] = _builtins(area_of_request) | _nouns(area.items)
            for extension in behind:
                _beside(body["Request"], extension.element)
    if message.reply_area is not None:
        body["Reply"] = message.reply_area
    if (payload := _nouns(area.items) if area.only_nouns else _payload(area)) or "payload" in taken:
        body["Payload"] = payload
    if beside:
        body = _placed(body, beside)
    try:
        document: Json = {str(message.message_type): body}
        if message.origin is not None and message.origin.read and _may_be_local(message.notes):
            document = without_zones(document)
        return _encoder.encode(document)
    except (TypeError, ValueError, OverflowError, UnicodeError) as error:
        raise EncodeError(f"no JSON form: {error}") from error


def _placed(body: dict[str, Json], beside: tuple[Extension, ...]) -> dict[str, Json]:
    """Return a message's members with what stands beside its areas in its place."""
    places, out = by_place(beside, body), dict[str, Json]()
    for name in (FIRST, *body, ""):
        if name in body:
            _add(out, name, body[name])
        for element in places.get(name, ()):
            _beside(out, element)
    return out


def encode_nouns(items: tuple[Any, ...]) -> bytes:
    """Return nouns without an envelope as JSON.

    Raises:
        EncodeError: something in them has no JSON form.

    >>> from cimbus.nouns import MeterReadings
    >>> encode_nouns((MeterReadings(),))
    b'{"MeterReadings":{}}'
    """
    try:
        return _encoder.encode(without_zones(_nouns(items)))
    except (TypeError, ValueError, OverflowError, UnicodeError) as error:
        raise EncodeError(f"no JSON form: {error}") from error


def without_zones(value: Json) -> Json:
    """Return a value whose times that were read without a zone are texts without one.

    >>> without_zones({"a": [1, "b"]})
    {'a': [1, 'b']}
    """
    plain: Json = msgspec.to_builtins(value, enc_hook=encode_hook, builtin_types=(datetime,))
    todo: list[Json] = [plain]
    while todo:
        each = todo.pop()
        keys: list[Any] = list(as_object(each)) or list(range(len(as_list(each))))
        for key in keys:
            item: Json = each[key]
            if isinstance(item, dict | list):
                todo.append(cast("Json", item))
            elif isinstance(item, datetime) and is_local(item):
                each[key] = written_as(item)
    return plain


def _may_be_local(notes: tuple[DecodeNote, ...]) -> bool:
    """Return whether a message may have times without a zone: a note says so, while there is room for notes."""
    return len(notes) >= MAX_NOTES or any("time" in note.text or "Time" in note.text for note in notes)


def _beside(body: dict[str, Json], element: XmlElement) -> None:
    """Put an element beside the areas, into a list where its name is taken."""
    _add(body, element.name, to_json(element, NAMESPACE))


def _add(body: dict[str, Json], name: str, item: Json) -> None:
    if name not in body:
        body[name] = item
        return
    several = [body[name], item]
    body[name] = [each for some in several for each in (as_list(some) if isinstance(some, list) else [some])]


def _payload(area: Payload) -> dict[str, Json]:
    out: dict[str, Json] = {} if area.extensions is None else _extensions({}, area.extensions, first=True)
    if area.items and not area.in_request:
        if area.was_compressed and len(area.items) > 1:
            raise EncodeError("Compressed holds one document: several nouns cannot be written into it")
        if area.was_compressed:
            out["Compressed"] = pack("".join(write_any(item) for item in area.items).encode())
        else:
            out = _merged(out, _nouns(area.items)) if out else _nouns(area.items)
    if area.operation_set is not None:
        plain = _builtins(area.operation_set)
        if area.operation_set.operations:
            plain["Operation"] = [_operation(each) for each in area.operation_set.operations]
        _add(out, "OperationSet", plain)  # a noun may be called so, too
    if area.unopened is not None:
        _add(out, "Compressed", area.unopened)
    if area.ids:
        out["ID"] = list(area.ids)
    if area.format is not None:
        _add(out, "Format", area.format)
    if area.extensions is None:
        return out
    return _kept(area.extensions) | _extensions(out, area.extensions, first=False)


def _merged(out: dict[str, Json], more: dict[str, Json]) -> dict[str, Json]:
    for name, item in more.items():
        _add(out, name, item)
    return out


def _extensions(out: dict[str, Json], extensions: Extensions, *, first: bool) -> dict[str, Json]:
    """Add the elements that are kept before all else in a payload area, or those behind it."""
    for extension in extensions.elements:
        if (extension.after == FIRST) is first:
            _beside(out, extension.element)
    return out


def _kept(extensions: Extensions | None) -> dict[str, Json]:
    """Return the member for the attributes and the text of an area or an envelope; elements stand beside the others."""
    if extensions is None or not (extensions.attributes or extensions.text):
        return {}
    return {EXTENSIONS: Extensions(attributes=extensions.attributes, text=extensions.text)}


def _operation(operation: Operation) -> Json:
    plain = _builtins(msgspec.structs.replace(operation, payload=None))
    if isinstance(operation.payload, XmlElement):  # which may have the name of a field
        _add(plain, *_untyped(operation.payload))
        return plain
    return plain | (_nouns((operation.payload,)) if operation.payload is not None else {})


def _nouns(items: tuple[Any, ...]) -> dict[str, Json]:
    """Return nouns by name, several of one name as a list; in ``#children`` where names would not keep the order."""
    if len(items) == 1 and not isinstance(items[0], XmlElement):
        name, value = _typed(items[0])
        return {name: value}
    written: list[tuple[str, Json]] = [
        _untyped(item) if isinstance(item, XmlElement) else _typed(item) for item in items
    ]
    if len(written) == 1:
        return dict(written)
    found: dict[str, list[Json]] = {}
    for name, value in written:
        found.setdefault(name, []).append(value)
    changes = sum(1 for (one, _), (other, _) in pairwise(written) if one != other)
    if found and changes != len(found) - 1:
        return {"#children": [{name: value} for name, value in written]}
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _untyped(item: XmlElement) -> tuple[str, Json]:
    """Return an element; one that is called like a noun says that it is not as its class."""
    value = to_json(item, NAMESPACE)
    if find_named(item.name) or find_in_case(item.name):
        value = {UNTYPED_MEMBER: True, **(value if isinstance(value, dict) else {"#text": value})}
    return item.name, value


def _typed(item: Any) -> tuple[str, Json]:
    """Return a noun; of several structures under one name, any but the first says its namespace."""
    entry = noun_of(type(cast("object", item)))
    if find_noun(entry.name, "") is entry or "xmlns" in getattr(item.extensions, "attributes", {}):
        return entry.name, item
    extensions = item.extensions or Extensions()
    attributes = {"xmlns": entry.namespace, **extensions.attributes}
    said = msgspec.structs.replace(extensions, attributes=attributes)
    return entry.name, msgspec.structs.replace(item, extensions=said)


def _builtins(value: object) -> dict[str, Json]:
    return cast("dict[str, Json]", msgspec.to_builtins(value, enc_hook=encode_hook))

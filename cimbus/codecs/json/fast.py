"""JSON as we write it ourselves, straight into typed objects; whatever else it is, the general path reads."""

from __future__ import annotations

from typing import Any, cast

import msgspec

from cimbus.codecs.limits import DEFAULT_LIMITS
from cimbus.codecs.xml.elements import to_element
from cimbus.element import Element
from cimbus.envelope import VERBS, Header, PayloadArea, Reply, Request, Root
from cimbus.message import Message
from cimbus.model import find_noun, per_class

from .tree import Builder, to_json


class _Envelope(msgspec.Struct, forbid_unknown_fields=True):
    """The members of a message; nouns stay text until somebody asks."""

    Header: Header
    Request: Request | None = None
    Reply: Reply | None = None
    Payload: dict[str, msgspec.Raw] | None = None


def decode_hook(kind: type, value: Any) -> Any:
    """Make an ``Element`` of its JSON form, ``{name: content}``."""
    if kind is Element and isinstance(value, dict) and len(cast("dict[str, Any]", value)) == 1:
        ((name, content),) = cast("dict[str, Any]", value).items()
        limits = DEFAULT_LIMITS
        return to_element(Builder(limits.max_nodes, limits.max_depth).root(name, content, ""))
    raise ValueError(f"not the JSON of a {kind.__name__}")


def encode_hook(value: Any) -> Any:
    """Return an ``Element`` in its JSON form."""
    if isinstance(value, Element):
        return {value.name: to_json(value)}
    raise TypeError(f"{type(value).__name__} has no JSON form")


_outer = msgspec.json.Decoder(dict[str, _Envelope], dec_hook=decode_hook)


@per_class
def _decoder(cls: type[Any]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(cls, dec_hook=decode_hook)


def decode_fast(data: bytes) -> Message[Any] | None:
    """Decode a message in our own JSON form; None if it is anything else, or anything in it is unusual."""
    try:
        ((name, envelope),) = _outer.decode(data).items()
        root = Root(name)
    except (msgspec.DecodeError, ValueError):
        return None
    if envelope.Header.verb not in VERBS:
        return None
    nouns = envelope.Payload or {}
    if len(nouns) > 1 or (envelope.Reply and not envelope.Reply.result.known):
        return None
    area = PayloadArea()
    for noun, raw in nouns.items():
        entry = find_noun(noun, "")
        if entry is None:
            return None
        try:
            area = PayloadArea(items=(_decoder(entry.cls).decode(raw),))
        except (msgspec.DecodeError, ValueError):
            return None
    return Message(envelope.Header, root=root, request=envelope.Request, reply=envelope.Reply, payload=area)

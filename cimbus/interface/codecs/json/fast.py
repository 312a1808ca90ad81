"""JSON as cimbus writes it, straight into typed objects; the general path reads every other JSON.

Rule: where this path returns a message, the general path would return an equal one; where it is not sure, it returns
None.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any, Final, TypeVar, cast

import msgspec
from msgspec.structs import replace

from cimbus.interface.codecs.collector import LARGE, pausing
from cimbus.interface.codecs.limits import DEFAULT_LIMITS, WorkBudget
from cimbus.interface.codecs.xml.doubts import is_doubtful
from cimbus.interface.codecs.xml.elements import to_element
from cimbus.interface.element import XmlElement
from cimbus.interface.envelope import Header, MessageType, Payload, Reply, Request
from cimbus.interface.message import Message
from cimbus.interface.model import Cim, find_named, find_noun, noun_of, per_class

from .elements import to_json
from .loads import loads
from .tree import Builder

C = TypeVar("C", bound=Cim)


class _Envelope(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The members of a message before its payload; in their order, and written so."""

    Header: Header
    Request: Request | None = None
    Reply: Reply | None = None


class _NoContent(msgspec.Struct, forbid_unknown_fields=True):
    """A payload without a noun."""


class _EmptyEnvelope(_Envelope):
    Payload: _NoContent | None = None


class _Content(msgspec.Struct, forbid_unknown_fields=True):
    """The payload: one noun. A subclass for each class says how it is called and what it is."""

    noun: Any


def decode_hook(kind: type, value: Any) -> Any:
    """Make an ``XmlElement`` of its JSON form, ``{name: content}`` (msgspec calls it for types it does not know).

    Raises:
        ValueError: it is another type, or not that form.

    >>> decode_hook(XmlElement, {"Trace": "7"}).text
    '7'
    """
    if kind is XmlElement and isinstance(value, dict) and len(cast("dict[str, Any]", value)) == 1:
        ((name, content),) = cast("dict[str, Any]", value).items()
        return to_element(Builder(WorkBudget(DEFAULT_LIMITS)).root(name, content, ""))
    raise ValueError(f"not the JSON of a {kind.__name__}")


def encode_hook(value: Any) -> Any:
    """Return an ``XmlElement`` in its JSON form.

    Raises:
        TypeError: it is another type.

    >>> encode_hook(XmlElement("Trace", text="7"))
    {'Trace': '7'}
    """
    if isinstance(value, XmlElement):
        return {value.name: to_json(value)}
    if isinstance(value, str):  # msgspec writes no subclass of str, and the codes of ``cimbus.codes`` are some
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


_ESCAPES: Final = re.compile(rb"\\[bfu]")
"""Escapes that may be control characters or surrogates, which XML cannot hold."""
_NO_CHARACTERS: Final = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
"""U+FFFE and U+FFFF, which XML cannot hold."""
_TYPES: Final[dict[str, MessageType]] = {kind.value: kind for kind in MessageType}
_NOTHING: Final = Payload()
_encoder = msgspec.json.Encoder(enc_hook=encode_hook)
_PAYLOAD: Final = b'"Payload":{"'
"""What comes before the name of the payload's first member, and the same with white space."""
_SPACED_PAYLOAD: Final = re.compile(rb'"Payload"\s*:\s*\{\s*"([^"]*)"')


@per_class
def _decoder(cls: type[Any]) -> msgspec.json.Decoder[dict[str, Any]]:
    """Return a decoder of messages that carry a noun of a class."""
    content = msgspec.defstruct(
        "Content", [("noun", cls)], bases=(_Content,), rename={"noun": noun_of(cls).name}, forbid_unknown_fields=True
    )
    envelope = msgspec.defstruct("Envelope", [("Payload", content | None, None)], bases=(_Envelope,))
    return msgspec.json.Decoder(dict[str, envelope], dec_hook=decode_hook)  # type: ignore[valid-type]


_empty = msgspec.json.Decoder(dict[str, _EmptyEnvelope], dec_hook=decode_hook)


def decode_fast(data: bytes) -> Message[Any] | None:
    """Decode a message in our own JSON form; None if it is anything else, or anything in it is unusual.

    Raises:
        DecodeError: a member stands twice.

    >>> decode_fast(b'{"RequestMessage": {"Header": {"Verb": "get", "Noun": "MeterReadings"}}}')
    <RequestMessage get MeterReadings >
    >>> decode_fast(b'{"header": {"verb": "get"}}') is None
    True
    """
    if _is_odd(data):
        return None
    decoder = _decoder_for(data)
    if decoder is None:
        return None
    try:
        # small ones without the call, which would cost them a thirtieth
        members = decoder.decode(data) if len(data) < LARGE else pausing(len(data), partial(decoder.decode, data))
        ((name, envelope),) = members.items()
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    header, reply, message_type = envelope.Header, envelope.Reply, _TYPES.get(name)
    # all extensions but a header's are left to the path that knows their places
    extended = data.count(b'"#extensions"') if b"#" in data else 0
    strange = extended > (header.extensions is not None) or (reply and not reply.result.known)
    if strange or message_type is None or is_doubtful(header):
        return None
    if not _is_written_so(data, members):
        loads(data)  # refuses members that stand twice, of which the last was used here
    content = envelope.Payload
    area = replace(_NOTHING, items=(content.noun,)) if isinstance(content, _Content) else _NOTHING
    return Message(header, message_type=message_type, request=envelope.Request, reply=reply, payload=area)


def object_fast(text: str, cls: type[C]) -> C | None:
    """Decode an object in our own JSON form, whose members stand once; None if anything in it is unusual.

    >>> from cimbus.nouns import Name
    >>> object_fast('{"name": "m"}', Name).name, object_fast('{"Name": "m"}', Name)
    ('m', None)
    """
    data = text.encode()
    if b"#" in data or _is_odd(data):
        return None
    try:
        return cast("C", _object_decoder(cls).decode(data))
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


@per_class
def _object_decoder(cls: type[Any]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(cls, dec_hook=decode_hook)


def _is_odd(data: bytes) -> bool:
    """Return whether there may be characters in a document that XML cannot hold."""
    # one octet is found ten times as fast as several, and there is none in most documents
    escaped = b"\\" in data and _ESCAPES.search(data) is not None
    return escaped or (b"\xef" in data and any(each in data for each in _NO_CHARACTERS))


def _decoder_for(data: bytes) -> msgspec.json.Decoder[dict[str, Any]] | None:
    """Return the decoder for the noun that a message seems to carry; another noun would not be a member that it has."""
    start = data.find(_PAYLOAD) + len(_PAYLOAD)
    if start >= len(_PAYLOAD):
        octets = data[start : data.find(b'"', start)]
    elif (found := _SPACED_PAYLOAD.search(data)) is not None:
        octets = found[1]
    else:
        return _empty
    name = octets.decode("utf-8", "replace")
    several = find_named(name)
    entry = several[0] if len(several) == 1 else find_noun(name, "")
    return None if entry is None else _decoder(entry.cls)


def _is_written_so(data: bytes, members: dict[str, Any]) -> bool:
    """Return whether a document is what we would write for its content: then no member of it stands twice.

    Comparing costs a fifth of the decoding; a parser that looks at each member would cost twice the decoding.
    """
    written = _encoder.encode(members)
    return written == data or written == msgspec.json.format(data, indent=-1)

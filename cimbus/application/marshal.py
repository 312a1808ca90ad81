"""Messages become frames and frames messages; routing fields are mirrored, so that no body is opened to route it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any, Final

from cimbus.interface.codecs import DEFAULT_LIMITS, EnvelopeDialect, Limits, Strict, decode, decode_header, encode
from cimbus.interface.codecs.api import Format
from cimbus.interface.envelope import MessageType
from cimbus.interface.message import Message
from cimbus.interface.topic import Kind, Topic, past_tense
from cimbus.middleware.frame import CONTENT_TYPES, Frame

ROUTING_PROPERTIES: Final = frozenset(
    {
        "Verb", "Noun", "ContentType", "MessageID", "CorrelationID", "Source", "Context", "Revision", "ReplyAddress",
        "Key", "Hops",
    }
)  # fmt: skip
"""Names of properties that cimbus writes; an application's own have other names."""


_EVENTS: Final = Kind.events.value
_FAULT: Final = MessageType.fault


def pack(
    message: Message[Any],
    topic: Topic,
    format: Format = "xml",  # noqa: A002  # as everywhere
    *,
    address: str | None = None,
    properties: Mapping[str, str] | None = None,
    create: bool = True,
    dialect: str | EnvelopeDialect = "",
) -> Frame:
    """Return a message as a frame.

    Args:
        message: what to write.
        topic: where it goes.
        format: what the body is written in.
        address: a literal destination in place of the topic's.
        properties: the application's own, beside the mirrored ones.
        create: whether the destination may be created, see ``Frame``.
        dialect: how a peer wants XML.

    Raises:
        EncodeError: the message cannot be written.
        ValueError: a property has the name of one that cimbus writes.
    """
    header = message.header
    verb = header.verb if header.verb == topic.verb else _verb(message, topic)
    mirrored = {"Verb": verb, "Noun": header.noun, "ContentType": CONTENT_TYPES[format]}
    if header.message_id is not None:
        mirrored["MessageID"] = header.message_id
    if header.correlation_id is not None:
        mirrored["CorrelationID"] = header.correlation_id
    if header.source is not None:
        mirrored["Source"] = header.source
    if header.context is not None:
        mirrored["Context"] = header.context
    if header.revision is not None:
        mirrored["Revision"] = header.revision
    if header.reply_address is not None:
        mirrored["ReplyAddress"] = header.reply_address
    if topic.key:
        mirrored["Key"] = topic.key
    if properties:
        if taken := sorted(ROUTING_PROPERTIES & properties.keys()):
            raise ValueError(f"the property {', '.join(taken)} is written by cimbus; give yours another name")
        mirrored = {**properties, **mirrored}
    body = encode(message, format, dialect=dialect)
    return Frame(topic=topic, body=body, properties=mirrored, address=address, create=create)


def _verb(message: Message[Any], topic: Topic) -> str:
    """Return a header's verb as topics have it: an event's is in the past tense."""
    verb = message.header.verb
    return past_tense(verb) if topic.kind == _EVENTS else verb


Zones = tzinfo | Mapping[str, tzinfo] | None
"""The zone of times without one: the same for all, or by Header.Source."""


def unpack(
    frame: Frame, *, strict: Strict = False, limits: Limits = DEFAULT_LIMITS, zone: Zones = None
) -> Message[Any]:
    """Return the message in a frame.

    A FaultMessage has no header of its own; what the frame's properties say of it is filled in.

    Raises:
        DecodeError: the body is not a message.
    """
    if zone is not None and isinstance(zone, Mapping):
        zone = zone.get(decode_header(frame.body, limits=limits).source or "")
    message = decode(frame.body, strict=strict, limits=limits, zone=zone)
    if message.message_type is _FAULT:
        properties = frame.properties
        return message.replace(
            noun=properties.get("Noun") or message.header.noun or frame.topic.noun,
            message_id=properties.get("MessageID"),
            correlation_id=properties.get("CorrelationID"),
            source=properties.get("Source"),
        )
    return message


def differences(message: Message[Any], frame: Frame) -> list[str]:
    """Return how a message's header differs from its frame's topic and properties, a sentence each.

    A broker's rules are about topics and properties; what acts on a message goes by its header. A FaultMessage has no
    header of its own, and what a frame does not say is not compared.
    """
    if message.message_type is _FAULT:
        return []
    header, topic, properties = message.header, frame.topic, frame.properties
    found: list[str] = []
    if header.noun and header.noun != topic.noun:
        found.append(f"the noun is {header.noun!r}, the topic's is {topic.noun!r}")
    verb = topic.verb
    if header.verb != verb and _verb(message, topic) != verb and verb not in ("", "unknown"):
        found.append(f"the verb is {header.verb!r}, the topic's is {topic.verb!r}")
    if header.context is not None and header.context.lower() != topic.context:
        found.append(f"the context is {header.context!r}, the topic's is {topic.context!r}")
    source = properties.get("Source")
    if source is not None and header.source is not None and source != header.source:
        found.append(f"the source is {header.source!r}, the property's is {source!r}")
    return found

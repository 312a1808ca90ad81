"""Messages to frames and back: the routing fields are mirrored, so that nobody opens a body to route it."""

from __future__ import annotations

from typing import Any

from .codecs import DEFAULT_LIMITS, Limits, decode, encode
from .codecs.api import Format
from .envelope import Root
from .frame import CONTENT_TYPES, Frame
from .message import Message
from .topic import Topic


def pack(message: Message[Any], topic: Topic, format: Format = "xml", *, address: str | None = None) -> Frame:  # noqa: A002
    """Make the frame of a message.

    Raises:
        EncodeError: the message cannot be written.
    """
    header = message.header
    properties = {"Verb": header.verb, "Noun": header.noun, "ContentType": CONTENT_TYPES[format]}
    if header.message_id is not None:
        properties["MessageID"] = header.message_id
    if header.correlation_id is not None:
        properties["CorrelationID"] = header.correlation_id
    if header.source is not None:
        properties["Source"] = header.source
    if header.context is not None:
        properties["Context"] = header.context
    if header.revision is not None:
        properties["Revision"] = header.revision
    if header.reply_address is not None:
        properties["ReplyAddress"] = header.reply_address
    if topic.key:
        properties["Key"] = topic.key
    return Frame(topic=topic, body=encode(message, format), properties=properties, address=address)


def unpack(frame: Frame, *, strict: bool = False, limits: Limits = DEFAULT_LIMITS) -> Message[Any]:
    """Read the message in a frame.

    A FaultMessage has no header of its own; what the frame's properties say of it is filled in.

    Raises:
        DecodeError: the body is not a message.
    """
    message = decode(frame.body, strict=strict, limits=limits)
    if message.root is Root.fault:
        properties = frame.properties
        return message.replace(
            noun=properties.get("Noun") or message.header.noun or frame.topic.noun,
            message_id=properties.get("MessageID"),
            correlation_id=properties.get("CorrelationID"),
            source=properties.get("Source"),
        )
    return message

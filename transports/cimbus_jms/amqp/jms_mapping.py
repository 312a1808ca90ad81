"""Frames as JMS messages on AMQP (the mapping that brokers and Apache Qpid JMS share), and back. Pure.

Rules:

* ``cimbus_jms.properties`` says what a frame's properties are in JMS; here each gets its place: correlation-id,
  reply-to, subject (JMSType), priority, absolute-expiry-time, group-id, and application properties for the rest.
* Annotations tell a JMS client what AMQP does not: the kind of message, and whether an address is a topic or a queue.
* Text and octets are read; Map, Stream and Object messages are skipped (an Object is never deserialized).
* What a peer sent as numbers or booleans is read as its text; null and octets are left out: they have no text.
"""

from __future__ import annotations

import itertools
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from cimbus.middleware.correlation_data import CORRELATION_DATA
from cimbus.middleware.frame import Frame
from cimbus.middleware.net import NoContentError, check_content
from cimbus_jms.destinations import Destination, Kind, read_address
from cimbus_jms.options import DEFAULT_PRIORITY
from cimbus_jms.properties import ENCODED, JmsHeaders, complete, frame_name, headers_of, is_text

from .message_ids import id_of_text, text_of_id
from .sections import MISSING, MessageSections, read_sections, write_sections

TYPE: Final = "x-opt-jms-msg-type"
TO: Final = "x-opt-jms-dest"
REPLY: Final = "x-opt-jms-reply-to"
BYTES: Final = 3
TEXT: Final = 5
"""Kinds of messages, as the annotation ``TYPE`` has them: those that frames are written as."""
OBJECT_TYPE: Final = "application/x-java-serialized-object"

_REFUSED: Final[Mapping[object, str]] = {1: "an ObjectMessage", 2: "a MapMessage", 4: "a StreamMessage"}
_WITH_BODY: Final = (BYTES, TEXT)
_PLACES: Final[Mapping[Kind, int]] = {"queue": 0, "topic": 1}
_KINDS: Final[Mapping[object, Kind]] = {0: "queue", 1: "topic", 2: "queue", 3: "topic"}
"""What the annotations of addresses say: queue, topic, temporary queue, temporary topic."""
_ANNOTATIONS: Final = {
    (kind, place): {TYPE: kind, TO: number} for kind in (BYTES, TEXT) for place, number in _PLACES.items()
}


class UnsupportedMessageError(ValueError):
    """A message of which no frame can be made."""


class MessageWriter:
    """Writes frames as messages, each under a message-id of its own.

    Args:
        durable: whether the broker keeps them on its disk.
        priority: 0 to 9, if a frame gives none.
        time_to_live: after how many seconds the broker may drop them, if a frame gives no expiration; 0: never.
        now: returns seconds since the epoch.

    >>> from cimbus.interface.topic import Topic
    >>> frame = Frame(topic=Topic("production", "events", "MeterReadings", "created"), body=b"<xml/>")
    >>> read_message(MessageWriter().write(frame, Destination("topic", "READINGS"))).address
    'READINGS'
    """

    def __init__(
        self,
        *,
        durable: bool = True,
        priority: int = DEFAULT_PRIORITY,
        time_to_live: float = 0.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._durable = durable
        self._priority = priority
        self._time_to_live = time_to_live
        self._now = now
        self._head = f"ID:cimbus-{uuid.uuid4().hex}-"
        self._numbers = itertools.count(1)

    def write(self, frame: Frame, to: Destination) -> bytes:
        """Write a frame.

        Raises:
            ValueError: something in it cannot be written: half a character, an invalid priority or expiration.
        """
        given, now = frame.properties, self._now()
        jms = headers_of(given, frame.topic.key, priority=self._priority, time_to_live=self._time_to_live, now=now)
        text = is_text(given.get("ContentType"), frame.body)
        created = int(now * 1000)
        sections = MessageSections(
            body=frame.body.decode() if text else frame.body,
            durable=self._durable,
            priority=jms.priority,
            annotations=_ANNOTATIONS[TEXT if text else BYTES, to.kind],
            message_id=f"{self._head}{next(self._numbers)}",
            to=to.name,
            subject=jms.type or None,
            correlation_id=id_of_text(jms.correlation_id) if CORRELATION_DATA in given else jms.correlation_id or None,
            created=created,
            group=jms.group or None,
            properties=jms.properties,
        )
        if jms.expiration:
            sections.expiry = jms.expiration
            sections.ttl = min(max(1, jms.expiration - created), 0xFFFF_FFFF)
        if jms.reply_to:
            _reply_to(sections, jms.reply_to)
        return write_sections(sections)


def _reply_to(sections: MessageSections, address: str) -> None:
    """Put a ReplyAddress where JMS looks for it, if it names a destination."""
    try:
        destination = read_address(address)
    except ValueError:
        return  # it stays a property
    sections.reply_to = destination.name
    sections.annotations = {**sections.annotations, REPLY: _PLACES[destination.kind]}


# -- reading ----------------------------------------------------------------------------------------------------------


class ReceivedMessage(msgspec.Struct, frozen=True):
    """What a consumer needs of a message.

    Attributes:
        address: where it was sent to; empty if it does not say.
        message_id: something that can be compared; None if it has none.
        failures: how many deliveries of it have failed before (delivery-count, 3.2.1).
        left_out: how many application properties are named by something other than text, as AMQP forbids (3.2.5).
    """

    address: str
    body: bytes
    properties: Mapping[str, str]
    message_id: object
    failures: int
    left_out: int = 0


def read_message(data: bytes, *, cut: bool = False, now: Callable[[], float] = time.time) -> ReceivedMessage:
    """Read a message.

    Args:
        data: all its sections.
        cut: only its first bytes are there, and its body is left out.
        now: returns seconds since the epoch, from which ttl counts where there is no absolute-expiry-time (3.2.1).

    Raises:
        MalformedError: the bytes are no message.
        UnsupportedMessageError: it is a Map, a Stream, or an Object.
        NoContentError: it has lost its content.
    """
    sections = read_sections(data, cut=cut)
    body = b"" if cut else _body(sections)
    properties: dict[str, str] = {}
    left_out = 0
    for name, value in sections.properties.items():
        if type(name) is not str:
            left_out += 1
            continue
        text = value if type(value) is str else text_of(value)
        if text is not None:
            properties[frame_name(name) if name.startswith(ENCODED) else name] = text
    if not cut:
        check_content(body, properties, sections.delivery_count)
    jms = JmsHeaders(
        correlation_id=text_of(sections.correlation_id) or "",
        reply_to=_reply_address(sections.reply_to, sections.annotations.get(REPLY)) if sections.reply_to else "",
        type=sections.subject or "",
        priority=min(sections.priority, 9),
        expiration=sections.expiry or (int(now() * 1000) + sections.ttl if sections.ttl else 0),
        data=text_of_id(sections.correlation_id),
        message_id=text_of_id(sections.message_id),
        group=sections.group or "",
    )
    complete(properties, jms)
    if sections.content_type and "ContentType" not in properties and TYPE not in sections.annotations:
        properties["ContentType"] = sections.content_type  # of a peer that knows AMQP, but not JMS
    identity = sections.message_id
    return ReceivedMessage(
        bare(sections.to or ""),
        body,
        properties,
        identity if isinstance(identity, str | bytes | int | uuid.UUID) else None,
        sections.delivery_count,
        left_out,
    )


def _body(sections: MessageSections) -> bytes:
    kind = sections.annotations.get(TYPE)
    if kind in _REFUSED or sections.content_type == OBJECT_TYPE:
        raise UnsupportedMessageError(f"{_REFUSED.get(kind, _REFUSED[1])} holds no document")
    body = sections.body
    if body is MISSING and (kind in _WITH_BODY or not (kind == 0 or sections.to or sections.properties)):
        raise NoContentError("it has no body, although its kind says so, or nothing at all", sections.delivery_count)
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    if body is None or body is MISSING:  # some peers write no section where the body is null
        return b""
    raise UnsupportedMessageError(f"a body that is neither text nor octets, but {type(body).__name__}")


def _reply_address(name: str, place: object) -> str:
    """Return reply-to as a literal address; of a peer that does not say its kind, it is most likely a queue."""
    for kind in _PLACES:
        if name.startswith(f"{kind}://"):
            return f"{kind}:{bare(name)}"
    return f"{_KINDS.get(place, 'queue')}:{name}"


def bare(address: str) -> str:
    """Return an address without ``topic://`` or ``queue://``, which some peers and brokers write before it.

    >>> bare("topic://READINGS")
    'READINGS'
    """
    return address.removeprefix("topic://").removeprefix("queue://")


def text_of(value: Any) -> str | None:
    """Return the text of a value; None if it has none.

    >>> text_of(True), text_of(42), text_of(b"octets")
    ('true', '42', None)
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | uuid.UUID):
        return str(value)
    return None

"""Frames as JMS messages on AMQP (the mapping that brokers and Apache Qpid JMS share), and back. Pure.

Rules:

* What a frame's properties are to JMS, ``cimbus_jms.properties`` says; here it gets its place: correlation-id,
  reply-to, subject (JMSType), priority, absolute-expiry-time, group-id, and application properties for the rest.
* Annotations tell a JMS client what AMQP does not: the kind of message, and whether an address is a topic or a queue.
* Text and octets are read; Map, Stream and Object messages are not ours (an Object is never deserialized).
* What a peer typed (numbers, booleans) is read as its text; null and octets are left out: no text stands for them.
"""

from __future__ import annotations

import itertools
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from cimbus.frame import Frame
from cimbus_jms.destinations import Destination, Kind, read_address
from cimbus_jms.options import DEFAULT_PRIORITY
from cimbus_jms.properties import ENCODED, Label, complete, frame_name, is_text, write_label

from .sections import Letter, read_letter, write_letter

TYPE: Final = "x-opt-jms-msg-type"
TO: Final = "x-opt-jms-dest"
REPLY: Final = "x-opt-jms-reply-to"
BYTES: Final = 3
TEXT: Final = 5
OBJECT_TYPE: Final = "application/x-java-serialized-object"

_REFUSED: Final[Mapping[object, str]] = {1: "an ObjectMessage", 2: "a MapMessage", 4: "a StreamMessage"}
_PLACES: Final[Mapping[Kind, int]] = {"queue": 0, "topic": 1}
_KINDS: Final[Mapping[object, Kind]] = {0: "queue", 1: "topic", 2: "queue", 3: "topic"}
"""What the annotations of addresses say: queue, topic, temporary queue, temporary topic."""
_ANNOTATIONS: Final = {
    (kind, place): {TYPE: kind, TO: number} for kind in (BYTES, TEXT) for place, number in _PLACES.items()
}


class NotOursError(ValueError):
    """A message that no frame can be made of."""


class MessageWriter:
    """Writes frames as messages, each under a message-id that nothing else has.

    Args:
        durable: whether the broker keeps them through its own end.
        priority: 0 to 9, where a frame says none.
        time_to_live: after how many seconds the broker may forget them, where a frame says nothing; 0: never.
        now: seconds since the epoch.
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
            ValueError: something in it cannot be written: half a character, a priority or time that is none.
        """
        given, now = frame.properties, self._now()
        label = write_label(given, frame.topic.key, priority=self._priority, time_to_live=self._time_to_live, now=now)
        text = is_text(given.get("ContentType"), frame.body)
        created = int(now * 1000)
        letter = Letter(
            body=frame.body.decode() if text else frame.body,
            durable=self._durable,
            priority=label.priority,
            annotations=_ANNOTATIONS[TEXT if text else BYTES, to.kind],
            message_id=f"{self._head}{next(self._numbers)}",
            to=to.name,
            subject=label.type or None,
            correlation_id=label.correlation_id or None,
            created=created,
            group=label.group or None,
            properties=label.properties,
        )
        if label.expiration:
            letter.expiry = label.expiration
            letter.ttl = min(max(1, label.expiration - created), 0xFFFF_FFFF)
        if label.reply_to:
            _reply_to(letter, label.reply_to)
        return write_letter(letter)


def _reply_to(letter: Letter, address: str) -> None:
    """Put a ReplyAddress where JMS looks for it, if it names a destination."""
    try:
        destination = read_address(address)
    except ValueError:
        return  # it stays a property
    letter.reply_to = destination.name
    letter.annotations = {**letter.annotations, REPLY: _PLACES[destination.kind]}


# -- reading ----------------------------------------------------------------------------------------------------------


class Arrived(msgspec.Struct, frozen=True):
    """What a message says.

    Attributes:
        address: where it was sent to; empty if it does not say.
        message_id: None if it has none; else something that can be compared.
        failures: how many deliveries of it have failed already.
    """

    address: str
    body: bytes
    properties: Mapping[str, str]
    message_id: object
    failures: int


def read_message(data: bytes) -> Arrived:
    """Read a message.

    Raises:
        MalformedError: it is none.
        NotOursError: it is a Map, a Stream, or an Object.
    """
    letter = read_letter(data)
    body = _body(letter)
    properties: dict[str, str] = {}
    for name, value in letter.properties.items():
        text = value if type(value) is str else text_of(value)
        if text is not None:
            properties[frame_name(name) if name.startswith(ENCODED) else name] = text
    label = Label(
        correlation_id=text_of(letter.correlation_id) or "",
        reply_to=_reply_address(letter.reply_to, letter.annotations.get(REPLY)) if letter.reply_to else "",
        type=letter.subject or "",
        priority=min(letter.priority, 9),
        expiration=letter.expiry or 0,
        group=letter.group or "",
    )
    complete(properties, label)
    if letter.content_type and "ContentType" not in properties and TYPE not in letter.annotations:
        properties["ContentType"] = letter.content_type  # of a peer that knows AMQP, but not JMS
    identity = letter.message_id
    return Arrived(
        bare(letter.to or ""),
        body,
        properties,
        identity if isinstance(identity, str | bytes | int | uuid.UUID) else None,
        letter.delivery_count,
    )


def _body(letter: Letter) -> bytes:
    kind = letter.annotations.get(TYPE)
    if kind in _REFUSED or letter.content_type == OBJECT_TYPE:
        raise NotOursError(f"{_REFUSED.get(kind, _REFUSED[1])} holds no document")
    body = letter.body
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    if body is None:
        return b""
    raise NotOursError(f"a body that is neither text nor octets, but {type(body).__name__}")


def _reply_address(name: str, place: object) -> str:
    """Return reply-to as a literal address; a peer that does not say of what kind it is most likely means a queue."""
    for kind in _PLACES:
        if name.startswith(f"{kind}://"):
            return f"{kind}:{bare(name)}"
    return f"{_KINDS.get(place, 'queue')}:{name}"


def bare(address: str) -> str:
    """Return an address without ``topic://`` or ``queue://``, which some peers and brokers write before it."""
    return address.removeprefix("topic://").removeprefix("queue://")


def text_of(value: Any) -> str | None:
    """Return the text of a value; None if no text stands for it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | uuid.UUID):
        return str(value)
    return None

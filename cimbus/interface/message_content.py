"""What a message holds: its header and areas, and the payload that is decoded when it is first looked at."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any, Final, Generic, Self, TypeVar

from .decode_note import DecodeNote
from .element import XmlElement
from .envelope import EDITION_2, Error, Header, MessageType, Payload, Reply, Request, ResultKind
from .model import Extensions
from .origin import Origin
from .topic import DEFAULT_CONTEXT, Kind, Topic, kind_of_verb, past_tense

LazyPayload = Callable[[], tuple[Payload, tuple[DecodeNote, ...]]]
"""Decodes a payload area when it is first looked at; returns it with the notes that decoding it gave."""

N_co = TypeVar("N_co", covariant=True)

_TYPES: Final[dict[str, MessageType]] = {
    Kind.events: MessageType.event,
    Kind.requests: MessageType.request,
    Kind.replies: MessageType.response,
}
# a member of an enumeration is looked up by code in Python (3.11), three times as slowly as a global
_EVENTS: Final = Kind.events
_KINDS: Final = {kind: Kind(name) for name, kind in _TYPES.items()} | {MessageType.fault: Kind.replies}
_NOTHING: Final = Payload()


class MessageContent(Generic[N_co]):
    """The areas of one message, and what can be read of them; ``Message`` adds how messages are made.

    >>> MessageContent(Header(verb="get", noun="MeterReadings")).kind
    <Kind.requests: 'requests'>
    """

    __slots__ = (
        "_area",
        "_lazy",
        "_notes",
        "extensions",
        "header",
        "message_type",
        "origin",
        "reply_area",
        "request_area",
    )

    def __init__(
        self,
        header: Header,
        *,
        message_type: MessageType | None = None,
        request: Request | None = None,
        reply: Reply | None = None,
        payload: Payload | LazyPayload = _NOTHING,
        notes: Iterable[DecodeNote] = (),
        extensions: Extensions | None = None,
        origin: Origin | None = None,
    ) -> None:
        self.header = header
        self.origin = origin
        self.message_type = message_type or (MessageType.response if reply else _TYPES[kind_of_verb(header.verb)])
        self.request_area = request
        self.reply_area = reply
        self.extensions = extensions
        self._notes = tuple(notes) if notes else ()
        if isinstance(payload, Payload):
            self._lazy: LazyPayload | None = None
            self._area = payload
        else:
            self._lazy = payload
            self._area = _NOTHING

    def noted(self, *notes: DecodeNote) -> Self:
        """Return the same message with more notes."""
        made = copy.copy(self)
        made._notes = (*self._notes, *notes)  # noqa: SLF001  # its own class
        return made

    @property
    def payload_area(self) -> Payload:
        """The payload area; decoded on first access.

        Raises:
            DecodeError: the message was read strictly and its payload breaks the schema.
        """
        if self._lazy is not None:
            self._area, notes = self._lazy()  # if it raises, the next access tries again
            self._lazy = None
            self._notes += notes
        return self._area

    @property
    def payload(self) -> N_co:
        """The noun: typed where it is registered, an ``XmlElement`` where it is not.

        Of a message that carries an OperationSet instead, that; None where it carries none.
        """
        area = self._area if self._lazy is None else self.payload_area
        payload: Any = area.items[0] if area.items else area.operation_set
        return payload  # type: ignore[no-any-return]

    @property
    def decoded_payload(self) -> Any:
        """The payload if it is decoded already; else None. It never raises, and decodes nothing."""
        items = self._area.items
        return items[0] if items else None

    @property
    def payloads(self) -> tuple[Any, ...]:
        """All nouns, for the rare message that carries several."""
        return self.payload_area.items

    @property
    def notes(self) -> tuple[DecodeNote, ...]:
        """What reading accepted although it is not in the schema, and how it was understood; payload included."""
        _ = self.payload_area
        return self._notes

    @property
    def transaction(self) -> XmlElement | None:
        """The Transaction of an Edition 2 message, beside its payload or its areas; its structure is not public."""
        places = (self.payload_area.extensions, self.extensions)
        elements = (each.element for place in places if place is not None for each in place.elements)
        return next((each for each in elements if each.name == "Transaction" and each.namespace == EDITION_2), None)

    @property
    def result(self) -> ResultKind | None:
        """Reply.Result, None if this is no reply."""
        return self.reply_area.result if self.reply_area else None

    @property
    def errors(self) -> tuple[Error, ...]:
        """Reply.Error."""
        return self.reply_area.errors if self.reply_area else ()

    @property
    def kind(self) -> Kind:
        """Event, request or reply, by the envelope element, and of a generic Message by its verb."""
        kind = _KINDS.get(self.message_type)
        if kind is not None:
            return kind
        return Kind.replies if self.reply_area else Kind(kind_of_verb(self.header.verb))

    def topic(self, key: str = "") -> Topic:
        """Return the topic that this message belongs to: context, kind, noun, verb, and the key given.

        The verb of an event is in the past tense there, even if its header has another (``create``).

        >>> from cimbus import Message
        >>> str(Message.of(None, verb="delete", noun="EndDeviceControls", context="TESTING").topic("control-7"))
        'testing/requests/EndDeviceControls/delete/control-7'
        """
        header, kind = self.header, self.kind
        context = (header.context or DEFAULT_CONTEXT).lower()
        verb = past_tense(header.verb) if kind is _EVENTS else header.verb
        return Topic(context, str(kind), header.noun or "Unknown", verb or "unknown", key)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MessageContent):
            return NotImplemented
        return self._parts() == other._parts()  # pyright: ignore[reportUnknownMemberType]

    __hash__ = None  # type: ignore[assignment]  # payloads are trees with lists, and decoded late

    def _parts(self) -> tuple[object, ...]:
        return (
            self.message_type,
            self.header,
            self.request_area,
            self.reply_area,
            self.payload_area,
            self.extensions,
        )

    def __repr__(self) -> str:
        return f"<{self.message_type} {self.header.verb} {self.header.noun} {self.header.message_id or ''}>"

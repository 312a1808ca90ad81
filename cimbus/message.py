"""One message: a header and what it carries, typed by its payload.

A message is a value: nothing changes it after it was made; ``replace`` makes another. The payload of a message that
was read is decoded when it is first looked at, so that whoever only routes does not pay for it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final, Generic, TypeVar, cast

import msgspec

from .element import Element
from .envelope import VERBS, Error, Header, PayloadArea, Reply, Request, ResultKind, Root, Verb
from .model import Foreign, noun_of
from .naming import kind_of_verb
from .topic import DEFAULT_CONTEXT, Kind, Topic

N = TypeVar("N")
M = TypeVar("M")

_ROOTS: Final = {Kind.events: Root.event, Kind.requests: Root.request, Kind.replies: Root.response}
_PAST: Final = {
    verb: past
    for past in ("canceled", "changed", "closed", "created", "deleted", "executed")
    for verb in (past.removesuffix("d"), past.removesuffix("ed"))
    if verb in VERBS
}
_NOTHING: Final = PayloadArea()


class Note(msgspec.Struct, frozen=True):
    """Something that lenient reading forgave: where (local names), and what was done about it."""

    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


class Message(Generic[N]):
    """One IEC 61968-100 message.

    Attributes:
        root: which envelope element it is.
        header: always present; of a FaultMessage, what is known from elsewhere.
        request_area, reply_area: the request and reply areas, or None.
        foreign: elements that stood beside the areas, or None.
    """

    __slots__ = ("_area", "_notes", "_open", "foreign", "header", "reply_area", "request_area", "root")

    def __init__(
        self,
        header: Header,
        *,
        root: Root | None = None,
        request: Request | None = None,
        reply: Reply | None = None,
        payload: PayloadArea | Callable[[], tuple[PayloadArea, tuple[Note, ...]]] = _NOTHING,
        notes: Iterable[Note] = (),
        foreign: Foreign | None = None,
    ) -> None:
        self.header = header
        self.root = root or (Root.response if reply else _ROOTS[Kind(kind_of_verb(header.verb))])
        self.request_area = request
        self.reply_area = reply
        self.foreign = foreign
        self._notes = tuple(notes)
        self._open: Callable[[], tuple[PayloadArea, tuple[Note, ...]]] | None = None
        self._area = _NOTHING
        if isinstance(payload, PayloadArea):
            self._area = payload
        else:
            self._open = payload

    @staticmethod
    def of(
        payload: M,
        *,
        verb: str | None = None,
        noun: str | None = None,
        request: Request | None = None,
        compress: bool = False,
        **header: Any,
    ) -> Message[M]:
        """Make a message around a payload, with Timestamp (now, UTC) and MessageID (a UUID) filled in.

        Args:
            payload: an instance of a registered noun, an ``Element``, or None.
            verb: by default ``get`` for a query and ``created`` for anything else.
            noun: Header.Noun; by default the payload's.
            request: the request area (times, options, IDs).
            compress: write the payload as gzip in Payload/Compressed.
            header: any other field of ``Header``, such as ``source="HES"``.

        Raises:
            TypeError: the payload is no noun and no Element, and no noun is named.
        """
        query, word = _about(payload, noun)
        made = Header(
            verb=verb or (Verb.get if query else Verb.created),
            noun=noun or word,
            timestamp=header.pop("timestamp", None) or datetime.now(UTC),
            message_id=header.pop("message_id", None) or str(uuid.uuid4()),
            **header,
        )
        area = PayloadArea(items=() if payload is None else (payload,), in_request=query, packed=compress and not query)
        return Message(made, request=request, payload=area)

    # -- what it carries ------------------------------------------------------------------------------------------

    @property
    def payload_area(self) -> PayloadArea:
        """The payload area; decoded on first access.

        Raises:
            DecodeError: the message was read strictly and its payload breaks the schema.
        """
        if self._open is not None:
            self._area, notes = self._open()
            self._open = None
            self._notes += notes
        return self._area

    @property
    def payload(self) -> N:
        """The noun: typed where it is registered, an ``Element`` where it is not.

        Of a message that carries an OperationSet instead, that; None where it carries none.
        """
        area = self.payload_area
        return cast("N", area.items[0] if area.items else area.operation_set)

    @property
    def payloads(self) -> tuple[Any, ...]:
        """All nouns, for the rare message that carries several."""
        return self.payload_area.items

    @property
    def notes(self) -> tuple[Note, ...]:
        """What lenient reading forgave, payload included."""
        _ = self.payload_area
        return self._notes

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
        if self.root is Root.message:
            return Kind.replies if self.reply_area else Kind(kind_of_verb(self.header.verb))
        if self.root is Root.event:
            return Kind.events
        return Kind.requests if self.root is Root.request else Kind.replies

    def topic(self, key: str = "") -> Topic:
        """Return the topic by noun that this message belongs to."""
        header = self.header
        context = (header.context or DEFAULT_CONTEXT).lower()
        return Topic(context, self.kind.value, header.noun or "Unknown", header.verb or "unknown", key)

    # -- other messages made from it ------------------------------------------------------------------------------

    def replace(self, **header: Any) -> Message[N]:
        """Return the same message with other header fields."""
        known = len(self._notes)
        return Message[N](
            msgspec.structs.replace(self.header, **header),
            root=self.root,
            request=self.request_area,
            reply=self.reply_area,
            payload=(lambda: (self.payload_area, self._notes[known:])) if self._open else self._area,
            notes=self._notes,
            foreign=self.foreign,
        )

    def reply(
        self, payload: Any = None, *, result: str | None = None, errors: Iterable[Error] = (), **header: Any
    ) -> Message[Any]:
        """Make the reply to this request: verb ``reply``, the same noun, correlated.

        CorrelationID is the request's CorrelationID, else its MessageID. Result is OK when every error code starts with
        0, else FAILED; ``result="PARTIAL"`` says that more replies follow.
        """
        listed = tuple(errors)
        outcome = ResultKind(result or ("OK" if all(e.code.startswith("0") for e in listed) else "FAILED"))
        header.setdefault("noun", self.header.noun)
        message = Message[Any].of(payload, verb=Verb.reply, **self._answering(header))
        return Message(
            message.header,
            root=Root.response,
            reply=Reply(result=outcome, errors=listed),
            payload=msgspec.structs.replace(message.payload_area, in_request=False),
        )

    def fault(self, *errors: Error, **header: Any) -> Message[Any]:
        """Make the FaultMessage for a request that could not be read at all.

        On the wire it is a Reply alone; its header is for routing here.
        """
        header.setdefault("noun", self.header.noun)
        message = Message[Any].of(None, verb=Verb.reply, **self._answering(header))
        return Message(message.header, root=Root.fault, reply=Reply(result=ResultKind.FAILED, errors=errors))

    def caused(self, payload: Any = None, *, verb: str | None = None, **header: Any) -> Message[Any]:
        """Make the event that this request caused, correlated like its reply.

        By default the verb is this request's in the past tense and the payload this request's (IEC 61968-100, 6).
        """
        past = verb or _PAST.get(self.header.verb)
        if past is None:
            raise ValueError(f"a {self.header.verb!r} has no event of its own: say which verb")
        if payload is not None:
            return Message[Any].of(payload, verb=past, **self._answering(header))
        header.setdefault("noun", self.header.noun)
        message = Message[Any].of(None, verb=past, **self._answering(header))
        return Message(message.header, payload=msgspec.structs.replace(self.payload_area, in_request=False))

    def _answering(self, header: dict[str, Any]) -> dict[str, Any]:
        header.setdefault("correlation_id", self.header.correlation_id or self.header.message_id)
        header.setdefault("context", self.header.context)
        return header

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Message):
            return NotImplemented
        return self._parts() == other._parts()  # pyright: ignore[reportUnknownMemberType]

    __hash__ = None  # type: ignore[assignment]

    def _parts(self) -> tuple[object, ...]:
        return (self.root, self.header, self.request_area, self.reply_area, self.payload_area, self.foreign)

    def __repr__(self) -> str:
        return f"<{self.root} {self.header.verb} {self.header.noun} {self.header.message_id or ''}>"


def _about(payload: object, noun: str | None) -> tuple[bool, str]:
    """Return whether a payload is a query, and the noun it belongs to."""
    if payload is None:
        if noun is None:
            raise TypeError("a message without payload must be told its noun")
        return False, noun
    if isinstance(payload, Element):
        query = payload.name.startswith("Get")
        return query, payload.name.removeprefix("Get") if query else payload.name
    entry = noun_of(type(payload))
    return entry.query, entry.header

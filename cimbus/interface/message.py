"""One message: a header and what it carries, typed by its payload.

A message is a value: nothing changes it after it was made; ``replace`` makes another. The payload of a message that
was read is decoded when it is first looked at, so that a program that only routes messages does not pay for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, TypeVar, Unpack

import msgspec

from .advice import advice_of
from .decode_note import DecodeNote
from .element import XmlElement
from .envelope import Error, Header, MessageType, OperationSet, Payload, Reply, Request, ResultKind, Verb
from .header_fields import ALL_NAMES, NAMES, AllHeaderFields, HeaderFields, check_names
from .message_content import LazyPayload, MessageContent
from .message_id import new_message_id
from .model import Cim, find_class, noun_of
from .origin import Origin
from .topic import past_tense
from .validity import problems_of

__all__ = ["AnyPayload", "DecodeNote", "LazyPayload", "Message"]

AnyPayload = Cim | XmlElement | None
"""What a message can carry: an instance of a registered noun or an OperationSet, an ``XmlElement``, or nothing."""

N_co = TypeVar("N_co", covariant=True)
M = TypeVar("M", bound=AnyPayload)


# copied for each message: a class whose metaclass is written in Python is called three times as slowly (CPython 3.11)
_HEADER: Final = Header(verb="", noun="")
_PAYLOAD: Final = Payload()
# a member of an enumeration is looked up by code in Python (3.11), three times as slowly as a global
_GET: Final = Verb.get
_CREATED: Final = Verb.created
_EXECUTE: Final = Verb.execute


class Message(MessageContent[N_co]):
    """One IEC 61968-100 message.

    Attributes:
        message_type: which envelope element it is.
        header: always present; of a FaultMessage, what is known from elsewhere.
        request_area, reply_area: the request and reply areas, or None.
        extensions: elements that stood beside the areas, or None.
        origin: where it was read from, None if it was made by a program.

    >>> from cimbus import nouns
    >>> message = Message.of(nouns.EndDeviceEvents(), source="HES", message_id="m-1")
    >>> message
    <EventMessage created EndDeviceEvents m-1>
    >>> print(message.topic("meter-7"))
    production/events/EndDeviceEvents/created/meter-7
    """

    __slots__ = ()

    @staticmethod
    def of(
        payload: M,
        *,
        verb: str | None = None,
        noun: str | None = None,
        request: Request | None = None,
        compress: bool = False,
        **header: Unpack[HeaderFields],
    ) -> Message[M]:
        """Make a message around a payload, with Timestamp (now, UTC) and MessageID (a UUID) filled in.

        Args:
            payload: an instance of a registered noun, an ``XmlElement``, an ``OperationSet``, or None.
            verb: by default ``get`` for a query, ``execute`` for an OperationSet, and ``created`` for anything else.
            noun: Header.Noun; by default the payload's.
            request: the request area (times, options, IDs).
            compress: write the payload as gzip in Payload/Compressed.
            header: any other field of ``Header``, such as ``source="HES"``.

        Raises:
            TypeError: the payload is no noun and no XmlElement, no noun is named, or there is no such header field.

        >>> from cimbus import nouns
        >>> Message.of(nouns.GetMeterReadings(), source="CIS", message_id="m-1")
        <RequestMessage get MeterReadings m-1>
        >>> Message.of(None, verb="delete", noun="EndDeviceControls", message_id="m-2")
        <RequestMessage delete EndDeviceControls m-2>
        """
        check_names(header, NAMES)
        usual, word = _subject(payload, noun)
        if header.get("timestamp") is None:
            header["timestamp"] = datetime.now(UTC)
        if not header.get("message_id"):
            header["message_id"] = new_message_id()
        made = msgspec.structs.replace(_HEADER, verb=verb or usual, noun=noun or word, **header)
        if usual is _EXECUTE and isinstance(payload, OperationSet):
            return Message(made, request=request, payload=Payload(operation_set=payload))
        query = usual is _GET
        area = msgspec.structs.replace(
            _PAYLOAD,
            items=() if payload is None else (payload,),
            in_request=query,
            # a query is in the request area, and Compressed exists in the payload area only (PayloadType)
            was_compressed=compress and not query,
        )
        return Message(made, request=request, payload=area)

    @property
    def advice(self) -> tuple[DecodeNote, ...]:
        """Which of the standard's own rules the message breaks: rules that stand above its schema.

        >>> from cimbus import Message
        >>> print(*Message.of(None, verb="create", noun="EndDeviceControls").advice)
        RequestMessage: a create without a payload
        """
        return advice_of(self)

    def validate(self) -> tuple[DecodeNote, ...]:
        """Return what the schema of Edition 1 and the class of the payload do not allow in it; empty if it is valid.

        It is what strict reading of its encoding finds: facets, choices, cardinalities, order, unknown elements and
        values. At most a hundred problems. A payload without a class is not looked into.

        >>> from cimbus import nouns
        >>> print(*Message.of(nouns.EndDeviceEvents(EndDeviceEvent=[nouns.EndDeviceEvent(
        ...     createdDateTime=None, EndDeviceEventType=nouns.Reference())])).validate())
        EventMessage/Payload/EndDeviceEvents/EndDeviceEvent/createdDateTime: mandatory, and missing
        """
        return problems_of(self)

    def replace(self, **header: Unpack[AllHeaderFields]) -> Message[N_co]:
        """Return the same message with other header fields.

        Raises:
            TypeError: there is no such header field.

        >>> Message.of(None, verb="delete", noun="EndDeviceControls").replace(source="OMS").header.source
        'OMS'
        """
        check_names(header, ALL_NAMES)
        known = len(self._notes)  # the copy has these already; of its payload's notes it takes the rest
        made: Message[N_co] = Message(  # Message[N_co](...) would take a microsecond more
            msgspec.structs.replace(self.header, **header),
            message_type=self.message_type,
            request=self.request_area,
            reply=self.reply_area,
            payload=(lambda: (self.payload_area, self._notes[known:])) if self._lazy else self._area,
            notes=self._notes,
            extensions=self.extensions,
            origin=self.origin,
        )
        return made

    def reply(
        self,
        payload: AnyPayload = None,
        *,
        result: str | None = None,
        errors: Iterable[Error] = (),
        noun: str | None = None,
        compress: bool = False,
        **header: Unpack[HeaderFields],
    ) -> Message[Any]:
        """Make the reply to this request: verb ``reply``, the same noun, correlated.

        CorrelationID is the request's CorrelationID, else its MessageID. Result is OK when every error code starts with
        0, else FAILED; ``result="PARTIAL"`` says that more replies follow.

        Raises:
            TypeError: the payload is no noun and no XmlElement, or there is no such header field.

        >>> from cimbus import nouns
        >>> from cimbus.interface.envelope import Error
        >>> request = Message.of(nouns.GetMeterReadings(), message_id="m-1")
        >>> request.reply(nouns.MeterReadings()).header.correlation_id
        'm-1'
        >>> print(request.reply(errors=[Error(code="2.4", reason="no such meter")]).result)
        FAILED
        """
        listed = tuple(errors)
        # IEC 61968-9: category 0 is no error
        outcome = ResultKind(result or ("OK" if all(e.code.startswith("0") for e in listed) else "FAILED"))
        noun = noun or self.header.noun
        message = Message.of(payload, verb=Verb.reply, noun=noun, compress=compress, **self._correlated(header))
        return Message(
            message.header,
            message_type=MessageType.response,
            reply=Reply(result=outcome, errors=listed),
            payload=msgspec.structs.replace(message.payload_area, in_request=False),
            origin=self._answered(),
        )

    def fault(self, *errors: Error, noun: str | None = None, **header: Unpack[HeaderFields]) -> Message[Any]:
        """Make the FaultMessage for a request that could not be read at all.

        On the wire it is a Reply alone; its header is for routing here.

        >>> from cimbus.interface.envelope import Error
        >>> Message.of(None, verb="get", noun="MeterReadings").fault(Error(code="1.8"), message_id="m-2")
        <FaultMessage reply MeterReadings m-2>
        """
        noun = noun or self.header.noun
        message = Message.of(None, verb=Verb.reply, noun=noun, **self._correlated(header))
        reply = Reply(result=ResultKind.FAILED, errors=errors)
        return Message(message.header, message_type=MessageType.fault, reply=reply, origin=self._answered())

    def caused(
        self,
        payload: AnyPayload = None,
        *,
        verb: str | None = None,
        noun: str | None = None,
        compress: bool = False,
        **header: Unpack[HeaderFields],
    ) -> Message[Any]:
        """Make the event that this request caused, correlated like its reply.

        By default the verb is this request's in the past tense and the payload this request's (IEC 61968-100, 6).

        Raises:
            ValueError: the request's verb has no past tense, and no verb is given.
            TypeError: the payload is no noun and no XmlElement, or there is no such header field.

        >>> Message.of(None, verb="delete", noun="EndDeviceControls").caused(message_id="m-2")
        <EventMessage deleted EndDeviceControls m-2>
        """
        past = verb or past_tense(self.header.verb)
        if past == self.header.verb and not verb:
            raise ValueError(f"a {self.header.verb!r} has no event of its own: say which verb")
        if payload is not None:
            made = Message.of(payload, verb=past, noun=noun, compress=compress, **self._correlated(header))
            return Message(made.header, payload=made.payload_area, origin=self._answered())
        noun = noun or self.header.noun
        message = Message.of(None, verb=past, noun=noun, **self._correlated(header))
        area = msgspec.structs.replace(self.payload_area, in_request=False)
        return Message(message.header, payload=area, origin=self._answered())

    def _answered(self) -> Origin | None:
        """Return the origin of a message that answers this one."""
        return None if self.origin is None else msgspec.structs.replace(self.origin, read=False)

    def _correlated(self, header: HeaderFields) -> HeaderFields:
        """Fill in what a reply and a caused event take from the request."""
        check_names(header, NAMES)  # verb is not in it: Python's own error would not say what there is
        header.setdefault("correlation_id", self.header.correlation_id or self.header.message_id)
        header.setdefault("context", self.header.context)
        return header


def _subject(payload: object, noun: str | None) -> tuple[Verb, str]:
    """Return the usual verb of a payload, and the noun it belongs to."""
    entry = find_class(type(payload))  # what most payloads are
    if entry is None:
        if payload is None:
            if noun is None:
                raise TypeError("a message without payload must be told its noun")
            return _CREATED, noun
        if isinstance(payload, OperationSet):  # IEC 61968-100: verb execute, noun OperationSet
            return _EXECUTE, "OperationSet"
        if isinstance(payload, XmlElement):  # an unregistered noun: the queries of part 9 are called Get{Noun}
            query = payload.name.startswith("Get")
            return (_GET, payload.name.removeprefix("Get")) if query else (_CREATED, payload.name)
        entry = noun_of(type(payload))  # which says what is wrong with it
    return _GET if entry.query else _CREATED, entry.header

"""The sending side of a bus: payloads become stamped messages, messages become frames, and frames are sent."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final, Generic, TypeVar, Unpack

import anyio.lowlevel
import msgspec

from cimbus.errors import CimbusError, ClosedError
from cimbus.interface.codecs import EnvelopeDialect, encode
from cimbus.interface.codecs.api import Format
from cimbus.interface.codecs.dialect import find_dialect
from cimbus.interface.header_fields import PublishOptions
from cimbus.interface.message import Message
from cimbus.interface.message_id import new_message_id
from cimbus.interface.topic import Topic
from cimbus.interface.verbs import VERB_NAMES, check_verb
from cimbus.middleware.expiry import EXPIRATION, expiration
from cimbus.middleware.frame import Frame
from cimbus.middleware.net import ThrottledLog
from cimbus.middleware.outbox import Outbox
from cimbus.middleware.safe_log import safe_logger
from cimbus.middleware.send_report import SendReport, unroutable_in
from cimbus.middleware.transport import Transport, refusal
from cimbus.nouns.keys import key_of

from .claim_check.large_messages import LargeMessages
from .marshal import pack

N_co = TypeVar("N_co", covariant=True)

log: Final = safe_logger("cimbus")

SLICE: Final = 1_024
"""Messages that ``publish_many`` sends at once: the window of the transports, so that a larger slice would wait anyway,
and a bound on the memory for what is encoded."""
STEP: Final = 64
"""Messages that are encoded without a pause: 2 ms at 30 us each, the least that other tasks notice."""

SMALL: Final = 4_096
"""Octets of a body that is put into an outbox without asking whether the middleware takes it: brokers take more."""
NOT_OPEN: Final = "the bus is not open: use it in `async with`"


class PublishResult(msgspec.Struct, Generic[N_co], frozen=True):
    """What became of one of several messages: ``error`` is None where the middleware has it.

    >>> PublishResult("a message").error is None
    True
    """

    message: Message[N_co]
    error: Exception | None = None
    unroutable: bool = False
    """The middleware says that no subscription exists: it took the message, and dropped it."""


class Publisher:
    """Publishes on one transport, as one application.

    Args:
        transport: where to.
        is_open: whether the bus is open.
        source: Header.Source of messages that have none.
        context: Header.Context of messages that have none.
        format: what bodies are written in.
        outbox: keeps what is published until the transport takes it; None: the caller waits for that.
        dialect: how peers want XML.
        large: compresses or stores what is large.

    Attributes:
        unroutable: how many messages the middleware took although no subscription existed for them.
    """

    def __init__(
        self,
        transport: Transport,
        is_open: Callable[[], bool],
        *,
        source: str | None,
        context: str | None,
        format: Format,  # noqa: A002  # as Bus has it
        outbox: Outbox | None = None,
        dialect: str | EnvelopeDialect = "",
        large: LargeMessages,
    ) -> None:
        self.transport = transport
        self.source = source
        self.context = context
        self.format: Format = format
        self.outbox = outbox
        self._dialect = find_dialect(dialect) if dialect else ""
        self.large = large
        self._is_open = is_open
        self.unroutable = 0
        self._throttled = ThrottledLog(log)

    def stamp(self, payload: Any, *, verb: str | None = None, **header: Any) -> Message[Any]:
        """Return a payload as a message of this application: what its header lacks is filled in.

        Raises:
            UnknownVerbError: the verb is none of the fourteen, and neither read nor ``Verb.other``.
        """
        if verb is not None:
            check_verb(verb)
        if isinstance(payload, Message):
            return self._stamp_again(payload, verb, header)  # pyright: ignore[reportUnknownArgumentType]
        if self.source is not None:
            header.setdefault("source", self.source)
        if self.context is not None:
            header.setdefault("context", self.context)
        return Message.of(payload, verb=verb, **header)

    def _stamp_again(self, message: Message[Any], verb: str | None, header: dict[str, Any]) -> Message[Any]:
        given = message.header
        if verb is None and given.verb not in VERB_NAMES and message.origin is None:
            check_verb(given.verb)  # what was read may have one of its sender's own
        if verb is not None:
            header["verb"] = verb
        if given.source is None and self.source is not None:
            header.setdefault("source", self.source)
        if given.context is None and self.context is not None:
            header.setdefault("context", self.context)
        if given.timestamp is None:
            header.setdefault("timestamp", datetime.now(UTC))
        if not given.message_id:
            header.setdefault("message_id", new_message_id())
        return message.replace(**header) if header else message

    def frame(
        self,
        message: Message[Any],
        key: str | None,
        properties: Mapping[str, str] | None = None,
        expires: timedelta | datetime | float | None = None,
    ) -> Frame:
        """Return a stamped message as a frame.

        Raises:
            EncodeError: it cannot be written.
            SendError: it is for an outbox, and larger than the middleware takes, as far as that is known.
            ValueError: a property has the name of a routing property, or ``expires`` is a time without a zone.
        """
        topic = message.topic(key_of(message.payload) if key is None else key)
        if expires is not None and (until := expiration(expires, time.time())) is not None:
            properties = {**(properties or {}), EXPIRATION: until}
        frame = self.pack(message, topic, properties=properties)
        if len(frame.body) > SMALL and self.outbox is not None:
            error = refusal(self.transport, frame)  # out of the outbox, it would be refused too late for the caller
            if error is not None:
                raise error
        return frame

    def pack(
        self,
        message: Message[Any],
        topic: Topic,
        *,
        address: str | None = None,
        properties: Mapping[str, str] | None = None,
        create: bool = True,
    ) -> Frame:
        """Return a message as a frame, written as this application writes."""
        frame = pack(
            message,
            topic,
            self.format,
            address=address,
            properties=properties,
            create=create,
            dialect=self._dialect,
        )
        if len(frame.body) <= self.large.over:
            return frame
        return self.large.reduced(message, frame, self.encode)

    def encode(self, message: Message[Any], format: Format | None = None) -> bytes:  # noqa: A002  # as Bus has it
        """Write a message as this application writes."""
        return encode(message, format or self.format, dialect=self._dialect)

    async def publish(self, payload: Any, **options: Unpack[PublishOptions]) -> Message[Any]:
        """Send one message; see ``Bus.publish``."""
        message, frame = self.prepared(payload, **options)
        (error,) = await self.deliver((frame,))
        if error is not None:
            raise error
        return message

    def prepared(
        self,
        payload: Any,
        *,
        verb: str | None = None,
        key: str | None = None,
        properties: Mapping[str, str] | None = None,
        expires: timedelta | datetime | None = None,
        **header: Any,
    ) -> tuple[Message[Any], Frame]:
        """Return a payload as a stamped message and as a frame; arguments as for ``Bus.publish``."""
        message = self.stamp(payload, verb=verb, **header)
        return message, self.frame(message, key, properties, expires)

    async def publish_many(
        self,
        payloads: Iterable[Any],
        *,
        verb: str | None = None,
        key: str | None = None,
        properties: Mapping[str, str] | None = None,
        expires: timedelta | datetime | None = None,
        **header: Any,
    ) -> list[PublishResult[Any]]:
        """Send many messages at once; see ``Bus.publish_many``."""
        results: list[PublishResult[Any]] = []
        remaining = iter(payloads)
        while part := list(islice(remaining, SLICE)):
            results += await self._publish_some(part, verb, (key, properties, expires), header)
        return results

    async def _publish_some(
        self,
        payloads: Sequence[Any],
        verb: str | None,
        how: tuple[str | None, Mapping[str, str] | None, timedelta | datetime | None],
        header: Mapping[str, Any],
    ) -> list[PublishResult[Any]]:
        results: list[PublishResult[Any] | None] = []
        frames: list[Frame] = []
        stamped: list[tuple[int, Message[Any]]] = []
        for index, payload in enumerate(payloads):
            if index % STEP == STEP - 1:
                await anyio.lowlevel.checkpoint()  # other tasks have their turn
            message = self.stamp(payload, verb=verb, **header)
            try:
                frames.append(self.frame(message, *how))
                stamped.append((index, message))
                results.append(None)
            except CimbusError as error:
                results.append(PublishResult(message, error))
        errors = await self.deliver(frames) if frames else ()
        lost = unroutable_in(errors)
        for place, ((index, message), failure) in enumerate(zip(stamped, errors, strict=True)):
            results[index] = PublishResult(message, failure, place in lost)
        return [result for result in results if result is not None]

    async def deliver(self, frames: Sequence[Frame]) -> Sequence[Exception | None]:
        """Give frames to the outbox, or else to the middleware; return one result each.

        Raises:
            ClosedError: the bus is not open.
        """
        results = await self._given(frames, self.transport.send if self.outbox is None else self.outbox.add)
        if isinstance(results, SendReport) and results.unroutable:
            self.unroutable += len(results.unroutable)
            topic = frames[min(results.unroutable)].topic
            self._throttled.warning("no subscription to %s: it was dropped (%d so far)", topic, self.unroutable)
        return results

    async def send_one(
        self, message: Message[Any], key: str | None, expires: timedelta | datetime | float | None
    ) -> bool:
        """Give a stamped message to the middleware, not to the outbox: what waits for a reply is of use only now.

        Return False if the middleware says that no subscription exists.

        Raises:
            SendError: the middleware refused it.
        """
        results = await self.send((self.frame(message, key, None, expires),))
        if results[0] is not None:
            raise results[0]
        return not unroutable_in(results)

    async def send(self, frames: Sequence[Frame]) -> Sequence[Exception | None]:
        """Give frames to the middleware, not to the outbox; return one result each.

        Raises:
            ClosedError: the bus is not open.
        """
        results = await self._given(frames, self.transport.send)
        if isinstance(results, SendReport):
            self.unroutable += len(results.unroutable)
        return results

    def _given(
        self, frames: Sequence[Frame], give: Callable[[Sequence[Frame]], Awaitable[Sequence[Exception | None]]]
    ) -> Awaitable[Sequence[Exception | None]]:
        """Begin to give frames to the outbox or the middleware."""
        if not self._is_open():
            raise ClosedError(NOT_OPEN)
        return give(frames) if self.large.stores_nothing else self.large.send(frames, give)

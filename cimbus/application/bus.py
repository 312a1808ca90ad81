"""One application's connection to the bus: publish, subscribe, request, and transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial
from typing import Any, Self, TypeVar, Unpack, overload

from cimbus.interface.codecs import DEFAULT_LIMITS
from cimbus.interface.element import XmlElement
from cimbus.interface.header_fields import PublishOptions
from cimbus.interface.message import Message
from cimbus.interface.model import Cim
from cimbus.interface.query import QueryPayload
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.frame import Frame
from cimbus.middleware.safe_url import bus_name
from cimbus.middleware.transport import Transport

from .bus_options import (
    BusOptions,
    RequestOptions,
    audit_of,
    check_bus_options,
    dead_letters_of,
    large_messages_of,
    outbox_of,
    publisher_of,
    spans_of,
)
from .bus_status import BusStatus
from .connection import connected, transport_of
from .marshal import unpack
from .message_reader import Check, MessageReader
from .publisher import PublishResult
from .reply_consumer import ReplyConsumer
from .reply_rules import ReplyRules
from .requester import Replies, Requester
from .subscribe_options import SubscribeOptions, check_subscribe_options, pattern_of_options, subscription_of
from .subscription import Subscription
from .transaction import BusTransaction, open_transaction

N = TypeVar("N", bound=Cim | XmlElement)
S = TypeVar("S")
M = TypeVar("M")
R = TypeVar("R")


class Bus(BusStatus):
    """A connection to one middleware, as one application.

    >>> import anyio
    >>> from cimbus.nouns import MeterReadings
    >>> async def main():
    ...     async with Bus("memory:", source="HES") as bus:
    ...         message = await bus.publish(MeterReadings(), verb="changed")
    ...         print(message.header.verb, message.header.noun, message.header.source)
    >>> anyio.run(main)
    changed MeterReadings HES

    Args:
        bus: a URL (``mqtt://localhost``, ``sqlite:///var/lib/x.db``, ``memory:``), or a transport.
        options: see ``BusOptions``.

    Raises:
        UsageError: the URL has an unknown scheme, or an invalid option.
        TypeError: there is no such option.
        ValueError: the options of an outbox without a file of one, or an impossible value.
    """

    def __init__(self, bus: str | Transport, **options: Unpack[BusOptions]) -> None:
        check_bus_options(options)
        self._outbox = outbox_of(options)
        large = large_messages_of(options)
        self._claims = large.claims
        self.audit = audit_of(options)
        self.transport = transport_of(bus, lazy=bool(options.get("lazy") or self._outbox), audit=self.audit)
        self.url = bus if isinstance(bus, str) else ""
        self.name = bus_name(self.url) if self.url else ""
        self.context = options.get("context")
        strict = options.get("strict", False)
        self.limits = options.get("limits", DEFAULT_LIMITS)
        self._unpack = partial(unpack, strict=strict, limits=self.limits, zone=options.get("zone"))
        self.check: Check = "topic" if strict else options.get("check", "note")
        self.reply_rules = ReplyRules(options.get("reply_to", ()))
        self.dead_letters = dead_letters_of(options.get("dead_letters"), self.url, self.transport)
        self._stack = AsyncExitStack()
        self.spans = spans_of(options, self.url)
        self.publisher = publisher_of(
            options,
            self.transport,
            lambda: self._tasks is not None,
            outbox=self._outbox,
            large=large,
            spans=self.spans,
        )
        self._received = self._unpack if self.spans is None else self.spans.receiving(self._unpack)
        self._replies = ReplyConsumer(self.transport, self._received, self._claims)
        self._requester = Requester(self.publisher, self._replies, lambda: self._tasks)

    def __repr__(self) -> str:
        return f"<Bus {self.name or self.transport!r}{', open' if self._tasks is not None else ''}>"

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            opened = connected(self.transport, self._outbox, self.dead_letters, self.name, self.audit)
            self._tasks = await stack.enter_async_context(opened)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *exc_info: object) -> bool | None:
        self._replies.close("the bus was closed")
        self._tasks = None
        try:
            return await self._stack.__aexit__(*exc_info)  # type: ignore[arg-type]
        finally:
            self.dead_letters.close()

    # -- publish --------------------------------------------------------------------------------------------------

    @overload
    async def publish(self, payload: Message[M], **options: Unpack[PublishOptions]) -> Message[M]: ...
    @overload
    async def publish(self, payload: N, **options: Unpack[PublishOptions]) -> Message[N]: ...
    async def publish(self, payload: Any, **options: Unpack[PublishOptions]) -> Message[Any]:
        """Send a message; return it, stamped, once the middleware has it.

        Args:
            payload: a noun (then a message is made of it, ``created`` by default), or a whole ``Message``.
            options: see ``PublishOptions``.

        Raises:
            UnknownVerbError: the verb is none of the fourteen, and not ``Verb.other``.
            EncodeError: the message cannot be written.
            SendError: the middleware refused it.
            TypeError: the payload is no noun, or there is no such option or header field.
            ValueError: a property has the name of one that cimbus writes.
        """
        return await self.publisher.publish(payload, **options)

    @overload
    async def publish_many(
        self, payloads: Iterable[Message[M]], **options: Unpack[PublishOptions]
    ) -> list[PublishResult[M]]: ...
    @overload
    async def publish_many(
        self, payloads: Iterable[N], **options: Unpack[PublishOptions]
    ) -> list[PublishResult[N]]: ...
    async def publish_many(
        self, payloads: Iterable[Any], **options: Unpack[PublishOptions]
    ) -> list[PublishResult[Any]]:
        """Send many messages at once.

        Return one result per message, in order. One that fails does not stop the others.
        """
        return await self.publisher.publish_many(payloads, **options)

    def transaction(
        self, subscription: Subscription[Any] | None = None, deliveries: Sequence[Delivery[Message[S]]] = ()
    ) -> AbstractAsyncContextManager[BusTransaction]:
        """Return the block of a transaction: what is published and accepted in it happens all, or not at all.

        ``async with bus.transaction(subscription, [delivery]) as transaction: await transaction.publish(...)``

        Args:
            subscription: the open subscription that ``deliveries`` came from; None where there are none.
            deliveries: unsettled deliveries, which are accepted when the block ends. When it raises, they are released
                by their own blocks, or by the middleware.

        Raises:
            UnsupportedError: the middleware has no transactions, or cannot settle in them (see ``transport.traits``).
            UsageError: these deliveries cannot be settled together.
            SendError: a message was refused; nothing happened.
            TransportError: the connection was lost; the message says whether the outcome is known.
        """
        return open_transaction(self.publisher, subscription, deliveries)

    @overload
    def subscribe(self, noun: type[S], **options: Unpack[SubscribeOptions]) -> Subscription[S]: ...
    @overload
    def subscribe(self, noun: str | None = None, **options: Unpack[SubscribeOptions]) -> Subscription[Any]: ...
    def subscribe(self, noun: type[Any] | str | None = None, **options: Unpack[SubscribeOptions]) -> Subscription[Any]:
        """Subscribe, pull style.

        ``async with bus.subscribe(MeterReadings) as readings: async for delivery in readings: ...``

        Args:
            noun: a class, the name of a noun, or None for all.
            options: see ``SubscribeOptions``.

        Raises:
            UnsupportedError: the middleware cannot do that (when the block is entered).
            TypeError: there is no such option.
            ValueError: an inbox without a group.
        """
        check_subscribe_options(options)
        pattern = pattern_of_options(noun, options, self.context)
        consumer = options.get("group") or f"subscription {pattern}"
        reader = self.reader(consumer, noun if isinstance(noun, type) else None, unpack=self._received)
        return subscription_of(self.transport, pattern, reader, options)

    async def ensure_subscription(
        self, noun: type[Any] | str | None = None, **options: Unpack[SubscribeOptions]
    ) -> None:
        """Create a durable subscription and leave it: what is sent from now on is kept for its group.

        Raises:
            UnsupportedError: the middleware cannot do that.
        """
        options.setdefault("durable", True)
        async with self.subscribe(noun, **options):
            pass

    def reader(
        self,
        consumer: str,
        payload: type[Any] | None = None,
        counted: Callable[[], None] | None = None,
        unpack: Callable[[Frame], Message[Any]] | None = None,
    ) -> MessageReader:
        """Return what reads messages for a consumer on this bus; ``counted`` is called for each dead letter."""
        return MessageReader(
            consumer,
            self.dead_letters,
            payload=payload,
            unpack=unpack or self._unpack,
            check=self.check,
            counted=counted,
            bus=self.name,
            claims=self._claims,
            audit=self.audit,
        )

    @overload
    async def request(
        self, payload: QueryPayload[R], *, timeout: float = 30, **options: Unpack[RequestOptions]
    ) -> Message[R]: ...
    @overload
    async def request(
        self, payload: Cim | XmlElement | Message[Any], *, timeout: float = 30, **options: Unpack[RequestOptions]
    ) -> Message[Any]: ...
    async def request(self, payload: Any, *, timeout: float = 30, **options: Unpack[RequestOptions]) -> Message[Any]:
        """Send a request and return its reply.

        Args:
            payload: a query (then the verb is ``get``), another noun (then ``create``, if not given), or a ``Message``.
            timeout: seconds to wait for the reply.
            options: ``verb``, ``key``, and header fields.

        Raises:
            ReplyTimeoutError: no reply in time.
            ReplyError: the reply says FAILED, or is a FaultMessage.
            RequestError: the reply comes in parts (use ``replies``), or the bus was closed.
        """
        return await self._requester.request(payload, timeout, **options)

    @overload
    def replies(
        self, payload: QueryPayload[R], *, timeout: float = 30, **options: Unpack[RequestOptions]
    ) -> AbstractAsyncContextManager[Replies[R]]: ...
    @overload
    def replies(
        self, payload: Cim | XmlElement | Message[Any], *, timeout: float = 30, **options: Unpack[RequestOptions]
    ) -> AbstractAsyncContextManager[Replies[Any]]: ...
    def replies(
        self, payload: Any, *, timeout: float = 30, **options: Unpack[RequestOptions]
    ) -> AbstractAsyncContextManager[Replies[Any]]:
        """Send a request that is answered later, perhaps in parts, and iterate over the replies within the block.

        ``async with bus.replies(GetMeterReadings(...)) as replies: async for reply in replies: ...``

        Raises:
            ReplyTimeoutError: the last reply has not come within ``timeout`` seconds.
            ReplyError: a reply says FAILED, or is a FaultMessage.
        """
        return self._requester.replies(payload, timeout, asynchronous=True, **options)

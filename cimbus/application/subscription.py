"""Messages that an application pulls, one at a time.

A message that cannot be read, or that was released too often, is not handed out: it becomes a dead letter, is logged,
and counted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any, Final, Generic, Self, TypeVar, cast

from cimbus.errors import ClosedError, UsageError
from cimbus.interface.identity import MessageIdentity
from cimbus.interface.message import Message
from cimbus.middleware.delivery import Delivery, Outcome
from cimbus.middleware.frame import Frame
from cimbus.middleware.transport import Consumer, SubscriptionSpec, Transport

from .inbox import Deduplicator, Inbox, InboxConflictError
from .message_reader import MessageReader

N = TypeVar("N")

NO_IDENTITY: Final = MessageIdentity("")
"""Of what is not deduplicated."""


class Subscription(Generic[N]):
    """An open subscription: an asynchronous iterator of deliveries, within ``async with``.

    ``async with delivery as message:`` accepts the message when the block ends and releases it when the block raises. A
    message that was released ``max_attempts`` times (where the middleware counts) becomes a dead letter. With an inbox,
    a message that was accepted is not handed out again.

    >>> import anyio
    >>> from cimbus import Bus
    >>> from cimbus.nouns import MeterReadings
    >>> async def main():
    ...     async with Bus("memory:") as bus, bus.subscribe(MeterReadings) as subscription:
    ...         await bus.publish(MeterReadings())
    ...         async with await subscription.receive() as message:
    ...             print(message.header.verb, message.header.noun)
    >>> anyio.run(main)
    created MeterReadings
    """

    def __init__(
        self,
        transport: Transport,
        spec: SubscriptionSpec,
        reader: MessageReader,
        *,
        max_attempts: int = 5,
        inbox: Inbox | None = None,
    ) -> None:
        self._inbox = inbox
        self._deduplicator = None if inbox is None else Deduplicator(inbox, reader.consumer)
        self._transport = transport
        self._spec = spec
        self._reader = reader
        self._max_attempts = max_attempts
        self._stack = AsyncExitStack()
        self._consumer: Consumer | None = None
        self._batch: deque[Delivery[Frame]] = deque()

    @property
    def dead_lettered(self) -> int:
        """How many messages became dead letters."""
        return self._reader.dead_lettered

    @property
    def expired(self) -> int:
        """How many messages were not handed out because they were of no use any more."""
        return self._reader.expired

    @property
    def duplicates(self) -> int:
        """How many messages were not handed out because the inbox knew them."""
        return self._deduplicator.duplicates if self._deduplicator else 0

    def __repr__(self) -> str:
        group = f" of group {self._spec.group}" if self._spec.group else ""
        patterns = ", ".join(map(str, self._spec.patterns))
        return f"<Subscription to {patterns}{group}{', open' if self._consumer is not None else ''}>"

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await self._reader.check()
            if self._inbox is not None:
                await stack.enter_async_context(self._inbox)
            self._consumer = await stack.enter_async_context(self._transport.listen(self._spec))
            if self._deduplicator is not None:
                stack.push_async_callback(self._deduplicator.flush)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self._batch.clear()
        await self._stack.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Delivery[Message[N]]:
        try:
            return await self.receive()
        except ClosedError:
            raise StopAsyncIteration from None

    async def receive(self) -> Delivery[Message[N]]:
        """Wait for the next message.

        Raises:
            ClosedError: the subscription is not open, or cannot be kept.
        """
        if self._consumer is None:
            raise ClosedError("the subscription is not open: use it in `async with`")
        while True:
            while not self._batch:
                self._batch.extend(await self._consumer.receive())
            delivery = self._batch.popleft()
            if self._reader.expire(delivery):
                continue
            if delivery.attempt > self._max_attempts:
                await self._reader.dead_letter(delivery, f"released {delivery.attempt - 1} times")
                continue
            message = await self._reader.read(delivery)
            if message is None:
                continue
            message_id, deduplicator = message.header.message_id, self._deduplicator
            if deduplicator is None or not message_id:
                return _of_message(message, delivery)
            identity = MessageIdentity.of(message_id, message.header.source, delivery.value.body)
            try:
                if deduplicator.is_new(delivery, identity):
                    return _of_message(message, delivery, deduplicator, identity)
            except InboxConflictError as error:
                await self._reader.dead_letter(delivery, str(error))

    def in_transaction(self, deliveries: Sequence[Delivery[Message[Any]]]) -> tuple[Consumer, list[Delivery[Frame]]]:
        """Return the transport's consumer, and its deliveries of some messages of this subscription.

        Raises:
            ClosedError: the subscription is not open.
            UsageError: a delivery is not of a subscription.
        """
        if self._consumer is None:
            raise ClosedError("the subscription is not open: use it in `async with`")
        if not all(isinstance(delivery.token, Delivery) for delivery in deliveries):
            raise UsageError("a transaction settles deliveries that came from bus.subscribe(...)")
        return self._consumer, [cast("Delivery[Frame]", delivery.token) for delivery in deliveries]


def _of_message(
    message: Message[Any],
    delivery: Delivery[Frame],
    deduplicator: Deduplicator | None = None,
    identity: MessageIdentity = NO_IDENTITY,
) -> Delivery[Message[Any]]:
    """Return the delivery of a message, which settles the frame's; that is its ``token``."""

    def settle(_: Delivery[Message[Any]], outcome: Outcome) -> None:
        if deduplicator is None:
            delivery.settle(outcome)
        else:
            deduplicator.settle(delivery, identity, outcome)

    return Delivery(message, settle, attempt=delivery.attempt, token=delivery)

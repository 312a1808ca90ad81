"""Messages pulled one at a time by whoever wants them.

A message that cannot be read, or that was delivered too often, does not reach the reader: it is set aside in the dead
letters, said so in the log, and counted.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any, Final, Generic, Self, TypeVar

from .codecs import DEFAULT_LIMITS, Limits
from .deadletters import DeadLetter, DeadLetters
from .delivery import Delivery, Outcome
from .errors import CimbusError, ClosedError, DecodeError
from .frame import Frame
from .handled import Handled
from .message import Message
from .once import Once
from .transport import Inbox, Intake, Transport
from .wire import unpack

N = TypeVar("N")

log: Final = logging.getLogger("cimbus")


class Reader:
    """Turns what an inbox delivers into messages, and sets aside what cannot be one.

    Attributes:
        consumer: the name under which dead letters are kept.
        set_aside: how many were.
    """

    def __init__(
        self,
        consumer: str,
        letters: DeadLetters,
        *,
        payload: type[Any] | None = None,
        strict: bool = False,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self.consumer = consumer
        self.set_aside = 0
        self._letters = letters
        self._payload = payload
        self._strict = strict
        self._limits = limits

    async def read(self, delivery: Delivery[Frame]) -> Message[Any] | None:
        """Return the message of a delivery, or None if it was set aside."""
        try:
            message = unpack(delivery.value, strict=self._strict, limits=self._limits)
            self._check(message)
        except DecodeError as error:
            await self.put_aside(delivery, f"{type(error).__name__}: {error}")
            return None
        return message

    def _check(self, message: Message[Any]) -> None:
        wanted, payload = self._payload, message.payload if self._payload is not None else None
        if wanted is not None and payload is not None and not isinstance(payload, wanted):
            raise DecodeError(
                f"the payload is {getattr(payload, 'name', type(payload).__name__)}, not {wanted.__name__}",
                header=message.header,
            )

    async def put_aside(self, delivery: Delivery[Frame], reason: str, attempts: int | None = None) -> None:
        """Keep a delivery as a dead letter and reject it; if it cannot be kept, give it back."""
        letter = DeadLetter(
            time=datetime.now(UTC),
            reason=reason,
            attempts=attempts or delivery.attempt,
            consumer=self.consumer,
            frame=delivery.value,
        )
        try:
            number = await self._letters.add(letter)
        except CimbusError:
            log.exception("%s: a message could not be set aside and is given back", self.consumer)
            delivery.release()
            return
        self.set_aside += 1
        log.error("%s: %s set aside as dead letter %d: %s", self.consumer, delivery.value.topic, number, reason)
        delivery.reject()


class Subscription(Generic[N]):
    """An open subscription: an asynchronous iterator of deliveries, within ``async with``.

    ``async with delivery as message:`` accepts the message when the block ends and gives it back when it raises. A
    message given back ``max_attempts`` times (where the middleware counts) is set aside. With an inbox, a message that
    was accepted does not come again.
    """

    def __init__(
        self,
        transport: Transport,
        intake: Intake,
        reader: Reader,
        *,
        max_attempts: int = 5,
        inbox: Handled | None = None,
    ) -> None:
        self._handled = inbox
        self._once = None if inbox is None else Once(inbox, reader.consumer)
        self._transport = transport
        self._intake = intake
        self._reader = reader
        self._max_attempts = max_attempts
        self._stack = AsyncExitStack()
        self._inbox: Inbox | None = None
        self._batch: deque[Delivery[Frame]] = deque()

    @property
    def set_aside(self) -> int:
        """How many messages went to the dead letters."""
        return self._reader.set_aside

    @property
    def repeated(self) -> int:
        """How many messages were not handed out because the inbox knew them."""
        return self._once.repeated if self._once else 0

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            if self._handled is not None:
                await stack.enter_async_context(self._handled)
            self._inbox = await stack.enter_async_context(self._transport.listen(self._intake))
            if self._once is not None:
                stack.push_async_callback(self._once.flush)
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
        if self._inbox is None:
            raise ClosedError("the subscription is not open: use it in `async with`")
        while True:
            while not self._batch:
                self._batch.extend(await self._inbox.receive())
            delivery = self._batch.popleft()
            if delivery.attempt > self._max_attempts:
                await self._reader.put_aside(delivery, f"given back {delivery.attempt - 1} times")
                continue
            message = await self._reader.read(delivery)
            if message is None:
                continue
            name, once = message.header.message_id, self._once
            if once is None or not name:
                return Delivery(message, _passed_on(delivery), attempt=delivery.attempt)
            if once.lets_through(delivery, name):
                return Delivery(message, _passed_on(delivery, once, name), attempt=delivery.attempt)


def _passed_on(
    delivery: Delivery[Frame], once: Once | None = None, name: str = ""
) -> Callable[[Delivery[Message[Any]], Outcome], None]:
    """Return what settles the frame's delivery like the message's."""

    def settle(_: Delivery[Message[Any]], outcome: Outcome) -> None:
        if once is None:
            delivery.settle(outcome)
        else:
            once.settle(delivery, name, outcome)

    return settle

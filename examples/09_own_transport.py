"""The smallest transport: every subscriber in this process gets a copy; no groups, nothing durable.

    python examples/09_own_transport.py

It prints `created EndDeviceEvents`. `cimbus.testing.TransportContract` passes on it (see `tests/test_examples.py`).
The rules that a transport keeps are in `cimbus/middleware/transport.py`; the numbers below refer to them.
"""

from bisect import insort
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import count
from typing import TYPE_CHECKING, Final, NamedTuple, Self, cast

import anyio
import anyio.lowlevel
import msgspec

from cimbus import Bus, Delivery, Frame, Naming, Outcome, SubscriptionSpec, Traits, Transport
from cimbus.errors import ClosedError, SendError, UnsupportedError, UsageError
from cimbus.middleware.naming import PATH_NAMING
from cimbus.nouns import EndDeviceEvents

ROOM: Final = 1_000  # frames that may wait for one consumer; then senders wait
TRAITS: Final = Traits(  # [5] what is False here is refused by `listen`
    durable=False,
    persistent=False,
    groups=False,
    keyed_groups=False,
    redelivers=True,
    counts_attempts=True,
    multi_process=False,
    max_body=16 * 1024 * 1024,
)


class Entry(NamedTuple):
    number: int  # [2] the order in which frames are received
    frame: Frame
    attempt: int = 1


class TinyConsumer:
    def __init__(self, spec: SubscriptionSpec) -> None:
        self.spec = spec
        self.closed = False
        self._numbers = count()
        self._waiting: list[Entry] = []
        self._unsettled = 0
        self._changed = anyio.Event()

    async def put(self, frame: Frame) -> None:
        while len(self._waiting) >= ROOM and not self.closed:
            await self._changed.wait()
        self._waiting.append(Entry(next(self._numbers), frame))
        self._wake()

    async def receive(self) -> Sequence[Delivery[Frame]]:
        while not self.closed and (not self._waiting or self._unsettled >= self.spec.credit):
            await self._changed.wait()
        if self.closed:
            raise ClosedError("the consumer is closed")
        room = self.spec.credit - self._unsettled  # [3]
        batch, self._waiting = self._waiting[:room], self._waiting[room:]
        self._unsettled += len(batch)
        self._wake()
        return [Delivery(entry.frame, self._settle, attempt=entry.attempt, token=entry) for entry in batch]

    def _settle(self, delivery: Delivery[Frame], outcome: Outcome) -> None:
        self._unsettled -= 1
        if outcome is Outcome.RELEASED:
            entry = cast("Entry", delivery.token)
            insort(self._waiting, entry._replace(attempt=entry.attempt + 1), key=lambda each: each.number)
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = anyio.Event()

    def close(self) -> None:
        self.closed = True
        self._wake()


_exchanges: dict[str, list[TinyConsumer]] = {}


class TinyTransport:
    traits = TRAITS
    naming = PATH_NAMING

    def __init__(self, name: str) -> None:
        self.ready = False
        self._consumers = _exchanges.setdefault(name, [])  # transports of one name share them
        self._own: list[TinyConsumer] = []

    @classmethod
    def from_url(cls, url: str) -> Self:
        name, _, query = url.partition(":")[2].partition("?")
        if query:
            raise UsageError(f"tiny: has no options, not {query!r}")
        return cls(name)

    @classmethod
    def namings(cls) -> Mapping[str, Naming]:
        return {"tiny": PATH_NAMING}

    async def __aenter__(self) -> Self:
        self.ready = True
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self.ready = False
        for consumer in self._own:
            consumer.close()

    async def send(self, frames: Sequence[Frame]) -> Sequence[Exception | None]:
        await anyio.lowlevel.checkpoint()
        return [await self._send(frame) for frame in frames]

    async def _send(self, frame: Frame) -> Exception | None:
        if not self.ready:
            raise ClosedError("the transport is not open")
        if len(frame.body) > TRAITS.max_body:
            return SendError(f"a body of {len(frame.body)} bytes; at most {TRAITS.max_body}")
        if frame.address is not None:  # a literal destination, as a requester writes it in ReplyAddress
            try:
                topic = PATH_NAMING.destination(frame.address, frame.properties)
            except ValueError as error:
                return SendError(f"no such destination: {error}")
            frame = msgspec.structs.replace(frame, topic=topic, address=None)
        for consumer in list(self._consumers):
            if any(pattern.matches(frame.topic) for pattern in consumer.spec.patterns):
                await consumer.put(frame)
        return None

    @asynccontextmanager
    async def listen(self, spec: SubscriptionSpec) -> AsyncGenerator[TinyConsumer]:
        if not self.ready:
            raise ClosedError("the transport is not open")
        if spec.group or spec.durable or spec.retained:
            raise UnsupportedError("tiny: has no groups, no durable subscriptions and no retained messages")
        consumer = TinyConsumer(spec)
        for consumers in (self._consumers, self._own):
            consumers.append(consumer)
        try:
            yield consumer
        finally:
            consumer.close()
            for consumers in (self._consumers, self._own):
                consumers.remove(consumer)


if TYPE_CHECKING:
    _: type[Transport] = TinyTransport


async def main() -> None:
    async with Bus(TinyTransport("example")) as bus, bus.subscribe(EndDeviceEvents) as events:
        await bus.publish(EndDeviceEvents())
        async with await events.receive() as message:
            print(message.header.verb, message.header.noun)


if __name__ == "__main__":
    anyio.run(main)

"""The one page that the author of a transport reads.

A transport moves ``Frame``s over one middleware. It does not know what is in them. Two protocols, five calls:

* ``Transport.send(frames)`` returns when the middleware **has** every frame (on disk, where it has one), with one
  result per frame. It waits through a lost connection, for as long as the caller lets it; it never drops.
* ``Transport.listen(spec)`` opens a ``Consumer``. When the block is entered, the subscription **exists**: what is sent
  after that is received.
* ``Consumer.receive()`` returns the next batch, at least one delivery, as soon as there is one.
* A delivery is settled by calling its methods, which only note the outcome; the consumer writes what was noted soon,
  in batches, and everything that was noted before its block ends.
* Leaving a block drains: notes are written, and unsettled deliveries are redelivered.

A message visits, on its way out and in, and each step has a verb of its own::

    Bus.publish -> pack -> Transport.send -> Sender.enqueue -> Connection.write -> broker
    broker -> Connection reads -> Consumer.receive -> unpack -> handler
    Delivery.settle -> Consumer acknowledges -> Connection.write -> broker

The rules that an application may rely on:

1. Nothing counts as handled until its delivery is accepted or rejected. Cancellation settles nothing.
2. Frames of one key sent by one caller one after the other are received in that order by any one consumer; within a
   group (``keyed_groups``), the frames of one key are not spread over several consumers at the same time.
3. At most ``spec.credit`` deliveries are unsettled at any time; reading the connection never waits for a handler.
4. A lost connection is made again, with jittered pauses, until the transport is closed, and every consumer goes on by
   itself; ``ready`` is False meanwhile. Only the first connection may fail, with ``ConnectError``.
5. What a middleware cannot do is False in ``traits``, and asking for it raises ``UnsupportedError`` at once.

``cimbus.testing.TransportContract`` tests all of this on any transport. A transport is found by its URL's scheme,
through the entry-point group ``cimbus.transports``; ``cls.from_url(url)`` makes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol, Self, runtime_checkable

import msgspec

from cimbus.errors import SendError, UnsupportedError
from cimbus.interface.topic import Pattern

from .delivery import Delivery
from .frame import Frame
from .naming import Naming


class Traits(msgspec.Struct, frozen=True, kw_only=True):
    """What a middleware can do; the contract suite tests a promise exactly where it is made.

    >>> from cimbus import Bus
    >>> traits = Bus("memory:").transport.traits
    >>> traits.keyed_groups, traits.persistent
    (True, False)
    """

    durable: bool
    """A durable group's backlog survives while all its members are away."""
    persistent: bool
    """What was sent to a durable group survives the death of every process involved (the broker included)."""
    groups: bool
    """Several consumers can share one subscription, each frame going to one of them."""
    keyed_groups: bool
    """Groups of several keep rule 2: the frames of one key are not spread over consumers at the same time, and what one
    that leaves has not settled goes to those that stay. False: one consumer alone keeps the order, several may not."""
    redelivers: bool
    """A released delivery is redelivered while the consumer stays open."""
    counts_attempts: bool
    """``Delivery.attempt`` grows with each redelivery (else it only tells first from not first)."""
    multi_process: bool
    """Sender and receiver may be different processes."""
    max_body: int
    """Largest body in bytes that ``send`` takes."""
    transactions: bool = False
    """The transport is ``Transactional``: several frames can be sent all or none."""
    transactional_settlement: bool = False
    """A transaction can also accept deliveries: what was sent and what was accepted happen both or neither."""
    tells_unroutable: bool = False
    """``send`` returns a ``SendReport`` where no subscription exists for a frame, which is dropped then."""
    properties: bool = True
    """Frames arrive with the properties that they were sent with; False: with those that follow from the topic."""
    retained: bool = False
    """The middleware can keep the last message of a topic for later subscribers (``SubscriptionSpec.retained``)."""


class SubscriptionSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What a consumer receives, and as a member of which group.

    >>> SubscriptionSpec(patterns=(Pattern(noun="MeterReadings"),), group="MDM", durable=True).credit
    256

    Attributes:
        patterns: at least one; a frame is received if any of them matches its topic.
        group: empty: a private copy of everything that matches, from now on. Named: the consumers with that name and
            the same patterns share the frames, each going to one of them. The same name with other patterns is another
            group, which gets its own.
        durable: the subscription outlives its consumers, which later receive what was sent meanwhile; needs a group.
        credit: how many deliveries may be unsettled at once: a window, and the bound on memory.
        retained: the retained messages of the topics are received first, too: those that publishers had the middleware
            keep for later subscribers (MQTT RETAIN).

    Raises:
        ValueError: no pattern, a durable subscription without a group, or a credit below 1.
    """

    patterns: tuple[Pattern, ...]
    group: str = ""
    durable: bool = False
    credit: int = 256
    retained: bool = False

    def __post_init__(self) -> None:
        if not self.patterns:
            raise ValueError("a subscription needs at least one pattern; Pattern() matches everything")
        if self.durable and not self.group:
            raise ValueError("a durable subscription needs a group: the name under which its backlog is kept")
        if self.credit < 1:
            raise ValueError("credit is the number of unsettled deliveries allowed: at least 1")


def check_retained(spec: SubscriptionSpec, traits: Traits) -> None:
    """Refuse a subscription to retained messages where there are none.

    Raises:
        UnsupportedError: ``traits`` say so.
    """
    if spec.retained and not traits.retained:
        raise UnsupportedError("retained=True: this middleware keeps no last message of a topic for later subscribers")


class Consumer(Protocol):
    """Receives the frames of one subscription (JMS MessageConsumer, Kafka Consumer).

    >>> import anyio
    >>> from cimbus import Frame, Topic
    >>> from cimbus.middleware.discovery import open_transport
    >>> frame = Frame(topic=Topic("production", "events", "EndDeviceEvents", "created"), body=b"1")
    >>> async def main():
    ...     async with open_transport("memory:") as transport:
    ...         async with transport.listen(SubscriptionSpec(patterns=(Pattern(),))) as consumer:
    ...             await transport.send([frame])
    ...             for delivery in await consumer.receive():
    ...                 async with delivery as received:
    ...                     print(received.topic, received.body)
    >>> anyio.run(main)
    production/events/EndDeviceEvents/created b'1'
    """

    async def receive(self) -> Sequence[Delivery[Frame]]:
        """Wait for the next batch and return it, in order, never empty.

        Raises:
            ClosedError: the consumer was closed, or its subscription cannot be kept (the message says why).
        """
        ...


class Transport(Protocol):
    """One middleware, connected.

    >>> import anyio
    >>> from cimbus import Frame, Topic
    >>> from cimbus.middleware.discovery import open_transport
    >>> async def main():
    ...     async with open_transport("memory:") as transport:
    ...         topic = Topic("production", "events", "MeterReadings", "created")
    ...         async with transport.listen(SubscriptionSpec(patterns=(Pattern(),))) as consumer:
    ...             print(await transport.send([Frame(topic=topic, body=b"<x/>")]))
    ...             print([delivery.value.body for delivery in await consumer.receive()])
    >>> anyio.run(main)
    [None]
    [b'<x/>']
    """

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make a transport from its URL; nothing is connected yet.

        Raises:
            UsageError: the URL has an unknown option or an impossible value; the message lists the options.
        """
        ...

    @classmethod
    def namings(cls) -> Mapping[str, Naming]:
        """Return how topics are written by default, by kind of broker (``{"MQTT": ...}``); needs no connection."""
        ...

    @property
    def traits(self) -> Traits:
        """What this middleware can do."""
        ...

    @property
    def naming(self) -> Naming:
        """How topics are written on this middleware."""
        ...

    @property
    def ready(self) -> bool:
        """Whether the middleware can be reached now."""
        ...

    async def __aenter__(self) -> Self:
        """Connect.

        Raises:
            ConnectError: the middleware cannot be reached, or refuses us.
        """
        ...

    async def __aexit__(self, *exc_info: object) -> None:
        """Write what was noted, and disconnect."""
        ...

    async def send(self, frames: Sequence[Frame]) -> Sequence[Exception | None]:
        """Send; return when the middleware has them, with one entry per frame: None, or why it was refused.

        A ``SendReport`` also says for which frames no subscription exists.

        Raises:
            ClosedError: the transport is not open.
        """
        ...

    def listen(self, spec: SubscriptionSpec) -> AbstractAsyncContextManager[Consumer]:
        """Return the block in which a consumer for ``spec`` is open.

        Raises:
            UnsupportedError: ``traits`` say that this cannot be done.
        """
        ...


class Transaction(Protocol):
    """An open transaction: what is sent in it can be received when its block has ended without an exception."""

    async def send(self, frames: Sequence[Frame]) -> None:
        """Send frames as part of the transaction.

        Raises:
            SendError: one of them is refused; the transaction is rolled back when its block ends.
            TransportError: the connection was lost; nothing of the transaction happens.
        """
        ...


@runtime_checkable
class Refusing(Protocol):
    """A transport that can say before it sends that a frame cannot be sent."""

    def refusal(self, frame: Frame) -> SendError | None:
        """Return why a frame is refused, as far as that is known now; None: it is not known to be."""
        ...


def refusal(transport: Transport, frame: Frame) -> SendError | None:
    """Return why a transport refuses a frame, as far as it can say that before it sends.

    >>> from cimbus.interface.topic import Topic
    >>> from cimbus.middleware.memory import MemoryTransport
    >>> topic = Topic("production", "events", "MeterReadings", "created")
    >>> refusal(MemoryTransport(), Frame(topic=topic, body=b"")) is None
    True
    """
    return transport.refusal(frame) if isinstance(transport, Refusing) else None


@runtime_checkable
class Transactional(Protocol):
    """A transport with transactions (``traits.transactions``)."""

    def transaction(
        self, consumer: Consumer | None = None, deliveries: Sequence[Delivery[Frame]] = ()
    ) -> AbstractAsyncContextManager[Transaction]:
        """Return the block of a transaction: it is committed at the end, and rolled back when the block raises.

        Args:
            consumer: the open consumer that ``deliveries`` came from; None where there are none.
            deliveries: unsettled deliveries to accept when the transaction is committed. After a rollback they are
                still the caller's to settle, or are redelivered where the middleware settles what a connection had.

        Raises:
            UnsupportedError: there are deliveries, and ``traits.transactional_settlement`` is False.
            UsageError: these deliveries cannot be accepted together (the message says why).
            ClosedError: the transport or the consumer is not open.
            SendError: a frame was refused; nothing happened.
            TransportError: the connection was lost (the message says whether the outcome is known).
        """
        ...

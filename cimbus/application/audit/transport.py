"""A transport that writes down what passes it."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, Self

from cimbus.errors import SendError, UsageError
from cimbus.middleware.delivery import Delivery, Outcome
from cimbus.middleware.frame import Frame
from cimbus.middleware.naming import Naming
from cimbus.middleware.one_line import one_line
from cimbus.middleware.safe_url import safe_url
from cimbus.middleware.transport import (
    Consumer,
    SubscriptionSpec,
    Traits,
    Transaction,
    Transactional,
    Transport,
    refusal,
)

from .trail import AuditTrail

LONGEST: Final = 1_000
"""Characters of a reason or a topic: what a message brings must not fill the disk."""
_PROPERTIES: Final = {"message_id": "MessageID", "correlation_id": "CorrelationID", "source": "Source"}


def described(frame: Frame) -> dict[str, Any]:
    """Return what a trail says of a frame: which message it is, and a hash of its body, not what is in it.

    >>> from cimbus import Topic
    >>> frame = Frame(topic=Topic("production", "events", "MeterReadings", "created"), body=b"<x/>")
    >>> list(described(frame))
    ['topic', 'size', 'sha256']
    """
    properties = frame.properties
    found: dict[str, Any] = {"topic": one_line(frame.topic, most=LONGEST)}
    if frame.address is not None:
        found["address"] = one_line(frame.address, most=LONGEST)
    for name, word in _PROPERTIES.items():
        if word in properties:
            found[name] = one_line(properties[word], most=LONGEST)
    return {**found, "size": len(frame.body), "sha256": hashlib.sha256(frame.body).hexdigest()}


class AuditedTransport:
    """Another transport; what is sent, received and settled is written to a trail.

    Args:
        transport: the one to use.
        trail: where to write.
        bus: the bus's name.
    """

    def __init__(self, transport: Transport, trail: AuditTrail, bus: str) -> None:
        self._transport = transport
        self._trail = trail
        self._bus = bus

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Refuse: a trail is needed.

        Raises:
            UsageError: always.
        """
        raise UsageError(f"{cls.__name__} is made of another transport, not of {safe_url(url)}")

    @classmethod
    def namings(cls) -> Mapping[str, Naming]:
        """Return nothing: the other transport's class knows."""
        return {}

    @property
    def traits(self) -> Traits:
        """What the middleware can do."""
        return self._transport.traits

    @property
    def naming(self) -> Naming:
        """How topics are written on it."""
        return self._transport.naming

    @property
    def ready(self) -> bool:
        """Whether it can be reached now."""
        return self._transport.ready

    async def __aenter__(self) -> Self:
        """Connect."""
        await self._transport.__aenter__()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Disconnect."""
        await self._transport.__aexit__(*exc_info)

    def record(self, event: str, frame: Frame, **more: Any) -> dict[str, Any]:
        """Return what is written of a frame."""
        return {"event": event, "bus": self._bus, **described(frame), **more}

    def refusal(self, frame: Frame) -> SendError | None:
        """Return why the middleware refuses a frame, as far as that is known."""
        return refusal(self._transport, frame)

    async def send(self, frames: Sequence[Frame]) -> Sequence[Exception | None]:
        """Send, and write what became of each frame."""
        try:
            results = await self._transport.send(frames)
        except Exception as error:
            why = one_line(f"{type(error).__name__}: {error}", most=LONGEST)
            self._trail.write(*(self.record("refused", frame, reason=why) for frame in frames))
            raise
        except BaseException:  # cancelled: the middleware may have them
            self._trail.write(*(self.record("unknown", frame, reason="cancelled while sending") for frame in frames))
            raise
        self._trail.write(*(self._sent(frame, error) for frame, error in zip(frames, results, strict=True)))
        return results

    def _sent(self, frame: Frame, error: Exception | None) -> dict[str, Any]:
        if error is None:
            return self.record("sent", frame)
        return self.record("refused", frame, reason=one_line(f"{type(error).__name__}: {error}", most=LONGEST))

    @asynccontextmanager
    async def listen(self, spec: SubscriptionSpec) -> AsyncGenerator[Consumer]:
        """Listen, and write what is received and how it is settled."""
        async with self._transport.listen(spec) as consumer:
            yield AuditedConsumer(consumer, self, self._trail, spec.group)


class AuditedConsumer:
    """A consumer of an audited transport."""

    def __init__(self, consumer: Consumer, transport: AuditedTransport, trail: AuditTrail, group: str) -> None:
        self.consumer = consumer
        self._transport = transport
        self._trail = trail
        self._group = group
        self._unsettled: dict[int, Delivery[Frame]] = {}
        """By ``id``, what was received and not settled: which of it a transaction has settled is asked here."""

    async def receive(self) -> Sequence[Delivery[Frame]]:
        """Wait for the next batch, and write it."""
        deliveries = await self.consumer.receive()
        for delivery in deliveries:
            self._unsettled[id(delivery)] = delivery
            delivery.on_settled(self._settled)
        self._trail.write(*(self._record("received", each, attempt=each.attempt) for each in deliveries))
        return deliveries

    def _settled(self, delivery: Delivery[Frame], outcome: Outcome) -> None:
        if self._unsettled.pop(id(delivery), None) is not None:
            self._trail.write(self._record("settled", delivery, outcome=outcome.value))

    def accepted(self, deliveries: Sequence[Delivery[Frame]]) -> None:
        """Write that a transaction has accepted deliveries."""
        for delivery in deliveries:
            self._settled(delivery, Outcome.ACCEPTED)

    def _record(self, event: str, delivery: Delivery[Frame], **more: Any) -> dict[str, Any]:
        group = {"group": self._group} if self._group else {}
        return self._transport.record(event, delivery.value, **group, **more)


class AuditedTransactionalTransport(AuditedTransport):
    """The same of a transport with transactions; what is in one is written when it is committed."""

    def __init__(self, transport: Transport, trail: AuditTrail, bus: str) -> None:
        super().__init__(transport, trail, bus)
        self._transactional = transport

    @asynccontextmanager
    async def transaction(
        self, consumer: Consumer | None = None, deliveries: Sequence[Delivery[Frame]] = ()
    ) -> AsyncGenerator[Transaction]:
        """Begin a transaction; see ``Transactional.transaction``."""
        assert isinstance(self._transactional, Transactional)  # noqa: S101  # ``audited`` has looked
        inner = consumer.consumer if isinstance(consumer, AuditedConsumer) else consumer
        async with self._transactional.transaction(inner, deliveries) as transaction:
            noting = NotedTransaction(transaction)
            yield noting
        self._trail.write(*(self.record("sent", frame) for frame in noting.frames))
        if isinstance(consumer, AuditedConsumer):
            consumer.accepted(deliveries)


class NotedTransaction:
    """A transaction that notes what is sent in it."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self.frames: list[Frame] = []

    async def send(self, frames: Sequence[Frame]) -> None:
        """Send frames as part of the transaction."""
        await self._transaction.send(frames)
        self.frames += frames


def audited(transport: Transport, trail: AuditTrail, bus: str) -> Transport:
    """Return a transport that writes down what passes this one.

    >>> from cimbus.middleware.memory import MemoryTransport
    >>> audited(MemoryTransport(), AuditTrail("audit.jsonl"), "memory").ready
    False
    """
    if isinstance(transport, Transactional):
        return AuditedTransactionalTransport(transport, trail, bus)
    return AuditedTransport(transport, trail, bus)


if TYPE_CHECKING:
    __: type[Transactional] = AuditedTransactionalTransport
    _: type[Transport] = AuditedTransport

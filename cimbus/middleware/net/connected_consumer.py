"""A consumer that uses a connection of its own: what is the same for all protocols.

A protocol adds what it writes to subscribe (``connected``) and to acknowledge (``_settled``), and how it makes frames
of what came. Deliveries can be reserved for a transaction, which settles them itself.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Generic, TypeVar, cast

from cimbus.errors import UsageError
from cimbus.interface.topic import Topic
from cimbus.middleware.delivery import Delivery, Outcome
from cimbus.middleware.frame import Frame
from cimbus.middleware.safe_log import SafeLogger
from cimbus.middleware.transport import SubscriptionSpec

from .connection_user import Connection
from .consumer import BufferedConsumer
from .current_connection import CurrentConnection
from .errors import ConnectionLostError
from .redelivery import Item
from .throttled_log import ThrottledLog

M = TypeVar("M")
C = TypeVar("C", bound=Connection)


class ConnectedConsumer(Generic[M, C]):
    """The user of a consumer's connection, and the consumer itself.

    Args:
        spec: what is subscribed to.
        log: where skipped messages are reported, at a bounded rate.

    Attributes:
        current: the connection of the moment.
        skipped: how many messages were skipped because no frame can be made of them.
        returned: how many were returned to the broker because they came without their content.
        left_out: how many messages came without something that cannot be read.

    >>> import anyio
    >>> from cimbus import Frame
    >>> from cimbus.interface.topic import Pattern
    >>> from cimbus.middleware.safe_log import safe_logger
    >>> topic = Topic("production", "events", "EndDeviceEvents", "created")
    >>> class MyConsumer(ConnectedConsumer):
    ...     def received(self, packets):
    ...         for packet in packets:
    ...             self._buffer.backlog.put(Frame(topic=topic, body=packet), mark=packet)
    ...         self._buffer.look()
    ...     def _settled(self, item, outcome):
    ...         print(item.mark, outcome.value)
    >>> async def main():
    ...     consumer = MyConsumer(SubscriptionSpec(patterns=(Pattern(),)), safe_logger("my.transport"))
    ...     consumer.received([b"packet 1"])
    ...     for delivery in await consumer.receive():
    ...         delivery.accept()
    >>> anyio.run(main)
    b'packet 1' accepted
    """

    def __init__(self, spec: SubscriptionSpec, log: SafeLogger) -> None:
        self.spec = spec
        self.skipped = self.returned = self.left_out = 0
        self.current: CurrentConnection[C] = CurrentConnection()
        self._buffer: BufferedConsumer[M] = BufferedConsumer(spec.credit, self._settled, self._taken)
        self._throttled = ThrottledLog(log)
        self._acks_together = max(1, spec.credit // 4)
        """How many acknowledgements are written at once if they come at about the same time: few enough that the broker
        always has credit left."""
        self._reserved: set[int] = set()
        """The numbers of deliveries that are part of an open transaction."""

    async def receive(self) -> Sequence[Delivery[Frame]]:
        """Wait for the next batch and return it, in order, never empty.

        Raises:
            ClosedError: the consumer was closed, or its subscription cannot be kept (the message says why).
        """
        return await self._buffer.receive()

    def close(self, reason: str = "the consumer is closed") -> None:
        """End every ``receive``, now and later; settling after this is ignored."""
        self._buffer.close(reason)
        self.current.close(reason)

    # -- what a protocol adds -----------------------------------------------------------------------------------------

    def _settled(self, item: Item[M], outcome: Outcome) -> None:
        """Acknowledge a delivery that was accepted or rejected."""
        raise NotImplementedError

    def _taken(self, items: Sequence[Item[M]]) -> None:
        """Note what was handed over."""

    async def connected(self, connection: C) -> None:
        """Subscribe.

        Raises:
            RefusedError: the broker refuses the subscription.
            ConnectionLostError: the connection ended meanwhile.
        """
        raise NotImplementedError

    def disconnected(self, lost: ConnectionLostError) -> None:
        """Wait for the next connection."""
        raise NotImplementedError

    async def leave(self, connection: C) -> None:
        """Write nothing: ending the connection ends the subscription."""

    # -- what came ----------------------------------------------------------------------------------------------------

    def _matches(self, topic: Topic) -> bool:
        """Return whether a topic was asked for: what is subscribed to at the broker may cover more."""
        for pattern in self.spec.patterns:  # noqa: SIM110  # any() costs twice as much, for every message
            if pattern.matches(topic):
                return True
        return False

    def _count_skipped(self, address: str, reason: Exception) -> None:
        """Count a message that no frame can be made of, and report it, at a bounded rate."""
        self.skipped += 1
        # anything but a ValueError is a defect of ours, which its class helps to find
        why = reason if isinstance(reason, ValueError) else f"{type(reason).__name__}: {reason}"
        self._throttled.warning("skipped a message sent to %r: %s (%d in all)", address, why, self.skipped)

    def _count_left_out(self, address: str, what: str) -> None:
        """Count a message that lacks something which cannot be read, and report it, at a bounded rate."""
        self.left_out += 1
        self._throttled.warning("left out of a message sent to %r: %s (%d in all)", address, what, self.left_out)

    def _count_returned(self, address: str, reason: Exception) -> None:
        """Count a message that is returned to the broker, and report it, at a bounded rate."""
        self.returned += 1
        self._throttled.warning("returned a message sent to %r: %s (%d in all)", address, reason, self.returned)

    # -- transactions -------------------------------------------------------------------------------------------------

    @contextmanager
    def reserved(self, deliveries: Sequence[Delivery[Frame]]) -> Generator[list[Item[M]]]:
        """Reserve unsettled deliveries for one transaction while the block lasts.

        Raises:
            UsageError: one is settled, came from another consumer, or is part of a transaction already.
        """
        items = [self._unsettled(delivery) for delivery in deliveries]
        numbers = {item.number for item in items}
        if len(numbers) < len(items) or numbers & self._reserved:
            raise UsageError("a delivery is part of a transaction already; name each delivery once")
        self._reserved |= numbers
        try:
            yield items
        finally:
            self._reserved -= numbers

    def check_unsettled(self, deliveries: Sequence[Delivery[Frame]]) -> None:
        """Check that a transaction may still accept its deliveries.

        Raises:
            UsageError: one was settled meanwhile.
        """
        for delivery in deliveries:
            self._unsettled(delivery)

    def committed(self, deliveries: Sequence[Delivery[Frame]]) -> None:
        """Note that a transaction has accepted deliveries: nothing more is written about them."""
        for delivery in deliveries:
            delivery.outcome = Outcome.ACCEPTED
            self._buffer.backlog.forget(cast("Item[M]", delivery.token))
        self._buffer.look()

    def _unsettled(self, delivery: Delivery[Frame]) -> Item[M]:
        item = cast("Item[M]", delivery.token)
        if not isinstance(delivery.token, Item) or self._buffer.backlog.holds.get(item.number) is not item:
            raise UsageError("a delivery of the transaction is settled already, or came from another consumer")
        return item

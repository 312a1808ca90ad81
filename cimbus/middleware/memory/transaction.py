"""``MemoryTransaction``: frames that are sent and deliveries that are accepted, all or none.

Frames are kept until the block ends. Then everything is checked first, and done without an await in between: on one
event loop nothing can happen halfway.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import anyio

from cimbus.errors import ClosedError, SendError, UsageError
from cimbus.middleware.buffered_transaction import BufferedTransaction
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.frame import Frame
from cimbus.middleware.transport import Transaction

from .exchange import MemoryConsumer

Offer = Callable[[Sequence[Frame]], SendError | anyio.Event | None]
"""Puts frames into their queues, all or none: then it returns why not, or what to wait for before trying again."""


class MemoryTransaction(BufferedTransaction):
    """An open transaction.

    Args:
        check: returns a frame as it is to be sent, or why it is refused.
        offer: puts frames into their queues.
        consumer: where the deliveries came from.
        deliveries: to accept with the commit.

    Raises:
        UsageError: one of the deliveries is settled, or not of this consumer.
        ClosedError: the consumer is closed.

    >>> import anyio
    >>> from cimbus import Frame, Topic
    >>> from cimbus.middleware.discovery import open_transport
    >>> frame = Frame(topic=Topic("production", "events", "EndDeviceEvents", "created"), body=b"")
    >>> async def main():
    ...     async with open_transport("memory:") as transport:
    ...         async with transport.transaction() as transaction:
    ...             await transaction.send([frame])
    ...             print(type(transaction).__name__)
    >>> anyio.run(main)
    MemoryTransaction
    """

    def __init__(
        self,
        check: Callable[[Frame], Frame | SendError],
        offer: Offer,
        consumer: MemoryConsumer | None,
        deliveries: Sequence[Delivery[Frame]],
    ) -> None:
        super().__init__(check)
        self._offer = offer
        self._consumer = consumer
        self._deliveries = deliveries
        self._check_deliveries()

    async def commit(self) -> None:
        """Send everything and accept the deliveries; wait while a queue has no room for all of it.

        Raises:
            SendError: a frame was refused; nothing happened.
            UsageError: a delivery was settled meanwhile; nothing happened.
            ClosedError: the transport or the consumer was closed; nothing happened.
        """
        frames = self.frames_to_commit()
        while True:
            self._check_deliveries()
            found = self._offer(frames)
            if not isinstance(found, anyio.Event):
                break
            await found.wait()
        if found is not None:
            raise found
        for delivery in self._deliveries:
            delivery.accept()

    def _check_deliveries(self) -> None:
        consumer = self._consumer
        if not self._deliveries:
            return
        if consumer is None:
            raise UsageError("a transaction with deliveries needs the consumer that they came from")
        if consumer.closed:
            raise ClosedError("the consumer is closed")
        if not all(delivery.outcome is None and consumer.has(delivery) for delivery in self._deliveries):
            raise UsageError("a transaction accepts unsettled deliveries of the consumer that it is given")


if TYPE_CHECKING:
    _: type[Transaction] = MemoryTransaction

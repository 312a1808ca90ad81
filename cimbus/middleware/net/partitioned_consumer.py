"""``PartitionedConsumer``: the caller's half of a subscription whose other half runs on the asyncio thread.

For a broker that keeps a log, and a client library that runs on asyncio only (``asyncio_thread``): its *session*
fetches records there, and commits how far they are settled. Frames come in one call per fetch (``deliver``). A
settlement takes this way::

    caller's thread                                  asyncio thread
    Delivery.accept()
    BufferedConsumer -> RevocableQueue.forget
    PartitionedConsumer._put_settled
    SettledOffsets.put  --- one wake-up for all -->  settled_available() of the session
                                                     SettledOffsets.apply -> OffsetTracker.settled
                                                     the session commits OffsetTracker.position

On asyncio both threads are one. Attributes that are used on both:

====================  ==========================================  ==============================================
attribute             written by                                  read by
====================  ==========================================  ==============================================
``queue``             caller                                      asyncio reads ``waiting`` and ``size`` (``full``)
``received``          caller                                      asyncio (``full``)
``waits_for_room``    asyncio sets it before it looks (``full``)  caller clears it when it has made room
the session's calls   asyncio, once (``attach``)                  caller
====================  ==========================================  ==============================================

``SettledOffsets`` and ``AssignedPartition`` name their own. An integer that is read while the other thread writes it is
at worst one step old: a fetch then stops one batch later.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from cimbus.errors import UsageError
from cimbus.middleware.delivery import Delivery, Outcome
from cimbus.middleware.frame import Frame
from cimbus.middleware.transport import Consumer, SubscriptionSpec

from .assigned_partition import AssignedPartition, DeliveredOffset, ReceivedFrame, SettledOffsets
from .asyncio_thread import AsyncioPortal
from .consumer import BufferedConsumer
from .redelivery import Item
from .revocable_queue import RevocableQueue

MIN_BUFFERED: Final = 1_000
"""So many frames may wait here, whatever the credit: a session takes about as many records at once, and with less each
fetch would stop the next one."""


class PartitionedConsumer(BufferedConsumer[DeliveredOffset]):
    """Where the frames of one subscription arrive.

    Args:
        spec: what is subscribed to.
        portal: to the asyncio thread.
        buffer: how many bytes may wait here.

    Attributes:
        queue: what waits, and what is unsettled.
        settled: what was accepted or rejected, for the session to take over.
        received: how many frames have come in all.
        waits_for_room: the session has stopped fetching until there is room.

    >>> import anyio
    >>> from cimbus import Frame, Topic
    >>> from cimbus.interface.topic import Pattern
    >>> from cimbus.middleware.net.asyncio_thread import call_directly
    >>> frame = Frame(topic=Topic("production", "events", "MeterReadings", "created"), body=b"1")
    >>> partition = AssignedPartition(("readings", 0), start=5)
    >>> async def main():
    ...     portal = AsyncioPortal(call_directly, call_directly)
    ...     consumer = PartitionedConsumer(SubscriptionSpec(patterns=(Pattern(),)), portal, buffer=1_000_000)
    ...     consumer.attach(lambda: print("something was settled"), lambda: None)  # what a session does
    ...     consumer.deliver([(frame, (partition, 5), 1)])
    ...     for delivery in await consumer.receive():
    ...         delivery.accept()
    ...     return len(consumer.settled)
    >>> anyio.run(main)
    something was settled
    1
    """

    def __init__(self, spec: SubscriptionSpec, portal: AsyncioPortal, *, buffer: int) -> None:
        self.queue = RevocableQueue(spec.credit)
        super().__init__(spec.credit, self._put_settled, self._note_taken, queue=self.queue)
        self.spec = spec
        self.settled = SettledOffsets(lambda: self._settled_available())  # noqa: PLW0108  # it is attached later
        self.received = 0
        self.waits_for_room = False
        self._portal = portal
        self._max_bytes = buffer
        self._max_frames = max(MIN_BUFFERED, 2 * spec.credit)  # twice: one credit is handled while the next one waits

    def attach(self, settled_available: Callable[[], None], room_available: Callable[[], None]) -> None:
        """Attach a session, before anything is fetched.

        Args:
            settled_available: takes over what was settled, soon.
            room_available: fetches again.
        """
        self._settled_available = partial(self._portal.to_asyncio, settled_available)
        self._room_available = partial(self._portal.to_asyncio, room_available)

    def together(self, deliveries: Sequence[Delivery[Frame]]) -> tuple[AssignedPartition, set[int]]:
        """Return the partition and the offsets of deliveries that a transaction is to settle.

        Raises:
            UsageError: there are none, one is settled or of another consumer, or they are of several partitions.
        """
        items = [cast("Item[DeliveredOffset]", delivery.token) for delivery in deliveries]
        partitions = {item.mark[0] for item in items}
        if len(partitions) != 1 or any(delivery.outcome is not None for delivery in deliveries):
            raise UsageError("a transaction settles unsettled deliveries of one partition, such as those of one key")
        (partition,) = partitions
        held = self.queue.holds
        if not partition.lost and any(held.get(item.number) is not item for item in items):
            raise UsageError("a transaction settles deliveries of the consumer that it is given, and of no other one")
        return partition, {item.mark[1] for item in items}

    # -- called by the session, on the caller's thread ------------------------------------------------------------

    def deliver(self, batch: Sequence[ReceivedFrame]) -> None:
        """Take the frames of one fetch."""
        put = self.queue.put
        for frame, origin, attempt in batch:
            put(frame, origin, attempt=attempt)
        self.received += len(batch)
        self.look()

    def pause(self, on_idle: Callable[[], None]) -> None:
        """Deliver nothing; ``on_idle`` is called on the asyncio thread once no delivery is unsettled."""
        self.queue.pause(partial(self._portal.to_asyncio, on_idle))

    def resume(self) -> None:
        """Deliver again, without the frames of lost partitions."""
        self.queue.resume()
        self.look()

    # -- called by the session, on the asyncio thread -------------------------------------------------------------

    def full(self, delivered: int) -> bool:
        """Return whether enough frames wait here, of ``delivered`` that the session gave in all."""
        queue = self.queue
        return queue.waiting + delivered - self.received >= self._max_frames or queue.size >= self._max_bytes

    # -- settling, on the caller's thread -------------------------------------------------------------------------

    def _note_taken(self, items: Sequence[Item[DeliveredOffset]]) -> None:
        for item in items:
            partition, offset = item.mark
            if offset >= partition.seen:
                partition.seen = offset + 1
        queue = self.queue
        # half empty, not one frame less than full: the session wakes up once for many frames
        if self.waits_for_room and queue.waiting <= self._max_frames // 2 and queue.size <= self._max_bytes // 2:
            self.waits_for_room = False
            self._room_available()

    def _put_settled(self, item: Item[DeliveredOffset], _outcome: Outcome) -> None:
        self.settled.put(item.mark)
        self.queue.check_idle()  # behind it: what is committed then has this one, too


if TYPE_CHECKING:
    _: type[Consumer] = PartitionedConsumer

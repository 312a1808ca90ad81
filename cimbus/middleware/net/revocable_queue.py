"""What one consumer received and has not settled, where its partitions may be assigned to another member at any time.

Pure. While the queue is paused it delivers nothing, and its ``on_idle`` is called once when no delivery is unsettled.
Frames of a partition that is lost are dropped, delivered or not; settling them later is ignored.
"""

from __future__ import annotations

from collections.abc import Callable

from .assigned_partition import DeliveredOffset
from .redelivery import Item, RedeliveryQueue


class RevocableQueue(RedeliveryQueue[DeliveredOffset]):
    """The frames of one consumer, waiting or unsettled; their mark is the partition and offset that they came from.

    Args:
        credit: how many may be unsettled at once.

    >>> from cimbus.interface.topic import Topic
    >>> from cimbus.middleware.frame import Frame
    >>> from cimbus.middleware.net import AssignedPartition
    >>> queue = RevocableQueue(credit=10)
    >>> partition = AssignedPartition(("readings", 0), start=0)
    >>> frame = Frame(topic=Topic("production", "events", "EndDeviceEvents", "created"), body=b"")
    >>> item = queue.put(frame, (partition, 0))
    >>> queue.pause(lambda: print("idle"))
    idle
    >>> partition.lost = True  # it was assigned to another member
    >>> queue.resume()
    >>> queue.take(now=0.0)
    []
    """

    def __init__(self, credit: int) -> None:
        super().__init__(credit)
        self._allowed = credit
        self._on_idle: Callable[[], None] | None = None

    def pause(self, on_idle: Callable[[], None]) -> None:
        """Deliver nothing any more; ``on_idle`` is called once no delivery is unsettled (see ``check_idle``)."""
        self.credit = 0
        self._on_idle = on_idle
        self.check_idle()

    def resume(self) -> None:
        """Deliver again, without the frames of lost partitions."""
        self._drop_lost()
        self._on_idle = None
        self.credit = self._allowed

    def release(self, item: Item[DeliveredOffset], now: float) -> bool:
        """Let a released frame wait for redelivery; return False if it is not unsettled here."""
        found = super().release(item, now)
        self.check_idle()
        return found

    def check_idle(self) -> None:
        """Tell that no delivery is unsettled; for who has forgotten one, and passed on that it was settled: not before.

        Another thread that hears of it commits at once, and gives up the partition.
        """
        if self._on_idle is not None and not self.holds:
            on_idle, self._on_idle = self._on_idle, None
            on_idle()

    def _drop_lost(self) -> None:
        for number, item in list(self.holds.items()):
            if item.mark[0].lost:
                del self.holds[number]
        self.drop_waiting(lambda item: item.mark[0].lost)

"""What waits to be sent, where a broker keeps a log: a queue for each partition of each topic. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Generic, Protocol, TypeVar

import msgspec

from .results import SendResults

UNBOUNDED: Final = 1_000_000
"""More records than any batch has: the size in bytes that a broker takes ends it before that."""


class HashedRecord(Protocol):
    """A record that knows its partition."""

    @property
    def hash(self) -> int | None:
        """Of its key; the remainder by the number of partitions is the partition. None: it has no key."""
        ...


R = TypeVar("R", bound=HashedRecord)


class QueuedRecord(msgspec.Struct, Generic[R], eq=False, gc=False):
    """One record of one call of ``send``: the result of place ``index`` in ``results`` is its own.

    >>> from types import SimpleNamespace
    >>> queued = QueuedRecord(SimpleNamespace(hash=None), SendResults(1), 0)
    >>> queued.results.settle(queued.index, None)  # the broker has it
    """

    record: R
    results: SendResults
    index: int


class PartitionQueue(msgspec.Struct, Generic[R], eq=False):
    """What is to be sent to one partition, in order.

    >>> from types import SimpleNamespace
    >>> queue = PartitionQueue("readings", 0, deque(queued_records([SimpleNamespace(hash=7), SimpleNamespace(hash=3)])))
    >>> batch = []
    >>> len(queue.take(lambda record: len(batch) < 1 and batch.append(record) is None)), len(queue.waiting)
    (1, 1)
    """

    topic: str
    partition: int
    waiting: deque[QueuedRecord[R]]
    max_records: int = UNBOUNDED
    """How many records a batch may have; it is halved whenever the broker finds a batch too large."""
    busy: bool = False
    """Whether a task sends batches of it."""

    def take(self, add: Callable[[R], bool]) -> list[QueuedRecord[R]]:
        """Take what waits longest for a batch, without records whose sender was cancelled.

        Args:
            add: adds a record to the batch; returns False if that is full.
        """
        waiting, max_records = self.waiting, self.max_records
        taken: list[QueuedRecord[R]] = []
        while waiting and len(taken) < max_records:
            queued = waiting[0]
            if not queued.results.forgotten:
                if not add(queued.record):
                    break
                taken.append(queued)
            waiting.popleft()
        return taken


class TopicQueues(Generic[R]):
    """The queues of one topic.

    >>> from types import SimpleNamespace
    >>> topic = TopicQueues("readings")
    >>> topic.grow(4)
    >>> topic.queue_of(SimpleNamespace(hash=6)).partition
    2
    """

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.queues: list[PartitionQueue[R]] = []
        """By partition; empty until the number of partitions is known."""
        self.waiting: list[QueuedRecord[R]] = []
        """What waits for that."""
        self.next_keyless = 0
        """The partition of the next records without a key. It changes with each batch and not with each record, so
        that records without a key share batches (KIP-480, sticky partitioner)."""

    def grow(self, count: int) -> None:
        """Note how many partitions there are; their number never shrinks."""
        for partition in range(len(self.queues), count):
            self.queues.append(PartitionQueue(self.topic, partition, deque()))

    def queue_of(self, record: R) -> PartitionQueue[R]:
        """Return the queue of the partition that a record belongs to."""
        hashed = self.next_keyless if record.hash is None else record.hash
        return self.queues[hashed % len(self.queues)]


def queued_records(records: Sequence[R]) -> list[QueuedRecord[R]]:
    """Return records as they are queued, with results of their own.

    >>> from types import SimpleNamespace
    >>> [queued.index for queued in queued_records([SimpleNamespace(hash=None), SimpleNamespace(hash=None)])]
    [0, 1]
    """
    results = SendResults(len(records))
    return [QueuedRecord(record, results, index) for index, record in enumerate(records)]

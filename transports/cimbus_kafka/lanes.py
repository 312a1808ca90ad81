"""What waits to be sent: one queue for each partition of each topic, and batches made of it. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import msgspec

from cimbus.net import Batch

from .driver import Batch as Records
from .driver import Producer
from .records import Outgoing


class Flight(msgspec.Struct, eq=False, gc=False):
    """One frame of one send."""

    record: Outgoing
    batch: Batch
    place: int


class Lane(msgspec.Struct, eq=False):
    """What goes to one partition, in order."""

    topic: str
    partition: int
    queue: deque[Flight]
    most: int = 1_000_000
    """How many frames a batch may have; fewer where the broker found batches too large."""
    busy: bool = False


class Route:
    """What goes to one topic."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.lanes: list[Lane] = []
        """Empty until it is known how many there are."""
        self.waiting: list[Flight] = []
        self.turn = 0
        """Which partition the next frames without a key go to."""

    def grow(self, count: int) -> None:
        """Note how many partitions there are; there are never fewer."""
        for partition in range(len(self.lanes), count):
            self.lanes.append(Lane(self.topic, partition, deque()))

    def lane(self, record: Outgoing) -> Lane:
        """Return where a record goes."""
        hashed = self.turn if record.hash is None else record.hash
        return self.lanes[hashed % len(self.lanes)]


def fill(producer: Producer, lane: Lane) -> tuple[list[Flight], Records]:
    """Make a batch of what waits longest."""
    batch = producer.create_batch()
    append, queue = batch.append, lane.queue
    flights: list[Flight] = []
    most = lane.most
    while queue and len(flights) < most:
        flight = queue[0]
        if not flight.batch.forgotten:
            record = flight.record
            if append(key=record.key, value=record.value, timestamp=None, headers=record.headers) is None:
                break
            flights.append(flight)
        queue.popleft()
    return flights, batch


def flights_of(records: Sequence[Outgoing]) -> list[Flight]:
    """Return flights that are waited for together."""
    batch = Batch(len(records))
    return [Flight(record, batch, place) for place, record in enumerate(records)]

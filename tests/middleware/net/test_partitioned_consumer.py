"""The caller's half of a subscription: what it takes, what it reports to its session, and when it is full."""

from __future__ import annotations

import pytest

from cimbus.errors import UsageError
from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.net import AssignedPartition
from cimbus.middleware.net.asyncio_thread import AsyncioPortal, call_directly
from cimbus.middleware.net.partitioned_consumer import MIN_BUFFERED, PartitionedConsumer
from cimbus.middleware.transport import SubscriptionSpec

FRAME = Frame(topic=Topic("production", "events", "EndDeviceEvents", "created"), body=bytes(100))


class Session:
    """What a session is told."""

    def __init__(self, credit=1, buffer=1_000_000):
        spec = SubscriptionSpec(patterns=(Pattern(),), credit=credit)
        self.consumer = PartitionedConsumer(spec, AsyncioPortal(call_directly, call_directly), buffer=buffer)
        self.settled = self.room = self.delivered = 0
        self.consumer.attach(self.settled_available, self.room_available)
        self.partitions = [AssignedPartition(("topic", number), 0) for number in range(2)]

    def settled_available(self):
        self.settled += 1

    def room_available(self):
        self.room += 1

    def deliver(self, count, partition=0):
        here = self.partitions[partition]
        batch = [(FRAME, (here, here.tracker.end + number), 1) for number in range(count)]
        for _, (_, offset), _ in batch:
            here.tracker.came(offset)
        self.delivered += count
        self.consumer.deliver(batch)


@pytest.mark.anyio
async def test_what_is_settled_is_reported_once_until_it_is_taken_over():
    session = Session(credit=10)
    session.deliver(3)
    for delivery in await session.consumer.receive():
        delivery.accept()
    assert session.settled == 1
    session.consumer.settled.apply()
    assert session.partitions[0].tracker.position == 3
    assert session.partitions[0].seen == 3


@pytest.mark.anyio
async def test_when_it_is_idle_all_that_was_settled_can_be_committed():
    """A session commits in that moment, in its own thread; what came later would be delivered to the next member."""
    session = Session(credit=10)
    session.deliver(3)
    deliveries = await session.consumer.receive()
    positions = []

    def commit():
        session.consumer.settled.apply()
        positions.append(session.partitions[0].tracker.position)

    session.consumer.pause(commit)
    for delivery in deliveries:
        assert positions == []
        delivery.accept()
    assert positions == [3]


@pytest.mark.anyio
async def test_it_is_full_by_frames_and_asks_for_more_when_it_is_half_empty():
    session = Session(credit=MIN_BUFFERED // 4)
    session.deliver(MIN_BUFFERED)
    assert session.consumer.full(session.delivered)
    session.consumer.waits_for_room = True
    found = list(await session.consumer.receive())
    assert session.room == 0
    while session.room == 0:
        for delivery in found:
            delivery.accept()
        found = list(await session.consumer.receive())
    assert session.consumer.queue.waiting <= MIN_BUFFERED // 2
    assert not session.consumer.waits_for_room
    assert not session.consumer.full(session.delivered)


def test_it_is_full_by_bytes_and_by_what_is_on_the_way_to_it():
    session = Session(buffer=5 * len(FRAME.body))
    session.deliver(3)
    assert not session.consumer.full(session.delivered)
    session.deliver(100)
    assert session.consumer.full(session.delivered)
    assert Session().consumer.full(MIN_BUFFERED)  # the session gave as many, and none has come


@pytest.mark.anyio
async def test_a_transaction_settles_unsettled_deliveries_of_one_partition_and_of_this_consumer():
    session, other = Session(credit=10), Session(credit=10)
    session.deliver(2)
    session.deliver(1, partition=1)
    other.deliver(1)
    first, second, elsewhere = await session.consumer.receive()
    (foreign,) = await other.consumer.receive()
    together = session.consumer.together
    assert together([first, second]) == (session.partitions[0], {0, 1})
    for wrong in ([], [first, elsewhere], [foreign]):
        with pytest.raises(UsageError):
            together(wrong)
    first.accept()
    with pytest.raises(UsageError):
        together([first])

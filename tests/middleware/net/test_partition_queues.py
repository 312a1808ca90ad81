"""Queues of partitions, and the batches made of them."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from cimbus.middleware.net import PartitionQueue, QueuedRecord, SendResults, TopicQueues, queued_records


class Record(NamedTuple):
    """A record with a value, and the hash of its key."""

    value: bytes = b""
    hash: int | None = None


def taken(queue, room=100):
    """Return what a batch with room for so many records takes."""
    values = []

    def add(record):
        if len(values) == room:
            return False
        values.append(record.value)
        return True

    return values, queue.take(add)


def queue_of(*queued):
    return PartitionQueue("topic", 0, deque(queued))


def test_a_batch_takes_what_fits_in_order():
    queue = queue_of(*queued_records([Record(b"%d" % number) for number in range(5)]))
    values, found = taken(queue, room=3)

    assert values == [b"0", b"1", b"2"]
    assert [queued.index for queued in found] == [0, 1, 2]
    assert [queued.record.value for queued in queue.waiting] == [b"3", b"4"]


def test_a_batch_has_no_more_records_than_the_broker_takes():
    queue = queue_of(*queued_records([Record(b"%d" % number) for number in range(5)]))
    queue.max_records = 2

    assert len(taken(queue)[1]) == 2


def test_records_whose_sender_was_cancelled_are_left_out():
    gone, kept = SendResults(1), SendResults(1)
    gone.forgotten = True
    queue = queue_of(QueuedRecord(Record(b"gone"), gone, 0), QueuedRecord(Record(b"kept"), kept, 0))

    assert taken(queue)[0] == [b"kept"]
    assert not queue.waiting


def test_a_key_has_one_partition_and_records_without_one_take_turns():
    topic = TopicQueues("topic")
    topic.grow(4)
    topic.grow(3)  # their number never shrinks

    assert len(topic.queues) == 4
    assert topic.queue_of(Record(hash=6)).partition == 2
    assert topic.queue_of(Record()).partition == 0

    topic.next_keyless += 1

    assert topic.queue_of(Record()).partition == 1
    assert topic.queue_of(Record(hash=6)).partition == 2

"""A queue that can be paused, and whose frames can be revoked with their partition."""

from __future__ import annotations

from cimbus.interface.topic import Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.net import AssignedPartition, RevocableQueue


def filled(credit=10):
    queue = RevocableQueue(credit)
    parts = [AssignedPartition(("topic", 0), 0), AssignedPartition(("topic", 1), 0)]
    for number in range(6):
        topic = Topic("production", "events", "EndDeviceEvents", "created", f"k{number % 2}")
        queue.put(Frame(topic=topic, body=b"%d" % number), (parts[number % 2], number // 2))
    return queue, parts


def bodies(items):
    return [item.frame.body for item in items]


def test_a_paused_queue_delivers_nothing_until_it_is_resumed():
    queue, _ = filled(credit=2)
    unsettled = queue.take(0)
    told = []
    queue.pause(lambda: told.append(True))
    assert queue.forget(unsettled[0])
    queue.check_idle()
    assert queue.take(0) == []
    assert told == []
    assert queue.release(unsettled[1], 0)
    assert told == [True]
    assert queue.take(1) == []
    queue.resume()
    assert bodies(queue.take(1)) == [b"1", b"2"]
    assert told == [True]


def test_pausing_an_idle_queue_calls_back_at_once():
    queue, _ = filled()
    told = []
    queue.pause(lambda: told.append(True))
    assert told == [True]


def test_frames_of_a_lost_partition_are_dropped_unsettled_waiting_and_released():
    queue, parts = filled(credit=4)
    unsettled = queue.take(0)
    assert bodies(unsettled) == [b"0", b"1", b"2", b"3"]
    queue.release(unsettled[0], 0)
    queue.release(unsettled[1], 0)
    queue.pause(lambda: None)
    parts[0].lost = True
    queue.resume()
    assert not queue.forget(unsettled[2])
    assert queue.forget(unsettled[3])
    assert queue.waiting == 2
    assert queue.size == 2
    assert bodies(queue.take(1)) == [b"1", b"5"]
    assert (queue.waiting, queue.size) == (0, 0)

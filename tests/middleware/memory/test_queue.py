"""One queue and its members; ``test_sharing`` holds it to a model."""

from __future__ import annotations

from collections import deque

import pytest

from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.memory import queue as queue_module
from cimbus.middleware.memory.queue import MessageQueue, QueuedFrame


class Member:
    def __init__(self, credit=10):
        self.credit = credit
        self.unsettled = {}
        self.reserved = deque()
        self.waits = True
        self.looks = 0

    def look(self):
        self.looks += 1


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test sets."""

    class Clock:
        now = 0.0

        def monotonic(self):
            return self.now

    found = Clock()
    monkeypatch.setattr(queue_module, "time", found)
    return found


def filled(keys, *members, group=""):
    queue = MessageQueue((Pattern(),), group=group, limit=100)
    queue.members.extend(members)
    for number, key in enumerate(keys, 1):
        frame = Frame(topic=Topic("production", "events", "N", "created", key), body=b"")
        queue.put(QueuedFrame(number, frame, key or number))
    return queue


def numbers(taken):
    return [queued.number for queued in taken]


def test_a_member_takes_no_more_than_its_credit():
    member = Member(credit=2)
    queue = filled("aaa", member)

    assert numbers(queue.take(member)) == [1, 2]
    assert queue.take(member) == []
    assert queue.size == 1


def test_further_frames_of_a_key_are_reserved_for_the_member_that_has_it():
    one, two = Member(credit=1), Member()
    queue = filled("aab", one, two, group="g")

    assert numbers(queue.take(one)) == [1]
    assert numbers(queue.take(two)) == [3]
    assert numbers(one.reserved) == [2]


def test_a_released_frame_delays_its_key_longer_each_time(clock):
    member = Member()
    queue = filled("aab", member)
    delays = []
    for _ in range(9):
        taken = queue.take(member)
        released = member.unsettled.pop(taken[0].number)
        for other in taken[1:]:
            queue.forget(member.unsettled.pop(other.number))
        queue.release(released, member)
        delays.append(queue.alarm - clock.now)
        clock.now = queue.alarm

    assert delays == sorted(delays)
    assert delays[:3] == pytest.approx([0.01, 0.02, 0.04])
    assert delays[-1] == pytest.approx(1.0)
    assert numbers(queue.take(member)) == [1]


def test_frames_behind_a_delayed_one_of_their_key_wait_for_it(clock):
    member = Member(credit=1)
    queue = filled("aab", member)
    queue.take(member)
    queue.release(member.unsettled.pop(1), member)
    member.credit = 10

    assert numbers(queue.take(member)) == [3]

    clock.now = 0.01

    assert numbers(queue.take(member)) == [1, 2]


def test_what_a_member_had_when_it_leaves_counts_as_an_attempt():
    one, two = Member(), Member()
    queue = filled("ab", one, group="g")
    queue.take(one)
    queue.members.append(two)
    queue.leave(one)

    assert [(queued.number, queued.attempt) for queued in queue.take(two)] == [(1, 2), (2, 2)]
    assert two.looks == 1

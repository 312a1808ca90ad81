"""What is released is redelivered in the order of its key, and holds up no other key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus.interface.topic import Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.net import RedeliveryQueue
from cimbus.middleware.net.redelivery import FIRST_DELAY


def frame(key="k", body=b""):
    return Frame(topic=Topic("c", "events", "N", "created", key), body=body)


def test_credit_and_order():
    backlog = RedeliveryQueue(2)
    items = [backlog.put(frame(), number) for number in range(3)]
    assert [item.mark for item in backlog.take(0)] == [0, 1]
    assert backlog.take(0) == []
    assert backlog.forget(items[0])
    assert not backlog.forget(items[0])
    assert not backlog.release(items[0], 0)
    assert [item.mark for item in backlog.take(0)] == [2]
    assert {item.mark for item in backlog} == {1, 2}


def test_a_released_frame_waits_and_holds_up_its_key_only():
    backlog = RedeliveryQueue(10)
    first = backlog.put(frame("a"), 1)
    backlog.take(0)
    assert backlog.release(first, 100)
    for mark, key in ((2, "a"), (3, "b"), (4, ""), (5, "a")):
        backlog.put(frame(key), mark)
    assert [item.mark for item in backlog.take(100)] == [3, 4]
    assert backlog.waiting == 3
    assert backlog.alarm == 100 + FIRST_DELAY
    assert {item.mark for item in backlog} == {1, 2, 3, 4, 5}
    assert [(item.mark, item.attempt) for item in backlog.take(101)] == [(1, 2), (2, 1), (5, 1)]
    assert backlog.alarm is None


def test_waits_grow_and_end():
    backlog, waits, now = RedeliveryQueue(1), [], 0.0
    item = backlog.put(frame(), None)
    for _ in range(12):
        assert backlog.take(now) == [item]
        backlog.release(item, now)
        assert backlog.take(now) == []
        waits.append(backlog.alarm - now)
        now = backlog.alarm
    assert waits[:3] == pytest.approx([0.01, 0.02, 0.04])
    assert waits == sorted(waits) or waits == pytest.approx(sorted(waits))
    assert waits[-1] == pytest.approx(1.0)


@given(
    st.integers(1, 5),
    st.lists(
        st.one_of(
            st.sampled_from("abc").map(lambda key: ("put", key)),
            st.tuples(st.sampled_from(["take", "accept", "release"]), st.integers(0, 4)),
        )
    ),
)
def test_nothing_is_lost_and_keys_keep_their_order(credit, steps):
    """Whatever is done; with one frame of each key unsettled at a time, a key's frames are finished in their order."""
    backlog, held, done, put, now = RedeliveryQueue(credit), [], {}, {}, 0.0
    for step, value in steps:
        now += 0.3
        if step == "put":
            number = sum(map(len, put.values()))
            put.setdefault(value, []).append(number)
            backlog.put(frame(value, bytes(number)), number)
        elif step == "take":
            held += backlog.take(now)
        elif held:
            item = held.pop(value % len(held))
            if step == "release":
                backlog.release(item, now)
            else:
                backlog.forget(item)
                done.setdefault(item.frame.topic.key, []).append(item.mark)
        assert len(backlog.holds) <= credit
    assert backlog.waiting + len(backlog.holds) == sum(map(len, put.values())) - sum(map(len, done.values()))
    assert backlog.size == sum(len(item.frame.body) for item in backlog) - sum(len(item.frame.body) for item in held)
    for item in held:
        backlog.forget(item)
        done.setdefault(item.frame.topic.key, []).append(item.mark)
    while backlog.waiting:
        now += 2
        for item in backlog.take(now):
            backlog.forget(item)
            done.setdefault(item.frame.topic.key, []).append(item.mark)
    assert {key: sorted(marks) for key, marks in done.items()} == put


def test_what_waits_is_dropped_released_or_not():
    """Unsettled frames stay, and so does what was not asked for; the counts follow."""
    backlog: RedeliveryQueue[str] = RedeliveryQueue(2)
    for number, key in enumerate("aabbc"):
        backlog.put(frame(key, b"%d" % number), key)
    one, two = backlog.take(0.0)
    backlog.release(one, 0.0)

    backlog.drop_waiting(lambda item: item.mark in "ab")

    assert (backlog.waiting, backlog.size) == (1, 1)
    assert list(backlog.holds.values()) == [two]
    assert backlog.forget(two)
    assert [item.mark for item in backlog.take(10.0)] == ["c"]
    backlog.put(frame("d", b"d"), "d")
    backlog.drop_waiting()
    assert (backlog.waiting, backlog.size) == (0, 0)

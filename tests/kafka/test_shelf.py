"""Frames that can be held back, and taken away with their partition."""

from __future__ import annotations

from cimbus_kafka.shelf import Part, Shelf

from . import support


def filled(credit=10):
    shelf = Shelf(credit)
    parts = [Part(("topic", 0), 0), Part(("topic", 1), 0)]
    for number in range(6):
        shelf.put(support.frame("c", b"%d" % number, f"k{number % 2}"), (parts[number % 2], number // 2))
    return shelf, parts


def bodies(items):
    return [item.frame.body for item in items]


def test_what_is_held_is_not_handed_over_until_it_thaws():
    shelf, _ = filled(credit=2)
    hand = shelf.take(0)
    told = []
    shelf.hold(lambda: told.append(True))
    assert shelf.forget(hand[0])
    assert shelf.take(0) == []
    assert told == []
    assert shelf.release(hand[1], 0)
    assert told == [True]
    assert shelf.take(1) == []
    shelf.thaw()
    assert bodies(shelf.take(1)) == [b"1", b"2"]
    assert told == [True]


def test_whoever_holds_what_is_empty_is_told_at_once():
    shelf, _ = filled()
    told = []
    shelf.hold(lambda: told.append(True))
    assert told == [True]


def test_what_is_lost_is_gone_in_hand_waiting_and_resting():
    shelf, parts = filled(credit=4)
    hand = shelf.take(0)
    assert bodies(hand) == [b"0", b"1", b"2", b"3"]
    shelf.release(hand[0], 0)
    shelf.release(hand[1], 0)
    shelf.hold(lambda: None)
    parts[0].lost = True
    shelf.thaw()
    assert not shelf.forget(hand[2])
    assert shelf.forget(hand[3])
    assert shelf.waiting == 2
    assert shelf.size == 2
    assert bodies(shelf.take(1)) == [b"1", b"5"]
    assert (shelf.waiting, shelf.size) == (0, 0)

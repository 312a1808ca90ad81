"""How often messages were delivered is remembered, for so many of them."""

from __future__ import annotations

from cimbus.middleware.net import Attempts


def test_the_oldest_are_forgotten():
    attempts = Attempts(limit=2)
    for number, identity in enumerate(("a", "b", "a", "c"), 1):
        attempts.note("queue", identity, number)

    assert [attempts.take("queue", identity) for identity in ("a", "b", "c")] == [3, 0, 4]


def test_subscriptions_are_told_apart():
    attempts = Attempts()
    attempts.note("one", "a", 2)

    assert (attempts.take("two", "a"), attempts.take("one", "a")) == (0, 2)

"""A party that worked for a while begins with shorter pauses, but not as if nothing had happened."""

from __future__ import annotations

from cimbus.net import Backoff


def test_calm_bounds_the_next_pause_and_lets_it_grow_again():
    backoff = Backoff(first=1.0, longest=64.0, draw=lambda: 1.0)
    for _ in range(20):
        backoff.pause()
    backoff.calm(4.0)

    assert [backoff.pause() for _ in range(3)] == [4.0, 8.0, 16.0]


def test_calm_makes_no_pause_longer():
    backoff = Backoff(first=1.0, longest=64.0, draw=lambda: 1.0)
    backoff.calm(4.0)
    assert backoff.pause() == 1.0
    backoff.calm(0.5)

    assert backoff.pause() == 1.0  # no bound is shorter than the first one

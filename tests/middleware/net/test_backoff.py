"""A party that worked for a while begins with shorter pauses, but not as if nothing had happened."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus.middleware.net import Backoff


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


def test_pauses_double_up_to_the_longest():
    backoff = Backoff(1, 10, draw=lambda: 1.0)
    assert [backoff.pause() for _ in range(6)] == [1, 2, 4, 8, 10, 10]
    backoff.reset()
    assert backoff.pause() == 1
    assert Backoff(1, 10, draw=lambda: 0.0).pause() == 0


@given(st.integers(0, 5000))
def test_pauses_are_bounded(failures):
    backoff = Backoff()
    backoff.failures = failures
    assert 0 <= backoff.pause() <= 30


@pytest.mark.parametrize(("first", "longest"), [(0, 1), (2, 1), (-1, 1)])
def test_impossible_pauses(first, longest):
    with pytest.raises(ValueError):
        Backoff(first, longest)

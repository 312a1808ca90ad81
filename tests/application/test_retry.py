"""The retry policy: pauses grow, are never shorter than configured, and are bounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus import Retry


@given(
    first=st.floats(0, 10),
    factor=st.floats(1, 10),
    more=st.floats(0, 100),
    jitter=st.floats(0, 3),
    attempt=st.integers(1, 60),
)
def test_a_pause_is_never_shorter_than_configured_nor_longer_than_its_jitter(first, factor, more, jitter, attempt):
    retry = Retry(initial_delay=first, multiplier=factor, max_delay=first + more, jitter=jitter)
    configured = min(first + more, first * factor ** (attempt - 1))
    assert configured <= retry.pause(attempt) <= configured * (1 + jitter)


def test_pauses_grow_up_to_the_longest():
    retry = Retry(initial_delay=1, multiplier=2, max_delay=5, jitter=0)
    assert [retry.pause(attempt) for attempt in range(1, 6)] == [1, 2, 4, 5, 5]


def test_any_number_of_attempts_has_a_pause():
    assert Retry(attempts=10**6, jitter=0).pause(10**5) == 30.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"attempts": 0},
        {"initial_delay": -1},
        {"multiplier": 0.5},
        {"initial_delay": 2, "max_delay": 1},
        {"jitter": -0.1},
    ],
)
def test_numbers_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match="retry policy"):
        Retry(**wrong)

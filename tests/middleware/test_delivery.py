"""A delivery is settled once; its block accepts, releases, or settles nothing when it is cancelled."""

from __future__ import annotations

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus.middleware.delivery import Delivery, Outcome

pytestmark = pytest.mark.anyio

METHODS = {
    "accept": Outcome.ACCEPTED,
    "release": Outcome.RELEASED,
    "reject": Outcome.REJECTED,
}


def delivery():
    settled = []
    made = Delivery("value", lambda which, outcome: settled.append((which, outcome)), attempt=3, token="mark")
    return made, settled


@given(st.lists(st.sampled_from(list(METHODS)), min_size=1))
def test_the_first_outcome_counts_and_is_told_once(methods):
    made, settled = delivery()
    answers = [getattr(made, method)() for method in methods]

    assert answers == [True] + [False] * (len(methods) - 1)
    assert settled == [(made, METHODS[methods[0]])]
    assert made.outcome is METHODS[methods[0]]


async def test_a_block_that_ends_accepts():
    made, settled = delivery()
    async with made as value:
        assert value == "value"
        assert not settled

    assert settled == [(made, Outcome.ACCEPTED)]


async def test_a_block_that_raises_releases():
    made, settled = delivery()
    with pytest.raises(LookupError):
        async with made:
            raise LookupError

    assert settled == [(made, Outcome.RELEASED)]


async def test_a_block_that_is_cancelled_settles_nothing():
    made, settled = delivery()
    with anyio.CancelScope() as scope:
        async with made:
            scope.cancel()
            await anyio.sleep_forever()

    assert settled == []
    assert made.outcome is None


async def test_what_was_settled_in_the_block_stays():
    made, settled = delivery()
    async with made:
        made.reject()

    assert settled == [(made, Outcome.REJECTED)]


def test_an_outcome_is_noted_before_the_transport_hears_of_it():
    seen = []
    made = Delivery("value", lambda which, outcome: seen.append(which.outcome))
    made.accept()

    assert seen == [Outcome.ACCEPTED]


def test_it_can_be_shown():
    made, _ = delivery()
    assert repr(made) == "<Delivery unsettled attempt=3 'value'>"
    made.reject()
    assert repr(made) == "<Delivery rejected attempt=3 'value'>"

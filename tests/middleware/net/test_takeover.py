"""Who was taken over, and whose network failed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from cimbus.middleware.net.errors import ClosedByBrokerError, ConnectionLostError, ResetByBrokerError
from cimbus.middleware.net.takeover import (
    ESTABLISHED,
    MAX_SUSPICIONS,
    MORE_SUSPICIONS,
    SHORT_LIFE,
    WITNESS_PAUSE,
    Takeover,
    TakeoverDetector,
)


def rounds(takeover, count, before="up", after="up", *, silent=True, life=0.1):
    """Lose the connection so often; return what was said each time."""
    said = []
    for _ in range(count):
        takeover.ended(before, silent=silent, life=life)
        said.append(takeover.confirmed(after))
    return said


def test_a_place_that_is_lost_again_and_again_is_taken():
    assert rounds(Takeover(), MAX_SUSPICIONS) == [False] * (MAX_SUSPICIONS - 1) + [True]


def test_what_ends_the_witness_too_is_no_takeover():
    assert not any(rounds(Takeover(), 50, after="up again"))
    assert not any(rounds(Takeover(), 50, before=None))
    assert not any(rounds(Takeover(), 50, after=None))


def test_a_connection_that_lasts_or_breaks_or_was_explained_is_no_takeover():
    assert not any(rounds(Takeover(), 50, life=SHORT_LIFE))
    assert not any(rounds(Takeover(), 50, silent=False))


def test_only_suspicions_in_a_row_count():
    takeover = Takeover()
    for harmless in ({"after": "up again"}, {"silent": False}, {"life": SHORT_LIFE + 1}):
        assert not any(rounds(takeover, MAX_SUSPICIONS - 1))
        assert rounds(takeover, 1, **harmless) == [False]
    assert rounds(takeover, MAX_SUSPICIONS)[-1]


def test_a_suspicion_is_counted_once():
    takeover = Takeover()
    takeover.ended("up", silent=True, life=0.0)
    assert takeover.suspected
    assert not any(takeover.confirmed("up") for _ in range(MAX_SUSPICIONS * 2))
    assert not takeover.suspected


def test_the_client_that_was_there_first_takes_its_session_back_once():
    takeover = Takeover()

    assert not takeover.may_reclaim(ESTABLISHED / 10)  # it came later
    takeover = Takeover()
    assert takeover.may_reclaim(ESTABLISHED)
    assert not takeover.may_reclaim(ESTABLISHED)  # the other one was there first, too: one of the two has to end
    assert takeover.may_reclaim(SHORT_LIFE)
    assert not takeover.may_reclaim(ESTABLISHED / 10)


def test_more_suspicions_may_be_wanted():
    takeover = Takeover()
    assert not any(rounds(takeover, MAX_SUSPICIONS - 1))
    takeover.ended("up", silent=True, life=0.1)
    assert not takeover.confirmed("up", MAX_SUSPICIONS + 1)
    takeover.ended("up", silent=True, life=0.1)
    assert takeover.confirmed("up", MAX_SUSPICIONS + 1)


def lost(detector, count, kind=ClosedByBrokerError, life=0.1):
    """Lose the connection so often; return what was said each time."""
    said = []
    for _ in range(count):
        assert detector.ended(kind("it ended"), life) in (0.0, WITNESS_PAUSE)
        said.append(detector.confirmed())
    return said


@pytest.mark.parametrize("kind", [ClosedByBrokerError, ResetByBrokerError])
def test_connections_that_end_without_a_reason_are_a_takeover(kind):
    assert lost(TakeoverDetector(None), MAX_SUSPICIONS, kind) == [False] * (MAX_SUSPICIONS - 1) + [True]
    assert not any(lost(TakeoverDetector(None), 50, ConnectionLostError))
    assert TakeoverDetector(None).ended(ConnectionLostError("it was silent"), 0.1) == 0.0


def test_a_client_that_was_there_first_needs_more_of_them():
    detector = TakeoverDetector(None)
    lost(detector, 1, life=SHORT_LIFE)
    enough = MAX_SUSPICIONS + MORE_SUSPICIONS
    assert lost(detector, enough) == [False] * (enough - 1) + [True]


def test_a_witness_that_is_down_or_has_a_new_connection_speaks_against_it():
    witness = SimpleNamespace(up=True, reconnects=0)
    assert lost(TakeoverDetector(witness), MAX_SUSPICIONS)[-1]
    detector = TakeoverDetector(witness)
    for _ in range(50):
        detector.ended(ClosedByBrokerError("it ended"), 0.1)
        witness.reconnects += 1
        assert not detector.confirmed()
    witness.up = False
    assert not any(lost(TakeoverDetector(witness), 50))


def test_a_broker_that_cannot_be_reached_between_speaks_against_it():
    detector = TakeoverDetector(None)
    for _ in range(50):
        assert not any(lost(detector, MAX_SUSPICIONS - 1))
        detector.failed()

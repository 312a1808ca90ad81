"""Who was taken over, and whose network failed."""

from __future__ import annotations

from cimbus_mqtt.takeover import ENOUGH, QUICK, Takeover


def rounds(takeover, count, before="up", after="up", *, silent=True, life=0.1):
    """Lose the connection so often; return what was said each time."""
    said = []
    for _ in range(count):
        takeover.ended(before, silent=silent, life=life)
        said.append(takeover.confirmed(after))
    return said


def test_a_place_that_is_lost_again_and_again_is_taken():
    assert rounds(Takeover(), ENOUGH) == [False] * (ENOUGH - 1) + [True]


def test_what_ends_the_witness_too_is_no_takeover():
    assert not any(rounds(Takeover(), 50, after="up again"))
    assert not any(rounds(Takeover(), 50, before=None))
    assert not any(rounds(Takeover(), 50, after=None))


def test_a_connection_that_lasts_or_breaks_or_was_explained_is_no_takeover():
    assert not any(rounds(Takeover(), 50, life=QUICK))
    assert not any(rounds(Takeover(), 50, silent=False))


def test_only_suspicions_in_a_row_count():
    takeover = Takeover()
    for harmless in ({"after": "up again"}, {"silent": False}, {"life": QUICK + 1}):
        assert not any(rounds(takeover, ENOUGH - 1))
        assert rounds(takeover, 1, **harmless) == [False]
    assert rounds(takeover, ENOUGH)[-1]


def test_a_suspicion_is_counted_once():
    takeover = Takeover()
    takeover.ended("up", silent=True, life=0.0)
    assert takeover.suspected
    assert not any(takeover.confirmed("up") for _ in range(ENOUGH * 2))
    assert not takeover.suspected

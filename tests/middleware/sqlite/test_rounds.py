"""Rounds without their thread: what one does, and how long the next may wait."""

from __future__ import annotations

import contextlib

import pytest

from cimbus.errors import UsageError
from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.sqlite.consumer import SqliteConsumer
from cimbus.middleware.sqlite.rounds import FLUSH_AFTER, MAX_POLL, MIN_POLL, Rounds
from cimbus.middleware.sqlite.store import Bounds
from cimbus.middleware.transport import SubscriptionSpec

SPEC = SubscriptionSpec(patterns=(Pattern(),), group="group", durable=True)
FRAME = Frame(topic=Topic("production", "events", "N", "created", "k"), body=b"")


@pytest.fixture
def rounds(tmp_path):
    with contextlib.closing(Rounds(tmp_path / "bus.db", Bounds(), lambda: True)) as found:
        yield found


def joined(rounds):
    consumer = SqliteConsumer(SPEC, lambda: None)
    rounds.join(consumer)
    return consumer


def test_a_consumer_is_served_when_a_receiver_waits(rounds):
    consumer = joined(rounds)
    rounds.send([FRAME])

    assert rounds.serve(asked=True) == []

    consumer.wants = True

    assert rounds.serve(asked=True) == [consumer]
    assert len(consumer.arrived) == consumer.taken == 1


def test_without_anything_to_do_there_is_no_next_round(rounds):
    assert rounds.pause is None

    consumer = joined(rounds)

    assert rounds.pause is None

    rounds.send([FRAME])
    consumer.wants = True
    rounds.serve(asked=True)
    consumer.wants = False

    assert rounds.pause == FLUSH_AFTER  # a delivery is unsettled


def test_other_processes_are_looked_for_less_and_less(rounds):
    consumer = joined(rounds)
    consumer.wants = True
    rounds.serve(asked=False)
    pauses = []
    for _ in range(20):
        pauses.append(rounds.pause)
        rounds.serve(asked=False)

    assert pauses == sorted(pauses)
    assert MIN_POLL <= pauses[0] < pauses[-1] == MAX_POLL


def test_a_commit_of_deliveries_that_a_consumer_has_not_changes_nothing(rounds):
    consumer = joined(rounds)
    rounds.send([FRAME])
    with pytest.raises(UsageError):
        rounds.commit([FRAME], consumer, [1])  # it was not delivered yet

    assert rounds.store.db.execute("SELECT count(*) FROM frame").fetchone() == (1,)


def test_a_frame_that_cannot_be_written_is_refused_alone(rounds):
    joined(rounds)
    bad = Frame(topic=FRAME.topic, body=object())  # SQLite stores no objects
    results = rounds.send([FRAME, bad, FRAME])

    assert [result is None for result in results] == [True, False, True]

"""Subscriptions and their members in the file, without the worker."""

from __future__ import annotations

import contextlib

import pytest

from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.sqlite import membership
from cimbus.middleware.sqlite.claims import claim
from cimbus.middleware.sqlite.store import Store
from cimbus.middleware.transport import SubscriptionSpec

PATTERNS = (Pattern(),)
DURABLE = SubscriptionSpec(patterns=PATTERNS, group="durable", durable=True)


@pytest.fixture
def store(tmp_path):
    with contextlib.closing(Store(tmp_path / "bus.db", 0, lambda: True)) as found:
        yield found


def count(store, table):
    return store.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def send(store, number):
    frame = Frame(topic=Topic("production", "events", "N", "created", "k"), body=b"")
    store.append([frame] * number)


def test_a_subscription_ends_with_its_last_member_unless_it_is_durable(store):
    with store.writing():
        members = [
            membership.join(store.db, spec, "lock")
            for spec in (
                SubscriptionSpec(patterns=PATTERNS),
                SubscriptionSpec(patterns=PATTERNS, group="passing"),
                SubscriptionSpec(patterns=PATTERNS, group="passing"),
                DURABLE,
            )
        ]

    assert count(store, "subscription") == 3

    with store.writing():
        for member in members:
            membership.leave(store.db, member, [])

    assert store.db.execute("SELECT name FROM subscription").fetchall() == [(b"durable",)]


def test_what_members_of_a_dead_process_had_is_redelivered(store):
    with store.writing():
        dead = membership.join(store.db, DURABLE, "dead")
        alive = membership.join(store.db, DURABLE, "alive")
    send(store, 1)
    with store.writing():
        claim(store.db, dead, 10)

    assert membership.other_locks(store.db, "alive") == ["dead"]

    with store.writing():
        membership.evict(store.db, "dead")
        ((_, attempt, _, _),) = claim(store.db, alive, 10)

    assert attempt == 2
    assert membership.other_locks(store.db, "alive") == []


def test_a_group_with_other_patterns_is_another_group(store):
    one, two = Pattern(noun="N"), Pattern(noun="M")
    specs = [SubscriptionSpec(patterns=patterns, group="g") for patterns in ((one, two), (two, one), (one,))]
    with store.writing():
        members = [membership.join(store.db, spec, "lock") for spec in specs]
        membership.join(store.db, SubscriptionSpec(patterns=PATTERNS), "lock")
    send(store, 2)

    assert members[0].subscription == members[1].subscription != members[2].subscription
    described = membership.describe(store.db)
    assert [(group.group, group.consumers, group.backlog) for group in described] == [("g", 2, 2), ("g", 1, 2)]

    with store.writing():
        for member in members:
            membership.leave(store.db, member, [])

    assert membership.describe(store.db) == []  # the consumer without a group is none


def test_one_of_the_groups_of_a_name_can_be_forgotten(store):
    with store.writing():
        for patterns in (PATTERNS, (Pattern(noun="N"),)):
            spec = SubscriptionSpec(patterns=patterns, group="g", durable=True)
            membership.leave(store.db, membership.join(store.db, spec, "lock"), [])
    send(store, 2)
    first, second = membership.describe(store.db)
    with store.writing():
        assert membership.forget(store.db, second.name) == 2

    assert membership.describe(store.db) == [first]


def test_only_a_group_that_is_away_can_be_forgotten(store):
    with store.writing():
        member = membership.join(store.db, DURABLE, "lock")
    send(store, 3)
    with store.writing():
        assert membership.forget(store.db, "durable") == 0
        membership.leave(store.db, member, [])
        assert membership.forget(store.db, "durable") == 3

    assert [count(store, table) for table in ("subscription", "waiting", "frame")] == [0, 0, 0]

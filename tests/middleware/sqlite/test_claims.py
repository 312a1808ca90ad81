"""Taking and settling frames in the file, without the worker."""

from __future__ import annotations

import contextlib

import pytest

from cimbus.errors import UsageError
from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.sqlite import membership
from cimbus.middleware.sqlite.claims import accept, claim, redelivery_delay, release_all, settle
from cimbus.middleware.sqlite.store import Store
from cimbus.middleware.transport import SubscriptionSpec

SPEC = SubscriptionSpec(patterns=(Pattern(),), group="group", durable=True)


@pytest.fixture
def store(tmp_path):
    with contextlib.closing(Store(tmp_path / "bus.db", 0, lambda: True)) as found:
        yield found


def join(store):
    with store.writing():
        return membership.join(store.db, SPEC, "lock")


def send(store, *keys):
    topics = [Topic("production", "events", "N", "created", key) for key in keys]
    store.append([Frame(topic=topic, body=topic.key.encode()) for topic in topics])


def take(store, member, room=10):
    with store.writing():
        return [(body, attempt) for _, attempt, _, body in claim(store.db, member, room)]


def count(store, table):
    return store.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_a_key_at_one_member_is_not_given_to_another(store):
    one, two = join(store), join(store)
    send(store, "a", "a", "b", "b")

    assert take(store, one, 4) == [(b"a", 1), (b"a", 1)]  # its share: half of four
    assert take(store, two) == [(b"b", 1)]


def test_what_is_released_is_counted_and_holds_up_its_key(store):
    one = join(store)
    send(store, "a", "a", "b")
    take(store, one, 1)
    with store.writing():
        settle(store.db, one, [], [(1, 5)])  # at the fifth attempt, it waits for 160 ms

    assert take(store, one) == [(b"b", 1)]

    with store.writing():
        release_all(store.db, one)
        store.db.execute("UPDATE waiting SET due = 0")

    assert take(store, one) == [(b"a", 2), (b"a", 1), (b"b", 2)]


def test_what_no_receiver_has_seen_does_not_count_as_an_attempt(store):
    one = join(store)
    send(store, "a", "b")
    take(store, one)
    with store.writing():
        release_all(store.db, one, [2])

    assert take(store, one) == [(b"a", 2), (b"b", 1)]


def test_all_deliveries_of_a_transaction_are_accepted_or_none(store):
    one = join(store)
    send(store, "a", "b")
    take(store, one, 1)
    with pytest.raises(UsageError), store.writing():
        accept(store.db, one, [1, 2])

    assert (count(store, "waiting"), count(store, "frame")) == (2, 2)

    with store.writing():
        accept(store.db, one, [1])

    assert (count(store, "waiting"), count(store, "frame")) == (1, 1)


def test_delays_grow_to_their_bound():
    delays = [redelivery_delay(attempt) for attempt in range(1, 2000)]

    assert delays == sorted(delays)
    assert (delays[0], delays[-1]) == (0.01, 1.0)

"""The table of an outbox: totals, bounds, and what is removed for them."""

from __future__ import annotations

from contextlib import closing

import pytest

from cimbus import Frame, OutboxFullError, Topic
from cimbus.middleware.outbox import table
from cimbus.middleware.outbox.table import OutboxBounds, OutboxTotal, row_of

FREE = OutboxBounds(max_bytes=0, max_age=0, full="refuse")


def row(number: int, size: int = 100):
    topic = Topic("production", "events", "EndDeviceEvents", "created", f"UP-{number}")
    return row_of(Frame(topic=topic, body=b"%d" % number + bytes(size), properties={"MessageID": str(number)}))


SIZE = row(1).size


@pytest.fixture
def db(tmp_path):
    with closing(table.connect(str(tmp_path / "outbox.db"))) as db:
        yield db


def numbers(db) -> list[int]:
    return [int(frame.body.rstrip(b"\0")) for _, frame in table.batch(db, 1_000, 1_000_000)]


def test_messages_come_back_as_they_were_and_in_order(db):
    topic = Topic("production", "events", "MeterReadings", "created", "half a pair \ud800")
    strange = Frame(topic=topic, body=bytes(range(256)), properties={"a": "\udcff", "b": "é"})
    table.add(db, [row_of(strange), row(2)], FREE)
    found = [frame for _, frame in table.batch(db, 10, 1_000)]

    assert found[0] == strange
    assert found[1].properties == {"MessageID": "2"}


@pytest.mark.parametrize("count", [1, table.ROWS, table.ROWS + 1, 5 * table.ROWS])
def test_many_messages_are_written_at_once(db, count):
    results, dropped = table.add(db, [row(number) for number in range(count)], FREE)

    assert (results, dropped) == ([None] * count, 0)
    assert numbers(db) == list(range(count))
    assert table.total(db).messages == count


def test_totals_follow_what_is_added_and_removed(db):
    table.add(db, [row(number) for number in range(5)], FREE)
    first = table.batch(db, 2, 1_000_000)

    assert table.total(db) == OutboxTotal(5, 5 * SIZE)

    assert table.remove(db, first[0][0], first[-1][0]) == 2
    assert table.total(db) == OutboxTotal(3, 3 * SIZE)
    assert table.remove(db, first[0][0], first[-1][0]) == 0
    assert numbers(db) == [2, 3, 4]


def test_a_batch_has_so_many_octets_but_at_least_one_message(db):
    table.add(db, [row(number, 1_000) for number in range(3)], FREE)

    assert len(table.batch(db, 10, 1)) == 1
    assert len(table.batch(db, 10, 2_100)) == 2


def test_at_the_bound_a_message_is_refused_and_smaller_ones_are_not(db):
    bounds = OutboxBounds(max_bytes=3 * SIZE, max_age=0, full="refuse")
    results, dropped = table.add(db, [row(1), row(2, 10_000), row(3), row(4), row(5)], bounds)

    assert [type(result) for result in results] == [
        type(None), OutboxFullError, type(None), type(None), OutboxFullError,
    ]  # fmt: skip
    assert dropped == 0
    assert numbers(db) == [1, 3, 4]


def test_at_the_bound_the_oldest_make_room_where_that_is_wanted(db):
    bounds = OutboxBounds(max_bytes=3 * SIZE, max_age=0, full="drop_oldest")
    table.add(db, [row(1), row(2), row(3)], bounds)
    results, dropped = table.add(db, [row(4), row(5, 10_000)], bounds)

    assert results[0] is None
    assert isinstance(results[1], OutboxFullError)  # larger than the outbox
    assert dropped == 1
    assert numbers(db) == [2, 3, 4]
    assert table.total(db) == OutboxTotal(3, 3 * SIZE)


def test_more_at_once_than_there_is_room_for_leaves_the_newest(db):
    bounds = OutboxBounds(max_bytes=3 * SIZE, max_age=0, full="drop_oldest")
    _, dropped = table.add(db, [row(number) for number in range(9)], bounds)

    assert dropped == 6
    assert numbers(db) == [6, 7, 8]


def test_what_is_too_old_expires_unless_the_clock_was_not_set(db):
    table.add(db, [row(number) for number in range(4)], FREE)
    db.execute("update cimbus_outbox set time = 86400 where id = 4")  # 1970: the box had not asked for the time
    db.execute("update cimbus_outbox set time = time - 100 where id < 3")
    bounds = OutboxBounds(max_bytes=0, max_age=50, full="refuse")

    assert table.expire(db, FREE) == 0
    assert table.expire(db, bounds) == 2
    assert numbers(db) == [2, 3]

    table.remove(db, 0, 3)
    assert table.expire(db, bounds) == 0
    assert numbers(db) == [3]


def test_the_oldest_is_known(db):
    assert table.oldest(db) is None
    table.add(db, [row(1)], FREE)
    db.execute("update cimbus_outbox set time = 7")
    assert table.oldest(db) == 7

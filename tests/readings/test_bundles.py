"""Rows and frames become messages again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cimbus
from cimbus import readings

from .support import QUARTER, START, VOLT, mixed, payload

TIMES = st.integers(0, 10**6).map(lambda minutes: START + timedelta(minutes=minutes))
ROWS = st.builds(
    readings.ReadingRow,
    meter=st.sampled_from(["m-1", "m-2", ""]),
    usage_point=st.sampled_from(["", "up-1"]),
    kind=st.just("register"),
    reading_type=st.sampled_from([VOLT, "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"]),
    time=TIMES,
    value=st.none() | st.decimals(-(10**6), 10**6, places=3),
    quality=st.sampled_from(["", "1.0.0", "2.8.0 3.6.0"]),
    reason=st.sampled_from(["", "billing"]),
)


@given(st.lists(ROWS, max_size=12), st.integers(1, 5))
def test_rows_are_the_same_after_they_were_messages(given_rows, size):
    rows = [msgspec.structs.replace(row, unit="V" if row.reading_type == VOLT else "Wh") for row in given_rows]

    messages = list(readings.to_messages(rows, size=size))
    back = [cimbus.decode(cimbus.encode(message)) for message in messages]

    assert list(readings.rows(back)) == rows
    assert len(messages) == -(-len(rows) // size)


def test_intervals_stay_in_blocks_and_messages_have_the_given_header():
    (message,) = readings.to_messages(readings.rows(mixed()), source="MDM", verb="changed")
    first, second = message.payload.MeterReading

    assert (message.header.verb, message.header.source) == ("changed", "MDM")
    assert [len(block.IntervalReadings) for block in first.IntervalBlocks] == [2]
    assert first.IntervalBlocks[0].ReadingType.ref == QUARTER
    assert first.IntervalBlocks[0].IntervalReadings[0].value == Decimal("0.250")
    assert second.Readings[0].timePeriod.start == START - timedelta(days=1)
    assert list(readings.rows(message)) == list(readings.rows(mixed()))


@pytest.mark.parametrize("make", ["to_columns", "to_arrow", "to_pandas"])
def test_a_frame_becomes_messages_again(make):
    pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    source = [mixed(), payload("m-3")]
    frame = getattr(readings, make)(source)

    messages = list(readings.to_messages(readings.from_frame(frame), size=2))

    assert [sum(1 for _ in readings.rows(message)) for message in messages] == [2, 2, 1]
    assert list(readings.rows(messages)) == list(readings.rows(source))


def test_a_frame_of_ones_own_needs_some_columns_only():
    pandas = pytest.importorskip("pandas")
    when = pandas.DatetimeIndex(["2026-03-01 01:00"]).tz_localize("Europe/Berlin")
    frame = pandas.DataFrame({"meter": ["m-1"], "reading_type": [VOLT], "time": when, "value": [0.1], "note": ["x"]})

    (row,) = readings.from_frame(frame)

    assert row == readings.ReadingRow(meter="m-1", reading_type=VOLT, time=START, value=Decimal("0.1"))


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match=r"time 2026-03-01 00:00:00 has no zone: .*tz_localize"):
        list(readings.from_frame({"time": [START.replace(tzinfo=None)]}))


def test_a_frame_without_any_of_the_columns_is_refused():
    with pytest.raises(ValueError, match="none of the columns of readings: meter, usage_point"):
        list(readings.from_frame({"when": [1]}))
    with pytest.raises(ValueError, match="size=0"):
        list(readings.to_messages([], size=0))


def test_a_value_of_a_type_that_a_message_defined_stays_as_it_is():
    row = readings.ReadingRow(meter="m-1", reading_type="own", value=Decimal(7), time=START.astimezone(ZoneInfo("UTC")))

    (message,) = readings.to_messages([row])

    assert message.payload.MeterReading[0].Readings[0].value == 7

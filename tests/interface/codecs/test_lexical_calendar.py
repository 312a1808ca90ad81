"""Dates, times of day and durations, as XML Schema part 2 writes them."""

from __future__ import annotations

from datetime import UTC, date, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus.interface.codecs.inexact import AllowedError, InexactError
from cimbus.interface.codecs.lexical import READERS, WRITERS

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)) if minutes else UTC)


@given(st.dates())
def test_a_date_is_read_as_it_was_written(value):
    assert READERS["date"][WRITERS["date"](value)] == value


@given(st.times(timezones=st.none() | ZONES))
def test_a_time_is_read_as_it_was_written(value):
    assert READERS["time"][WRITERS["time"](value)] == value


@given(st.timedeltas())
def test_a_duration_is_read_as_it_was_written(value):
    assert READERS["duration"][WRITERS["duration"](value)] == value


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("date", " 2026-03-01\n", date(2026, 3, 1)),
        ("date", "2026-03-01Z", date(2026, 3, 1)),
        ("time", "12:00:00.5+01:00", time(12, 0, 0, 500_000, timezone(timedelta(hours=1)))),
        ("time", "24:00:00", time(0)),
        ("duration", "P1D", timedelta(days=1)),
        ("duration", "-PT0.25S", timedelta(seconds=-0.25)),
        ("duration", "P0Y0M2DT1H", timedelta(days=2, hours=1)),
    ],
)
def test_what_the_lexical_space_has_is_read(kind, text, value):
    assert READERS[kind][text] == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("date", "2026-02-29"),
        ("date", "2026-W10"),
        ("date", "2026-03-01+15:00"),
        ("date", "20260301"),
        ("time", "24:00:01"),
        ("time", "6:30:00"),
        ("time", "06:30:00+14:30"),
        ("duration", "P"),
        ("duration", "PT"),
        ("duration", "P1DT"),
        ("duration", "15 min"),
        ("duration", "P1W"),
        ("duration", f"P{'9' * 30}D"),
        ("duration", "P٣D"),
    ],
)
def test_what_it_does_not_have_is_refused(kind, text):
    with pytest.raises(ValueError):
        READERS[kind][text]


@pytest.mark.parametrize(
    ("kind", "text", "error", "value"),
    [
        ("date", "2026-03-01T00:00:00Z", InexactError, date(2026, 3, 1)),
        ("time", "06:30", InexactError, time(6, 30)),
        ("time", "06:30:00.1234567", AllowedError, time(6, 30, 0, 123_456)),
        ("duration", "P1Y2M", AllowedError, None),
        ("duration", "PT0.0000001S", AllowedError, timedelta()),
    ],
)
def test_what_means_less_or_is_loose_is_a_value_with_a_remark(kind, text, error, value):
    with pytest.raises(error) as found:
        READERS[kind][text]
    assert found.value.value == value


def test_an_offset_that_xml_does_not_have_is_refused():
    with pytest.raises(ValueError, match="14 hours"):
        WRITERS["time"](time(1, tzinfo=timezone(timedelta(hours=15))))

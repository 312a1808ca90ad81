"""A time that was read remembers its text; one that was computed from it does not."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import orjson
import pytest

from cimbus.interface.codecs.inexact import InexactError
from cimbus.interface.codecs.lexical import read_date_time, write_date_time
from cimbus.interface.notation import in_zone, is_local, noting

TEXTS = [
    "2026-03-01T12:00:00.000Z",
    "2026-03-01T12:00:00+00:00",
    "2026-03-01T12:00:00.1234567Z",
    "2026-03-01T24:00:00Z",
    "2026-03-01T12:00:00",
    "2026-03-01 12:00:00",
    "2026-03-01T12:00:00.50+01:00",
]


def read(text: str) -> datetime:
    try:
        return read_date_time(text)
    except InexactError as inexact:
        return inexact.value


@pytest.mark.parametrize("text", TEXTS)
def test_a_time_is_written_as_it_was_read(text):
    time = read(text)

    assert write_date_time(time) == text
    assert write_date_time(copy.deepcopy(time)) == text
    assert write_date_time(pickle.loads(pickle.dumps(time))) == text


@pytest.mark.parametrize("text", TEXTS)
def test_it_is_a_time_like_any_other(text):
    time = read(text)
    plain = datetime.fromtimestamp(time.timestamp(), UTC)

    assert time == plain
    assert hash(time) == hash(plain)
    assert time.astimezone(UTC).isoformat() == plain.isoformat()
    assert time.astimezone(ZoneInfo("Europe/Berlin")) == plain
    assert msgspec.json.decode(msgspec.json.encode(time), type=datetime) == plain
    assert datetime.fromisoformat(orjson.loads(orjson.dumps(time))) == plain


@pytest.mark.parametrize("text", TEXTS)
def test_a_changed_time_is_written_in_the_usual_way(text):
    later = read(text) + timedelta(hours=1)

    assert write_date_time(later) == msgspec.to_builtins(later)
    assert write_date_time(later) != text


def test_a_time_that_is_written_so_anyway_has_an_ordinary_zone():
    assert read("2026-03-01T12:00:00Z").tzinfo is UTC


def test_a_time_without_a_zone_takes_another_and_stays_without_one():
    time = in_zone(read("2026-07-01T12:00:00"), ZoneInfo("Europe/Berlin"))

    assert time == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert write_date_time(time) == "2026-07-01T12:00:00"
    assert is_local(time)
    assert not is_local(time + timedelta(1))
    assert not is_local(noting(datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00.0Z"))

"""Times without a zone are in the zone that is assumed, and are written back without one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

import cimbus
from cimbus import Message

from .codec_samples import header, message

BERLIN = ZoneInfo("Europe/Berlin")
TIMES = "<Request><StartTime>2026-07-01T01:00:00</StartTime><EndTime>2026-07-02T01:00:00Z</EndTime></Request>"
DOCUMENT = message("", root="RequestMessage", head=header("get"), middle=TIMES)


@pytest.mark.parametrize("form", ["xml", "json"])
def test_the_zone_is_assumed_and_not_written(form):
    data = cimbus.encode(cimbus.decode(DOCUMENT), form)

    read = cimbus.decode(data, zone=BERLIN)
    assert read.request_area.start_time == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert read.request_area.end_time == datetime(2026, 7, 2, 1, tzinfo=UTC)
    assert "Europe/Berlin assumed" in read.notes[0].text
    for again in ("xml", "json"):
        written = cimbus.encode(read, again)
        assert b"2026-07-01T01:00:00<" in written or b'"2026-07-01T01:00:00"' in written
        assert cimbus.decode(written, zone=BERLIN) == read


def test_a_time_that_is_changed_gets_its_zone():
    read = cimbus.decode(DOCUMENT, zone=BERLIN)
    later = read.request_area.start_time + timedelta(hours=1)
    made = Message.of(None, verb="get", noun="X", request=cimbus.interface.envelope.Request(start_time=later))

    assert b"2026-07-01T02:00:00+02:00" in cimbus.encode(made)


@pytest.mark.parametrize(
    ("text", "doubtful"), [("2026-10-25T02:30:00", True), ("2026-03-29T02:30:00", True), ("2026-07-01T02:30:00", False)]
)
def test_a_time_where_the_clock_is_set_is_noted(text, doubtful):
    read = cimbus.decode(DOCUMENT.replace("2026-07-01T01:00:00", text), zone=BERLIN)

    assert ("a clock is set" in read.notes[0].text) is doubtful


def test_the_header_is_read_alike():
    local = DOCUMENT.replace("12:00:01Z", "12:00:01")

    assert cimbus.decode_header(local) == cimbus.decode(local).header

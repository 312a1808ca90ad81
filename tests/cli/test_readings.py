"""``cimbus readings``: files as tables."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

import cimbus as library
from cimbus.nouns import Meter, MeterReading, MeterReadings, Reading, Reference

from .conftest import EVENT

KWH = "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"


@pytest.fixture
def folder(tmp_path):
    """Two files with a reading each."""
    made = tmp_path / "in"
    made.mkdir()
    for number in (1, 2):
        single = Reading(value=Decimal(number), ReadingType=Reference(ref=KWH))
        content = MeterReadings(MeterReading=[MeterReading(Meter=Meter(mRID=f"m-{number}"), Readings=[single])])
        (made / f"{number}.xml").write_bytes(library.encode(library.Message.of(content)))
    return made


def test_csv_of_a_folder(cimbus, folder):
    code, out, err = cimbus("readings", str(folder))
    lines = out.splitlines()

    assert (code, err) == (0, "")
    assert lines[0].startswith("meter,usage_point,kind")
    assert [line.split(",")[0] for line in lines[1:]] == ["m-1", "m-2"]
    assert "1000,Wh" in lines[1]


def test_json_lines_into_a_file(cimbus, folder, tmp_path):
    out_file = tmp_path / "out.jsonl"
    code, out, err = cimbus("readings", str(folder), "--to", "jsonl", "-o", str(out_file))

    assert (code, out) == (0, "")
    assert "2 readings in" in err
    assert json.loads(out_file.read_text().splitlines()[1])["value"] == "2000"


def test_parquet_needs_a_file(cimbus, folder, tmp_path):
    code, _, err = cimbus("readings", str(folder), "--to", "parquet")
    assert code == 2
    assert "-o FILE" in err
    parquet = pytest.importorskip("pyarrow.parquet")
    code, _, _ = cimbus("readings", str(folder), "--to", "parquet", "-o", str(tmp_path / "a.parquet"))
    assert code == 0
    assert parquet.read_table(tmp_path / "a.parquet").num_rows == 2


def test_a_file_without_readings_is_reported_and_the_others_are_written(cimbus, folder, files):
    event = files("event.xml", EVENT.format(id="m-1"))
    code, out, err = cimbus("readings", event, str(folder))

    assert code == 1
    assert len(out.splitlines()) == 3
    assert err == f"cimbus: {event}: no MeterReadings in it, so there are no readings\n"


def test_a_zone_that_there_is_not_is_wrong_usage(cimbus, folder):
    code, out, err = cimbus("readings", str(folder), "--in-zone", "Mars/Base")

    assert (code, out) == (2, "")
    assert "no zone 'Mars/Base'" in err

"""Readings as files."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from cimbus import readings
from cimbus.readings import files

from .support import mixed, payload


def written(form, source=None, **options):
    out = io.BytesIO()
    count = readings.write_rows(readings.rows(source or mixed()), out, form, **options)
    return count, out


def test_csv_has_names_and_exact_values():
    count, out = written("csv")
    rows = list(csv.DictReader(io.StringIO(out.getvalue().decode())))

    assert count == len(rows) == 3
    assert [row["value"] for row in rows] == ["250", "", "230.1"]
    assert rows[0]["time"] == "2026-03-01T00:00:00+00:00"


def test_json_lines_leave_out_what_is_empty_and_times_may_be_local():
    count, out = written("jsonl", zone=ZoneInfo("Europe/Berlin"))
    rows = list(map(json.loads, out.getvalue().splitlines()))

    assert count == len(rows) == 3
    assert rows[0]["time"] == "2026-03-01T01:00:00+01:00"
    assert "value" not in rows[1]


@pytest.mark.parametrize("group", [1, 2, 3, 100])
def test_parquet_is_written_in_groups(monkeypatch, group):
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr(files, "GROUP", group)
    count, out = written("parquet", [mixed(), payload("m-9")])
    file = parquet.ParquetFile(io.BytesIO(out.getvalue()))

    assert count == file.metadata.num_rows == 5
    assert file.metadata.num_row_groups == -(-5 // group)
    assert file.read().column("meter").to_pylist() == ["4711", "4711", "m-2", "m-9", "m-9"]


def test_parquet_without_readings_has_the_columns():
    parquet = pytest.importorskip("pyarrow.parquet")
    out = io.BytesIO()

    assert readings.write_rows([], out, "parquet") == 0
    assert tuple(parquet.read_table(io.BytesIO(out.getvalue())).column_names) == readings.COLUMNS


@pytest.mark.parametrize(
    ("value", "text"), [("1.5E+3", "1500"), ("0.00", "0.00"), ("1E+999999", "1E+999999"), ("NaN", "NaN"), ("-0", "-0")]
)
def test_a_value_has_no_exponent_unless_it_is_long(value, text):
    assert files.plain(Decimal(value)) == text

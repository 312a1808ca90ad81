"""Readings by column: NumPy, Arrow, pandas, each imported only where it is needed."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from cimbus import MissingExtraError, readings
from cimbus.nouns import MeterReadings
from cimbus.readings.table import microseconds

from .support import START, mixed, payload

BERLIN = ZoneInfo("Europe/Berlin")


def test_columns_of_numpy():
    numpy = pytest.importorskip("numpy")
    columns = readings.to_columns(mixed())

    assert tuple(columns) == readings.COLUMNS
    assert columns["meter"].tolist() == ["4711", "4711", "m-2"]
    assert columns["value"].dtype == "float64"
    assert columns["value"][[0, 2]].tolist() == [250.0, 230.1]
    assert numpy.isnan(columns["value"][1])
    assert columns["time"].dtype == "datetime64[us]"
    assert columns["time"][0] == numpy.datetime64("2026-03-01T00:00:00")
    assert numpy.isnat(columns["start"]).tolist() == [True, True, False]


def test_a_table_of_arrow():
    pytest.importorskip("pyarrow")
    table = readings.to_arrow(mixed(), zone=BERLIN)
    rows = table.to_pylist()

    assert tuple(table.column_names) == readings.COLUMNS
    assert str(table.schema.field("time").type) == "timestamp[us, tz=Europe/Berlin]"
    assert [row["value"] for row in rows] == [250.0, None, 230.1]
    assert rows[2]["time"] == START
    assert rows[0]["start"] is None
    assert rows[2]["reason"] == "billing"


def test_a_frame_of_pandas_has_local_times():
    pandas = pytest.importorskip("pandas")
    frame = readings.to_pandas(mixed(), zone=BERLIN)

    assert tuple(frame.columns) == readings.COLUMNS
    assert frame["time"][0].isoformat() == "2026-03-01T01:00:00+01:00"
    assert frame["quality"].tolist() == ["1.0.0", "2.5.259 2.8.0", ""]
    assert frame.groupby("unit", observed=True)["value"].sum().to_dict() == {"Wh": 250.0, "V": 230.1}
    assert frame["value"].isna().tolist() == [False, True, False]
    assert isinstance(frame["meter"].dtype, pandas.CategoricalDtype)
    assert str(readings.to_pandas(mixed())["time"].dtype) == "datetime64[us, UTC]"


def test_no_readings_are_columns_without_rows():
    pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")

    assert len(readings.to_pandas(MeterReadings())) == 0
    assert readings.to_arrow(MeterReadings()).num_rows == 0
    assert all(len(column) == 0 for column in readings.to_columns(MeterReadings()).values())


def test_sources_are_added_to_one_table():
    table = readings.ReadingTable().add(payload()).add([payload("m-2"), payload("m-3")])

    assert len(table) == 6


@pytest.mark.parametrize(
    "time",
    [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), START.astimezone(BERLIN)],
)
def test_a_time_is_exact_to_the_microsecond(time):
    numpy = pytest.importorskip("numpy")

    assert numpy.array([microseconds(time)]).view("datetime64[us]")[0].item() == time.astimezone(UTC).replace(
        tzinfo=None
    )


@pytest.mark.parametrize(
    ("module", "extra", "make"),
    [
        ("numpy", "numpy", readings.to_columns),
        ("pyarrow", "arrow", readings.to_arrow),
        ("pandas", "pandas", readings.to_pandas),
    ],
)
def test_without_the_package_the_error_says_how_to_install_it(monkeypatch, module, extra, make):
    monkeypatch.setitem(sys.modules, module, None)

    with pytest.raises(MissingExtraError, match=rf"pip install 'cimbus\[{extra}\]'"):
        make(payload())


def test_importing_readings_imports_none_of_them():
    code = "import sys, cimbus, cimbus.readings; assert not {'numpy', 'pandas', 'pyarrow'} & set(sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


MEASURE = """
import resource, sys
import pandas, cimbus
from zoneinfo import ZoneInfo
from cimbus import readings
readings.to_pandas([])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
frame = readings.to_pandas(sys.argv[1:], zone=ZoneInfo("Europe/Berlin"))
print(len(frame), (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_memory_does_not_grow_as_a_large_document_does(tmp_path):
    """A tree of the document would take some 60 MB; all readings by column take 4."""
    pytest.importorskip("pandas")
    quarter = (
        b"<IntervalReadings><timeStamp>2026-03-01T00:00:00Z</timeStamp><value>0.25</value>"
        b'<ReadingQualities><ReadingQualityType ref="1.0.0"/></ReadingQualities></IntervalReadings>'
    )
    kind = b'<ReadingType ref="0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"/>'
    meter = b"<MeterReading><IntervalBlocks>" + 96 * quarter + kind + b"</IntervalBlocks></MeterReading>"
    space = b'<MeterReadings xmlns="http://iec.ch/TC57/2011/MeterReadings#">'
    (tmp_path / "large.xml").write_bytes(space + 360 * meter + b"</MeterReadings>")
    (tmp_path / "small").mkdir()
    for number in range(20):
        (tmp_path / "small" / f"{number}.xml").write_bytes(space + meter + b"</MeterReadings>")
    command = [sys.executable, "-c", MEASURE, str(tmp_path / "large.xml"), str(tmp_path / "small")]

    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=50)
    rows, megabytes = map(int, done.stdout.split())

    assert rows == 380 * 96
    assert megabytes < 40

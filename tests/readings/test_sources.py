"""Readings come from messages, files, folders, and several of these."""

from __future__ import annotations

import gzip
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

import cimbus
from cimbus import DecodeError, readings
from cimbus.nouns import EndDeviceEvents, Meter, MeterReading, MeterReadings, Name, Reading, ReadingType
from cimbus.readings import sources

from .support import START, mixed, payload, ref, xml


def meters(source, **options):
    return [row.meter for row in readings.rows(source, **options)]


def test_a_message_a_payload_and_several():
    message = cimbus.Message.of(payload("m-2"))

    assert meters(payload()) == ["m-1", "m-1"]
    assert meters(message) == ["m-2", "m-2"]
    assert meters([payload(), message]) == ["m-1", "m-1", "m-2", "m-2"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xml", xml(payload())),
        ("a.json", cimbus.encode(cimbus.Message.of(payload()), "json")),
        ("a.jsonl", cimbus.encode(cimbus.Message.of(payload()), "json") + b"\n"),
        ("a.xml.gz", gzip.compress(xml(payload()))),
        ("a.json.gz", gzip.compress(cimbus.encode(cimbus.Message.of(payload()), "json"))),
        ("bare.xml", cimbus.encode_noun(payload())),
        ("bare.json", cimbus.encode_noun(payload(), "json")),
        ("packed.xml", cimbus.encode(cimbus.Message.of(payload(), compress=True))),
    ],
)
def test_a_file_of_any_form(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)

    assert meters(tmp_path / name) == meters(str(tmp_path / name)) == ["m-1", "m-1"]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_large_file_gives_the_same_rows_as_a_small_one(tmp_path, monkeypatch, pack):
    definition = ReadingType(mRID="rt", unit="72", multiplier="3", Names=[Name(name="kWh")])
    content = MeterReadings(
        MeterReading=[*mixed().MeterReading, MeterReading(Readings=[Reading(value=Decimal(1), ReadingType=ref("rt"))])],
        ReadingType=[definition],
    )
    file = tmp_path / "a.xml"
    file.write_bytes(pack(xml(content)))
    small = list(readings.rows(file))
    monkeypatch.setattr(sources, "WHOLE", 0)

    large = list(readings.rows(file))

    assert large == small
    assert small[-1].unit == "Wh"


def test_a_folder_is_read_by_name_and_other_files_are_left_out(tmp_path):
    for name in ("b", "a"):
        (tmp_path / f"{name}.xml").write_bytes(xml(payload(name, ["1"])))
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "c.json").write_bytes(cimbus.encode(cimbus.Message.of(payload("c", ["1"])), "json"))
    (tmp_path / "notes.txt").write_text("not a message")

    assert meters(tmp_path) == ["a", "b", "c"]


@pytest.mark.parametrize(
    "data",
    [b"<Message", b"", b"<a/>", xml(EndDeviceEvents()), gzip.compress(b"{")[:-4]],
    ids=["cut", "empty", "other", "other noun", "cut gzip"],
)
@pytest.mark.parametrize("whole", [0, 1 << 20])
def test_a_file_without_readings_is_an_error_that_names_it_or_is_left_out(tmp_path, monkeypatch, data, whole):
    (tmp_path / "a.xml").write_bytes(data)
    (tmp_path / "b.xml").write_bytes(xml(payload("b", ["1"])))
    monkeypatch.setattr(sources, "WHOLE", whole)
    left_out = []

    with pytest.raises(DecodeError) as caught:
        meters(tmp_path)
    found = meters(tmp_path, on_error=lambda file, error: left_out.append((file.name, type(error))))

    assert caught.value.__notes__ == [f"in {tmp_path / 'a.xml'}"]
    assert found == ["b"]
    assert left_out == [("a.xml", DecodeError)]


def test_the_octets_of_a_document_are_a_source():
    assert meters(xml(payload("m-7"))) == meters(payload("m-7")) == ["m-7", "m-7"]


def test_a_file_that_there_is_not_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        meters(tmp_path / "a.xml")


def test_what_is_no_source_is_refused():
    with pytest.raises(TypeError, match="int is no source of readings"):
        meters(7)
    with pytest.raises(cimbus.DecodeError):
        meters(b"<a/>")
    with pytest.raises(TypeError, match="carries no MeterReadings"):
        meters(cimbus.Message.of(EndDeviceEvents()))


@pytest.mark.parametrize("whole", [0, 1 << 20])
def test_times_without_a_zone_are_in_the_one_that_is_given(tmp_path, monkeypatch, whole):
    file = tmp_path / "a.xml"
    file.write_bytes(xml(payload(values=["1"])).replace(b"2026-03-01T00:00:00Z", b"2026-03-01T01:00:00"))
    monkeypatch.setattr(sources, "WHOLE", whole)

    (row,) = readings.rows(file, assume=ZoneInfo("Europe/Berlin"))

    assert row.time == START


def test_a_name_stands_for_a_meter_without_an_mrid():
    content = MeterReadings(MeterReading=[MeterReading(Meter=Meter(mRID="m"), Readings=[Reading(ReadingType=ref(""))])])

    assert meters(content) == ["m"]


def test_of_a_file_beyond_the_limit_no_more_is_read(tmp_path):
    file = tmp_path / "a.json"
    with file.open("wb") as out:
        out.write(b"{")
        out.truncate(1 << 36)  # sparse: it takes no room on the disk, and no memory has that much

    with pytest.raises(DecodeError):
        meters(file)

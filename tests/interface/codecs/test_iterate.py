"""Objects out of documents of any size."""

from __future__ import annotations

import gzip
import io
from zoneinfo import ZoneInfo

import pytest

import cimbus
from cimbus import Limits
from cimbus.nouns import EndDeviceEvent, EndDeviceEvents, MeterReading, MeterReadings, Name, Reading

from .codec_samples import READINGS, events, header, message

ONE = (
    "<MeterReading><Meter><mRID>m-{0}</mRID></Meter><Readings><timeStamp>2026-03-01T12:00:00Z</timeStamp>"
    '<value>{0}.50</value><ReadingType ref="0.0"/></Readings></MeterReading>'
)


def document(count: int) -> bytes:
    inside = "".join(ONE.format(number) for number in range(count))
    payload = f'<MeterReadings xmlns="{READINGS}">{inside}</MeterReadings>'
    return message(payload, head=header(noun="MeterReadings")).encode()


DATA = document(500)


@pytest.mark.parametrize("data", [DATA, gzip.compress(DATA), DATA.decode().encode("utf-16"), b"\xef\xbb\xbf" + DATA])
def test_every_object_comes_once_and_in_order(data, tmp_path):
    (tmp_path / "a.xml").write_bytes(data)
    whole = cimbus.decode(DATA).payload.MeterReading

    assert list(cimbus.iterate(tmp_path / "a.xml", MeterReading)) == whole
    assert list(cimbus.iterate(str(tmp_path / "a.xml"), MeterReading)) == whole
    assert list(cimbus.iterate(io.BytesIO(data), MeterReading)) == whole
    assert len(list(cimbus.iterate(io.BytesIO(data), Reading))) == 500
    assert list(cimbus.iterate(io.BytesIO(data), MeterReadings)) == [cimbus.decode(DATA).payload]


@pytest.mark.anyio
async def test_every_object_comes_asynchronously(tmp_path):
    (tmp_path / "a.xml").write_bytes(DATA)

    found = [each async for each in cimbus.iterate(tmp_path / "a.xml", MeterReading)]
    assert found == cimbus.decode(DATA).payload.MeterReading


class Endless(io.RawIOBase):
    """A document that never ends, and counts what was read of it."""

    def __init__(self) -> None:
        self.given = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not self.given:
            made = f'<MeterReadings xmlns="{READINGS}">'
        else:
            made = "".join(ONE.format(number) for number in range(self.given, self.given + 100))
        self.given += 100
        return made.encode()


def test_no_more_is_read_than_is_asked_for():
    file = Endless()
    objects = cimbus.iterate(file, MeterReading)

    assert [next(objects).Meter.mRID for _ in range(3)] == ["m-100", "m-101", "m-102"]
    assert file.given <= 400
    objects.close()
    assert list(objects) == []


def test_what_was_read_is_freed():
    count = 0
    for _ in zip(range(3000), cimbus.iterate(Endless(), MeterReading), strict=False):
        count += 1

    assert count == 3000


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"<!DOCTYPE a [<!ENTITY x 'y'>]><a/>", cimbus.UnsafeError),
        (b"<?xml version='1.0'?><!-- c --><!doctype a><a/>", cimbus.UnsafeError),
        (b"", cimbus.DecodeError),
        (b"{} x", cimbus.DecodeError),
        (b"<a><b></a>", cimbus.DecodeError),
        (b"<a>", cimbus.DecodeError),
        (gzip.compress(DATA)[:-20], cimbus.DecodeError),
        (b"\x1f\x8bnothing", cimbus.DecodeError),
        (b"<?xml version='1.0' encoding='latin-1'?><a>\xe4</a>", cimbus.DecodeError),
        (b"<a>" * 300 + b"</a>" * 300, cimbus.UnsafeError),
    ],
)
def test_what_is_no_such_document_is_refused(data, error):
    with pytest.raises(error):
        list(cimbus.iterate(io.BytesIO(data), MeterReading))


def test_limits_are_those_of_one_object():
    assert len(list(cimbus.iterate(io.BytesIO(DATA), MeterReading, limits=Limits(max_nodes=20, max_bytes=10)))) == 500
    with pytest.raises(cimbus.UnsafeError, match="max_nodes"):
        list(cimbus.iterate(io.BytesIO(DATA), MeterReadings, limits=Limits(max_nodes=20)))


def test_a_class_that_is_no_part_of_a_noun_is_refused():
    class Lonely(cimbus.Cim):
        mRID: str

    with pytest.raises(TypeError, match="neither a noun nor a part of one"):
        cimbus.iterate(io.BytesIO(DATA), Lonely)
    assert len(list(cimbus.iterate(io.BytesIO(DATA), Name))) == 0


def test_zones_and_nouns_that_do_not_fit():
    local = DATA.replace(b"12:00:00Z", b"12:00:00")
    first = next(cimbus.iterate(io.BytesIO(local), Reading, zone=ZoneInfo("Europe/Berlin")))

    assert first.timeStamp.isoformat() == "2026-03-01T12:00:00+01:00"
    other = f"<w>{events('a')}<EndDeviceEvents xmlns='urn:x'><Row>1</Row></EndDeviceEvents></w>".encode()
    objects = cimbus.iterate(io.BytesIO(other), EndDeviceEvents)
    assert next(objects).EndDeviceEvent[0].mRID == "a"
    with pytest.raises(cimbus.DecodeError, match="is not as EndDeviceEvents has it"):
        next(objects)


def test_a_noun_that_is_called_like_a_part_is_no_part():
    inside = f"<MeterReading><EndDeviceEvents><mRID>b</mRID></EndDeviceEvents>{ONE.format(1)[14:]}"
    document = f"<w>{events('a')}<MeterReadings xmlns='{READINGS}'>{inside}</MeterReadings></w>".encode()

    assert [each.mRID for each in cimbus.iterate(io.BytesIO(document), EndDeviceEvent)] == ["a", "b"]
    assert [len(each.EndDeviceEvent) for each in cimbus.iterate(io.BytesIO(document), EndDeviceEvents)] == [1]

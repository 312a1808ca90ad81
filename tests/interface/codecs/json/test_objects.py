"""Objects out of JSON of any size: what ``iterate`` yields is what ``decode`` reads."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from zoneinfo import ZoneInfo

import pytest

import cimbus
from cimbus import Limits
from cimbus.nouns import EndDeviceEvent, EndDeviceEvents, MeterReading, MeterReadings, Reading
from interface.codecs.codec_samples import EVENTS, READINGS
from interface.codecs.json.test_serializers import FORMS

ITEM = {
    "Meter": {"mRID": "m-0", "Names": [{"name": 'caf\u00e9 "a"'}]},
    "Readings": [{"timeStamp": "2026-03-01T12:00:00Z", "value": "1.50", "ReadingType": {"ref": "0.0"}}],
    "vendorCode": {"a": ["7", "8"]},
}
ITEMS = [{**ITEM, "Meter": {**ITEM["Meter"], "mRID": f"m-{number}"}} for number in range(40)]
HEADER = {"Verb": "created", "Noun": "MeterReadings", "Comment": ']}{\\"[\u20ac\U0001f600' * 50}
SHAPES = {
    "our own form": {"EventMessage": {"Header": HEADER, "Payload": {"MeterReadings": {"MeterReading": ITEMS}}}},
    "a list of main children": {"header": HEADER, "payload": {"MeterReadings": ITEMS}},
    "one main child for the noun": {"header": HEADER, "payload": {"MeterReadings": ITEMS[0]}},
    "camelCase": {"header": HEADER, "payload": {"meterReadings": {"meterReading": ITEMS}}},
    "camelCase, list": {"header": HEADER, "payload": {"meterReadings": ITEMS}},
    "one where a list is usual": {
        "EventMessage": {"Header": HEADER, "Payload": {"MeterReadings": {"MeterReading": ITEMS[0]}}}
    },
    "prefixes": {
        "e:EventMessage": {
            "e:Header": {f"e:{key}": item for key, item in HEADER.items()},
            "e:Payload": {"m:MeterReadings": {"@xmlns:m": READINGS, "m:MeterReading": ITEMS}},
        }
    },
    "another namespace": {
        "EventMessage": {
            "Header": HEADER,
            "Payload": {"MeterReadings": {"@xmlns": "urn:x", "MeterReading": ITEMS}},
        }
    },
}


def iterated(data: bytes, cls, **options):
    return list(cimbus.iterate(io.BytesIO(data), cls, **options))


@pytest.mark.parametrize("tree", SHAPES.values(), ids=SHAPES)
def test_it_yields_what_decode_reads(tree):
    for data in (json.dumps(tree).encode(), json.dumps(tree, indent=3, ensure_ascii=False).encode()):
        whole = cimbus.decode(data).payload

        assert [each.Meter.mRID for each in iterated(data, MeterReading)] == [e.Meter.mRID for e in whole.MeterReading]
        assert iterated(data, MeterReading) == whole.MeterReading
        assert iterated(data, Reading) == [each for reading in whole.MeterReading for each in reading.Readings]
        assert iterated(data, MeterReadings) == [whole]
        assert iterated(gzip.compress(b"\xef\xbb\xbf" + data), MeterReading) == whole.MeterReading


def test_documents_behind_one_another_are_read():
    one, two = (json.dumps(SHAPES[name]).encode() for name in ("our own form", "a list of main children"))
    for data in (
        b"[" + one + b",\n" + two + b"]",
        one + b"\n" + two + b"\n",
        b"\x1e" + one + b"\n\x1e" + two,
        one + two,
    ):
        assert len(iterated(data, MeterReading)) == 80
        assert len(iterated(data, MeterReadings)) == 2
    assert len(iterated(one + b"\0\0\n", MeterReading)) == 40


@pytest.mark.parametrize("tree", FORMS.values(), ids=FORMS)
def test_what_converters_of_xml_write_is_read(tree):
    for data in (json.dumps(tree).encode(), json.dumps([tree, tree], indent=1).encode()):
        events = iterated(data, EndDeviceEvent)
        assert [(each.mRID, each.EndDeviceEventType.ref) for each in events] == [
            (each.mRID, each.EndDeviceEventType.ref)
            for message in cimbus.decode_all(data)
            for each in message.payload.EndDeviceEvent
        ]


class Pieces(io.RawIOBase):
    """A file that gives a few octets at once."""

    def __init__(self, data: bytes, size: int) -> None:
        self._data, self._size, self._at = data, size, 0

    def read(self, size: int = -1) -> bytes:
        self._at += self._size
        return self._data[self._at - self._size : self._at]


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_where_the_pieces_are_cut_is_the_same(size):
    for name in ("our own form", "a list of main children", "prefixes"):
        data = json.dumps(SHAPES[name]).encode()
        data = b" \n" * 5 + data[:14] + b" " * 40 + data[14:]

        assert list(cimbus.iterate(Pieces(data, size), MeterReading)) == iterated(data, MeterReading)
        assert len(list(cimbus.iterate(Pieces(data, size), MeterReadings))) == 1
    document = cimbus.encode_noun(cimbus.decode(json.dumps(SHAPES["our own form"])).payload)
    for data in (document, gzip.compress(document)):
        assert len(list(cimbus.iterate(Pieces(data, size), MeterReading))) == 40


class Endless(io.RawIOBase):
    """An array that never ends, with a string of 180 000 octets before each object, and counts what was read of it."""

    given = 0

    def read(self, size: int = -1) -> bytes:
        made = b'{"MeterReadings":{"x":"' if not self.given else b"\\\\a" * 20_000
        if self.given % 4 == 3:
            made = b'","MeterReading":[{"Meter":{"mRID":"m"}}],"x":"'
        self.given += 1
        return made


AHEAD = 256
"""How many objects the thread that reads may be ahead of the one that takes them."""


def test_what_is_passed_over_is_not_kept():
    file = Endless()
    objects = cimbus.iterate(file, MeterReading)

    tracemalloc.start()
    assert [next(objects).Meter.mRID for _ in range(500)] == ["m"] * 500
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    objects.close()

    assert file.given <= 4 * (500 + AHEAD)
    assert peak < 15_000_000, f"{peak} octets were held of {file.given // 4 * 180_000}"


@pytest.mark.anyio
async def test_every_object_comes_asynchronously(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(SHAPES["our own form"]))

    found = [each async for each in cimbus.iterate(tmp_path / "a.json", MeterReading)]
    assert found == iterated((tmp_path / "a.json").read_bytes(), MeterReading)


BROKEN = [
    b"{",
    b"[}",
    b'{"a" 1}',
    b'{"a":}',
    b'{"a":1,}',
    b'{"a":1 "b":2}',
    b'{"a":tru}',
    b'{"a":01}',
    b"[1 2]",
    b'{"a":"',
    b'{"\\x":1}',
    b"[NaN]",
    b'{"MeterReading":{"a":1]}',
    b'{"MeterReading":{"a":1,"a":1}}',
    b'{"MeterReading":{"a":NaN}}',
    b'{"MeterReading":{"a":' + b"9" * 5_000 + b"}}",
    b'{"MeterReading":{"a":"x',
    b'{"MeterReading":' + b'{"a":' * 100_000,
    b'{"a":"\xff"}',
    b"[" + b"9" * 200_000 + b"]",
]


@pytest.mark.parametrize("data", BROKEN)
def test_what_is_not_valid_is_refused(data):
    for size in (5, 10_000):
        with pytest.raises(cimbus.DecodeError):
            list(cimbus.iterate(Pieces(data, size), MeterReading))


def test_limits_are_those_of_one_object():
    data = json.dumps(SHAPES["our own form"]).encode()

    assert len(iterated(data, MeterReading, limits=Limits(max_bytes=1_000, max_nodes=30))) == 40
    for limits in (Limits(max_bytes=100), Limits(max_nodes=5)):
        with pytest.raises(cimbus.UnsafeError):
            list(cimbus.iterate(Pieces(data, 50), MeterReading, limits=limits))
    with pytest.raises(cimbus.UnsafeError, match="max_depth"):
        iterated(b"[" * 300 + b"]" * 300, MeterReading)


def test_zones_and_nouns_that_do_not_fit():
    reading = {"MeterReading": {"Readings": {"timeStamp": "2026-03-01T12:00:00", "value": 1}}}
    first = iterated(json.dumps(reading).encode(), Reading, zone=ZoneInfo("Europe/Berlin"))[0]

    assert first.timeStamp.isoformat() == "2026-03-01T12:00:00+01:00"
    other = {"EndDeviceEvents": {"@xmlns": "urn:x", "Row": "1"}}
    with pytest.raises(cimbus.DecodeError, match="is not as EndDeviceEvents has it"):
        iterated(json.dumps([other]).encode(), EndDeviceEvents)
    assert iterated(json.dumps({"EndDeviceEvents": {"@xmlns": EVENTS}}).encode(), EndDeviceEvents) == [
        EndDeviceEvents()
    ]

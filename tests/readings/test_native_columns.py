"""The columns that the native codec makes of a document are those of its readings as objects."""

from __future__ import annotations

from decimal import Decimal

import pytest
from interface.codecs.native.codecs import needs_native

import cimbus
from cimbus import DEFAULT_LIMITS, DecodeError, Message, readings
from cimbus.interface.codecs.xml import walk_xml
from cimbus.interface.model import noun_of
from cimbus.nouns import (
    DateTimeInterval,
    EndDeviceEvents,
    IntervalBlock,
    IntervalReading,
    Meter,
    MeterReading,
    MeterReadings,
    Name,
    PendingCalculation,
    Reading,
    ReadingQuality,
    Reference,
)
from cimbus.readings import ReadingTable, native_columns
from cimbus.testing.codec_fuzz.run import made

from .support import START

numpy = pytest.importorskip("numpy")

SEED = 61968
COUNT = 6_000
KWH = Reference(ref="0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0")


def from_octets(document: bytes):
    return native_columns.native_columns(numpy, document, DEFAULT_LIMITS)


def differences(document: bytes, found) -> list[str]:
    message = walk_xml(document, strict=False, limits=DEFAULT_LIMITS)
    wanted = ReadingTable().add(message).to_columns()
    assert found.keys() == wanted.keys()
    return [name for name in wanted if not alike(found[name], wanted[name])]


def alike(ours, theirs) -> bool:
    if ours.dtype != theirs.dtype or len(ours) != len(theirs):
        return False
    return ours.tolist() == theirs.tolist() if ours.dtype == object else ours.tobytes() == theirs.tobytes()


def document(*meters: MeterReading, **more) -> bytes:
    return cimbus.encode(Message.of(MeterReadings(MeterReading=[*meters], **more)))


def blocks(**more) -> MeterReading:
    period = DateTimeInterval(start=START, end=START.replace(hour=1))
    good = [ReadingQuality(ReadingQualityType=Reference(ref=ref)) for ref in ("1.0.0", "x", "3.7.0")]
    values = [
        IntervalReading(value=Decimal("0.1"), timePeriod=period, ReadingQualities=good, source="a"),
        IntervalReading(timeStamp=START, value=Decimal("-12.345"), reportedDateTime=START),
        IntervalReading(),
    ]
    return MeterReading(
        Meter=Meter(Names=[Name(name="m-1")]),
        IntervalBlocks=[
            IntervalBlock(IntervalReadings=values, ReadingType=KWH, **more),
            IntervalBlock(IntervalReadings=[], ReadingType=Reference(ref="x")),
            IntervalBlock(IntervalReadings=values[:1], ReadingType=Reference(ref="no code")),
        ],
        Readings=[Reading(value=Decimal("2.675"), ReadingType=KWH), Reading(value=Decimal(7), ReadingType=Reference())],
    )


@needs_native
@pytest.mark.parametrize("xml", [document(blocks(), MeterReading(), blocks()), document()])
def test_columns_of_octets_are_those_of_the_objects(xml: bytes) -> None:
    found = from_octets(xml)

    assert found is not None
    assert differences(xml, found) == []
    assert tuple(readings.to_columns(xml)) == readings.COLUMNS


LEFT = {
    "a pending calculation": document(blocks(PendingCalculation=PendingCalculation(offset=1, ReadingType=KWH))),
    "a negative zero": document(MeterReading(Readings=[Reading(value=Decimal("-0.0"), ReadingType=KWH)])),
    "more digits than a float has": document(
        MeterReading(Readings=[Reading(value=Decimal("0.12345678901234567"), ReadingType=KWH)])
    ),
    "JSON": cimbus.encode(Message.of(MeterReadings(MeterReading=[blocks()])), "json"),
    "a note": document(blocks()).replace(b"<Meter>", b"<Unknown/><Meter>"),
}


@needs_native
@pytest.mark.parametrize("case", LEFT)
def test_what_takes_more_than_the_readings_is_left_to_python(case: str) -> None:
    assert from_octets(LEFT[case]) is None
    wanted = ReadingTable().add(cimbus.decode(LEFT[case])).to_columns()
    found = readings.to_columns(LEFT[case])
    assert [name for name in wanted if not alike(found[name], wanted[name])] == []


def test_a_document_without_readings_is_refused() -> None:
    with pytest.raises(DecodeError, match="no MeterReadings"):
        readings.to_columns(cimbus.encode(Message.of(EndDeviceEvents())))


@needs_native
def test_mutants_have_the_columns_of_their_objects() -> None:
    accepted, wrong = 0, []
    for index in range(COUNT):
        mutant = made(SEED, index, [noun_of(MeterReadings)])
        found = from_octets(mutant)
        if found is not None:
            accepted += 1
            if different := differences(mutant, found):
                wrong.append((different, mutant))

    assert wrong == []
    assert accepted > COUNT / 20


@needs_native
def test_comparing_notices_other_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    swapped = {"interval": "register", "register": "interval"}
    roles = tuple((swapped.get(role, role), cls) for role, cls in native_columns._ROLES)
    monkeypatch.setattr(native_columns, "_ROLES", roles)
    xml = document(blocks())

    found = from_octets(xml)

    assert found is None or differences(xml, found)

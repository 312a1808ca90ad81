"""Readings as rows: one form for intervals and registers, units and multipliers applied."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

import cimbus
from cimbus import readings
from cimbus.nouns import (
    DateTimeInterval,
    IntervalBlock,
    IntervalReading,
    Meter,
    MeterReading,
    MeterReadings,
    Name,
    PendingCalculation,
    RationalNumber,
    Reading,
    ReadingQuality,
    ReadingQualityType,
    ReadingType,
)

from .support import QUARTER, START, VOLT, mixed, payload, ref


def test_intervals_and_registers_have_one_form():
    first, second, third = readings.rows(mixed())

    assert (first.meter, first.kind, first.value, first.unit) == ("4711", "interval", Decimal(250), "Wh")
    assert (first.reading_type, first.time, first.quality) == (QUARTER, START, "1.0.0")
    assert (second.value, second.quality) == (None, "2.5.259 2.8.0")
    assert third == readings.ReadingRow(
        meter="m-2",
        usage_point="up-2",
        kind="register",
        reading_type=VOLT,
        time=START,
        start=START - timedelta(days=1),
        end=START,
        value=Decimal("230.1"),
        unit="V",
        reason="billing",
        source="hand-held",
        reported=START + timedelta(hours=1),
    )


def test_a_value_keeps_its_digits():
    (row,) = readings.rows(payload(values=("1.2340",)))

    assert row.value.as_tuple().digits == (1, 2, 3, 4, 0)
    assert row.value == Decimal(1234)


def test_without_a_time_stamp_the_end_of_the_period_is_the_time():
    single = Reading(value=Decimal(1), timePeriod=DateTimeInterval(end=START), ReadingType=ref(VOLT))

    (row,) = readings.rows(MeterReadings(MeterReading=[MeterReading(Readings=[single])]))

    assert (row.time, row.end, row.start) == (START, START, None)


@pytest.mark.parametrize(
    ("definition", "code", "value", "unit"),
    [
        (
            ReadingType(mRID="rt", unit="72", multiplier="3", Names=[]),
            "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.3.72.0",
            2000,
            "Wh",
        ),
        (
            ReadingType(mRID="rt", unit="Wh", multiplier="k", flowDirection="forward", Names=[]),
            "0.0.0.0.1.0.0.0.0.0.0.0.0.0.0.3.72.0",
            2000,
            "Wh",
        ),
        (ReadingType(mRID="rt", unit="72", Names=[Name(name=QUARTER)]), QUARTER, 2000, "Wh"),
        (
            ReadingType(mRID="rt", unit="29", argument=RationalNumber(numerator=1, denominator=3), Names=[]),
            "0.0.0.0.0.0.0.0.0.1.3.0.0.0.0.0.29.0",
            2,
            "V",
        ),
        (ReadingType(mRID="x", unit="72", Names=[Name(name="rt")]), "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.72.0", 2, "Wh"),
        (ReadingType(mRID="rt", unit="furlong", Names=[]), "rt", 2, ""),
        (ReadingType(mRID="rt", Names=[]), "rt", 2, ""),
        (ReadingType(mRID="other", unit="72", Names=[]), "rt", 2, ""),
    ],
)
def test_a_type_that_the_message_defines_is_found_by_its_reference(definition, code, value, unit):
    single = Reading(value=Decimal(2), ReadingType=ref("rt"))
    content = MeterReadings(MeterReading=[MeterReading(Readings=[single])], ReadingType=[definition])

    (row,) = readings.rows(content)

    assert (row.reading_type, row.value, row.unit) == (code, value, unit)


def test_a_quality_that_the_message_defines_is_found_by_its_reference():
    qualities = [ReadingQuality(ReadingQualityType=ref(name)) for name in ("q-1", "q-2", "1.0.0")]
    single = Reading(value=Decimal(2), ReadingQualities=qualities, ReadingType=ref(VOLT))
    defined = [ReadingQualityType(mRID="q-1", systemId="2", category="8", subCategory="0", Names=[])]
    content = MeterReadings(MeterReading=[MeterReading(Readings=[single])], ReadingQualityType=defined)

    (row,) = readings.rows(content)

    assert row.quality == "2.8.0 q-2 1.0.0"


@pytest.mark.parametrize(
    ("calculation", "value"),
    [
        ({"scalarNumerator": 40}, "60.0"),
        ({"scalarNumerator": 3, "scalarDenominator": 2}, "2.25"),
        ({"scalarFloat": Decimal("0.5"), "offset": 10}, "10.75"),
        ({"scalarNumerator": 2, "offset": 10, "multiplyBeforeAdd": True}, "13.0"),
        ({"scalarNumerator": 2, "offset": 10, "multiplyBeforeAdd": False}, "23.0"),
        ({"scalarDenominator": 3}, "0.5"),
        ({}, "1.5"),
    ],
)
def test_what_a_block_leaves_to_calculate_is_calculated_and_the_result_has_its_type(calculation, value):
    pending = PendingCalculation(**calculation, ReadingType=ref(QUARTER))
    block = IntervalBlock(
        ReadingType=ref(VOLT), PendingCalculation=pending, IntervalReadings=[IntervalReading(value=Decimal("1.5"))]
    )

    (row,) = readings.rows(MeterReadings(MeterReading=[MeterReading(IntervalBlocks=[block])]))

    assert (row.value, row.unit) == (Decimal(value) * 1000, "Wh")


def test_what_lenient_reading_leaves_out_is_empty():
    document = """<MeterReadings xmlns="http://iec.ch/TC57/2011/MeterReadings#"><MeterReading><IntervalBlocks>
        <IntervalReadings><value>n/a</value><ReadingQualities/></IntervalReadings></IntervalBlocks>
        <Readings><value>7</value></Readings></MeterReading></MeterReadings>"""

    first, second = readings.rows(cimbus.decode_noun(document))

    assert first == readings.ReadingRow(kind="interval")
    assert second == readings.ReadingRow(kind="register", value=Decimal(7))


def test_a_meter_without_a_name_has_none():
    content = MeterReadings(MeterReading=[MeterReading(Meter=Meter(), Readings=[Reading(ReadingType=ref(VOLT))])])

    (row,) = readings.rows(content)

    assert (row.meter, row.usage_point, row.value) == ("", "", None)

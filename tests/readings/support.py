"""Messages with readings, as the tests of this folder use them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import cimbus
from cimbus.nouns import (
    DateTimeInterval,
    IdentifiedObject,
    IntervalBlock,
    IntervalReading,
    Meter,
    MeterReading,
    MeterReadings,
    Name,
    Reading,
    ReadingQuality,
    ReadingReasonKind,
    Reference,
)

START = datetime(2026, 3, 1, tzinfo=UTC)
QUARTER = "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
VOLT = "0.0.0.6.0.1.54.0.0.0.0.0.0.0.0.0.29.0"


def ref(code):
    return Reference(ref=code)


def quarter(number, value, *qualities):
    return IntervalReading(
        timeStamp=START + timedelta(minutes=15 * number),
        value=None if value is None else Decimal(value),
        ReadingQualities=[ReadingQuality(ReadingQualityType=ref(code)) for code in qualities],
    )


def payload(meter="m-1", values=("0.25", "0.50")):
    block = IntervalBlock(ReadingType=ref(QUARTER), IntervalReadings=[quarter(i, v) for i, v in enumerate(values)])
    return MeterReadings(MeterReading=[MeterReading(Meter=Meter(mRID=meter), IntervalBlocks=[block])])


def mixed():
    """Two meters: intervals with qualities, and a register with all that it may have."""
    intervals = IntervalBlock(
        ReadingType=ref(QUARTER),
        IntervalReadings=[quarter(0, "0.250", "1.0.0"), quarter(1, None, "2.5.259", "2.8.0")],
    )
    register = Reading(
        value=Decimal("230.1"),
        timeStamp=START,
        reason=ReadingReasonKind.billing,
        source="hand-held",
        reportedDateTime=START + timedelta(hours=1),
        timePeriod=DateTimeInterval(start=START - timedelta(days=1), end=START),
        ReadingType=ref(VOLT),
    )
    return MeterReadings(
        MeterReading=[
            MeterReading(Meter=Meter(Names=[Name(name="4711")]), IntervalBlocks=[intervals]),
            MeterReading(
                Meter=Meter(mRID="m-2", Names=[Name(name="4712")]),
                UsagePoint=IdentifiedObject(mRID="up-2"),
                Readings=[register],
            ),
        ]
    )


def xml(content):
    return cimbus.encode(cimbus.Message.of(content, source="HES"))

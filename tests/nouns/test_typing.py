"""What type checkers infer of payloads; the assertions are theirs, running the file only shows that it is true."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import assert_type

from cimbus import Message
from cimbus.nouns import (
    EndDeviceEvent,
    EndDeviceEvents,
    IdentifiedObject,
    Meter,
    MeterReading,
    MeterReadings,
    Name,
    Reading,
    Reference,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_an_event_is_built_from_its_words_and_read_back_by_them() -> None:
    event = EndDeviceEvent(mRID="e1", createdDateTime=NOW, EndDeviceEventType=Reference(ref="3.26.0.47"))
    message = Message[EndDeviceEvents].of(EndDeviceEvents(EndDeviceEvent=[event]))

    first = assert_type(message.payload.EndDeviceEvent[0], EndDeviceEvent)
    assert assert_type(first.createdDateTime, datetime) == NOW
    assert assert_type(first.EndDeviceEventType.ref, str | None) == "3.26.0.47"
    assert assert_type(first.UsagePoint, IdentifiedObject | None) is None


def test_a_reading_is_built_from_its_words_and_read_back_by_them() -> None:
    reading = Reading(value=Decimal("1.50"), timeStamp=NOW, ReadingType=Reference(ref="0"))
    payload = MeterReadings(MeterReading=[MeterReading(Meter=Meter(Names=[Name(name="m")]), Readings=[reading])])

    first = assert_type(payload.MeterReading[0], MeterReading)
    assert assert_type(first.Meter, Meter | None) == Meter(Names=[Name(name="m")])
    assert str(assert_type(first.Readings[0].value, Decimal | None)) == "1.50"

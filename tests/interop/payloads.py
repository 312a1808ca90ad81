"""What the documents of ``envelopes`` are in cimbus: the typed values that must be equal."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from cimbus.nouns import (
    EndDeviceEvent,
    EndDeviceEvents,
    GetMeterReadings,
    IdentifiedObject,
    Meter,
    MeterReading,
    MeterReadings,
    Reading,
    Reference,
)

from . import envelopes

QUERY: Final = GetMeterReadings(EndDevice=[IdentifiedObject(mRID="m-1")])
HAPPENED: Final = datetime(2026, 11, 24, 13, 59, 58, tzinfo=UTC)


def outage(number: str, reason: str = envelopes.REASON) -> EndDeviceEvents:
    """Return the payload of ``envelopes.event``."""
    event = EndDeviceEvent(
        mRID=number,
        createdDateTime=HAPPENED,
        reason=reason,
        Assets=IdentifiedObject(mRID="m-1"),
        EndDeviceEventType=Reference(ref=envelopes.TYPE),
    )
    return EndDeviceEvents(EndDeviceEvent=[event])


def readings(meter: str = "m-1") -> MeterReadings:
    """Return the payload of ``envelopes.reply``, or the same of another meter."""
    reading = Reading(value=Decimal("1234.50"), ReadingType=Reference(ref=envelopes.READING))
    return MeterReadings(MeterReading=[MeterReading(Meter=Meter(mRID=meter), Readings=[reading])])

"""The three messages that all benchmarks use: a small event, a day of one meter, a bulk of meters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import cimbus
from cimbus.nouns import (
    EndDeviceEvent,
    EndDeviceEventDetail,
    EndDeviceEvents,
    IdentifiedObject,
    IntervalBlock,
    IntervalReading,
    Meter,
    MeterReading,
    MeterReadings,
    Name,
    NameType,
    NameTypeAuthority,
    Reading,
    ReadingQuality,
    Reference,
    Status,
)

START = datetime(2026, 3, 1, tzinfo=UTC)
HEADER = {"source": "HES-1", "context": "PRODUCTION", "revision": "1", "timestamp": START}


def named(word: str, kind: str = "") -> Name:
    authority = NameTypeAuthority(description="Who assigned it", name="Utility")
    return Name(
        name=word,
        NameType=NameType(description="Kind of name", name=kind, NameTypeAuthority=authority) if kind else None,
    )


def event(number: int = 0) -> cimbus.Message[EndDeviceEvents]:
    """Message a: one EndDeviceEvent, about 1.9 kB of XML."""
    mrid = f"5f9c3a5e-6f0d-4a53-9d1c-{number:012d}"
    one = EndDeviceEvent(
        mRID=mrid,
        createdDateTime=START + timedelta(seconds=number),
        issuerID="HES-1",
        issuerTrackingID=f"TRK-{number:08d}",
        reason="Last gasp received from the communication module",
        severity="high",
        userID="system",
        Assets=IdentifiedObject(mRID=f"asset-{number:08d}", Names=[named(f"MTR-{number:08d}", "MeterBadge")]),
        EndDeviceEventDetails=[
            EndDeviceEventDetail(name="voltageA", value="0.0"),
            EndDeviceEventDetail(name="voltageB", value="229.8"),
            EndDeviceEventDetail(name="rssi", value="-87"),
        ],
        EndDeviceEventType=Reference(ref="3.26.136.47"),
        Names=[named(f"EV-{number:08d}", "EventNumber")],
        status=Status(dateTime=START, reason="outage", remark="unconfirmed", value="open"),
        UsagePoint=IdentifiedObject(mRID=f"up-{number:08d}", Names=[named(f"POD-{number:08d}", "ServicePoint")]),
    )
    return cimbus.Message.of(EndDeviceEvents(EndDeviceEvent=[one]), message_id=mrid, **HEADER)


def day(number: int = 0) -> MeterReading:
    """One meter, 96 quarter-hour values."""
    values = [
        Reading(
            timeStamp=START + timedelta(minutes=15 * i),
            value=Decimal(1234567 + 13 * i + number).scaleb(-3),
            ReadingQualities=[ReadingQuality(ReadingQualityType=Reference(ref="1.0.0"))] if i % 24 == 0 else [],
            ReadingType=Reference(ref="0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"),
        )
        for i in range(96)
    ]
    return MeterReading(Meter=Meter(mRID=f"mtr-{number:08d}", Names=[named(f"MTR-{number:08d}")]), Readings=values)


def readings() -> cimbus.Message[MeterReadings]:
    """Message b: one meter's day, about 20 kB of XML."""
    return cimbus.Message.of(MeterReadings(MeterReading=[day()]), message_id="b" * 32, **HEADER)


def bulk(meters: int = 100) -> cimbus.Message[MeterReadings]:
    """Message c: many meters with two interval blocks each, about 4.7 MB of XML."""

    def block(number: int, kind: str) -> IntervalBlock:
        return IntervalBlock(
            IntervalReadings=[
                IntervalReading(
                    reportedDateTime=START + timedelta(minutes=15 * i, seconds=30),
                    source="AMI",
                    timeStamp=START + timedelta(minutes=15 * i),
                    value=Decimal(100 + (number * 7 + i * 3) % 9000).scaleb(-3),
                    ReadingQualities=[ReadingQuality(ReadingQualityType=Reference(ref="1.0.0"))],
                )
                for i in range(96)
            ],
            ReadingType=Reference(ref=kind),
        )

    kinds = ("0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", "0.0.2.4.19.1.12.0.0.0.0.0.0.0.0.3.72.0")
    all_meters = [
        MeterReading(
            IntervalBlocks=[block(number, kind) for kind in kinds],
            Meter=Meter(mRID=f"mtr-{number:08d}", Names=[named(f"MTR-{number:08d}")]),
        )
        for number in range(meters)
    ]
    return cimbus.Message.of(MeterReadings(MeterReading=all_meters), message_id="c" * 32, **HEADER)

"""Messages and small helpers for the tests of the bus."""

from __future__ import annotations

import sqlite3
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime

import anyio

from cimbus import Bus, Component, Frame, Retry, Topic
from cimbus.nouns import (
    EndDevice,
    EndDeviceEvent,
    EndDeviceEvents,
    GetMeterReadings,
    IdentifiedObject,
    Meter,
    MeterReading,
    MeterReadings,
    Reference,
)

LIMIT = 60
"""Seconds after which a test that waits has failed."""
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def event(mrid="E-1", key="UP-1", created=NOW):
    """An event of a usage point."""
    one = EndDeviceEvent(
        mRID=mrid,
        createdDateTime=created,
        EndDeviceEventType=Reference(ref="3.26.0.47"),
        UsagePoint=IdentifiedObject(mRID=key),
    )
    return EndDeviceEvents(EndDeviceEvent=[one])


def unwritable():
    """An event that no encoder can write."""
    return event(created=object())


def mrid_of(message):
    """The mRID of an event message's only event."""
    return message.payload.EndDeviceEvent[0].mRID


def readings(meter="M-1"):
    """Readings of one meter, with no values."""
    return MeterReadings(MeterReading=[MeterReading(Meter=Meter(mRID=meter))])


def query(meter="M-1"):
    """A query for the readings of one meter."""
    return GetMeterReadings(EndDevice=[EndDevice(mRID=meter)])


def frame(body=b"no message", *, kind="events", noun="EndDeviceEvents", verb="created", key="", **properties):
    """A frame with any body."""
    return Frame(topic=Topic("production", kind, noun, verb, key), body=body, properties=properties)


@asynccontextmanager
async def running(component, url="memory:", **options):
    """Run a component on a bus within the block; yield the bus once it listens; then stop it."""
    async with Bus(url, **options) as bus, anyio.create_task_group() as group:
        await group.start(component.run, bus)
        yield bus
        component.stop()


async def until(condition):
    """Wait until something is so."""
    while not condition():  # noqa: ASYNC110
        await anyio.sleep(0.002)


def answering(function, noun=GetMeterReadings, **options):
    """A component with one handler that answers queries."""
    component = Component("MDM", retry=Retry(attempts=2, initial_delay=0))
    component.answers(noun, **options)(function)
    return component


async def read(request):
    """Answer a query with readings of its meter."""
    return readings(request.payload.EndDevice[0].mRID)


def outages(path):
    """The mRIDs that handlers wrote into an inbox."""
    with closing(sqlite3.connect(path)) as db:
        return [row[0] for row in db.execute("select mrid from outage order by rowid")]

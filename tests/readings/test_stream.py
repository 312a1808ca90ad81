"""Readings of an open subscription."""

from __future__ import annotations

import pytest

from cimbus import Bus, readings
from cimbus.nouns import EndDeviceEvents, MeterReadings

from .support import payload

pytestmark = pytest.mark.anyio


async def test_a_message_is_accepted_when_its_readings_were_taken():
    async with Bus("memory:") as bus, bus.subscribe(MeterReadings, group="G") as subscription:
        for meter in ("m-1", "m-2"):
            await bus.publish(payload(meter))
        seen = []
        async with readings.ReadingStream(subscription) as stream:
            async for row in stream:
                seen.append(row.meter)
                if len(seen) == 3:
                    break
        async with await subscription.receive() as message:
            again = message.payload.MeterReading[0].Meter.mRID

    assert seen == ["m-1", "m-1", "m-2"]
    assert again == "m-2"


async def test_messages_are_collected_in_a_table():
    async with Bus("memory:") as bus, bus.subscribe(MeterReadings) as subscription:
        for meter in ("m-1", "m-2", "m-3"):
            await bus.publish(payload(meter))
        table = await readings.collect(subscription, messages=2)
        same = await readings.collect(subscription, messages=1, into=table)

    assert same is table
    assert len(table) == 6


async def test_a_message_without_readings_is_an_error_and_is_released():
    async with Bus("memory:") as bus, bus.subscribe() as subscription:
        await bus.publish(EndDeviceEvents())
        with pytest.raises(TypeError, match="carries no MeterReadings"):
            await anext(readings.ReadingStream(subscription))
        delivery = await subscription.receive()

    assert delivery.attempt == 2

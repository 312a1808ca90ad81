"""Ask for meter readings: one reply, a refusal, and a reply in parts.

    python examples/02_request_reply.py [memory:]

It prints the value of the reply, the refusal with its code, and the result of each part: PARTIAL, then OK.
"""

import sys
from collections.abc import AsyncIterator
from decimal import Decimal

import anyio

from cimbus import Bus, Component, Message, RequestRefusedError
from cimbus.nouns import (
    EndDeviceEvents,
    GetEndDeviceEvents,
    GetMeterReadings,
    IdentifiedObject,
    Meter,
    MeterReading,
    MeterReadings,
    Reading,
    Reference,
)

mdm = Component("MDM")
METERS = {"m-1": Decimal("1234.50"), "m-2": Decimal("88.00")}


@mdm.answers(GetMeterReadings)
async def read(request: Message[GetMeterReadings]) -> MeterReadings:
    found: list[MeterReading] = []
    for device in request.payload.EndDevice:
        if device.mRID not in METERS:
            raise RequestRefusedError("2.4", f"no meter {device.mRID}")  # a FAILED reply with that code
        reading = Reading(value=METERS[device.mRID], ReadingType=Reference(ref="0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"))
        found.append(MeterReading(Meter=Meter(mRID=device.mRID), Readings=[reading]))
    return MeterReadings(MeterReading=found)


@mdm.answers(GetEndDeviceEvents)
async def events(request: Message[GetEndDeviceEvents]) -> AsyncIterator[EndDeviceEvents]:
    for _ in request.payload.Meter:
        yield EndDeviceEvents()  # one part per meter: PARTIAL, ..., OK


async def main(url: str) -> None:
    async with Bus(url, source="CIS") as bus, anyio.create_task_group() as tasks:
        await tasks.start(mdm.run, bus)
        reply = await bus.request(GetMeterReadings(EndDevice=[IdentifiedObject(mRID="m-1")]), timeout=10)
        print(reply.result, reply.payload.MeterReading[0].Readings[0].value)
        try:
            await bus.request(GetMeterReadings(EndDevice=[IdentifiedObject(mRID="m-9")]), timeout=10)
        except RequestRefusedError as refusal:
            print("refused:", refusal)
        query = GetEndDeviceEvents(Meter=[IdentifiedObject(mRID="m-1"), IdentifiedObject(mRID="m-2")])
        async with bus.replies(query, timeout=10) as replies:
            async for part in replies:
                print(part.result, type(part.payload).__name__)
        mdm.stop()


if __name__ == "__main__":
    anyio.run(main, sys.argv[1] if len(sys.argv) > 1 else "memory:")

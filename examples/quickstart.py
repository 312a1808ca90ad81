"""A meter event reaches a typed handler: `python examples/quickstart.py [URL]`."""

import sys
from datetime import UTC, datetime

import anyio

from cimbus import Bus, Component, Message
from cimbus.nouns import EndDeviceEvent, EndDeviceEvents, Reference

oms = Component("OMS")


@oms.on(EndDeviceEvents, verb="created", concurrency=16)
async def power_off(message: Message[EndDeviceEvents]) -> None:
    for event in message.payload.EndDeviceEvent:
        print(event.mRID, event.createdDateTime, event.EndDeviceEventType.ref)
    oms.stop()


async def main(url: str) -> None:
    kind = Reference(ref="3.26.136.47")  # last gasp
    event = EndDeviceEvent(mRID="ev-1", createdDateTime=datetime.now(UTC), EndDeviceEventType=kind)
    async with Bus(url, source="HES") as bus, anyio.create_task_group() as tasks:
        await tasks.start(oms.run, bus)  # returns when the subscription exists
        await bus.publish(EndDeviceEvents(EndDeviceEvent=[event]))  # returns when the bus has it


if __name__ == "__main__":
    anyio.run(main, sys.argv[1] if len(sys.argv) > 1 else "memory:")

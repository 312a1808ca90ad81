"""A typed handler receives the event of a meter and prints it: `python examples/01_quickstart.py`."""

from datetime import UTC, datetime

import anyio

from cimbus import Bus, Component, Message
from cimbus.nouns import EndDeviceEvent, EndDeviceEvents, Reference

URL = "memory:"  # or "mqtt://localhost", "kafka://localhost", "jms+stomp://localhost", "sqlite:bus.db"
oms = Component("OMS")


@oms.on(EndDeviceEvents, verb="created", concurrency=16)
async def power_off(message: Message[EndDeviceEvents]) -> None:
    for event in message.payload.EndDeviceEvent:
        print(message.header.source, event.mRID, event.EndDeviceEventType.ref)


async def main() -> None:
    event = EndDeviceEvent(mRID="e-1", createdDateTime=datetime.now(UTC), EndDeviceEventType=Reference(ref="3.26.0.47"))
    async with Bus(URL, source="HES") as bus, anyio.create_task_group() as tasks:
        await tasks.start(oms.run, bus)  # returns when the subscription exists
        await bus.publish(EndDeviceEvents(EndDeviceEvent=[event]))  # returns when the bus has the message
        await oms.counters["EndDeviceEvents.created"].reach(handled=1)
        oms.stop()


if __name__ == "__main__":
    anyio.run(main)

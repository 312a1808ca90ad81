"""A durable subscription on MQTT: what is sent while the subscriber is away is kept for it.

    python examples/05_mqtt_field.py [mqtt://localhost]

The OMS creates its subscription and disconnects. A gateway publishes at QoS 1. When the OMS is connected again, it
receives what was sent meanwhile. It prints one line for each meter.
"""

import sys
from datetime import UTC, datetime

import anyio

from cimbus import Bus
from cimbus.nouns import EndDeviceEvent, EndDeviceEvents, Reference

LAST_GASP = "3.26.136.47"
RUN = f"field-{datetime.now(UTC):%H%M%S%f}"  # a context of this run's own
GROUP = f"OMS-{RUN}"


def event(mrid: str) -> EndDeviceEvents:
    kind = Reference(ref=LAST_GASP)
    return EndDeviceEvents(
        EndDeviceEvent=[EndDeviceEvent(mRID=mrid, createdDateTime=datetime.now(UTC), EndDeviceEventType=kind)]
    )


async def main(url: str) -> None:
    async with Bus(url, context=RUN) as oms:
        await oms.ensure_subscription(EndDeviceEvents, group=GROUP, durable=True)  # it exists from now on

    async with Bus(f"{url}?qos=1", source="GATEWAY", context=RUN) as gateway:
        for meter in ("m-1", "m-2"):
            await gateway.publish(event(meter))  # returns when the broker has it

    async with Bus(url, context=RUN) as oms, oms.subscribe(EndDeviceEvents, group=GROUP, durable=True) as events:
        for _ in range(2):
            async with await events.receive() as message:  # accepted when the block ends
                for each in message.payload.EndDeviceEvent:
                    print(each.mRID, each.EndDeviceEventType.ref)


if __name__ == "__main__":
    anyio.run(main, sys.argv[1] if len(sys.argv) > 1 else "mqtt://localhost")

"""A field service on MQTT, whose peers come and go: what is sent meanwhile is kept.

    python examples/mqtt_field.py [mqtt://localhost]

The OMS subscribes once, durably, and goes away. A meter gateway publishes at QoS 1; if it were cut off without a word,
the broker would publish its will. When the OMS is back it finds what came.
"""

import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import anyio

from cimbus import Bus, Frame, Kind, Message, Topic, encode
from cimbus.nouns import EndDeviceEvent, EndDeviceEvents, Reference
from cimbus_mqtt import MqttTransport

LAST_GASP, GATEWAY_GONE = "3.26.136.47", "14.1.0.85"
RUN = f"field-{datetime.now(UTC):%H%M%S%f}"  # a context of this run's own


def event(mrid: str, code: str) -> EndDeviceEvents:
    kind = Reference(ref=code)
    return EndDeviceEvents(
        EndDeviceEvent=[EndDeviceEvent(mRID=mrid, createdDateTime=datetime.now(UTC), EndDeviceEventType=kind)]
    )


def last_words() -> Frame:
    message = Message.of(event("gateway-1", GATEWAY_GONE), source="GATEWAY", context=RUN)
    topic = Topic(RUN, Kind.events, "EndDeviceEvents", "created", "gateway-1")
    return Frame(topic=topic, body=encode(message))


async def outages(bus: Bus, count: int) -> AsyncIterator[EndDeviceEvent]:
    async with bus.subscribe(EndDeviceEvents, group=f"OMS-{RUN}", durable=True) as found:
        for _ in range(count):
            async with await found.receive() as message:  # accepted when the block ends
                for each in message.payload.EndDeviceEvent:
                    yield each


async def main(url: str) -> None:
    async with Bus(url, context=RUN) as oms:
        async for _ in outages(oms, 0):  # the subscription exists from now on
            pass

    async with Bus(MqttTransport(f"{url}?qos=1", will=last_words()), source="GATEWAY", context=RUN) as gateway:
        for meter in ("m-1", "m-2"):
            await gateway.publish(event(meter, LAST_GASP))  # returns when the broker has it

    async with Bus(url, context=RUN) as oms:
        async for each in outages(oms, 2):
            print(each.mRID, each.EndDeviceEventType.ref)


if __name__ == "__main__":
    anyio.run(main, sys.argv[1] if len(sys.argv) > 1 else "mqtt://localhost")

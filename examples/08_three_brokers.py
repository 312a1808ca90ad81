"""Three brokers, one utility: head-end on MQTT, outage management on Kafka, meter data management on JMS.

    python examples/08_three_brokers.py mqtt://localhost kafka://localhost:9092 jms+stomp://localhost:61613

Bridges forward events from the head-end to the OMS, readings to the MDM, and requests of the MDM to the head-end, whose
replies they return. The three applications contain no code for that. Options: --meters N, --backend trio.

It prints how many outages and readings arrived, the reply to a request, and the counters of each bridge.
"""

import argparse
import uuid
from datetime import UTC, datetime
from decimal import Decimal

import anyio

from cimbus import Bridge, Bus, Component, Message
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

ENERGY = "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
LAST_GASP = "3.26.136.47"


def event(meter: str) -> EndDeviceEvents:
    kind, point = Reference(ref=LAST_GASP), IdentifiedObject(mRID=f"point of {meter}")
    made = EndDeviceEvent(
        mRID=str(uuid.uuid4()), createdDateTime=datetime.now(UTC), EndDeviceEventType=kind, UsagePoint=point
    )
    return EndDeviceEvents(EndDeviceEvent=[made])


def readings(meter: str, value: Decimal) -> MeterReadings:
    reading = Reading(timeStamp=datetime.now(UTC), value=value, ReadingType=Reference(ref=ENERGY))
    return MeterReadings(MeterReading=[MeterReading(Meter=Meter(mRID=meter), Readings=[reading])])


class Utility:
    """The three applications, and what they have received."""

    def __init__(self, name: str, meters: int) -> None:
        self.meters = [f"m-{number}" for number in range(meters)]
        self.outages: list[str] = []
        self.values: dict[str, Decimal] = {}
        self.complete = anyio.Event()
        self.hes, self.oms, self.mdm = (Component(f"{name}.{each}") for each in ("HES", "OMS", "MDM"))
        # durable=False: no subscription stays at the brokers
        self.hes.answers(GetMeterReadings, durable=False)(self.read)
        self.oms.on(EndDeviceEvents, verb="created", concurrency=16, durable=False)(self.power_off)
        self.mdm.on(MeterReadings, verb="created", concurrency=16, durable=False)(self.store)

    async def read(self, request: Message[GetMeterReadings]) -> MeterReadings:
        meter = request.payload.EndDevice[0].mRID or ""
        return readings(meter, Decimal("1234.50"))

    async def power_off(self, message: Message[EndDeviceEvents]) -> None:
        self.outages += [e.UsagePoint.mRID or "" for e in message.payload.EndDeviceEvent if e.UsagePoint]
        self.check()

    async def store(self, message: Message[MeterReadings]) -> None:
        for each in message.payload.MeterReading:
            if each.Meter and each.Meter.mRID and each.Readings[0].value is not None:
                self.values[each.Meter.mRID] = each.Readings[0].value
        self.check()

    def check(self) -> None:
        if len(set(self.outages)) == len(self.values) == len(self.meters):
            self.complete.set()


async def main(mqtt: str, kafka: str, jms: str, meters: int) -> None:
    context = (
        f"three-{uuid.uuid4().hex[:6]}"  # of this run: messages of other runs on the same brokers are not received
    )
    utility = Utility(context, meters)
    async with (
        Bus(mqtt, source="HES", context=context) as field,
        Bus(kafka, source="OMS", context=context) as platform,
        Bus(jms, source="MDM", context=context) as enterprise,
        anyio.create_task_group() as tasks,
    ):

        def bridge(name: str, source: Bus, target: Bus, kind: str, noun: str) -> Bridge:
            return Bridge(
                source, target, kinds=[kind], nouns=[noun], contexts=[context], name=f"{context}-{name}", durable=False
            )

        bridges = [
            bridge("events", field, platform, "events", "EndDeviceEvents"),
            bridge("readings", field, enterprise, "events", "MeterReadings"),
            bridge("requests", enterprise, field, "requests", "MeterReadings"),
        ]
        for each in bridges:
            await tasks.start(each.run)
        for component, bus in ((utility.hes, field), (utility.oms, platform), (utility.mdm, enterprise)):
            await tasks.start(component.run, bus)

        await field.publish_many([event(meter) for meter in utility.meters])
        await field.publish_many([readings(meter, Decimal("17.85")) for meter in utility.meters])
        with anyio.fail_after(60):
            await utility.complete.wait()
        print(f"OMS on Kafka received {len(set(utility.outages))} outages, first {utility.outages[0]!r}")
        print(f"MDM on JMS has the readings of {len(utility.values)} meters")

        query = GetMeterReadings(EndDevice=[IdentifiedObject(mRID="m-0")])
        reply = await enterprise.request(query, timeout=30)
        print(f"MDM asked the head-end on MQTT: {reply.result}, {reply.payload.MeterReading[0].Readings[0].value}")
        for each in bridges:
            print(f"{each.source_name.partition(':')[0]} to {each.target_name.partition(':')[0]}: {each.counters}")
        tasks.cancel_scope.cancel()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("mqtt", nargs="?", default="mqtt://localhost")
    parser.add_argument("kafka", nargs="?", default="kafka://localhost")
    parser.add_argument("jms", nargs="?", default="jms+stomp://localhost")
    parser.add_argument("--meters", type=int, default=100)
    parser.add_argument("--backend", choices=["asyncio", "trio"], default="asyncio")
    given = parser.parse_args()
    anyio.run(main, given.mqtt, given.kafka, given.jms, given.meters, backend=given.backend)

"""On Kafka, the members of a group share the meters, and the events of each meter stay in order.

    python examples/06_kafka_platform.py [kafka://localhost]

A topic is created with as many partitions as the option ?partitions= says, and all events of one object are in one of
them. Two members of a group share the partitions, so created is handled before closed, whichever member handles them.

It prints the number of meters, whether each was handled in order, and how many members took part.
"""

import sys
import uuid
from collections import defaultdict
from datetime import UTC, datetime

import anyio

from cimbus import Bus, Component, Message, Verb
from cimbus.nouns import EndDeviceEvent, EndDeviceEvents, IdentifiedObject, Reference

RUN = f"kafka-{uuid.uuid4().hex[:6]}"  # a context of this run's own
METERS = [f"m-{number}" for number in range(20)]
STEPS = (Verb.created, Verb.changed, Verb.closed)


def event(meter: str) -> EndDeviceEvents:
    kind, point = Reference(ref="3.26.136.47"), IdentifiedObject(mRID=meter)
    made = EndDeviceEvent(
        mRID=f"ev-{meter}", createdDateTime=datetime.now(UTC), EndDeviceEventType=kind, UsagePoint=point
    )
    return EndDeviceEvents(EndDeviceEvent=[made])


async def main(url: str) -> None:
    seen: dict[str, list[tuple[str, str]]] = defaultdict(list)
    done = anyio.Event()

    def member(name: str) -> Component:
        component = Component(f"OMS-{RUN}")  # the same name: one group

        @component.on(EndDeviceEvents, concurrency=8, durable=False)
        async def handle(message: Message[EndDeviceEvents]) -> None:
            point = message.payload.EndDeviceEvent[0].UsagePoint
            seen[point.mRID or "" if point else ""].append((name, message.header.verb))
            if sum(map(len, seen.values())) == len(METERS) * len(STEPS):
                done.set()

        return component

    async with (
        Bus(url, source="HES", context=RUN) as bus,
        Bus(url, context=RUN) as other,
        anyio.create_task_group() as tasks,
    ):
        await tasks.start(member("one").run, bus)
        await tasks.start(member("two").run, other)
        for step in STEPS:
            await bus.publish_many([event(meter) for meter in METERS], verb=step)
        with anyio.fail_after(30):
            await done.wait()
        tasks.cancel_scope.cancel()
    in_order = all([verb for _, verb in steps] == list(STEPS) for steps in seen.values())
    members = {name for steps in seen.values() for name, _ in steps}
    print(f"{len(seen)} meters, each in order: {in_order}; members at work: {len(members)}")


if __name__ == "__main__":
    anyio.run(main, sys.argv[1] if len(sys.argv) > 1 else "kafka://localhost")

"""On JMS: a selector at the broker, priority and expiration of a message, and a queue for other applications.

    python examples/07_jms_enterprise.py [jms+stomp://localhost | jms+amqp://localhost]

Each message is a persistent JMS TextMessage on the topic of its noun, with Verb, Noun and the other routing fields as
JMS properties; `properties` adds more. A selector in the URL lets the broker filter by them. A bridge with a mapping
copies messages to a queue.

It prints the mRID of the one event that the selector selects, and the queue in which another event waits.
"""

import sys
import uuid
from datetime import UTC, datetime, timedelta

import anyio

from cimbus import Bridge, Bus
from cimbus.nouns import EndDeviceEvent, EndDeviceEvents, Reference

RUN = f"jms-{uuid.uuid4().hex[:6]}"  # a context of this run's own


def event(mrid: str) -> EndDeviceEvents:
    kind = Reference(ref="3.26.136.47")
    return EndDeviceEvents(
        EndDeviceEvent=[EndDeviceEvent(mRID=mrid, createdDateTime=datetime.now(UTC), EndDeviceEventType=kind)]
    )


async def main(url: str) -> None:
    selecting = f"{url}{'&' if '?' in url else '?'}selector=severity+%3D+%27high%27"  # severity = 'high'
    in_an_hour = str(int((datetime.now(UTC) + timedelta(hours=1)).timestamp() * 1000))  # JMS counts milliseconds
    urgent = {"severity": "high", "JMSPriority": "9", "JMSExpiration": in_an_hour}
    async with Bus(selecting, source="OMS", context=RUN) as bus, bus.subscribe(EndDeviceEvents) as events:
        await bus.publish(event("ev-1"), properties={"severity": "low"})
        await bus.publish(event("ev-2"), properties=urgent)
        async with await events.receive() as message:
            print("selected:", message.payload.EndDeviceEvent[0].mRID)

    queue = f"OUTAGES.{RUN}"
    async with (
        Bus(url, context=RUN) as enterprise,
        Bus("memory:", source="OMS", context=RUN) as field,
        anyio.create_task_group() as tasks,
    ):
        bridge = Bridge(field, enterprise, map=f"queue:{queue}", durable=False)
        await tasks.start(bridge.run)
        await field.publish(event("ev-3"))
        await bridge.counters.reach(sent=1)
        print("waits in the queue", queue.removesuffix(RUN) + "...")
        tasks.cancel_scope.cancel()


if __name__ == "__main__":
    anyio.run(main, sys.argv[1] if len(sys.argv) > 1 else "jms+stomp://localhost")

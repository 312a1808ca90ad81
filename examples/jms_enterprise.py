"""At the enterprise bus: a queue that Java applications work off, a selector, and a message that expires.

    python examples/jms_enterprise.py [jms+stomp://localhost | jms+amqp://localhost]

Whatever is published is a JMS TextMessage with Verb, Noun and the rest as properties, persistent, on the topic of its
noun. A bridge with a mapping copies it to a queue, where others expect it; a selector at the broker picks out of it.
"""

import sys
import uuid
from datetime import UTC, datetime, timedelta

import anyio

from cimbus import Bridge, Bus, Frame, Kind, Message, Topic, encode
from cimbus.nouns import EndDeviceEvent, EndDeviceEvents, Reference

RUN = f"jms-{uuid.uuid4().hex[:6]}"  # a context of this run's own


def event(mrid: str, severity: str) -> Message[EndDeviceEvents]:
    kind = Reference(ref="3.26.136.47")
    made = EndDeviceEvent(mRID=mrid, createdDateTime=datetime.now(UTC), severity=severity, EndDeviceEventType=kind)
    return Message.of(EndDeviceEvents(EndDeviceEvent=[made]), source="OMS", context=RUN)


def frame(message: Message[EndDeviceEvents], **properties: str) -> Frame:
    """Return a message with properties of one's own; JMSPriority and JMSExpiration are the broker's to obey."""
    topic = Topic(RUN, Kind.events, message.header.noun, message.header.verb)
    names = {"Verb": message.header.verb, "Noun": message.header.noun, "ContentType": "application/xml"}
    return Frame(topic=topic, body=encode(message), properties=names | properties)


async def main(url: str) -> None:
    severe = f"{url}{'&' if '?' in url else '?'}selector=severity+%3D+%27high%27"
    in_an_hour = str(int((datetime.now(UTC) + timedelta(hours=1)).timestamp() * 1000))
    async with Bus(severe, context=RUN) as bus, bus.subscribe(EndDeviceEvents) as found:
        await bus.send([
            frame(event("ev-1", "low"), severity="low"),
            frame(event("ev-2", "high"), severity="high", JMSPriority="9", JMSExpiration=in_an_hour),
        ])  # fmt: skip
        async with await found.receive() as message:
            print("selected:", message.payload.EndDeviceEvent[0].mRID)

    queue = f"OUTAGES.{RUN}"
    here = Bus(url, context=RUN)
    async with here, Bus("memory:", context=RUN) as field, anyio.create_task_group() as tasks:
        bridge = Bridge(field, here, map=f"queue:{queue}", durable=False)
        await tasks.start(bridge.run)
        await field.publish(event("ev-3", "high"))
        while not bridge.tally.sent:  # noqa: ASYNC110  # the example ends when the queue has it
            await anyio.sleep(0.01)
        print("waits in the queue", queue.removesuffix(RUN) + "...")
        tasks.cancel_scope.cancel()


if __name__ == "__main__":
    anyio.run(main, sys.argv[1] if len(sys.argv) > 1 else "jms+stomp://localhost")

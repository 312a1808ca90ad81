"""One message can stop nothing: at each broker, a producer without cimbus sends a bad one, then a good one.

The good one is handled, the bad one is a dead letter with what is known of it, or counted, and nothing is redelivered.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import anyio
import anyio.to_thread
import pytest
from paho.mqtt.client import Client, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion
from transports.jms.amqp.support import peer as amqp_peer
from transports.jms.stomp.support import peer as stomp_peer
from transports.kafka.support import produce

from cimbus import Bridge, Bus, Component, DeadLetters, Frame, Message, Pattern, SubscriptionSpec, Topic
from cimbus.nouns import EndDeviceEvents
from cimbus_jms.amqp.sections import MessageSections, write_sections
from cimbus_jms.amqp.values import compound, string

pytestmark = [pytest.mark.anyio, pytest.mark.broker]

PATIENCE = 60
UNREADABLE = b"\xff\x00 no message"
TYPE_ERROR = (
    b'{"EventMessage":{"Header":{"Verb":"created","Noun":"EndDeviceEvents"},'
    b'"Payload":{"EndDeviceEvents":{"x":[[99999999999999999999]]}}}}'
)
"""What ended each consumer once."""


def good(context: str) -> bytes:
    """Return an event."""
    return (
        '<EventMessage xmlns="http://iec.ch/TC57/2011/schema/message"><Header><Verb>created</Verb><Noun>EndDeviceEvents'
        f"</Noun><Context>{context}</Context></Header><Payload><EndDeviceEvents "
        'xmlns="http://iec.ch/TC57/2011/EndDeviceEvents#"><EndDeviceEvent><mRID>good</mRID></EndDeviceEvent>'
        "</EndDeviceEvents></Payload></EventMessage>"
    ).encode()


@dataclass
class Seen:
    """What a component did with what was sent."""

    handled: list[str] = field(default_factory=list)
    letters: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)
    """Reason, body and properties of each."""


Send = Callable[[str], Awaitable[None]]  # sends everything to the topic of a context: bad ones, then the good one


async def outcome(url: str, tmp_path, send: Send, *, letters: int) -> Seen:
    """Run a durable component until the good message is handled; then again, where nothing may come any more."""
    context, seen = f"test{uuid.uuid4().hex[:10]}", Seen()
    store = DeadLetters(tmp_path / "letters.db")
    counts: list[dict[str, int]] = []
    for first in (True, False):
        component = Component(f"OMS-{context}")

        @component.on(EndDeviceEvents, name="event", context=context, durable=True)
        async def event(message: Message[EndDeviceEvents]) -> None:
            seen.handled.append(message.payload.EndDeviceEvent[0].mRID or "")

        async with Bus(url, dead_letters=store) as bus, anyio.create_task_group() as tasks:
            await tasks.start(component.run, bus)
            counters = component.counters["event"]
            if first:
                await send(context)
                with anyio.fail_after(PATIENCE):
                    await counters.reach(handled=1, dead_lettered=letters)
            await anyio.sleep(0.5)
            counts.append(counters.counts())
            tasks.cancel_scope.cancel()
    assert counts[1]["handled"] == counts[1]["dead_lettered"] == 0, "something was redelivered"
    kept = await store.letters()
    seen.letters = [(letter.reason, letter.frame.body, dict(letter.frame.properties)) for letter in kept]
    assert seen.handled == ["good"]
    assert len(kept) == letters
    return seen


# -- SQLite -----------------------------------------------------------------------------------------------------------


async def test_sqlite(tmp_path):
    """A key with half a character and a body that cannot be read; a type that no field has."""
    url = f"sqlite:{tmp_path / 'bus.db'}"

    async def send(context: str) -> None:
        async with Bus(url) as bus:
            for key, body in (("\ud800", UNREADABLE), ("k", TYPE_ERROR), ("k", b""), ("k", good(context))):
                topic = Topic(context, "events", "EndDeviceEvents", "created", key)
                frame = Frame(topic=topic, body=body, properties={"Source": "\udcff\nERROR: \x1b[31m"})
                assert await bus.transport.send([frame]) == [None]

    seen = await outcome(url, tmp_path, send, letters=3)

    assert [body for _, body, _ in seen.letters] == [UNREADABLE, TYPE_ERROR, b""]
    assert seen.letters[0][2]["Source"] == "\udcff\nERROR: \x1b[31m"


# -- MQTT -------------------------------------------------------------------------------------------------------------


def by_mqtt(port: int, *bad: tuple[str, bytes], qos: int = 1) -> Send:
    """Send bad messages to topics below that of the events, and a good one."""

    def work(context: str) -> None:
        client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv311)
        client.connect("127.0.0.1", port)
        client.loop_start()
        try:
            for last, body in (*bad, ("k", good(context))):
                topic = f"{context}/events/EndDeviceEvents/created/{last}"
                client.publish(topic, body, qos=qos).wait_for_publish(PATIENCE)
        finally:
            client.disconnect()
            client.loop_stop()

    async def send(context: str) -> None:
        await anyio.to_thread.run_sync(work, context)

    return send


@pytest.mark.parametrize("version", ["5", "3.1.1"])
async def test_mqtt(mosquitto, tmp_path, version):
    """A topic with half a character; a body that cannot be read; a type that no field has."""
    send = by_mqtt(mosquitto.port, ("%ED%A0%80", UNREADABLE), ("k", UNREADABLE), ("k", TYPE_ERROR))

    seen = await outcome(mosquitto.url(version=version), tmp_path, send, letters=3)

    assert [body for _, body, _ in seen.letters] == [UNREADABLE, UNREADABLE, TYPE_ERROR]


@pytest.mark.parametrize("qos", [0, 1, 2])
async def test_mqtt_3_1_1_above_max_packet(mosquitto, tmp_path, qos):
    """In MQTT 5.0 the broker does not send it."""
    url = mosquitto.url(version="3.1.1", max_packet=1_048_576, qos=max(qos, 1))
    large = ("k", b"x" * 3_000_000)

    seen = await outcome(url, tmp_path, by_mqtt(mosquitto.port, large, large, qos=qos), letters=2)

    for reason, body, _ in seen.letters:
        assert "octets; the limit is 1048576 (?max_packet=)" in reason
        assert body == b""


async def test_mqtt_5_above_max_packet(mosquitto, tmp_path):
    url = mosquitto.url(version="5", max_packet=1_048_576)

    await outcome(url, tmp_path, by_mqtt(mosquitto.port, ("k", b"x" * 3_000_000)), letters=0)


# -- Kafka ------------------------------------------------------------------------------------------------------------


async def test_kafka(kafka, tmp_path):
    """A key that is not UTF-8, with a body that cannot be read; a header that is not UTF-8; no body at all."""
    bad = [
        (b"\xff", UNREADABLE, []),
        (b"k", UNREADABLE, [("Source", b"\xff\x00")]),
        (b"", None, []),
        (b"k", TYPE_ERROR, []),
    ]

    async def send(context: str) -> None:
        await produce(kafka, f"{context}.events.EndDeviceEvents", *bad, (b"k", good(context), []), partition=0)

    seen = await outcome(kafka.url(), tmp_path, send, letters=4)

    assert sorted(body for _, body, _ in seen.letters) == sorted([UNREADABLE, UNREADABLE, b"", TYPE_ERROR])


# -- STOMP ------------------------------------------------------------------------------------------------------------


def by_stomp(broker, prefix: str, more: dict[str, str], *bad: tuple[dict[str, str], bytes, bool]) -> Send:
    """Send bad messages with further headers, and a good one."""

    async def send(context: str) -> None:
        async with stomp_peer(broker) as client:
            destination = f"{prefix}{context.upper()}.EVENTS.EndDeviceEvents.created"
            for headers, body, measured in (*bad, ({}, good(context), False)):
                all_headers = {"persistent": "true", **more, **headers}
                await client.ask("SEND", body, destination=destination, measured=measured, more=all_headers)

    return send


@pytest.mark.parametrize("name", ["activemq", "artemis"])
async def test_stomp(request, tmp_path, name):
    """Bodies above the limit, as text and as octets; one that cannot be read, with a key that a terminal would obey."""
    broker = request.getfixturevalue(name)
    bad = [
        ({"Source": "raw"}, b"x" * 200_000, False),
        ({"Source": "raw"}, b"\0" * 2_000_000, True),
        ({"Key": "a\nERROR: \x1b[31m"}, UNREADABLE, True),
        ({}, TYPE_ERROR, False),
    ]
    prefix = "/topic/VirtualTopic." if name == "activemq" else ""
    more = {} if name == "activemq" else {"destination-type": "MULTICAST"}

    seen = await outcome(broker.url(max_body=100_000), tmp_path, by_stomp(broker, prefix, more, *bad), letters=4)

    assert seen.letters[0][0] == "a body of 200000 octets; the limit is 100000 (?max_body=)"
    assert seen.letters[1][0] == "a body of 2000000 octets; the limit is 100000 (?max_body=)"
    assert [body for _, body, _ in seen.letters] == [b"", b"", UNREADABLE, TYPE_ERROR]
    assert seen.letters[0][2]["Source"] == seen.letters[1][2]["Source"] == "raw"


@pytest.mark.parametrize(("count", "size", "defect"), [(100, 4_000, "'s head is longer"), (2_000, 1, " has more")])
async def test_stomp_heads_above_the_limits(artemis, tmp_path, count, size, defect):
    """An AMQP producer decides how many properties a message has, and how long they are."""
    many = {f"p{number}": "x" * size for number in range(count)}

    async def send(context: str) -> None:
        to = f"{context.upper()}.EVENTS.EndDeviceEvents.created"
        async with amqp_peer(artemis) as client:
            for body, properties in (("a body", many), (good(context).decode(), {})):
                sections = MessageSections(body=body, to=to, durable=True, properties=properties)
                await client.send(write_sections(sections))

    seen = await outcome(artemis.url(), tmp_path, send, letters=1)

    ((reason, body, _),) = seen.letters
    assert reason == (
        "a frame's head is longer than 262144 octets" if count == 100 else "a frame has more than 1000 headers"
    )
    assert body == b"a body"


# -- AMQP -------------------------------------------------------------------------------------------------------------


async def test_amqp(artemis, tmp_path):
    """Bodies above the limit; an array; properties that are named by numbers; one that cannot be read."""
    array = b"\x00\x53\x77\xf0" + (300_005).to_bytes(4, "big") + (300_000).to_bytes(4, "big") + b"\x50" + bytes(300_000)
    numbered = b"\x00\x53\x74" + compound(0xC1, 4, b"\x52\x07" + string("a") + string("Source") + string("raw"))

    def whole(context: str, body: object, properties: bytes = b"") -> bytes:
        to = f"{context.upper()}.EVENTS.EndDeviceEvents.created"
        written = write_sections(MessageSections(body=body, to=to, durable=True))
        at = written.rindex(b"\x00\x53\x77" if isinstance(body, str) else b"\x00\x53\x75")
        return written[:at] + properties + written[at:]

    async def send(context: str) -> None:
        empty = whole(context, "")
        async with amqp_peer(artemis) as client:
            for message in (
                whole(context, b"x" * 200_000),
                whole(context, b"x" * 2_000_000),
                empty[: empty.rindex(b"\x00\x53\x77")] + array,
                whole(context, UNREADABLE, numbered),
                whole(context, TYPE_ERROR.decode()),
                whole(context, good(context).decode()),
            ):
                await client.send(message)

    seen = await outcome(artemis.url(wire="amqp", max_body=100_000), tmp_path, send, letters=4)

    assert [body for _, body, _ in seen.letters] == [b"", b"", UNREADABLE, TYPE_ERROR]
    assert seen.letters[0][0] == "a body of 200000 octets; the limit is 100000 (?max_body=)"
    assert seen.letters[2][2]["Source"] == "raw"


# -- a bridge ---------------------------------------------------------------------------------------------------------


async def test_a_bridge(activemq, tmp_path):
    """What is too large, and what cannot be forwarded, is a dead letter of the bridge; the good one goes over."""
    context, store = f"test{uuid.uuid4().hex[:10]}", DeadLetters(tmp_path / "letters.db")
    bad = [({}, b"x" * 200_000, False), ({}, UNREADABLE, True)]
    send = by_stomp(activemq, "/topic/VirtualTopic.", {}, *bad)
    pattern = SubscriptionSpec(patterns=(Pattern(context=context),))
    async with (
        Bus(activemq.url(max_body=100_000), dead_letters=store) as source,
        Bus("memory:") as target,
        target.transport.listen(pattern) as inbox,
        anyio.create_task_group() as tasks,
    ):
        bridge = Bridge(source, target, contexts=[context], name=context)
        await tasks.start(bridge.run)
        await send(context)
        with anyio.fail_after(PATIENCE):
            found = list(await inbox.receive())
            while not any(b"<mRID>good" in delivery.value.body for delivery in found):
                found += await inbox.receive()
            await bridge.counters.reach(dead_lettered=1)
        tasks.cancel_scope.cancel()

    reasons = [letter.reason for letter in await store.letters()]
    assert reasons[0] == "DecodeError: a body of 200000 octets; the limit is 100000 (?max_body=)"

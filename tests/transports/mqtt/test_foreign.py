"""Programs that know nothing of cimbus: a plain paho client publishes to us and subscribes to us."""

from __future__ import annotations

import queue
import time
from contextlib import contextmanager

import anyio
import msgspec
import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from cimbus import Bus, Component, XmlElement, decode
from cimbus.errors import UnsupportedError
from cimbus.interface.topic import Topic
from cimbus.middleware.frame import Frame
from cimbus.nouns import EndDeviceEvents, MeterReadings
from cimbus.testing.support import bodies, collect, sent
from cimbus_mqtt import MqttTransport
from transports.emptied import dead_letter_of_an_empty_body

from .support import context, frames, spec

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


@contextmanager
def paho(port, topic="", *, protocol=MQTTProtocolVersion.MQTTv5):
    """A connected paho client with threads, as others use it; what it hears is in its queue."""
    client = Client(CallbackAPIVersion.VERSION2, protocol=protocol)
    ready, client.heard = queue.Queue(), queue.Queue()
    client.on_connect = lambda *_: client.subscribe(topic or "nothing", 1)
    client.on_subscribe = lambda *_: ready.put(None)
    client.on_message = lambda _client, _data, message: client.heard.put(message)
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        ready.get(timeout=10)
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


async def publish(client, *args, **more):
    await anyio.to_thread.run_sync(lambda: client.publish(*args, **more).wait_for_publish(10))


async def hear(client):
    return await anyio.to_thread.run_sync(lambda: client.heard.get(timeout=10))


async def test_a_foreign_subscriber_finds_everything_in_its_standard_place(mosquitto):
    ours = context()
    frame = Frame(
        topic=Topic(ours, "requests", "MeterReadings", "get", "m/1"),
        body=b"<x/>",
        properties={
            "Noun": "MeterReadings",
            "MessageID": "id-1",
            "ContentType": "application/xml",
            "ReplyAddress": "topic:answers/here",
            "Area": "north",
        },
    )
    with paho(mosquitto.port, f"{ours}/#") as client:
        async with MqttTransport(mosquitto.url()) as transport:
            await sent(transport, [frame])
        message = await hear(client)
    assert message.topic == f"{ours}/requests/MeterReadings/get/m%2F1"
    assert message.payload == b"<x/>"
    assert message.properties.ContentType == "application/xml"
    assert message.properties.ResponseTopic == "answers/here"
    assert message.properties.CorrelationData == b"id-1"
    assert sorted(message.properties.UserProperty) == [
        ("Area", "north"),
        ("MessageID", "id-1"),
        ("Noun", "MeterReadings"),
    ]


async def test_a_foreign_publisher_is_understood(mosquitto):
    ours = context()
    properties = Properties(PacketTypes.PUBLISH)
    properties.ContentType = "application/json"
    properties.ResponseTopic = "answers/there"
    properties.CorrelationData = b"c-9"
    properties.UserProperty = ("Source", "foreign")
    properties.MessageExpiryInterval = 60
    properties.PayloadFormatIndicator = 1
    with paho(mosquitto.port) as client:
        async with MqttTransport(mosquitto.url()) as transport, transport.listen(spec(ours)) as inbox:
            await publish(client, f"{ours}/events/EndDeviceEvents/created/k", b"{}", 1, properties=properties)
            (found,) = await collect(inbox, 1)
    assert found.value.topic == Topic(ours, "events", "EndDeviceEvents", "created", "k")
    assert found.value.body == b"{}"
    properties = dict(found.value.properties)
    assert 50 < int(properties.pop("JMSExpiration")) / 1000 - time.time() <= 60
    assert properties == {
        "ContentType": "application/json",
        "ReplyAddress": "topic:answers/there",
        "CorrelationID": "c-9",
        "Source": "foreign",
    }


def expiring(ours, at):
    """Return a frame that expires, in milliseconds since 1970."""
    (one,) = frames(ours, 1)
    return Frame(topic=one.topic, body=one.body, properties={"JMSExpiration": at})


async def test_how_long_a_message_lives_is_told_to_the_broker(mosquitto):
    ours = context()
    until = time.time() + 100
    with paho(mosquitto.port, f"{ours}/#") as client:
        async with MqttTransport(mosquitto.url()) as transport:
            await sent(transport, [expiring(ours, str(int(until * 1000)))])
        message = await hear(client)
    assert 90 < message.properties.MessageExpiryInterval <= 100
    assert ("JMSExpiration", str(int(until * 1000))) in message.properties.UserProperty


async def test_what_expires_at_the_broker_is_not_received(mosquitto):
    ours = context()
    wanted = spec(ours, "late", durable=True)
    async with MqttTransport(mosquitto.url()) as transport:
        async with transport.listen(wanted):
            pass
        await sent(transport, [expiring(ours, "1700000000000")])
        await anyio.sleep(2.1)  # a second is the least that can be said, and Mosquitto counts whole ones
        await sent(transport, frames(ours, 1, first=1))
        async with transport.listen(wanted) as inbox:
            assert bodies(await collect(inbox, 1)) == [b"1"]


IDS = {"none": "", "of the envelope": "<MessageID>m-1</MessageID>"}


@pytest.mark.parametrize("ids", IDS.values(), ids=IDS)
@pytest.mark.parametrize("data", [b"corr-1", b"\x00\xff", "ü".encode(), b"%41", b""])
async def test_a_foreign_requester_gets_its_correlation_data_back(mosquitto, ids, data):
    """Octet for octet (MQTT 5.0, 4.10.1), whatever its envelope says."""
    ours = context()
    question = (
        '<RequestMessage xmlns="http://iec.ch/TC57/2011/schema/message"><Header><Verb>get</Verb><Noun>Thing</Noun>'
        f"<Context>{ours}</Context>{ids}</Header></RequestMessage>"
    )
    component = Component("ANSWERS")
    component.answers("Thing", verb="get")(lambda request: XmlElement("Thing", "urn:x"))
    properties = Properties(PacketTypes.PUBLISH)
    properties.ResponseTopic, properties.CorrelationData = f"{ours}/replies/mine", data
    with paho(mosquitto.port, f"{ours}/replies/mine") as client:
        async with (
            Bus(mosquitto.url(), context=ours, reply_to=["*"]) as bus,
            anyio.create_task_group() as tasks,
        ):
            await tasks.start(component.run, bus)
            await publish(client, f"{ours}/requests/Thing/get", question, 1, properties=properties)
            reply = await hear(client)
            component.stop()
    assert reply.properties.CorrelationData == data
    assert decode(reply.payload).header.correlation_id == ("m-1" if ids else named(data))


def named(data):
    """Return what a reply's envelope says where its request has no ids: those of the transport, as text."""
    try:
        return data.decode() or None
    except UnicodeDecodeError:
        return data.hex()


@pytest.mark.parametrize("options", [{"qos": 1}, {"qos": 2}, {"qos": 0}, {"version": "3.1.1"}], ids=str)
async def test_publish_knows_where_no_subscription_exists(mosquitto, options):
    """MQTT 5.0 says it in PUBACK (reason 0x10); QoS 0 and MQTT 3.1.1 have no place for that."""
    ours = context()
    told = options.get("qos") == 1
    with paho(mosquitto.port, f"{ours}/events/MeterReadings/#"):
        async with Bus(mosquitto.url(**options), context=ours) as bus:
            results = await bus.publish_many([MeterReadings(), EndDeviceEvents()])
            traits = bus.transport.traits

            assert [result.unroutable for result in results] == [False, told]
            assert bus.unroutable == told
    assert traits.tells_unroutable == told


async def test_a_3_1_1_client_meets_a_5_0_one(mosquitto):
    ours = context()
    with paho(mosquitto.port, f"{ours}/#", protocol=MQTTProtocolVersion.MQTTv311) as client:
        async with MqttTransport(mosquitto.url()) as transport, transport.listen(spec(ours)) as inbox:
            await publish(client, f"{ours}/events/EndDeviceEvents/created", b"old", 1)
            assert bodies(await collect(inbox, 1)) == [b"old"]
            await sent(transport, frames(ours, 1))
            assert [(await hear(client)).payload, (await hear(client)).payload] == [b"old", b"0"]


async def test_what_is_not_ours_to_read_is_skipped_and_acknowledged(mosquitto, caplog):
    """It is not redelivered, and does not hold up what follows."""
    ours = context()
    wanted = spec(ours, "skipping", durable=True)
    with paho(mosquitto.port) as client:
        async with MqttTransport(mosquitto.url()) as transport:
            async with transport.listen(wanted) as inbox:
                for topic in ("too", "a/b/c/d/e/f", "events"):
                    await publish(client, f"{ours}/{topic}", b"?", 1)
                await sent(transport, frames(ours, 1))
                assert bodies(await collect(inbox, 1)) == [b"0"]
                assert inbox.skipped == 3
            async with transport.listen(wanted) as inbox:
                await sent(transport, frames(ours, 1, first=1))
                assert bodies(await collect(inbox, 1)) == [b"1"]
                assert inbox.skipped == 0
    assert f"{ours}/too" in caplog.text


async def test_retained_messages_are_from_before_our_time(mosquitto):
    for version in ("5", "3.1.1"):
        ours = context()
        with paho(mosquitto.port) as client:
            await publish(client, f"{ours}/events/EndDeviceEvents/created", b"before", 1, retain=True)
            async with (
                MqttTransport(mosquitto.url(version=version)) as transport,
                transport.listen(spec(ours)) as inbox,
            ):
                await sent(transport, frames(ours, 1))
                assert bodies(await collect(inbox, 1)) == [b"0"]
            await publish(client, f"{ours}/events/EndDeviceEvents/created", b"", 1, retain=True)


@pytest.mark.parametrize("version", ["5", "3.1.1"])
@pytest.mark.parametrize("durable", [False, True])
async def test_retained_messages_come_first_where_they_are_asked_for(mosquitto, version, durable):
    """Once for each consumer; what clears them is no message."""
    ours = context()
    topic = f"{ours}/events/EndDeviceEvents/created"
    wanted = msgspec.structs.replace(spec(ours, "states" if durable else "", durable=durable), retained=True)
    with paho(mosquitto.port) as client:
        await publish(client, f"{topic}/one", b"1", 1, retain=True)
        await publish(client, f"{topic}/two", b"2", 1, retain=True)
        await publish(client, f"{topic}/two", b"", 1, retain=True)
        async with MqttTransport(mosquitto.url(version=version)) as transport:
            for live in (b"3", b"4"):
                async with transport.listen(wanted) as inbox:
                    assert bodies(await collect(inbox, 1)) == [b"1"]
                    await publish(client, f"{topic}/three", live, 1, retain=True)
                    await publish(client, f"{topic}/three", b"", 1, retain=True)
                    await publish(client, f"{topic}/four", b"last", 1)
                    assert bodies(await collect(inbox, 2)) == [live, b"last"]
        await publish(client, f"{topic}/one", b"", 1, retain=True)


async def test_what_clears_a_retained_message_is_none_for_those_who_did_not_ask(mosquitto):
    """A message that is published as retained is received like any other while the subscription exists."""
    ours = context()
    topic = f"{ours}/events/EndDeviceEvents/created"
    async with MqttTransport(mosquitto.url()) as transport, transport.listen(spec(ours)) as inbox:
        with paho(mosquitto.port) as client:
            await publish(client, topic, b"1", 1, retain=True)
            await publish(client, topic, b"", 1, retain=True)
            await publish(client, topic, b"", 1)
        first, second = await collect(inbox, 2)
    assert bodies([first, second]) == [b"1", b""]  # an empty message that clears nothing is one that cannot be read


@pytest.mark.parametrize(("options", "durable"), [({}, False), ({"instance": "a"}, True)])
async def test_a_shared_subscription_has_no_retained_messages_and_says_so(mosquitto, options, durable):
    wanted = msgspec.structs.replace(spec(context(), "g", durable=durable), retained=True)
    async with MqttTransport(mosquitto.url(**options)) as transport:
        with pytest.raises(UnsupportedError, match=r"4\.8\.2"):
            async with transport.listen(wanted):
                pass


async def test_a_template_of_ones_own(mosquitto):
    ours = context()
    template = "utility/{CONTEXT}/{noun}/{verb}"
    with paho(mosquitto.port, f"utility/{ours.upper()}/#") as client:
        async with (
            MqttTransport(mosquitto.url(template=template)) as transport,
            transport.listen(spec(ours)) as inbox,
        ):
            (frame,) = frames(ours, 1)
            await sent(transport, [Frame(topic=frame.topic, body=b"x", properties={"Key": "k"})])
            (found,) = await collect(inbox, 1)
        assert (await hear(client)).topic == f"utility/{ours.upper()}/EndDeviceEvents/created"
    assert found.value.topic == frame.topic


async def test_a_message_without_its_content_is_a_dead_letter(mosquitto):
    """MQTT cannot return it: what is left of it, its properties, is kept with the reason."""
    await dead_letter_of_an_empty_body(mosquitto.url())

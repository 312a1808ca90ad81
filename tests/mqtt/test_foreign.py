"""Programs that know nothing of cimbus: a plain paho client publishes to us and subscribes to us."""

from __future__ import annotations

import queue
from contextlib import contextmanager

import anyio
import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from cimbus.frame import Frame
from cimbus.testing.support import bodies, collect, sent
from cimbus.topic import Topic
from cimbus_mqtt import MqttTransport

from .support import context, frames, intake

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
        async with MqttTransport(mosquitto.url()) as transport, transport.listen(intake(ours)) as inbox:
            await publish(client, f"{ours}/events/EndDeviceEvents/created/k", b"{}", 1, properties=properties)
            (found,) = await collect(inbox, 1)
    assert found.value.topic == Topic(ours, "events", "EndDeviceEvents", "created", "k")
    assert found.value.body == b"{}"
    assert dict(found.value.properties) == {
        "ContentType": "application/json",
        "ReplyAddress": "topic:answers/there",
        "CorrelationID": "c-9",
        "Source": "foreign",
    }


async def test_a_3_1_1_client_meets_a_5_0_one(mosquitto):
    ours = context()
    with paho(mosquitto.port, f"{ours}/#", protocol=MQTTProtocolVersion.MQTTv311) as client:
        async with MqttTransport(mosquitto.url()) as transport, transport.listen(intake(ours)) as inbox:
            await publish(client, f"{ours}/events/EndDeviceEvents/created", b"old", 1)
            assert bodies(await collect(inbox, 1)) == [b"old"]
            await sent(transport, frames(ours, 1))
            assert [(await hear(client)).payload, (await hear(client)).payload] == [b"old", b"0"]


async def test_what_is_not_ours_to_read_is_skipped_and_acknowledged(mosquitto, caplog):
    """It must not come again, nor hold up what follows."""
    ours = context()
    wanted = intake(ours, "skipping", durable=True)
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
                transport.listen(intake(ours)) as inbox,
            ):
                await sent(transport, frames(ours, 1))
                assert bodies(await collect(inbox, 1)) == [b"0"]
            await publish(client, f"{ours}/events/EndDeviceEvents/created", b"", 1, retain=True)


async def test_a_template_of_ones_own(mosquitto):
    ours = context()
    template = "utility/{CONTEXT}/{noun}/{verb}"
    with paho(mosquitto.port, f"utility/{ours.upper()}/#") as client:
        async with (
            MqttTransport(mosquitto.url(template=template)) as transport,
            transport.listen(intake(ours)) as inbox,
        ):
            (frame,) = frames(ours, 1)
            await sent(transport, [Frame(topic=frame.topic, body=b"x", properties={"Key": "k"})])
            (found,) = await collect(inbox, 1)
        assert (await hear(client)).topic == f"utility/{ours.upper()}/EndDeviceEvents/created"
    assert found.value.topic == frame.topic

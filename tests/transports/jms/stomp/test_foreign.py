"""Peers that are no cimbus: what they send and expect, as JMS and other clients of STOMP have it on the wire."""

from __future__ import annotations

import logging
import time

import pytest

from cimbus.interface.topic import Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.transport import SubscriptionSpec
from cimbus.testing.support import bodies, sent
from cimbus_jms.stomp import StompTransport

from .support import context, frames, got, peer, spec

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


class Way:
    """How a raw client says it to one broker."""

    def __init__(self, broker):
        self.broker = broker
        self.classic = broker.name == "activemq"
        self.url = broker.url()

    def topic(self, context, rest="EVENTS.EndDeviceEvents.created"):
        name = f"{context.upper()}.{rest}"
        return f"/topic/VirtualTopic.{name}" if self.classic else f"/topic/{name}"

    def queue(self, name):
        return f"/queue/{name}"


@pytest.fixture(params=["activemq", "artemis"])
def way(request):
    return Way(request.getfixturevalue(request.param))


async def test_a_text_message_without_our_properties(way):
    """The topic is what its address says; what is not said is not there."""
    ours = context()
    async with (
        StompTransport(way.url) as transport,
        transport.listen(spec(ours)) as inbox,
        peer(way.broker) as java,
    ):
        await java.ask("SEND", "<Ä/>".encode(), destination=way.topic(ours), persistent="true")
        await java.ask("SEND", b"\0\1", destination=way.topic(ours), measured=True, more={"number": "42"})
        text, octets = (delivery.value for delivery in await got(inbox, 2))
    assert text.topic == Topic(ours, "events", "EndDeviceEvents", "created")
    assert (text.body, octets.body) == ("<Ä/>".encode(), b"\0\1")
    assert "number" not in text.properties
    assert octets.properties["number"] == "42"


async def test_what_others_see_of_ours(way):
    """XML is a TextMessage (no content-length at Classic), fields are where JMS has them, names are Java's."""
    ours = context()
    properties = {
        "ContentType": "application/xml",
        "CorrelationID": "c:1",
        "ReplyAddress": "topic:A.B",
        "JMSType": "T",
        "JMSPriority": "7",
        "Source": "HÉS",
        "odd name": "x",
    }
    async with StompTransport(way.url) as transport, peer(way.broker) as java:
        await java.ask("SUBSCRIBE", id="1", destination=way.topic(ours), ack="auto")
        (frame,) = frames(ours, 1, **properties)
        await sent(transport, [Frame(topic=frame.topic, body=b"<x/>", properties=properties)])
        await sent(transport, [Frame(topic=frame.topic, body=b"\0")])
        xml, octets = await java.next(), await java.next()
    headers = xml.headers
    assert xml.body == b"<x/>"
    assert headers["persistent"] == "true"
    assert headers["correlation-id"] == "c:1"
    assert headers["reply-to"] == ("/topic/A.B" if way.classic else "topic://A.B")
    assert (headers["type"], headers["priority"]) == ("T", "7")
    assert headers["Source"] == "HÉS"
    assert headers["Cim_odd_20name"] == "x"
    assert headers["Key"] == "k"
    assert headers.get("_AMQ_GROUP_ID", "k") == "k"
    assert octets.headers["content-length"] == "1"
    assert ("content-length" in headers) is not way.classic  # Artemis always says it


async def test_a_requester_with_a_temporary_queue_gets_its_reply(way):
    """What it wrote into reply-to arrives as ReplyAddress, and can be used as an address as it is."""
    ours = context()
    async with (
        StompTransport(way.url) as transport,
        transport.listen(spec(ours)) as inbox,
        peer(way.broker) as java,
    ):
        # Classic makes a queue of its own of that, for this connection
        mine = "/temp-queue/replies" if way.classic else f"/queue/replies-{ours}"
        await java.ask("SUBSCRIBE", id="1", destination=mine, ack="auto")
        await java.ask("SEND", b"?", destination=way.topic(ours), reply_to=mine, correlation_id="c1")
        (request,) = await got(inbox, 1)
        found = request.value.properties
        reply = Frame(
            topic=Topic(ours, "replies", "EndDeviceEvents", "reply"),
            body=b"!",
            properties={"CorrelationID": found["CorrelationID"]},
            address=found["ReplyAddress"],
        )
        await sent(transport, [reply])
        answer = await java.next()
    assert found["ReplyAddress"].startswith("queue:")
    assert answer.body == b"!"
    assert answer.headers["correlation-id"] == "c1"


async def test_queues_can_be_sent_to(way):
    ours = context()
    async with StompTransport(way.url) as transport, peer(way.broker) as java:
        await java.ask("SUBSCRIBE", id="1", destination=way.queue(ours), ack="auto")
        (frame,) = frames(ours, 1)
        await sent(transport, [Frame(topic=frame.topic, body=b"job", address=f"queue:{ours}")])
        assert (await java.next()).body == b"job"


async def test_what_is_not_ours_is_settled_and_counted(way, caplog):
    """A message without a body, as Map, Stream and Object messages look like here; and one at a strange address."""
    caplog.set_level(logging.WARNING, logger="cimbus.jms")
    ours = context()
    wanted = SubscriptionSpec(patterns=spec(ours).patterns, group=ours, durable=True)
    async with StompTransport(way.url) as transport, peer(way.broker) as java:
        async with transport.listen(wanted) as inbox:
            await java.ask("SEND", destination=way.topic(ours))
            await java.ask("SEND", b"x", destination=way.topic(ours, "NOT.ENOUGH"))
            await java.ask("SEND", b"good", destination=way.topic(ours))
            assert bodies(await got(inbox, 1)) == [b"good"]
            assert inbox.skipped == 2
        async with transport.listen(wanted) as inbox:
            await java.ask("SEND", b"next", destination=way.topic(ours))
            assert bodies(await got(inbox, 1)) == [b"next"]
    assert "no body" in caplog.text


async def test_selectors(way):
    ours = context()
    selected = way.broker.url(selector="Area = 'north' AND Level <> '3'")
    async with StompTransport(selected) as transport, transport.listen(spec(ours)) as inbox:
        for area, level in (("south", "5"), ("north", "3"), ("north", "4")):
            await sent(transport, frames(ours, 1, first=int(level), Area=area, Level=level))
        await sent(transport, frames(ours, 1, first=9, Area="north", Level="9"))
        assert bodies(await got(inbox, 2)) == [b"4", b"9"]


async def test_priority_and_expiration_come_back(way):
    ours = context()
    until = str(int((time.time() + 600) * 1000))
    async with (
        StompTransport(way.broker.url(priority=6)) as transport,
        StompTransport(way.broker.url(time_to_live=600)) as brief,
        transport.listen(spec(ours)) as inbox,
    ):
        found = []
        for sender, more in (
            (transport, {}),
            (transport, {"JMSPriority": "9", "JMSExpiration": until}),
            (brief, {}),
        ):
            await sent(sender, frames(ours, 1, **more))
            found += await got(inbox, 1)  # one by one: what is urgent may overtake
        plain, urgent, short = (delivery.value.properties for delivery in found)
    assert (plain["JMSPriority"], "JMSExpiration" in plain) == ("6", False)
    assert (urgent["JMSPriority"], urgent["JMSExpiration"]) == ("9", until)
    assert "JMSPriority" not in short
    assert abs(int(short["JMSExpiration"]) - int(until)) < 60_000


async def test_what_has_expired_is_not_received(way):
    ours = context()
    wanted = spec(ours, "late", durable=True)
    async with StompTransport(way.url) as transport:
        async with transport.listen(wanted):
            pass
        await sent(transport, frames(ours, 1, JMSExpiration=str(int(time.time() * 1000) + 1)))
        async with transport.listen(wanted) as inbox:
            await sent(transport, frames(ours, 1, first=1))
            assert bodies(await got(inbox, 1)) == [b"1"]


@pytest.mark.parametrize("reject", ["accept", "nack"])
async def test_a_rejected_frame(way, reject):
    """It is done, or the broker dead-letters it."""
    ours = context()
    wanted = spec(ours, "rejected", durable=True)
    dead = way.queue("ActiveMQ.DLQ" if way.classic else "DLQ")
    async with StompTransport(way.broker.url(reject=reject)) as transport, peer(way.broker) as java:
        async with transport.listen(wanted) as inbox:
            await sent(transport, frames(ours, 2, Mark=ours))
            one, two = await got(inbox, 2, accept=False)
            one.reject()
            two.accept()
        if way.classic and reject == "nack":
            await java.ask("SUBSCRIBE", id="1", destination=dead, ack="auto", selector=f"Mark = '{ours}'")
            assert (await java.next()).body == b"0"
        async with transport.listen(wanted) as inbox:
            await sent(transport, frames(ours, 1, first=2))
            assert bodies(await got(inbox, 1)) == [b"2"]


async def test_a_message_without_its_content_is_not_acknowledged(way):
    """ActiveMQ Classic dead-letters what is refused; Artemis would drop it, and keeps what is not acknowledged."""
    ours = context()
    wanted = SubscriptionSpec(patterns=spec(ours).patterns, group=ours, durable=True)
    async with StompTransport(way.url) as transport, peer(way.broker) as java:
        async with transport.listen(wanted) as inbox:
            await java.ask(
                "SEND", destination=way.topic(ours), ContentType="application/xml", Mark=ours, persistent="true"
            )
            await java.ask("SEND", b"good", destination=way.topic(ours))
            assert bodies(await got(inbox, 1)) == [b"good"]
            assert (inbox.returned, inbox.skipped) == (1, 0)
        if way.classic:
            dead = way.queue("ActiveMQ.DLQ")
            await java.ask("SUBSCRIBE", id="1", destination=dead, ack="auto", selector=f"Mark = '{ours}'")
            assert (await java.next()).headers["ContentType"] == "application/xml"
        async with transport.listen(wanted) as inbox:
            await java.ask("SEND", b"next", destination=way.topic(ours))
            assert bodies(await got(inbox, 1)) == [b"next"]
            assert inbox.returned == (0 if way.classic else 1)

"""Peers that are not cimbus: what they send is read, what is not ours is let go, and they can be answered."""

from __future__ import annotations

import time
import uuid

import anyio
import anyio.to_thread
import pytest

from cimbus.application.correlation import returned_data
from cimbus.interface.topic import Topic
from cimbus.middleware.frame import Frame
from cimbus.testing.support import bodies, sent
from cimbus_jms.amqp.consumer import MAX_RETURNED
from cimbus_jms.amqp.sections import MessageSections, write_sections

from .support import ACCEPTED, PATIENCE, context, got, peer, proton, spec, transport, utils

SyncRequestResponse, BlockingConnection = utils.SyncRequestResponse, utils.BlockingConnection

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


def jms(address, body, kind=None, **more):
    """Make a message as Apache Qpid JMS does."""
    annotations = {proton.symbol("x-opt-jms-dest"): proton.byte(1)}
    if kind is not None:
        annotations[proton.symbol("x-opt-jms-msg-type")] = proton.byte(kind)
    annotations |= more.pop("annotations", {})
    message = proton.Message(body=body, address=address, durable=True, annotations=annotations, **more)
    message.inferred = isinstance(body, bytes)  # octets go into a data section
    return message


async def test_text_and_octets_are_read_with_their_properties(artemis):
    """Typed ones as their text; the group as the key's."""
    ours = context()
    address = f"{ours.upper()}.EVENTS.EndDeviceEvents.created"
    properties = {"Noun": "EndDeviceEvents", "Count": 3, "Big": proton.ulong(2**63), "Good": True, "Half": 0.5}
    async with (
        transport(artemis) as bus,
        bus.listen(spec(ours)) as inbox,
        peer(artemis) as java,
    ):
        text = jms(address, "<größe/>", 5, properties=properties, group_id="m1", correlation_id="c1", subject="T")
        found = []
        for message in (
            text,
            jms(address, b"\0\xff", 3, priority=9, id=uuid.UUID(int=7)),
            jms(address, b"{}", content_type="application/json"),
            jms(address, None, 0),
        ):
            await java.send(message)
            found += await got(inbox, 1)  # one by one: what is urgent may overtake
        first, second, third, fourth = [delivery.value for delivery in found]
    assert first.body == "<größe/>".encode()
    assert dict(first.properties) == {
        "Noun": "EndDeviceEvents", "Count": "3", "Big": str(2**63), "Good": "true", "Half": "0.5",
        "JMSXGroupID": "m1", "CorrelationID": "c1", "JMSType": "T",
    }  # fmt: skip
    assert first.topic == Topic(ours, "events", "EndDeviceEvents", "created")
    assert (second.body, second.properties) == (b"\0\xff", {"JMSPriority": "9"})
    assert (third.body, fourth.body) == (b"{}", b"")


async def test_what_is_not_ours_is_let_go(artemis, caplog):
    """Maps, streams, objects, and what is no message at all: the inbox goes on, and the broker has nothing left."""
    ours = context()
    address = f"{ours.upper()}.EVENTS.EndDeviceEvents.created"
    async with transport(artemis) as bus, peer(artemis) as java:
        async with bus.listen(spec(ours, "foreign", durable=True)) as inbox:
            await java.send(jms(address, {"a": 1}, 2))
            await java.send(jms(address, [1, 2], 4))
            await java.send(jms(address, b"\xac\xed\0\5", 1, content_type="application/x-java-serialized-object"))
            await java.send(jms(address, b"\xac\xed\0\5", content_type="application/x-java-serialized-object"))
            await java.send(jms(address, {"a": 1}))
            await java.send(jms(address, "ours", 5))
            assert bodies(await got(inbox, 1)) == [b"ours"]
            assert inbox.skipped == 5
        async with bus.listen(spec(ours, "foreign", durable=True)) as inbox:
            await java.send(jms(address, "next", 5))
            assert bodies(await got(inbox, 1)) == [b"next"]
            assert inbox.skipped == 0
    assert "MapMessage" in caplog.text


async def test_a_jms_client_reads_what_we_send(artemis):
    """Text where the content is text, octets where not; annotations, header and properties where JMS has them."""
    ours = context()
    topic = Topic(ours, "events", "EndDeviceEvents", "created", "m1")
    soon = int(time.time() * 1000) + 60_000
    async with transport(artemis, priority=7, time_to_live=60) as bus, peer(artemis) as java:
        await java.listen(f"{ours.upper()}.EVENTS.EndDeviceEvents.created", capabilities=("topic",))
        properties = {
            "ContentType": "application/xml", "CorrelationID": "c1", "ReplyAddress": "queue:ANSWERS",
            "JMSType": "T", "JMSPriority": "2", "Noun": "EndDeviceEvents", "odd name": "x",
        }  # fmt: skip
        await sent(bus, [Frame(topic=topic, body=b"<x/>", properties=properties), Frame(topic=topic, body=b"\0")])
        text, octets = await java.receive(), await java.receive()
    assert (text.body, octets.body) == ("<x/>", b"\0")
    assert text.annotations == {"x-opt-jms-msg-type": 5, "x-opt-jms-dest": 1, "x-opt-jms-reply-to": 0}
    assert octets.annotations == {"x-opt-jms-msg-type": 3, "x-opt-jms-dest": 1}
    assert (text.durable, text.priority, octets.priority) == (True, 2, 7)
    assert (text.correlation_id, text.reply_to, text.subject, text.group_id) == ("c1", "ANSWERS", "T", "m1")
    assert text.address == f"{ours.upper()}.EVENTS.EndDeviceEvents.created"
    assert text.id.startswith("ID:cimbus-")
    assert text.id != octets.id
    assert text.expiry_time * 1000 >= soon
    assert text.properties["Noun"] == "EndDeviceEvents"
    assert text.properties["Key"] == "m1"
    assert all(name.isidentifier() for name in text.properties)


@pytest.mark.parametrize(("kind", "prefix"), [(0, "queue:"), (None, "queue:"), (1, "topic:")])
async def test_a_requester_is_answered_where_it_listens(artemis, kind, prefix):
    """On a queue or a topic: what it writes in reply-to reaches it when used as an address."""
    ours = context()
    address = f"{ours.upper()}.REQUESTS.EndDeviceControls.create"
    answers = f"answers-{ours}"
    capabilities = ("topic",) if kind == 1 else ("queue",)
    annotations = {} if kind is None else {proton.symbol("x-opt-jms-reply-to"): proton.byte(kind)}
    async with transport(artemis) as bus, bus.listen(spec(ours)) as inbox, peer(artemis) as java:
        await java.listen(answers, capabilities=capabilities)
        await java.send(jms(address, "<q/>", 5, reply_to=answers, correlation_id="c7", annotations=annotations))
        (request,) = await got(inbox, 1)
        reply_address = request.value.properties["ReplyAddress"]
        assert reply_address == prefix + answers
        topic = Topic(ours, "replies", "EndDeviceControls", "reply")
        answer = Frame(topic=topic, body=b"<a/>", properties={"CorrelationID": "c7"}, address=reply_address)
        await sent(bus, [answer])
        reply = await java.receive()
    assert reply.correlation_id == "c7"
    assert bytes(reply.body) == b"<a/>"


@pytest.mark.parametrize(
    "identity",
    ["text", 42, uuid.UUID(int=7), b"\0\xff", "ID:AMQP_ULONG:42"],
    ids=["string", "ulong", "uuid", "binary", "like"],
)
@pytest.mark.parametrize("field", ["id", "correlation_id"])
async def test_a_requester_gets_its_own_identifier_back(artemis, field, identity):
    """Of any of the four types (AMQP 1.0, 3.2.11 to 3.2.14), with the value that it had."""
    ours = context()
    address, answers = f"{ours.upper()}.REQUESTS.EndDeviceControls.create", f"answers-{ours}"
    sent_as = proton.ulong(identity) if isinstance(identity, int) else identity
    async with transport(artemis) as bus, bus.listen(spec(ours)) as inbox, peer(artemis) as java:
        await java.listen(answers, capabilities=("queue",))
        await java.send(jms(address, "<q/>", 5, reply_to=answers, **{field: sent_as}))
        (request,) = await got(inbox, 1)
        properties = returned_data(request.value.properties, "m-1") | {"CorrelationID": "m-1"}
        topic = Topic(ours, "replies", "EndDeviceControls", "reply")
        await sent(bus, [Frame(topic=topic, body=b"<a/>", properties=properties, address=f"queue:{answers}")])
        reply = await java.receive()
    assert reply.correlation_id == identity


async def test_what_only_has_a_ttl_expires(artemis):
    """The time counts from when it was read, where there is no absolute-expiry-time (3.2.1)."""
    ours = context()
    address = f"{ours.upper()}.EVENTS.EndDeviceEvents.created"
    async with transport(artemis) as bus, bus.listen(spec(ours)) as inbox, peer(artemis) as java:
        await java.send(jms(address, "<e/>", 5, ttl=100))
        (found,) = await got(inbox, 1)
    assert 50 < int(found.value.properties["JMSExpiration"]) / 1000 - time.time() <= 100


async def test_a_requester_on_a_temporary_queue_is_answered(artemis):
    """Qpid's own request and reply: the broker names the queue, nothing says of what kind it is, nor where it goes."""
    ours = context()
    exact = spec(ours, kind="requests", noun="EndDeviceControls", verb="create")

    def ask():
        connection = BlockingConnection(f"amqp://127.0.0.1:{artemis.amqp}", timeout=PATIENCE)
        try:
            requester = SyncRequestResponse(connection, f"topic://{ours.upper()}.REQUESTS.EndDeviceControls.create")
            reply = requester.call(proton.Message(body="<q/>"))
            return bytes(reply.body)
        finally:
            connection.close()

    async with (
        transport(artemis) as bus,
        bus.listen(exact) as inbox,
        anyio.create_task_group() as tasks,
    ):
        answers = []
        tasks.start_soon(lambda: collect_answer(answers, ask))
        (request,) = await got(inbox, 1)
        topic = Topic(ours, "replies", "EndDeviceControls", "reply")
        properties = {"CorrelationID": request.value.properties["CorrelationID"]}
        address = request.value.properties["ReplyAddress"]
        await sent(bus, [Frame(topic=topic, body=b"<a/>", properties=properties, address=address)])
    assert answers == [b"<a/>"]


async def collect_answer(answers, ask):
    answers.append(await anyio.to_thread.run_sync(ask))


async def test_a_selector_hears_what_it_says(artemis):
    """The user's own, besides what the patterns say."""
    ours = context()
    address = f"{ours.upper()}.EVENTS.EndDeviceEvents.created"
    selector = "Area = 'north' AND Count > 2"
    async with transport(artemis, selector=selector) as bus, bus.listen(spec(ours)) as inbox, peer(artemis) as java:
        for area, count in (("south", 3), ("north", 2), ("north", 3)):
            message = jms(address, f"{area}{count}", 5, properties={"Area": area, "Count": count})
            assert await java.send(message) == (ACCEPTED, None)
        assert bodies(await got(inbox, 1)) == [b"north3"]


async def test_urgent_messages_overtake_and_old_ones_are_dropped(artemis):
    """In what waits at the broker."""
    ours = context()
    topic = Topic(ours, "events", "EndDeviceEvents", "created")
    old = str(int(time.time() * 1000) - 1000)
    async with transport(artemis) as bus:
        async with bus.listen(spec(ours, "urgent", durable=True)):
            pass
        each = [("slow", {"JMSPriority": "1"}), ("usual", {}), ("urgent", {"JMSPriority": "8"})]
        each.append(("late", {"JMSExpiration": old}))
        await sent(bus, [Frame(topic=topic, body=body.encode(), properties=more) for body, more in each])
        async with bus.listen(spec(ours, "urgent", durable=True, credit=1)) as inbox:
            assert bodies(await got(inbox, 3)) == [b"urgent", b"usual", b"slow"]
            await sent(bus, [Frame(topic=topic, body=b"last")])
            assert bodies(await got(inbox, 1)) == [b"last"]


@pytest.mark.parametrize("whole", ["no body", "empty"])
async def test_a_message_without_its_content_is_returned_and_then_dead_lettered_by_the_broker(artemis, whole):
    """Accepting it would make the loss final: the next delivery may bring what this one lacks."""
    ours = context()
    address = f"{ours.upper()}.EVENTS.EndDeviceEvents.created"
    properties = {"Context": ours, "ContentType": "application/xml"} if whole == "empty" else {"Context": ours}
    kind = {"x-opt-jms-msg-type": 3, "x-opt-jms-dest": 1}
    sections = MessageSections(body=b"", to=address, durable=True, annotations=kind, properties=properties)
    written = write_sections(sections)
    async with transport(artemis) as bus, peer(artemis) as java:
        await java.listen("DLQ", capabilities=("queue",), selector=f"Context = '{ours}'")
        async with bus.listen(spec(ours, "returned", durable=True)) as inbox:
            await java.send(written if whole == "empty" else written.removesuffix(b"\x00\x53\x75\xa0\x00"))
            dead = await java.receive()
            assert dead.properties["Context"] == ours
            assert inbox.returned == MAX_RETURNED
            await java.send(jms(address, "good", 5))
            assert bodies(await got(inbox, 1)) == [b"good"]
            assert inbox.skipped == 0

"""Events both ways: what Java publishes is typed in cimbus, and what cimbus publishes is plain JMS to Java."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import anyio
import pytest

from cimbus import Frame, Pattern, decode
from cimbus.middleware.transport import SubscriptionSpec
from cimbus.nouns import EndDeviceEvents
from cimbus.testing.support import collect

from . import envelopes
from .meeting import java, place_of, take
from .payloads import outage, readings
from .peer import Serialized

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


@pytest.mark.parametrize("properties", ["Verb and Noun", "none"])
async def test_a_text_message_of_java_is_a_typed_message(meeting, context, properties):
    """An application of that kind says in properties what a selector needs, or nothing at all."""
    given = {"Verb": "created", "Noun": "EndDeviceEvents"} if properties != "none" else {}
    number = uuid.uuid4().hex
    async with meeting.bus(context) as bus, bus.subscribe(EndDeviceEvents, verb="created") as events:
        to = place_of(bus, "EndDeviceEvents", "created")
        await java(meeting.peer.send, to, envelopes.event(context, number), properties=given)
        (message,) = await take(events, 1)
    assert message.payload == outage(number)
    header = message.header
    assert (header.verb, header.noun, header.source) == ("created", "EndDeviceEvents", "HES-Java")
    assert (header.message_id, header.correlation_id) == (number, "work-7")
    assert message.notes == ()


async def test_java_needs_no_context(meeting):
    """A header without Context is about production; others in this session publish there, too."""
    number = uuid.uuid4().hex
    async with meeting.bus(None) as bus, bus.subscribe(EndDeviceEvents) as events:
        to = place_of(bus, "EndDeviceEvents", "created")
        await java(meeting.peer.send, to, envelopes.event(None, number))
        (message,) = await take(events, 1)
    assert message.payload == outage(number)


async def test_the_header_of_a_jms_message_arrives(meeting, context):
    """What stands in JMS's own fields, and properties with types, are properties of the frame."""
    async with meeting.bus(context) as bus:
        to = place_of(bus, "EndDeviceEvents", "created")
        wanted = SubscriptionSpec(patterns=(Pattern(context=context, noun="EndDeviceEvents"),))
        async with bus.transport.listen(wanted) as inbox:
            await java(
                meeting.peer.send,
                to,
                "<x/>",
                properties={"Source": "ü", "Count": 3, "Sure": True, "Share": 0.5},
                correlation="c-1",
                type="kind of",
                priority=7,
                reply_to="queue:answers",
            )
            with anyio.fail_after(60):
                (found,) = await collect(inbox, 1)
    frame = found.value
    assert (frame.topic.noun, frame.topic.verb, frame.body) == ("EndDeviceEvents", "created", b"<x/>")
    assert {name: frame.properties.get(name) for name in ("Source", "Count", "Sure", "Share")} == {
        "Source": "ü",
        "Count": "3",
        "Sure": "true",
        "Share": "0.5",
    }
    assert frame.properties["CorrelationID"] == "c-1"
    assert frame.properties["JMSType"] == "kind of"
    assert frame.properties["JMSPriority"] == "7"
    assert frame.properties["ReplyAddress"] == "queue:answers"


async def test_an_event_of_cimbus_is_a_text_message(meeting, context):
    async with meeting.bus(context) as bus:
        to = place_of(bus, "EndDeviceEvents", "created")
        with await java(meeting.peer.listen, to) as listener:
            sent = await bus.publish(outage("e-1"), correlation_id="work-8", revision="2.0")
            heard = await java(listener.next)
    assert heard.kind == "text"
    assert decode(heard.text) == sent
    assert envelopes.header(heard.text)["MessageID"] == sent.header.message_id
    assert envelopes.first(heard.text, "reason") == envelopes.REASON
    expected = {
        "Verb": "created",
        "Noun": "EndDeviceEvents",
        "Context": context,
        "Source": "CIMBUS",
        "Revision": "2.0",
        "MessageID": sent.header.message_id,
        "ContentType": "application/xml",
        "Key": "m-1",
    }
    assert {name: heard.properties.get(name) for name in expected} == expected
    assert {heard.types[name] for name in expected} == {"string"}
    assert heard.properties["JMSXGroupID"] == "m-1"
    assert heard.fields["correlation"] == "work-8"
    assert heard.fields["to"] == to
    assert (heard.fields["mode"], heard.fields["priority"]) == ("2", "4")
    assert (heard.fields["expiration"], heard.fields["redelivered"]) == ("0", "false")


async def test_java_selects_by_verb_and_noun(meeting, context):
    """It listens to everything there is in the context, and gets exactly what it selects, in order."""
    async with meeting.bus(context) as bus:
        everything = f"topic:{bus.transport.naming.filter(Pattern(context=context))}"
        selector = "Verb = 'created' AND Noun = 'EndDeviceEvents'"
        with await java(meeting.peer.listen, everything, selector=selector) as listener:
            for number in range(3):
                await bus.publish(readings())
                await bus.publish(outage(f"changed-{number}"), verb="changed")
                await bus.publish(outage(f"created-{number}"))
            heard = [await java(listener.next) for _ in range(3)]
            assert await java(listener.receive, 0.05) is None
    assert [envelopes.first(one.text, "mRID") for one in heard] == [f"created-{number}" for number in range(3)]


async def test_cimbus_selects_by_properties_that_java_has_typed(meeting, context):
    async with meeting.bus(context, selector="Count > 0 AND Sure = TRUE AND Area LIKE 'north%'") as bus:
        to = place_of(bus, "EndDeviceEvents", "created")
        async with bus.subscribe(EndDeviceEvents) as events:
            for number, area in enumerate(("north", "northern", "south", "north-west")):
                given = {"Count": number, "Sure": True, "Area": area}
                await java(meeting.peer.send, to, envelopes.event(context, f"e-{number}"), properties=given)
            found = await take(events, 2)
    assert [message.payload.EndDeviceEvent[0].mRID for message in found] == ["e-1", "e-3"]


async def test_options_of_the_url_are_what_java_sees(meeting, context):
    options = {"persistent": "false", "priority": "8", "time_to_live": "60"}
    async with meeting.bus(context, **options) as bus:
        with await java(meeting.peer.listen, place_of(bus, "EndDeviceEvents", "created")) as listener:
            await bus.publish(outage("e-1"))
            fields = (await java(listener.next)).fields
    assert (fields["mode"], fields["priority"]) == ("1", "8")
    left = int(fields["expiration"]) / 1000 - datetime.now(UTC).timestamp()
    assert 30 < left <= 61


async def test_json_is_a_text_message_and_octets_are_not(meeting, context):
    async with meeting.bus(context) as bus:
        bus.publisher.format = "json"
        with await java(meeting.peer.listen, place_of(bus, "EndDeviceEvents", "created")) as listener:
            sent = await bus.publish(outage("e-1"))
            octets = Frame(topic=sent.topic(), body=bytes(range(256)), properties={"ContentType": "application/gzip"})
            assert await bus.transport.send([octets]) == [None]
            text, data = await java(listener.next), await java(listener.next)
    assert (text.kind, text.properties["ContentType"]) == ("text", "application/json")
    assert decode(text.text) == sent
    assert (data.kind, data.data) == ("bytes", bytes(range(256)))


FOREIGN = [
    {"Verb": "created"},
    {"Verb": "created", "Noun": "EndDeviceEvents"},
    {f"n{number}": "<x/>" * number for number in range(20)},
    Serialized("<x/>"),
]


async def test_octets_of_java_are_read_and_what_is_no_document_is_left_aside(meeting, context):
    """A document may come in a BytesMessage; maps and objects are none, and must not hold up what follows."""
    async with meeting.bus(context) as bus:
        to = place_of(bus, "EndDeviceEvents", "created")
        wanted = SubscriptionSpec(patterns=(Pattern(context=context),))
        async with bus.subscribe(EndDeviceEvents) as events, bus.transport.listen(wanted) as inbox:
            for body in FOREIGN:
                await java(meeting.peer.send, to, body)
            await java(meeting.peer.send, to, envelopes.event(context, "e-1").encode())
            await java(meeting.peer.send, to, envelopes.event(context, "e-2"))
            assert [message.payload for message in await take(events, 2)] == [outage("e-1"), outage("e-2")]
            heard = events.dead_lettered + 2
            with anyio.fail_after(60):
                await collect(inbox, heard)
            # Artemis shows a map over STOMP as octets: they are no document, and so a dead letter
            assert inbox.skipped + events.dead_lettered == len(FOREIGN)


async def test_characters_beyond_the_first_plane_survive(meeting, context):
    """Java has two units for each of them, and brokers have been seen to write those one by one."""
    async with meeting.bus(context) as bus:
        to = place_of(bus, "EndDeviceEvents", "created")
        async with bus.subscribe(EndDeviceEvents) as events:
            await java(meeting.peer.send, to, envelopes.event(context, "e-1").replace("停電", "😀𝄞"))
            (message,) = await take(events, 1)
        assert message.payload == outage("e-1", envelopes.REASON.replace("停電", "😀𝄞"))
        with await java(meeting.peer.listen, to) as listener:
            sent = await bus.publish(outage("e-2", "😀𝄞"))
            heard = await java(listener.next)
        assert decode(heard.text) == sent


async def test_properties_hold_any_text(meeting, context):
    values = {"Plain": "Straße · 停電", "Hostile": "a:b\\n\r\nc\\", "Far": "😀𝄞", "Empty": ""}
    async with meeting.bus(context) as bus:
        to = place_of(bus, "EndDeviceEvents", "created")
        wanted = SubscriptionSpec(patterns=(Pattern(context=context),))
        async with bus.transport.listen(wanted) as inbox:
            await java(meeting.peer.send, to, "<x/>", properties=values)
            with anyio.fail_after(60):
                (found,) = await collect(inbox, 1)
        with await java(meeting.peer.listen, to) as listener:
            assert await bus.transport.send([Frame(topic=found.value.topic, body=b"<x/>", properties=values)]) == [None]
            heard = await java(listener.next)
    if meeting.java == "openwire":  # ActiveMQ 5.17 loses these in properties, from Java to Java, too
        values["Far"] = "\ufffd" * 4
    assert {name: heard.properties.get(name) for name in values} == values
    assert {name: found.value.properties.get(name) for name in values} == values

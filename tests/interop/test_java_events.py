"""Events both ways: what Java publishes is typed in cimbus, and what cimbus publishes is plain JMS to Java."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from decimal import Decimal

import anyio
import pytest

from cimbus import Frame, Pattern, decode
from cimbus.nouns import (
    EndDeviceEvent,
    EndDeviceEvents,
    IdentifiedObject,
    Meter,
    MeterReading,
    MeterReadings,
    Reading,
    Reference,
)
from cimbus.testing.support import collect
from cimbus.transport import Intake

from . import envelopes
from .meeting import java, new_context, place_of

pytestmark = [pytest.mark.anyio, pytest.mark.broker]

HAPPENED = datetime(2026, 11, 24, 13, 59, 58, tzinfo=UTC)


@pytest.fixture
def context():
    return new_context()


def outage(number, reason=envelopes.REASON):
    event = EndDeviceEvent(
        mRID=number,
        createdDateTime=HAPPENED,
        reason=reason,
        Assets=IdentifiedObject(mRID="m-1"),
        EndDeviceEventType=Reference(ref=envelopes.TYPE),
    )
    return EndDeviceEvents(EndDeviceEvent=[event])


def readings(value="1234.50"):
    reading = Reading(value=Decimal(value), ReadingType=Reference(ref=envelopes.READING))
    return MeterReadings(MeterReading=[MeterReading(Meter=Meter(mRID="m-1"), Readings=[reading])])


async def take(subscription, count):
    """Return the next messages, accepted."""
    found = []
    with anyio.fail_after(15):
        while len(found) < count:
            async with await subscription.receive() as message:
                found.append(message)
    return found


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
        wanted = Intake(patterns=(Pattern(context=context, noun="EndDeviceEvents"),))
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
            with anyio.fail_after(15):
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
        bus.format = "json"
        with await java(meeting.peer.listen, place_of(bus, "EndDeviceEvents", "created")) as listener:
            sent = await bus.publish(outage("e-1"))
            octets = Frame(topic=sent.topic(), body=bytes(range(256)), properties={"ContentType": "application/gzip"})
            assert await bus.send([octets]) == [None]
            text, data = await java(listener.next), await java(listener.next)
    assert (text.kind, text.properties["ContentType"]) == ("text", "application/json")
    assert decode(text.text) == sent
    assert (data.kind, data.data) == ("bytes", bytes(range(256)))


async def test_octets_of_java_are_read_and_a_map_is_skipped(meeting, context):
    """A document may come in a BytesMessage; a MapMessage holds none, and must not hold up what follows."""
    async with meeting.bus(context) as bus:
        to = place_of(bus, "EndDeviceEvents", "created")
        wanted = Intake(patterns=(Pattern(context=context),))
        async with bus.subscribe(EndDeviceEvents) as events, bus.transport.listen(wanted) as inbox:
            await java(meeting.peer.send, to, {"Verb": "created", "Noun": "EndDeviceEvents"})
            await java(meeting.peer.send, to, envelopes.event(context, "e-1").encode())
            await java(meeting.peer.send, to, envelopes.event(context, "e-2"))
            assert [message.payload for message in await take(events, 2)] == [outage("e-1"), outage("e-2")]
            with anyio.fail_after(15):
                await collect(inbox, 2)
            assert inbox.skipped == 1


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
    values = {"Plain": "Straße – 停電", "Hostile": "a:b\\n\r\nc\\", "Far": "😀𝄞", "Empty": ""}
    async with meeting.bus(context) as bus:
        to = place_of(bus, "EndDeviceEvents", "created")
        wanted = Intake(patterns=(Pattern(context=context),))
        with await java(meeting.peer.listen, to) as listener:
            async with bus.transport.listen(wanted) as inbox:
                await java(meeting.peer.send, to, "<x/>", properties=values)
                with anyio.fail_after(15):
                    (found,) = await collect(inbox, 1)
                of_java = await java(listener.next)
                assert {name: of_java.properties.get(name) for name in values} == values
                assert {name: found.value.properties.get(name) for name in values} == values
                again = Frame(topic=found.value.topic, body=b"<x/>", properties=values)
                assert await bus.send([again]) == [None]
                heard = await java(listener.next)
                assert {name: heard.properties.get(name) for name in values} == values

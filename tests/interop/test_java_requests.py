"""Requests both ways: JMSReplyTo is where the reply goes, on either side, and correlation finds the requester."""

from __future__ import annotations

import re
import uuid
from contextlib import asynccontextmanager

import anyio
import pytest

from cimbus import Component, Kind, RequestRefusedError, decode
from cimbus.nouns import GetMeterReadings

from . import envelopes
from .meeting import java, place_of
from .payloads import QUERY, readings

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


def requests_of(bus):
    return place_of(bus, "MeterReadings", "get", Kind.requests)


@asynccontextmanager
async def serving(bus, handler):
    """A component of cimbus that answers queries with what the handler returns."""
    mdm = Component(f"MDM-{bus.context}")
    mdm.answers(GetMeterReadings)(handler)
    async with anyio.create_task_group() as tasks:
        await tasks.start(mdm.run, bus)
        yield
        mdm.stop()


async def answer_of_cimbus(meeting, bus, replies, *, number, **more):
    """Have Java ask and wait at its temporary queue; return the reply, for it and for us."""
    question = envelopes.request(bus.context, number)
    await java(meeting.peer.send, requests_of(bus), question, **more)
    heard = await java(replies.next)
    return heard, decode(heard.text)


async def test_java_asks_and_cimbus_answers(meeting, context):
    """To a temporary queue, with the correlation that the request has."""

    async def handler(request):
        assert request.payload == QUERY
        return readings()

    number = uuid.uuid4().hex
    async with meeting.bus(context) as bus, serving(bus, handler):
        with await java(meeting.peer.listen) as replies:
            more = {"correlation": number, "reply_to": replies, "properties": {"Verb": "get", "Noun": "MeterReadings"}}
            heard, reply = await answer_of_cimbus(meeting, bus, replies, number=number, **more)
    assert heard.kind == "text"
    assert heard.fields["correlation"] == number
    assert heard.properties["Verb"] == "reply"
    assert heard.properties["Source"] == "CIMBUS"
    assert envelopes.header(heard.text)["CorrelationID"] == number
    assert (envelopes.first(heard.text, "Result"), envelopes.first(heard.text, "value")) == ("OK", "1234.50")
    assert reply.payload == readings()


NO_IDS = re.compile("<(MessageID|CorrelationID)>[^<]*</(MessageID|CorrelationID)>")


@pytest.mark.parametrize("envelope", ["without ids", "with other ids"])
@pytest.mark.parametrize("correlation", ["", "job-7 · ü"])
async def test_java_finds_what_it_sent_in_the_reply(meeting, context, envelope, correlation):
    """Its JMSCorrelationID, or else its JMSMessageID (JMS 2.0, 3.4.5), whatever the envelope says.

    Artemis does not show a JMSMessageID over STOMP: the reply has the envelope's, then.
    """

    async def handler(request):
        return readings()

    question = envelopes.request(context, "r-9")
    if envelope == "without ids":
        question = NO_IDS.sub("", question)
    more = {"correlation": correlation} if correlation else {}
    async with meeting.bus(context) as bus, serving(bus, handler):
        with await java(meeting.peer.listen) as replies:
            asked = await java(meeting.peer.send, requests_of(bus), question, reply_to=replies, **more)
            heard = await java(replies.next)
    assert heard.fields.get("correlation", "") == (correlation or named_by(meeting, asked, question))
    assert envelopes.header(heard.text).get("CorrelationID") == (
        "r-9" if envelope != "without ids" else correlation or None
    )


def named_by(meeting, message_id, question):
    """Return the JMSCorrelationID of a reply to a request that had none."""
    if meeting.wire == "stomp" and meeting.java == "core":
        return envelopes.header(question).get("CorrelationID", "")
    return message_id


async def test_java_asks_and_is_refused(meeting, context):
    async def handler(request):
        raise RequestRefusedError("2.4", "no such meter · ü")

    async with meeting.bus(context) as bus, serving(bus, handler):
        with await java(meeting.peer.listen) as replies:
            heard, reply = await answer_of_cimbus(meeting, bus, replies, number="r-1", reply_to=replies)
    assert envelopes.header(heard.text)["CorrelationID"] == "r-1"
    assert (envelopes.first(heard.text, "Result"), envelopes.first(heard.text, "code")) == ("FAILED", "2.4")
    assert reply.errors[0].reason == "no such meter · ü"


async def test_java_is_answered_in_parts(meeting, context):
    async def handler(request):
        for _ in range(3):
            yield readings()

    async with meeting.bus(context) as bus, serving(bus, handler):
        with await java(meeting.peer.listen) as replies:
            heard, _ = await answer_of_cimbus(meeting, bus, replies, number="r-2", reply_to=replies)
            parts = [heard, await java(replies.next), await java(replies.next)]
    assert [envelopes.first(part.text, "Result") for part in parts] == ["PARTIAL", "PARTIAL", "OK"]
    assert {envelopes.header(part.text)["CorrelationID"] for part in parts} == {"r-2"}
    assert len({part.fields["correlation"] for part in parts}) == 1


async def test_java_asks_for_the_reply_in_the_header_of_the_envelope(meeting, context):
    """ReplyAddress instead of JMSReplyTo: a queue that exists for longer than the request."""

    async def handler(request):
        return readings()

    queue = f"queue:answers.{context}"
    question = envelopes.request(context, "r-3").replace(
        "<AckRequired>", f"<ReplyAddress>{queue}</ReplyAddress><AckRequired>"
    )
    async with meeting.bus(context, reply_to=["queue:answers.*"]) as bus, serving(bus, handler):
        with await java(meeting.peer.listen, queue) as replies:
            await java(meeting.peer.send, requests_of(bus), question)
            heard = await java(replies.next)
    assert heard.fields["to"] == queue
    assert decode(heard.text).payload == readings()


async def answer_of_java(server, context, **outcome):
    """Have Java answer as JMS programs do.

    To JMSReplyTo, with the request's JMSCorrelationID, or where it has none, its JMSMessageID.
    """
    heard = await java(server.next)
    assert heard.kind == "text"
    asked = envelopes.header(heard.text)
    assert (asked["Verb"], asked["Noun"]) == ("get", "MeterReadings")
    assert (heard.properties["Verb"], heard.properties["Noun"]) == ("get", "MeterReadings")
    assert envelopes.first(heard.text, "mRID") == "m-1"
    name = heard.fields.get("correlation") or heard.fields.get("id")  # what came by STOMP may have no JMSMessageID
    names = {"correlation": name} if name else {}
    correlation = asked.get("CorrelationID") or asked["MessageID"]
    for result, code in outcome.get("parts", (("OK", "0.0"),)):
        await java(server.answer, envelopes.reply(context, correlation, result=result, code=code), **names)


async def test_cimbus_asks_and_java_answers(meeting, context):
    async with meeting.bus(context) as bus:
        with await java(meeting.peer.listen, requests_of(bus)) as server:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(answer_of_java, server, context)
                reply = await bus.request(QUERY, timeout=60)
    assert reply.payload == readings()
    assert (reply.header.source, reply.header.comment) == ("MDM-Java", "Straße · 停電")


async def test_cimbus_asks_and_java_answers_in_parts(meeting, context):
    async with meeting.bus(context) as bus:
        with await java(meeting.peer.listen, requests_of(bus)) as server:
            parts = {"parts": (("PARTIAL", "0.1"), ("PARTIAL", "0.1"), ("OK", "0.2"))}
            async with anyio.create_task_group() as tasks, bus.replies(QUERY, timeout=60) as replies:
                tasks.start_soon(lambda: answer_of_java(server, context, **parts))
                results = [reply.result async for reply in replies]
    assert results == ["PARTIAL", "PARTIAL", "OK"]


async def test_cimbus_asks_and_java_refuses(meeting, context):
    async with meeting.bus(context) as bus:
        with await java(meeting.peer.listen, requests_of(bus)) as server:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(lambda: answer_of_java(server, context, parts=[("FAILED", "2.4")]))
                with pytest.raises(RequestRefusedError, match=r"2\.4"):
                    await bus.request(QUERY, timeout=60)

"""Where replies may be sent, and what happens to a request whose reply may not be."""

from __future__ import annotations

import anyio
import pytest

from cimbus import Frame, Message

from .support import LIMIT, answering, query, read, readings, running

pytestmark = [pytest.mark.anyio, pytest.mark.filterwarnings("error")]

ELSEWHERE = ["queue:elsewhere", "topic:a/+/b", "topic:production/events/EndDeviceEvents/created"]


@pytest.mark.parametrize("address", ELSEWHERE)
async def test_a_request_whose_reply_would_go_elsewhere_is_a_dead_letter_and_not_begun(address):
    calls = []

    async def count(request):
        calls.append(request)
        return readings()

    async with running(answering(count)) as bus, bus.subscribe(kind=None) as everything:
        await bus.publish(Message.of(query(), reply_address=address))
        assert (await bus.request(query(), timeout=LIMIT)).result == "OK"
        assert len(calls) == 1
        (letter,) = await bus.dead_letters.letters()
        assert "Bus(reply_to=[...])" in letter.reason
        kinds = [(await everything.receive()).value.kind for _ in range(3)]
    assert kinds == ["requests", "requests", "replies"]


@pytest.mark.parametrize(
    "address", ["None", " ", "http://127.0.0.1:9/reply", "queue:temp-queue://1", "queue:/remote-temp-queue/ID:h-1"]
)
async def test_a_reply_to_a_temporary_destination_or_to_none_is_sent(address):
    async def count(request):
        return readings()

    async with running(answering(count)) as bus:
        await bus.publish(Message.of(query(), reply_address=address))
        assert (await bus.request(query(), timeout=LIMIT)).result == "OK"
        assert all("no such destination" in letter.reason for letter in await bus.dead_letters.letters())


async def test_other_destinations_are_allowed_by_name():
    rules = {"reply_to": ["topic:production/events/*"]}
    async with running(answering(read), **rules) as bus, bus.subscribe(kind="events") as events:
        await bus.publish(Message.of(query(), reply_address="topic:production/events/Answers/created"))
        with anyio.fail_after(LIMIT):
            async with await events.receive() as reply:
                assert reply.header.verb == "reply"
                assert [note.path for note in reply.notes] == ["Header", "Header"]


@pytest.mark.parametrize("body", ["whole", "torn"])
async def test_what_the_transport_of_a_request_carries_is_in_its_reply(body):
    """In a FaultMessage, too, and whatever the envelope's ids are."""
    request = Message.of(query(), reply_address="topic:production/replies/MeterReadings/reply/me", message_id="m-1")
    async with running(answering(read)) as bus, bus.subscribe(kind="replies") as replies:
        frame = bus.publisher.frame(request, "", {"CorrelationData": "%00%FF"})
        if body == "torn":
            frame = Frame(topic=frame.topic, body=b"<torn", properties=frame.properties)
        await bus.transport.send([frame])
        with anyio.fail_after(LIMIT):
            reply = (await replies.receive()).token.value

    assert reply.properties["CorrelationData"] == "%00%FF"
    assert reply.properties["CorrelationID"] == "m-1"

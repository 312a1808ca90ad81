"""What passes a bus is written down."""

from __future__ import annotations

import json
import uuid
from hashlib import sha256

import anyio
import pytest

from application.support import LIMIT, answering, event, frame, query, read, readings, running
from cimbus import AuditTrail, Bus, Component, Message, Retry, SendError, encode
from cimbus.application.audit import verify
from cimbus.application.dead_letters import DeadLetters
from cimbus.nouns import EndDeviceEvents, MeterReadings

pytestmark = pytest.mark.anyio


@pytest.fixture
def path(tmp_path):
    return tmp_path / "audit.jsonl"


def lines(path, *events):
    """The lines of a valid trail, those of some events where they are named."""
    assert verify([path]).problem == ""
    found = [json.loads(line) for line in path.read_bytes().splitlines()]
    return [line for line in found if not events or line["event"] in events]


@pytest.mark.parametrize("kind", ["memory", "sqlite", "mosquitto"])
async def test_a_message_is_followed_from_sending_to_settling(path, kind, tmp_path, request):
    context = f"audit{uuid.uuid4().hex[:8]}"
    local = {"memory": "memory:", "sqlite": f"sqlite:///{tmp_path}/bus.db"}
    url = local.get(kind) or request.getfixturevalue(kind).url()
    component = Component("OMS")

    @component.on(EndDeviceEvents, name="outage")
    async def outage(message: Message[EndDeviceEvents]) -> None: ...

    async with running(component, url, audit=path, context=context, source="HES") as bus:
        await bus.publish(event(), message_id="m-1")
        with anyio.fail_after(LIMIT):
            await component.counters["outage"].reach(handled=1)
    found = lines(path, "sent", "received", "settled")

    by_event = {line["event"]: line for line in found}
    assert set(by_event) == {"sent", "received", "settled"}
    assert {line["message_id"] for line in found} == {"m-1"}
    assert {line["source"] for line in found} == {"HES"}
    assert {line["topic"] for line in found} == {f"{context}/events/EndDeviceEvents/created/UP-1"}
    assert len({line["sha256"] for line in found}) == 1
    assert (by_event["received"]["group"], by_event["received"]["attempt"]) == ("OMS.outage", 1)
    assert by_event["settled"]["outcome"] == "accepted"


async def test_a_dead_letter_its_reason_and_its_replay_are_written(path, tmp_path):
    component, mended = Component("OMS", retry=Retry(attempts=1)), False

    @component.on(EndDeviceEvents, name="outage")
    async def outage(message: Message[EndDeviceEvents]) -> None:
        if not mended:
            raise LookupError("no such meter")

    letters = DeadLetters(str(tmp_path / "letters"))
    async with running(component, audit=path, dead_letters=letters) as bus:
        await bus.publish(event(), message_id="m-1")
        with anyio.fail_after(LIMIT):
            await component.counters["outage"].reach(dead_lettered=1)
            mended = True
            await letters.request_replay(1)
            await component.counters["outage"].reach(handled=1)
    found = lines(path)

    (letter,) = [line for line in found if line["event"] == "dead_lettered"]
    assert (letter["letter"], letter["reason"]) == (1, "LookupError: no such meter")
    assert [line.get("outcome") for line in found if line["event"] == "settled"] == ["rejected", "accepted"]
    (replayed,) = [line for line in found if line["event"] == "replayed"]
    assert (replayed["consumer"], replayed["message_id"]) == ("OMS.outage", "m-1")


async def test_a_refused_message_is_written_with_the_reason(path):
    async with Bus("memory:?backlog=1", audit=path) as bus:
        await bus.ensure_subscription(EndDeviceEvents, group="away")
        await bus.publish(event(), message_id="m-1")
        with pytest.raises(SendError):
            await bus.publish(event(), message_id="m-2")

    assert [(line["event"], line["message_id"]) for line in lines(path, "sent", "refused")] == [
        ("sent", "m-1"),
        ("refused", "m-2"),
    ]
    assert "backlog" in lines(path, "refused")[0]["reason"]


async def roll_back(bus):
    async with bus.transaction() as transaction:
        await transaction.publish(readings(), message_id="rolled back")
        raise LookupError


async def test_a_transaction_is_written_when_it_is_committed(path):
    async with Bus("memory:", audit=path) as bus, bus.subscribe(EndDeviceEvents, group="G") as events:
        await bus.publish(event(), message_id="m-1")
        with anyio.fail_after(LIMIT):
            delivery = await events.receive()
        with pytest.raises(LookupError):
            await roll_back(bus)
        async with bus.transaction(events, [delivery]) as transaction:
            await transaction.publish(readings(), message_id="m-2")
            assert len(lines(path, "sent")) == 1

    assert [line["message_id"] for line in lines(path, "sent")] == ["m-1", "m-2"]
    assert [(line["message_id"], line["outcome"]) for line in lines(path, "settled")] == [("m-1", "accepted")]


async def test_a_request_and_its_reply_are_written(path):
    async with running(answering(read), audit=path) as bus:
        await bus.request(query(), timeout=LIMIT)

    assert {line["topic"].split("/")[1] for line in lines(path, "sent")} == {"requests", "replies"}


async def test_several_buses_share_a_trail_and_an_outbox_is_written_when_it_is_sent(path, tmp_path):
    trail = AuditTrail(path)
    url = f"sqlite:///{tmp_path}/bus.db"
    async with Bus("memory:", audit=trail) as one, Bus(url, audit=trail, outbox=tmp_path / "outbox.db") as other:
        await one.publish(event(), message_id="m-1")
        await other.publish(event(), message_id="m-2")
        with anyio.fail_after(LIMIT):
            await other.outbox.flush()
    trail.close()

    assert [line["message_id"] for line in lines(path, "sent")] == ["m-1", "m-2"]
    assert lines(path, "sent")[0]["bus"] != lines(path, "sent")[1]["bus"]


async def test_a_body_is_written_as_its_hash_alone(path):
    async with Bus("memory:", audit=path) as bus, bus.subscribe(MeterReadings) as subscription:
        await bus.publish(readings("SECRET-METER"), key="k")
        with anyio.fail_after(LIMIT):
            delivery = await subscription.receive()
        body = delivery.token.value.body
    (sent,) = lines(path, "sent")

    assert (sent["sha256"], sent["size"]) == (sha256(body).hexdigest(), len(body))
    assert "SECRET-METER" not in path.read_text()


async def test_without_a_trail_the_transport_is_the_plain_one(tmp_path):
    bus, audited = Bus("memory:"), Bus("memory:", audit=tmp_path / "audit.jsonl")
    assert type(bus.transport).__name__ == "MemoryTransport"
    assert type(audited.transport).__name__ == "AuditedTransactionalTransport"


async def test_a_header_that_is_not_utf_8_stops_nothing(path):
    component = Component("OMS")

    @component.on(EndDeviceEvents, name="outage")
    async def outage(message: Message[EndDeviceEvents]) -> None: ...

    strange = {"MessageID": "m-\udcff", "Source": "\x1b[31m"}  # as Kafka's transport has octets that are no UTF-8
    async with running(component, audit=path) as bus:
        await bus.transport.send([frame(encode(Message.of(event(), verb="created")), **strange)])
        with anyio.fail_after(LIMIT):
            await component.counters["outage"].reach(handled=1)

    assert {line["message_id"] for line in lines(path, "received")} == {"m-\\xdcff"}

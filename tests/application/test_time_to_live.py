"""What is of use no more is not handled, wherever it waited."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import anyio
import pytest

from cimbus import Bus, Component, DeadLetters, ReplyTimeoutError, Retry
from cimbus.application.dead_letters import DeadLetter
from cimbus.bridge import Bridge
from cimbus.nouns import EndDeviceEvents

from .support import LIMIT, answering, event, frame, query, read, running, until

pytestmark = [pytest.mark.anyio, pytest.mark.filterwarnings("error")]

PAST = datetime(2026, 1, 1, tzinfo=UTC)
SOON = timedelta(minutes=5)


async def sent_frames(publish):
    """Return the properties of what was published."""
    async with Bus("memory:") as bus, bus.subscribe(kind=None) as found:
        await publish(bus)
        await bus.publish(event())
        properties = []
        while not properties or "JMSExpiration" in properties[-1]:
            delivery = await found.receive()
            properties.append(delivery.token.value.properties)
    return properties[:-1]


async def test_every_way_to_publish_takes_it():
    async def publish(bus):
        await bus.publish(event(), expires=SOON)
        await bus.publish_many([event()], expires=SOON)
        async with bus.transaction() as transaction:
            await transaction.publish(event(), expires=datetime.now(UTC) + SOON)

    found = [int(each["JMSExpiration"]) / 1000 - time.time() for each in await sent_frames(publish)]

    assert len(found) == 3
    assert all(240 < left <= 300 for left in found)


async def test_an_expired_message_is_counted_and_not_handled(caplog):
    app, handled = Component("APP"), []

    @app.on(EndDeviceEvents)
    async def handle(message):
        handled.append(message.header.message_id)

    with anyio.fail_after(LIMIT):
        async with running(app) as bus:
            for _ in range(20):
                await bus.publish(event(), expires=PAST)
            await bus.publish(event(), message_id="timely", expires=SOON)
            await app.counters["EndDeviceEvents"].reach(handled=1, expired=20)

    assert handled == ["timely"]
    assert app.counters["EndDeviceEvents"].dead_lettered == 0
    assert len([record for record in caplog.records if "has expired" in record.message]) == 1


async def test_an_expired_message_is_not_handed_out():
    async with Bus("memory:") as bus, bus.subscribe(EndDeviceEvents, group="OMS", durable=True) as found:
        await bus.publish(event(), expires=PAST)
        await bus.publish(event(), message_id="timely")
        async with await found.receive() as message:
            assert message.header.message_id == "timely"
        assert found.expired == 1
        with anyio.fail_after(LIMIT):
            while (await bus.transport.groups())[0].backlog:  # noqa: ASYNC110  # both are settled
                await anyio.sleep(0.01)


async def test_a_request_that_timed_out_is_not_carried_out(tmp_path):
    url, done = f"sqlite:///{tmp_path}/bus.db", []

    async def switch(request):
        done.append(request.header.message_id)

    app = answering(switch, EndDeviceEvents, verb="create", name="switch")
    async with running(app, url):
        pass
    async with Bus(url) as bus:
        with pytest.raises(ReplyTimeoutError):
            await bus.request(event(), verb="create", timeout=2)  # by then it is sent
        with pytest.raises(ReplyTimeoutError):
            await bus.request(event(), verb="create", timeout=2, message_id="kept", expires=None)
    with anyio.fail_after(LIMIT):
        async with running(app, url):
            await app.counters["switch"].reach(handled=1, expired=1)

    assert done == ["kept"]


async def test_a_request_without_a_timeout_does_not_expire():
    async with running(answering(read)) as bus, bus.subscribe(kind="requests") as requests:
        await bus.request(query(), timeout=float("inf"))
        await bus.request(query(), timeout=60)
        endless, timed = [(await requests.receive()).token.value.properties for _ in range(2)]

    assert "JMSExpiration" not in endless
    assert 0 < int(timed["JMSExpiration"]) / 1000 - time.time() <= 60


async def test_a_failed_attempt_is_not_repeated_after_the_message_has_expired():
    app = Component("APP", retry=Retry(attempts=5, initial_delay=600, max_delay=600))

    @app.on(EndDeviceEvents)
    async def handle(message):
        raise LookupError("no such meter")

    with anyio.fail_after(LIMIT):
        async with running(app) as bus:
            await bus.publish(event(), expires=timedelta(seconds=20))
            await app.counters["EndDeviceEvents"].reach(dead_lettered=1)
            assert [letter.attempts for letter in await bus.dead_letters.letters()] == [1]


async def test_a_dead_letter_that_a_person_wants_handled_does_not_expire():
    app, letters = Component("APP"), DeadLetters()
    app.on(EndDeviceEvents)(lambda message: None)
    async with running(app, dead_letters=letters) as bus:
        await bus.publish(event())
        await app.counters["EndDeviceEvents"].reach(handled=1)
        late = frame(b"<x/>", JMSExpiration="1700000000000")
        reader = bus.reader("APP.EndDeviceEvents")
        letter = DeadLetter(time=PAST, reason="?", attempts=1, consumer=reader.consumer, bus=reader.bus, frame=late)
        await letters.request_replay(await letters.add(letter))
        with anyio.fail_after(LIMIT):
            await app.counters["EndDeviceEvents"].reach(dead_lettered=1)  # it was tried, and is no message

    assert app.counters["EndDeviceEvents"].expired == 0


async def test_an_outbox_does_not_send_what_has_expired(tmp_path):
    async with (
        Bus("memory:", outbox=tmp_path / "outbox.db") as bus,
        bus.subscribe(EndDeviceEvents) as found,
    ):
        for number in range(6):
            await bus.publish(event(), message_id=f"m-{number}", expires=PAST if number % 2 else SOON)
        with anyio.fail_after(LIMIT):
            await bus.outbox.flush()
            arrived = [(await found.receive()).value.header.message_id for _ in range(3)]

        assert arrived == ["m-0", "m-2", "m-4"]
        assert (bus.outbox.forwarded, bus.outbox.expired, found.expired) == (3, 3, 0)


async def test_a_bridge_carries_the_time_on_and_drops_what_has_expired():
    bridge = Bridge("memory:ttl-a", "memory:ttl-b")
    async with (
        Bus("memory:ttl-a") as here,
        Bus("memory:ttl-b") as there,
        there.subscribe(EndDeviceEvents) as found,
        anyio.create_task_group() as tasks,
    ):
        await tasks.start(bridge.run)
        await here.publish(event(), expires=PAST)
        await here.publish(event(), expires=SOON)
        with anyio.fail_after(LIMIT):
            delivery = await found.receive()
            await until(lambda: bridge.counters.sent)
        tasks.cancel_scope.cancel()

    assert int(delivery.token.value.properties["JMSExpiration"]) / 1000 > time.time()
    assert (bridge.counters.received, bridge.counters.expired, bridge.counters.sent) == (2, 1, 1)


async def test_a_time_without_a_zone_is_refused():
    async with Bus("memory:") as bus:
        with pytest.raises(ValueError, match="zone"):
            await bus.publish(event(), expires=datetime(2030, 1, 1))  # noqa: DTZ001

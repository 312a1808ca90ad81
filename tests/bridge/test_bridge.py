"""From one bus to another: what arrives, in which order, how often, and what comes back."""

from __future__ import annotations

from contextlib import asynccontextmanager

import anyio
import pytest
from application.support import LIMIT, event, mrid_of, query, readings, until

from cimbus import Bridge, Bus, Component, Frame, ReplyError, SendError, Topic, UsageError, decode
from cimbus.interface.envelope import ResultKind
from cimbus.middleware import deferred_transport
from cimbus.nouns import EndDeviceEvents, GetMeterReadings

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["memory", "sqlite"])
async def ends(request, tmp_path):
    """Two open buses that have nothing to do with each other."""
    urls = [f"memory:{tmp_path}/{x}" if request.param == "memory" else f"sqlite:///{tmp_path}/{x}.db" for x in "ab"]
    async with Bus(urls[0], source="HES") as here, Bus(urls[1], source="OMS") as there:
        yield here, there


@asynccontextmanager
async def bridged(*bridges):
    async with anyio.create_task_group() as tasks:
        for bridge in bridges:
            await tasks.start(bridge.run)
        with anyio.fail_after(LIMIT):
            yield
        tasks.cancel_scope.cancel()


async def collect(readings, count):
    found = []
    async for delivery in readings:
        async with delivery as message:
            found.append(message)
        if len(found) == count:
            return found
    raise AssertionError


async def test_events_arrive_in_order_with_the_same_octets(ends):
    here, there = ends
    bridge = Bridge(here, there)
    async with bridged(bridge), there.subscribe(EndDeviceEvents) as found:
        sent = [await here.publish(event(str(number)), correlation_id="c") for number in range(50)]
        got = await collect(found, 50)
        await until(lambda: bridge.counters.sent == 50)
    assert [mrid_of(message) for message in got] == [str(number) for number in range(50)]
    assert [message.header for message in got] == [message.header for message in sent]
    assert bridge.counters.counts() == {
        "received": 50, "sent": 50, "replies": 0, "duplicates": 0, "looped": 0, "dead_lettered": 0, "expired": 0,
    }  # fmt: skip


async def test_only_what_was_asked_for(ends):
    here, there = ends
    bridge = Bridge(here, there, nouns=[EndDeviceEvents, "Kettles"], verbs=["created"])
    async with bridged(bridge), there.subscribe() as found:
        await here.publish(readings())
        await here.publish(event("changed"), verb="changed")
        await here.publish(event("created"))
        (message,) = await collect(found, 1)
    assert mrid_of(message) == "created"
    assert bridge.counters.received == 1


async def test_what_came_while_it_was_away_is_carried_then(tmp_path):
    here_url, there_url = f"sqlite:///{tmp_path}/a.db", f"sqlite:///{tmp_path}/b.db"
    async with Bus(here_url) as here, Bus(there_url) as there, there.subscribe(EndDeviceEvents) as found:
        async with bridged(Bridge(here_url, there_url)):
            pass
        await here.publish(event("meanwhile"))
        async with bridged(Bridge(here_url, there_url)):
            (message,) = await collect(found, 1)
    assert mrid_of(message) == "meanwhile"


async def test_a_mapping_changes_topic_and_header_alike(ends):
    here, there = ends
    bridge = Bridge(here, there, map="test/{kind}/{noun}/{verb}")
    async with bridged(bridge), there.subscribe(EndDeviceEvents, context="test") as found:
        await here.publish(event("1"))
        (message,) = await collect(found, 1)
    assert message.header.context == "test"
    assert mrid_of(message) == "1"


async def test_a_function_may_map(ends):
    here, there = ends
    bridge = Bridge(here, there, map=lambda topic: Topic(topic.context, topic.kind, topic.noun, topic.verb, "one"))
    async with bridged(bridge), there.subscribe(EndDeviceEvents, key="one") as found:
        await here.publish(event("1"))
        assert await collect(found, 1)


async def test_a_request_goes_over_and_its_reply_comes_back(ends):
    here, there = ends
    app, asked = Component("APP"), []

    @app.answers(GetMeterReadings)
    async def read(request):
        asked.append(request.header)
        return readings(request.payload.EndDevice[0].mRID)

    bridge = Bridge(here, there)
    async with bridged(bridge), anyio.create_task_group() as tasks:
        await tasks.start(app.run, there)
        reply = await here.request(query("M-7"), timeout=LIMIT, correlation_id="run-1")
        app.stop()
    assert reply.payload.MeterReading[0].Meter.mRID == "M-7"
    assert reply.header.correlation_id == "run-1"
    assert asked[0].correlation_id == "run-1"  # unless another one is under way with it
    assert bridge.counters.replies == 1


async def test_replies_in_parts_and_refusals_come_back(ends):
    here, there = ends
    app = Component("APP")

    @app.answers(GetMeterReadings)
    async def read(request):
        if request.payload.EndDevice[0].mRID == "bad":
            raise ReplyError.of("2.4", "no such meter")
        for meter in ("a", "b", "c"):
            yield readings(meter)

    async with bridged(Bridge(here, there)), anyio.create_task_group() as tasks:
        await tasks.start(app.run, there)
        async with here.replies(query("M-1"), timeout=LIMIT) as replies:
            parts = [reply async for reply in replies]
        with pytest.raises(ReplyError, match="no such meter"):
            await here.request(query("bad"), timeout=LIMIT)
        app.stop()
    assert [part.payload.MeterReading[0].Meter.mRID for part in parts] == ["a", "b", "c"]
    assert [part.result for part in parts] == [ResultKind.PARTIAL, ResultKind.PARTIAL, ResultKind.OK]


async def test_many_requesters_with_the_same_correlation_get_their_own_reply(ends):
    here, there = ends
    app, replies = Component("APP"), {}

    @app.answers(GetMeterReadings, concurrency=8)
    async def read(request):
        await anyio.sleep(0.01)
        return readings(request.payload.EndDevice[0].mRID)

    async def ask(meter):
        async with Bus(here.url) as requester:
            reply = await requester.request(query(meter), timeout=LIMIT, correlation_id="1")
        replies[meter] = (reply.payload.MeterReading[0].Meter.mRID, reply.header.correlation_id)

    async with bridged(Bridge(here, there)), anyio.create_task_group() as tasks:
        await tasks.start(app.run, there)
        async with anyio.create_task_group() as requesters:
            for number in range(8):
                requesters.start_soon(ask, f"M-{number}")
        app.stop()
    assert replies == {f"M-{number}": (f"M-{number}", "1") for number in range(8)}


async def test_two_bridges_do_not_send_a_message_round(ends):
    here, there = ends
    one, two = Bridge(here, there, name="one"), Bridge(there, here, name="two")
    async with bridged(one, two), there.subscribe(EndDeviceEvents) as far, here.subscribe(EndDeviceEvents) as near:
        await here.publish(event("1"))
        await there.publish(event("2"))
        assert {mrid_of(message) for message in await collect(far, 2)} == {"1", "2"}
        assert {mrid_of(message) for message in await collect(near, 2)} == {"1", "2"}
        await until(lambda: one.counters.looped == two.counters.looped == 1)
    assert one.counters.sent == two.counters.sent == 1


async def test_with_an_inbox_nothing_is_sent_twice(ends, tmp_path):
    here, there = ends
    async with there.subscribe(EndDeviceEvents) as found:
        for _ in range(2):  # the second is another run, which remembers
            bridge = Bridge(here, there, inbox=tmp_path / "sent.db")
            async with bridged(bridge):
                for mrid in ("1", "1", "2"):
                    await here.publish(event(mrid), message_id=f"id-{mrid}")
                await until(lambda bridge=bridge: bridge.counters.sent + bridge.counters.duplicates == 3)
        assert bridge.counters.duplicates == 3
        await there.publish(event("end"))
        assert [mrid_of(message) for message in await collect(found, 3)] == ["1", "2", "end"]


async def test_what_the_target_refuses_is_set_aside(ends):
    here, there = ends
    send = there.transport.send

    async def refuse_some(frames):
        results = list(await send([frame for frame in frames if b">bad<" not in frame.body]))
        return [SendError("too large") if b">bad<" in frame.body else results.pop(0) for frame in frames]

    there.transport.send = refuse_some
    bridge = Bridge(here, there)
    async with bridged(bridge), there.subscribe(EndDeviceEvents) as found:
        for mrid in ("1", "bad", "2"):
            await here.publish(event(mrid))
        assert [mrid_of(message) for message in await collect(found, 2)] == ["1", "2"]
        await until(lambda: bridge.counters.dead_lettered)
    letters = [letter for letter in await here.dead_letters.letters() if letter.consumer == "bridge.bridge"]
    assert "too large" in letters[0].reason
    assert mrid_of(decode(letters[0].frame.body)) == "bad"


async def test_a_request_that_cannot_be_read_is_set_aside(ends):
    here, there = ends
    bridge = Bridge(here, there)
    topic = Topic("production", "requests", "MeterReadings", "get")
    async with bridged(bridge):
        await here.transport.send([Frame(topic=topic, body=b"<no message")])
        await until(lambda: bridge.counters.dead_lettered)


async def test_a_broker_that_is_away_is_waited_for_and_nothing_is_accepted(ends):
    here, there = ends
    gate, send = anyio.Event(), there.transport.send

    async def late(frames):
        await gate.wait()
        return await send(frames)

    there.transport.send = late
    bridge = Bridge(here, there)
    async with there.subscribe(EndDeviceEvents) as found, bridged(bridge):
        await here.publish(event("1"))
        await until(lambda: bridge.counters.received)
        assert not bridge.counters.sent
        gate.set()
        assert await collect(found, 1)


def test_a_bridge_has_two_ends():
    with pytest.raises(UsageError, match="both ends of the bridge are the bus sqlite:/a"):
        Bridge("sqlite:///a.db", "sqlite:///a.db?retention=5")


async def test_it_waits_for_both_ends_and_keeps_what_is_sent_before_the_far_one_is_there(tmp_path, monkeypatch):
    monkeypatch.setattr(deferred_transport.Backoff, "pause", lambda self: 0.01)
    here_url, there_url = f"sqlite:///{tmp_path}/here.db", f"sqlite:///{tmp_path}/late/there.db"
    bridge = Bridge(here_url, there_url)
    with anyio.fail_after(LIMIT):
        async with Bus(here_url) as here, anyio.create_task_group() as tasks:
            tasks.start_soon(bridge.run)
            while not await here.transport.groups():  # noqa: ASYNC110  # another task subscribes
                await anyio.sleep(0.01)
            await here.publish(event("early"))
            assert bridge.counters.sent == 0
            (tmp_path / "late").mkdir()
            await bridge.counters.reach(sent=1)
            tasks.cancel_scope.cancel()


async def test_it_may_send_through_an_outbox(tmp_path):
    with pytest.raises(UsageError, match="outbox is for a target that is given as a URL"):
        Bridge("memory:outbox-here", Bus("memory:outbox-there"), outbox=tmp_path / "outbox.db")
    bridge = Bridge("memory:outbox-here", "memory:outbox-there", outbox=tmp_path / "outbox.db")
    async with bridged(bridge), Bus("memory:outbox-here") as here, Bus("memory:outbox-there") as there:
        async with there.subscribe(EndDeviceEvents) as events:
            await here.publish(event("1"))
            async with await events.receive() as message:
                assert mrid_of(message) == "1"
        assert bridge.target.outbox.forwarded == 1

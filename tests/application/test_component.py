"""Handlers at work: dispatch, concurrency, failures, dead letters, cancellation and the end."""

from __future__ import annotations

import threading
import time

import anyio
import pytest

from cimbus import Bus, Component, Retry
from cimbus.nouns import EndDeviceEvents, MeterReadings

from .support import LIMIT, event, frame, mrid_of, readings, running, until

pytestmark = pytest.mark.anyio

FEW = Retry(attempts=3, initial_delay=0.02, multiplier=2, jitter=0.1)


async def test_messages_reach_the_handlers_of_their_noun_and_verb():
    app, got = Component("APP"), []

    @app.on(EndDeviceEvents, verb="created")
    async def created(message):
        got.append(("created", mrid_of(message)))

    @app.on(EndDeviceEvents, verb="changed")
    def changed(message):
        got.append(("changed", mrid_of(message)))

    @app.on("MeterReadings")
    async def readings_came(message):
        got.append(("readings", type(message.payload)))

    async with running(app) as bus:
        await bus.publish(event("1"))
        await bus.publish(event("2"), verb="changed")
        await bus.publish(readings())
        with anyio.fail_after(LIMIT):
            await until(lambda: len(got) == 3)
    assert sorted(got, key=str) == [("changed", "2"), ("created", "1"), ("readings", MeterReadings)]
    assert [counters.handled for counters in app.counters.values()] == [1, 1, 1]


@pytest.mark.parametrize("url", ["memory:", "sqlite:"])
async def test_sixteen_at_once_and_each_key_in_order(url, tmp_path):
    app, now, order, most, done = Component("APP"), set(), {}, 0, 0

    @app.on(EndDeviceEvents, concurrency=16)
    async def handle(message):
        nonlocal most, done
        key = message.payload.EndDeviceEvent[0].UsagePoint.mRID
        assert key not in now
        now.add(key)
        most = max(most, len(now))
        await anyio.sleep(0.001)
        now.remove(key)
        order.setdefault(key, []).append(int(mrid_of(message)))
        done += 1

    async with running(app, url if url == "memory:" else f"sqlite://{tmp_path}/bus.db") as bus:
        await bus.publish_many(event(str(number), key=f"UP-{number % 20}") for number in range(400))
        with anyio.fail_after(LIMIT):
            await until(lambda: done == 400)
    assert most == 16
    assert all(numbers == sorted(numbers) for numbers in order.values())


@pytest.mark.parametrize("kind", ["async", "sync"])
async def test_a_failing_handler_is_tried_again_after_pauses_and_then_set_aside(kind):
    app, times = Component("APP", retry=FEW), []

    def fail(message):
        if mrid_of(message) == "good":
            return
        times.append(time.monotonic())
        raise ZeroDivisionError("mine")

    async def fail_later(message):
        fail(message)

    app.on(EndDeviceEvents, name="h")(fail if kind == "sync" else fail_later)
    async with running(app) as bus:
        sent = await bus.publish(event("bad"))
        await bus.publish(event("good"))
        with anyio.fail_after(LIMIT):
            await until(lambda: app.counters["h"].handled == 1)
        (letter,) = await bus.dead_letters.letters()
    counters = app.counters["h"]
    assert (counters.retried, counters.failed, counters.dead_lettered) == (2, 1, 1)
    assert len(times) == letter.attempts == 3
    assert times[1] - times[0] >= 0.02 - 0.001
    assert times[2] - times[1] >= 0.04 - 0.001
    assert (letter.reason, letter.consumer) == ("ZeroDivisionError: mine", "APP.h")
    assert sent.header.message_id.encode() in letter.frame.body
    assert letter.frame.topic.key == "UP-1"


async def test_a_handler_that_fails_once_is_not_set_aside():
    app, tries = Component("APP", retry=Retry(initial_delay=0)), []

    @app.on(EndDeviceEvents, name="h")
    async def handle(message):
        tries.append(message)
        if len(tries) == 1:
            raise ZeroDivisionError

    async with running(app) as bus:
        await bus.publish(event())
        with anyio.fail_after(LIMIT):
            await until(lambda: app.counters["h"].handled)
        assert not await bus.dead_letters.letters()
    assert (app.counters["h"].retried, app.counters["h"].failed) == (1, 0)


async def test_what_cannot_be_read_or_is_something_else_is_set_aside_at_once():
    from cimbus import Message
    from cimbus.interface.codecs import encode

    app, got = Component("APP"), []
    app.on(EndDeviceEvents, name="h")(got.append)
    wrong = encode(Message.of(readings()))
    async with running(app) as bus:
        await bus.transport.send([frame(b""), frame(b"\xff\x00"), frame(wrong)])
        await bus.publish(event())
        with anyio.fail_after(LIMIT):
            await until(lambda: app.counters["h"].handled)
        letters = await bus.dead_letters.letters()
    assert [letter.frame.body for letter in letters] == [b"", b"\xff\x00", wrong]
    assert [letter.attempts for letter in letters] == [1, 1, 1]
    assert "not EndDeviceEvents" in letters[-1].reason
    assert app.counters["h"].dead_lettered == 3


async def test_cancellation_settles_nothing():
    app, begun = Component("APP"), []

    @app.on(EndDeviceEvents, name="h")
    async def handle(message):
        begun.append(mrid_of(message))
        if len(begun) == 1:
            await anyio.sleep_forever()

    async with Bus("memory:") as bus:
        with anyio.fail_after(LIMIT):
            async with anyio.create_task_group() as group:
                await group.start(app.run, bus)
                await bus.publish_many([event("1"), event("2")])
                await until(lambda: begun)
                group.cancel_scope.cancel()
            assert app.counters["h"].handled == 0
            async with anyio.create_task_group() as group:
                await group.start(app.run, bus)
                await until(lambda: app.counters["h"].handled == 2)
                app.stop()
        assert not await bus.dead_letters.letters()
    assert begun == ["1", "1", "2"]


async def test_stop_finishes_what_was_begun_and_begins_nothing(tmp_path, caplog):
    url, begun, done, go = f"sqlite:///{tmp_path}/bus.db", [], [], anyio.Event()

    def component():
        app = Component("APP")

        @app.on(EndDeviceEvents, concurrency=2)
        async def handle(message):
            begun.append(mrid_of(message))
            await go.wait()
            await anyio.lowlevel.checkpoint()
            done.append(mrid_of(message))

        return app

    with anyio.fail_after(LIMIT):
        app = component()
        async with running(app, url) as bus:
            await bus.publish_many(event(str(number), key=f"k{number % 3}") for number in range(7))
            await until(lambda: len(begun) == 2 and app.runners["EndDeviceEvents"]._workers.pending == 7)
            app.stop()
            await anyio.wait_all_tasks_blocked()
            assert not done
            go.set()
        assert sorted(done) == ["0", "1"]
        assert "5 messages are not handled and will be redelivered" in caplog.text
        app = component()
        async with running(app, url):
            await app.counters["EndDeviceEvents"].reach(handled=5)
    assert [[mrid for mrid in done if int(mrid) % 3 == key] for key in range(3)] == [
        ["0", "3", "6"],
        ["1", "4"],
        ["2", "5"],
    ]


@pytest.mark.parametrize("kind", ["async", "sync"])
async def test_what_is_left_when_the_grace_is_over_is_said(kind, caplog):
    app, begun, ended = Component("APP", grace=0.05), [], threading.Event()

    async def hang(message):
        begun.append(message)
        await anyio.sleep_forever()

    def hang_in_thread(message):
        begun.append(message)
        ended.wait(2 * LIMIT)  # far longer than the bound below

    app.on(EndDeviceEvents, name="h")(hang if kind == "async" else hang_in_thread)
    with anyio.fail_after(LIMIT):
        async with running(app) as bus:
            await bus.publish_many([event("1"), event("2")])
            await until(lambda: begun)
    ended.set()
    assert "stopped; 2 messages are not handled" in caplog.text
    assert app.counters["h"].handled == 0


async def test_a_bus_runs_components_until_all_are_stopped():
    one, two, got = Component("ONE"), Component("TWO"), []

    @one.on(EndDeviceEvents)
    async def first(message):
        got.append("one")

    @two.on(EndDeviceEvents)
    async def second(message):
        got.append("two")

    with anyio.fail_after(LIMIT):
        async with Bus("memory:") as bus, anyio.create_task_group() as group:
            await group.start(one.run, bus)
            await group.start(two.run, bus)
            await bus.publish(event())
            await until(lambda: len(got) == 2)
            one.stop()
            two.stop()
    assert sorted(got) == ["one", "two"]


async def test_what_cannot_be_declared_is_refused():
    app = Component("APP")
    app.on(EndDeviceEvents)(print)
    with pytest.raises(ValueError, match="another name="):
        app.on(EndDeviceEvents)(print)
    with pytest.raises(TypeError, match="no option speed; there are name, verb"):
        app.on(MeterReadings, speed=1)
    with pytest.raises(ValueError, match="at least 1, not 0"):
        app.on(MeterReadings, concurrency=0)
    for wrong in ({"concurrency": "16"}, {"concurrency": True}, {"retry": 5}, {"timeout": "soon"}, {"verb": 7}):
        with pytest.raises(TypeError, match=f"{next(iter(wrong))} is "):
            app.on(MeterReadings, **wrong)
    with pytest.raises(ValueError, match="more than 0"):
        app.on(MeterReadings, timeout=0)
    with pytest.raises(TypeError, match=r"Retry\(attempts=5\)"):
        Component("APP", retry=5)
    async with Bus("memory:") as bus:
        with pytest.raises(ValueError, match="no handlers"):
            await Component("EMPTY").run(bus)


async def test_an_attempt_that_takes_too_long_has_failed():
    app, begun = Component("APP", retry=FEW), []

    @app.on(EndDeviceEvents, name="h", timeout=0.02)
    async def handle(message):
        begun.append(message)
        await anyio.sleep_forever()

    async with running(app) as bus:
        await bus.publish(event())
        with anyio.fail_after(LIMIT):
            await app.counters["h"].reach(dead_lettered=1)
        (letter,) = await bus.dead_letters.letters()
    assert len(begun) == 3
    assert letter.reason == "TimeoutError: the handler has not returned within 0.02 s"

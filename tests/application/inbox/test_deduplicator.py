"""Components with a durable inbox: a message that is delivered twice is handled once."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import anyio
import pytest

from application.support import LIMIT, event, mrid_of, outages, query, readings, running, until
from cimbus import Bus, Component, Inbox, Message, Retry, UnitOfWork
from cimbus.application.marshal import pack
from cimbus.nouns import EndDeviceEvents, GetMeterReadings

pytestmark = pytest.mark.anyio

FEW = Retry(attempts=2, initial_delay=0.001, jitter=0.0)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "inbox.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("create table outage (mrid)")
    return path


async def test_a_message_published_twice_is_handled_once(path):
    app, got = Component("APP", inbox=path), []

    @app.on(EndDeviceEvents, concurrency=4)
    async def handle(message):
        got.append(mrid_of(message))

    async with running(app) as bus:
        for mrid in ("1", "2", "1", "1", "2", "3"):
            await bus.publish(event(mrid, key=mrid), message_id=f"id-{mrid}")
        with anyio.fail_after(LIMIT):
            await until(lambda: app.counters["EndDeviceEvents"].duplicates == 3)
    assert got == ["1", "2", "3"]
    assert app.counters["EndDeviceEvents"].handled == 3


async def test_each_handler_handles_it_once(path):
    app, got = Component("APP", inbox=path), []
    for name in ("one", "two"):
        app.on(EndDeviceEvents, name=name)(lambda _message, name=name: got.append(name))

    async with running(app) as bus:
        for _ in range(2):
            await bus.publish(event(), message_id="same")
        with anyio.fail_after(LIMIT):
            await until(lambda: all(counters.duplicates for counters in app.counters.values()))
    assert sorted(got) == ["one", "two"]


async def test_work_is_done_once_however_often_the_handler_runs(path):
    app, tries = Component("APP", inbox=path, retry=FEW), []

    @app.on(EndDeviceEvents)
    async def handle(message, work: UnitOfWork):
        work.execute("insert into outage values (?)", mrid_of(message))
        tries.append(mrid_of(message))
        if len(tries) == 1:
            raise LookupError

    async with running(app) as bus:
        for _ in range(3):
            await bus.publish(event("1"), message_id="same")
        with anyio.fail_after(LIMIT):
            await until(lambda: app.counters["EndDeviceEvents"].duplicates == 2)
    assert tries == ["1", "1"]
    assert outages(path) == ["1"]


async def test_a_synchronous_handler_may_take_work(path):
    app = Component("APP", inbox=path)

    @app.on(EndDeviceEvents)
    def handle(message, work: UnitOfWork):
        work.execute("insert into outage values (?)", mrid_of(message))

    async with running(app) as bus:
        await bus.publish(event("1"))
        with anyio.fail_after(LIMIT):
            await until(lambda: app.counters["EndDeviceEvents"].handled)
    assert outages(path) == ["1"]


async def test_work_that_cannot_be_done_is_a_failed_attempt(path):
    app = Component("APP", inbox=path, retry=FEW)

    @app.on(EndDeviceEvents)
    async def handle(message, work: UnitOfWork):
        work.execute("insert into nowhere values (1)")

    async with running(app) as bus:
        await bus.publish(event("1"), message_id="same")
        with anyio.fail_after(LIMIT):
            await until(lambda: app.counters["EndDeviceEvents"].dead_lettered)
        (letter,) = await bus.dead_letters.letters()
        assert "no such table" in letter.reason
        # a dead letter was not handled: replayed, it is tried again
        await bus.publish(event("1"), message_id="same")
        with anyio.fail_after(LIMIT):
            await until(lambda: app.counters["EndDeviceEvents"].dead_lettered == 2)
    assert app.counters["EndDeviceEvents"].duplicates == 0


async def test_a_message_delivered_again_after_a_restart_is_not_handled_again(path, tmp_path, monkeypatch):
    """The process ended between handling and settling: its broker delivers again, to a component made anew."""
    url, handled = f"sqlite:///{tmp_path}/bus.db", []

    def application(stop_before_settling):
        app = Component("APP", inbox=path)

        @app.on(EndDeviceEvents)
        async def handle(message, work: UnitOfWork):
            work.execute("insert into outage values (?)", mrid_of(message))
            handled.append(mrid_of(message))

        if stop_before_settling:
            commit = UnitOfWork.commit

            async def commit_and_die(work):
                await commit(work)
                await anyio.sleep_forever()

            monkeypatch.setattr(UnitOfWork, "commit", commit_and_die)
        else:
            monkeypatch.undo()
        return app

    async with Bus(url) as bus, anyio.create_task_group() as tasks:
        await tasks.start(application(stop_before_settling=True).run, bus)
        await bus.publish(event("1"))
        with anyio.fail_after(LIMIT):
            await until(lambda: outages(path))
        tasks.cancel_scope.cancel()
    app = application(stop_before_settling=False)
    async with running(app, url):
        with anyio.fail_after(LIMIT):
            await until(lambda: app.counters["EndDeviceEvents"].duplicates)
    assert handled == ["1"]
    assert outages(path) == ["1"]


async def test_a_request_is_answered_and_marked(path):
    app = Component("APP", inbox=path)

    @app.answers(GetMeterReadings)
    async def read(request, work: UnitOfWork):
        work.execute("insert into outage values (?)", request.payload.EndDevice[0].mRID)
        return readings("M-1")

    async with running(app) as bus:
        reply = await bus.request(query("M-1"), timeout=LIMIT)
        with anyio.fail_after(LIMIT):
            await until(lambda: app.counters["GetMeterReadings.get"].handled)
    assert reply.result == "OK"
    assert outages(path) == ["M-1"]


async def test_a_pulled_subscription_has_each_message_once(path, tmp_path):
    """Also in the next run, and where the middleware delivers again what was accepted but not settled."""
    url = f"sqlite:///{tmp_path}/bus.db"
    options = {"group": "OMS", "durable": True, "inbox": path}
    async with Bus(url) as bus:
        async with bus.subscribe(EndDeviceEvents, **options) as found:
            for mrid in ("1", "2", "1", "3"):
                await bus.publish(event(mrid, key=mrid), message_id=f"id-{mrid}")
            got = []
            with anyio.fail_after(LIMIT):
                while len(got) < 3:
                    async with await found.receive() as message:
                        got.append(mrid_of(message))
            assert got == ["1", "2", "3"]
        async with bus.subscribe(EndDeviceEvents, **options) as found:
            for mrid in ("2", "4"):
                await bus.publish(event(mrid, key=mrid), message_id=f"id-{mrid}")
            with anyio.fail_after(LIMIT):
                async with await found.receive() as message:
                    assert mrid_of(message) == "4"
            assert found.duplicates == 1


async def test_a_duplicate_is_settled_as_the_first_that_is_unsettled(path):
    """Accepted with it; released with it, and then the first to be redelivered is handled."""
    async with Bus("memory:") as bus, bus.subscribe(EndDeviceEvents, group="OMS", inbox=path) as found:
        for mrid in ("1", "1", "end"):
            await bus.publish(event(mrid, key=mrid), message_id=f"id-{mrid}")
        with anyio.fail_after(LIMIT):
            first = await found.receive()
            last = await found.receive()
            assert (mrid_of(first.value), mrid_of(last.value)) == ("1", "end")
            first.release()
            again = await found.receive()
            assert mrid_of(again.value) == "1"
            again.accept()
            last.accept()
            await bus.publish(event("more"), message_id="id-more")
            async with await found.receive() as message:
                assert mrid_of(message) == "more"
            await until(lambda: found.duplicates == 1)


def test_an_inbox_of_a_subscription_needs_a_name(path):
    with pytest.raises(ValueError, match="needs a group"):
        Bus("memory:").subscribe(EndDeviceEvents, inbox=path)


def test_work_needs_an_inbox():
    app = Component("APP")

    def handle(message, work: UnitOfWork):
        raise AssertionError

    with pytest.raises(ValueError, match="inbox=FILE"):
        app.on(EndDeviceEvents)(handle)


def test_what_is_no_handler_is_refused_when_it_is_declared(path):
    app = Component("APP", inbox=path)
    with pytest.raises(TypeError, match="takes bus behind its message"):
        app.on(EndDeviceEvents)(lambda message, bus: None)
    with pytest.raises(TypeError, match="takes no message"):
        app.on(EndDeviceEvents)(lambda: None)


async def test_the_work_of_a_message_without_id_is_done(path):
    app = Component("APP", inbox=path)

    @app.on(EndDeviceEvents)
    async def handle(message, work: UnitOfWork):
        work.execute("insert into outage values (?)", mrid_of(message))

    async with running(app) as bus:
        nameless = Message.of(event("1")).replace(message_id=None)
        await bus.transport.send([pack(nameless, nameless.topic())])
        with anyio.fail_after(LIMIT):
            await app.counters["EndDeviceEvents"].reach(handled=1)
    assert outages(path) == ["1"]


@pytest.mark.parametrize("pulled", [True, False])
async def test_two_senders_with_the_same_number_are_both_handled_and_another_body_can_be_refused(path, pulled):
    """Head-ends number their messages on their own; one that was set up anew begins with 1 again."""
    got = []
    app = Component("APP", inbox=path, inbox_conflict="reject")
    app.on(EndDeviceEvents, name="h")(lambda message: got.append((message.header.source, mrid_of(message))))

    async def publish(bus):
        for source, mrid in (("A", "1"), ("B", "1"), ("A", "1"), ("A", "other")):
            await bus.publish(event(mrid), source=source, message_id="1")

    async with Bus("memory:") as bus:
        with anyio.fail_after(LIMIT):
            if pulled:
                inbox = Inbox(path, conflict="reject")
                async with bus.subscribe(EndDeviceEvents, group="APP", inbox=inbox) as events:
                    await publish(bus)
                    await bus.publish(event("end"), source="C", message_id="1")
                    while not got or got[-1][1] != "end":
                        async with await events.receive() as message:
                            got.append((message.header.source, mrid_of(message)))
                assert got.pop() == ("C", "end")
            else:
                async with anyio.create_task_group() as tasks:
                    await tasks.start(app.run, bus)
                    await publish(bus)
                    await app.counters["h"].reach(handled=2, duplicates=1, dead_lettered=1)
                    app.stop()
        (letter,) = await bus.dead_letters.letters()
    assert got == [("A", "1"), ("B", "1")]
    assert "with another body" in letter.reason

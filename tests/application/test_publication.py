"""What handlers return, yield, or give to their unit of work is published when they have succeeded."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import anyio
import pytest

from cimbus import Bus, Component, Message, Retry, UnitOfWork, UsageError
from cimbus.application.dead_letters import DeadLetters
from cimbus.middleware import group_commit
from cimbus.nouns import EndDeviceEvents, MeterReadings

from .support import event, mrid_of, readings

pytestmark = pytest.mark.anyio

LIMIT = 60
TWICE = Retry(attempts=2, initial_delay=0.001, jitter=0.0)


def meter_of(message) -> str:
    return message.payload.MeterReading[0].Meter.mRID


async def collected(app: Component, url="memory:", count=1, sent=("1",), **options):
    """Publish events to a component, and return the MeterReadings that come of them."""
    found: list[Message[MeterReadings]] = []
    with anyio.fail_after(LIMIT):
        async with (
            Bus(url, **options) as bus,
            bus.subscribe(MeterReadings) as arriving,
            anyio.create_task_group() as tasks,
        ):
            await tasks.start(app.run, bus)
            for mrid in sent:
                await bus.transport.send([bus.publisher.prepared(event(mrid), message_id=f"m-{mrid}")[1]])
            while len(found) < count:
                async with await arriving.receive() as message:
                    found.append(message)
            app.stop()
    return found


async def test_what_a_handler_returns_is_published_with_the_correlation_of_its_cause():
    app = Component("APP")

    @app.on(EndDeviceEvents)
    async def handle(message):
        if mrid_of(message) == "1":
            return readings("M-1")
        return [readings("M-2"), Message.of(readings("M-3"), verb="created", correlation_id="mine")]

    found = await collected(app, count=3, sent=("1", "2"))
    assert [(meter_of(message), message.header.correlation_id) for message in found] == [
        ("M-1", "m-1"),
        ("M-2", "m-2"),
        ("M-3", "mine"),
    ]


@pytest.mark.parametrize("kind", ["async generator", "generator", "thread"])
async def test_handlers_may_yield_or_run_in_a_thread(kind):
    app = Component("APP")

    async def asynchronous(message):
        yield readings("M-1")
        yield readings("M-2")

    def synchronous(message):
        yield readings("M-1")
        yield readings("M-2")

    def whole(message):
        return [readings("M-1"), readings("M-2")]

    app.on(EndDeviceEvents, name="h")(
        {"async generator": asynchronous, "generator": synchronous, "thread": whole}[kind]
    )
    assert [meter_of(message) for message in await collected(app, count=2)] == ["M-1", "M-2"]


async def test_what_cannot_be_published_is_a_failure_that_names_what_can():
    app, letters = Component("APP", retry=TWICE), DeadLetters()

    @app.on(EndDeviceEvents, name="h")
    async def handle(message):
        return 7

    with anyio.fail_after(LIMIT):
        async with Bus("memory:", dead_letters=letters) as bus, anyio.create_task_group() as tasks:
            await tasks.start(app.run, bus)
            await bus.publish(event())
            await app.counters["h"].reach(dead_lettered=1)
            (letter,) = await letters.letters()
            app.stop()
    assert "returned 7; it returns None, or what is to be published" in letter.reason


async def test_an_attempt_that_fails_publishes_nothing_of_its_unit_of_work(tmp_path):
    file = tmp_path / "app.db"
    with closing(sqlite3.connect(file)) as db:
        db.execute("create table ticket (mrid)")
    app, attempts = Component("APP", inbox=file, retry=TWICE), []

    @app.on(EndDeviceEvents)
    async def handle(message: Message[EndDeviceEvents], work: UnitOfWork):
        work.execute("insert into ticket values (?)", mrid_of(message))
        sent = work.publish(readings(f"M-{len(attempts)}"), verb="changed")
        attempts.append(sent.header.message_id)
        if len(attempts) == 1:
            raise OSError("the first attempt fails")
        return readings("M-returned")

    found = await collected(app, count=2, outbox=file)
    assert [meter_of(message) for message in found] == ["M-1", "M-returned"]
    assert [message.header.verb for message in found] == ["changed", "created"]
    assert found[0].header.message_id == attempts[1]
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("select mrid from ticket").fetchall() == [("1",)]
        assert db.execute("select count(*) from cimbus_inbox").fetchone() == (1,)
        assert db.execute("select count(*) from cimbus_outbox").fetchone() == (0,)


async def test_a_message_that_is_delivered_again_publishes_nothing_again(tmp_path):
    file, app = tmp_path / "app.db", Component("APP", inbox=tmp_path / "app.db")

    @app.on(EndDeviceEvents, name="h")
    async def handle(message):
        return readings(mrid_of(message))

    found = await collected(app, count=2, sent=("1", "1", "2"), outbox=file)
    assert [meter_of(message) for message in found] == ["1", "2"]
    assert app.counters["h"].duplicates == 1


async def test_statements_and_messages_are_written_both_or_neither(tmp_path):
    """A statement that fails takes the messages of its unit of work with it, and no others."""
    file, app, letters = tmp_path / "app.db", Component("APP", inbox=tmp_path / "app.db", retry=TWICE), DeadLetters()

    @app.on(EndDeviceEvents)
    async def handle(message: Message[EndDeviceEvents], work: UnitOfWork):
        if mrid_of(message) == "1":
            work.execute("insert into no_such_table values (1)")
        return readings(mrid_of(message))

    found = await collected(app, sent=("1", "2"), outbox=file, dead_letters=letters)
    assert [meter_of(message) for message in found] == ["2"]


async def test_a_full_outbox_delays_what_publishes_and_nothing_else(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(group_commit.Backoff, "pause", lambda self: 0.01)
    file, app = tmp_path / "app.db", Component("APP", inbox=tmp_path / "app.db")
    quiet = anyio.Event()

    @app.on(EndDeviceEvents, name="h", concurrency=4)
    async def handle(message):
        if mrid_of(message) == "quiet":
            quiet.set()
            return None
        return readings(mrid_of(message))

    with anyio.fail_after(LIMIT):
        async with Bus("memory:", outbox=file, outbox_max_bytes=1_500) as bus, anyio.create_task_group() as tasks:
            gate = anyio.Event()
            send = bus.outbox._open._send

            async def gated(frames):
                await gate.wait()
                return await send(frames)

            bus.outbox._open._send = gated
            await tasks.start(app.run, bus)
            for mrid in ("1", "2", "quiet"):
                await bus.transport.send([bus.publisher.prepared(event(mrid, key=mrid))[1]])
            await quiet.wait()
            await app.counters["h"].reach(handled=2)
            assert await bus.outbox.backlog() == 1
            gate.set()
            await app.counters["h"].reach(handled=3)
            app.stop()
    assert "waits: the outbox has" in caplog.text
    assert app.counters["h"].retried == 0


async def test_publishing_in_a_unit_of_work_needs_one_file(tmp_path):
    app, seen = Component("APP", inbox=tmp_path / "inbox.db"), []

    @app.on(EndDeviceEvents, name="h")
    async def handle(message: Message[EndDeviceEvents], work: UnitOfWork):
        with pytest.raises(UsageError, match="needs one file for both"):
            work.publish(readings())
        seen.append(message)
        return readings("M-sent")

    found = await collected(app, outbox=tmp_path / "outbox.db")
    assert meter_of(found[0]) == "M-sent"
    assert seen

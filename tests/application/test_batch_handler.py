"""Handlers of several messages at once."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import anyio
import pytest

from cimbus import Bus, CimbusError, Component, Context, Message, Postpone, Reject, Retry, UnitOfWork
from cimbus.nouns import EndDeviceEvents

from .support import LIMIT, event, frame, mrid_of, outages, running, until

pytestmark = pytest.mark.anyio

SOON = Retry(attempts=3, initial_delay=0.001, jitter=0)
WITHIN = 0.05


async def test_messages_arrive_as_a_list_that_is_full_or_late():
    app, batches = Component("APP"), []

    @app.on(EndDeviceEvents, name="h", batch=3, within=WITHIN)
    async def handle(messages: list[Message[EndDeviceEvents]]):
        batches.append([mrid_of(message) for message in messages])

    async with running(app) as bus:
        await bus.publish_many(event(str(number), key=f"UP-{number}") for number in range(7))
        with anyio.fail_after(LIMIT):
            await app.counters["h"].reach(handled=7)
    assert batches == [["0", "1", "2"], ["3", "4", "5"], ["6"]]


async def test_each_message_has_its_own_result():
    app, tries = Component("APP", retry=SOON), []

    @app.on(EndDeviceEvents, name="h", batch=4, within=WITHIN)
    async def handle(messages: list[Message[EndDeviceEvents]], context: Context):
        names = [mrid_of(message) for message in messages]
        tries.append((context.attempt, names))
        results = {"bad": Reject("not ours"), "later": OSError("no link") if context.attempt == 1 else None}
        return [OSError("never") if name == "never" else results.get(name) for name in names]

    async with running(app) as bus:
        await bus.publish_many(event(name, key=name) for name in ("good", "bad", "later", "never"))
        with anyio.fail_after(LIMIT):
            await app.counters["h"].reach(handled=2, dead_lettered=2)
        letters = await bus.dead_letters.letters()
    assert tries == [(1, ["good", "bad", "later", "never"]), (2, ["later", "never"]), (3, ["never"])]
    assert [(letter.reason, letter.attempts) for letter in letters] == [
        ("Reject: not ours", 1),
        ("OSError: never", 3),
    ]
    assert len(letters[1].errors) == 3
    assert (app.counters["h"].failed, app.counters["h"].retried) == (2, 3)


async def test_a_batch_that_raises_is_tried_again_as_a_whole_and_one_that_is_postponed_counts_no_attempt():
    app, attempts = Component("APP", retry=SOON), []

    @app.on(EndDeviceEvents, name="h", batch=2, within=WITHIN)
    def in_a_thread(messages: list[Message[EndDeviceEvents]], context: Context):
        attempts.append(context.attempt)
        if len(attempts) == 1:
            raise Postpone(0.001)
        if len(attempts) == 2:
            raise OSError("no link")

    async with running(app) as bus:
        await bus.publish_many([event("1"), event("2")])
        with anyio.fail_after(LIMIT):
            await app.counters["h"].reach(handled=2)
    assert attempts == [1, 1, 2]


async def test_what_cannot_be_read_is_no_part_of_a_batch():
    app, got = Component("APP"), []

    @app.on(EndDeviceEvents, name="h", batch=3, within=WITHIN)
    async def handle(messages: list[Message[EndDeviceEvents]]):
        got.extend(mrid_of(message) for message in messages)

    async with running(app) as bus:
        await bus.transport.send([frame(b"no message")])
        await bus.publish(event("1"))
        with anyio.fail_after(LIMIT):
            await app.counters["h"].reach(handled=1, dead_lettered=1)
    assert got == ["1"]


async def test_the_inbox_marks_what_was_handled_and_no_more(tmp_path):
    path = tmp_path / "inbox.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("create table outage (mrid text)")
    app, batches = Component("APP", inbox=path, retry=Retry(attempts=2, initial_delay=0)), []

    @app.on(EndDeviceEvents, name="h", batch=10, within=WITHIN)
    async def handle(messages: list[Message[EndDeviceEvents]], work: UnitOfWork):
        batches.append([mrid_of(message) for message in messages])
        results = []
        for message in messages:
            bad = mrid_of(message) == "bad"
            results.append(ValueError("bad") if bad else None)
            if not bad:
                work.execute("insert into outage values (?)", mrid_of(message))
        return results

    async with running(app) as bus:
        await bus.publish(event("1"), message_id="m-1")
        await bus.publish(event("1"), message_id="m-1", timestamp=None)
        await bus.publish(event("bad"), message_id="m-bad")
        same = bus.publisher.prepared(event("2"), message_id="m-2")[1]
        await bus.transport.send([same, same])
        with anyio.fail_after(LIMIT):
            await app.counters["h"].reach(dead_lettered=1, duplicates=1)
        await bus.transport.send([same])
        with anyio.fail_after(LIMIT):
            await app.counters["h"].reach(duplicates=2)
    assert outages(path)[-1] == "2"
    assert outages(path).count("2") == 1
    assert batches[-1] == ["bad"]


async def test_a_result_that_fits_no_message_is_a_failure_of_all():
    app = Component("APP", retry=Retry(attempts=1))

    @app.on(EndDeviceEvents, name="h", batch=2, within=WITHIN)
    async def handle(messages):
        return [None] * (len(messages) + 1)

    async with running(app) as bus:
        await bus.publish_many([event("1"), event("2")])
        with anyio.fail_after(LIMIT):
            await app.counters["h"].reach(dead_lettered=2)
        letters = await bus.dead_letters.letters()
    assert all("for each of its 2 messages" in letter.reason for letter in letters)


async def test_what_is_in_no_batch_is_redelivered_after_a_stop(tmp_path):
    app, url = Component("APP"), f"sqlite:///{tmp_path}/bus.db"
    app.on(EndDeviceEvents, name="h", batch=100, within=3600)(lambda messages: None)

    with anyio.fail_after(LIMIT):
        async with running(app, url) as bus:
            await bus.publish(event("1"))
            await until(lambda: app._run.runners["h"]._workers.pending)
        again, got = Component("APP"), []
        again.on(EndDeviceEvents, name="h")(lambda message: got.append(mrid_of(message)))
        async with running(again, url):
            await again.counters["h"].reach(handled=1)
    assert got == ["1"]


async def test_a_batch_may_stop_its_component():
    app = Component("APP", retry=Retry(attempts=1))

    @app.on(EndDeviceEvents, name="h", batch=2, within=WITHIN, after_dead_letter="stop")
    async def handle(messages):
        raise ValueError("bad")

    stopped = []
    async with Bus("memory:") as bus, anyio.create_task_group() as group:

        async def run(*, task_status):
            try:
                await app.run(bus, task_status=task_status)
            except CimbusError as error:
                stopped.append(str(error))

        with anyio.fail_after(LIMIT):
            await group.start(run)
            await bus.publish(event())
            await until(lambda: stopped)
    assert stopped == ["APP.h stops: a message became a dead letter (after_dead_letter='stop')"]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"batch": 0}, "at least 1"),
        ({"batch": 2, "within": 0}, "more than 0"),
        ({"batch": 2, "concurrency": 2}, "one after the other"),
        ({"batch": 20, "credit": 10}, "never fills"),
        ({"batch": 2, "after_dead_letter": "hold_key"}, "many keys"),
    ],
)
def test_options_that_a_batch_cannot_have_are_refused(options, why):
    with pytest.raises(ValueError, match=why):
        Component("APP").on(EndDeviceEvents, **options)

"""The reply routes of a bridge over its restart: none is lost, and none is kept for good."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time

import anyio
import pytest
from application.support import query, readings, until

from cimbus import Bridge, Bus, CimbusError, Component, ReplyTimeoutError
from cimbus.bridge.reply_routes import ReplyRoute
from cimbus.bridge.route_file import RouteFile
from cimbus.nouns import GetMeterReadings

pytestmark = pytest.mark.anyio
LIMIT = 50


def route(name="c-1", expires=60.0):
    return ReplyRoute("topic:x", "c", "MeterReadings", "production", name, (name, "m-1"), time.time() + expires, "%00")


def rows(path):
    with sqlite3.connect(path) as db:
        return db.execute("select count(*) from cimbus_bridge_route").fetchone()[0]


async def test_routes_are_kept_by_bridge_until_they_are_answered_or_expire(tmp_path):
    path = tmp_path / "bridge.db"
    one, other = RouteFile(path, "one"), RouteFile(path, "other")
    keys = (await one.load())[0], (await other.load())[0]
    strange = route("c-\udcff\ud83d")
    await one.save([route(), strange, route("late", -1)])
    await other.save([route()])
    await other.remove(["c-1"])

    assert (await one.load())[0] == keys[0]
    assert {each.sent_as for each in (await one.load())[1]} == {"c-1", strange.sent_as}
    assert (await other.load()) == (keys[1], [])
    assert keys[0] != keys[1]


async def test_a_file_that_is_none_is_an_error_at_start(tmp_path):
    (tmp_path / "bridge.db").write_text("no database " * 100)

    with pytest.raises(CimbusError, match="not a database"):
        await Bridge("sqlite:" + str(tmp_path / "a.db"), "memory:x", routes=tmp_path / "bridge.db").run()


class Slow:
    """An application that replies when it is told to."""

    def __init__(self, name, parts=1):
        self.asked, self.go, self.more = anyio.Event(), anyio.Event(), anyio.Event()
        self.component = Component(name)

        @self.component.answers(GetMeterReadings, durable=False)
        async def read(request):
            self.asked.set()
            await self.go.wait()
            yield readings("M-1")
            if parts > 1:
                yield readings("M-2")  # the first part is sent when it is known that it is not the last one
                await self.more.wait()
                yield readings("M-3")


async def over_a_restart(source, target, path, context, *, meanwhile=True):
    """Ask, stop the bridge, reply, start a new one; return the reply."""
    app = Slow(f"APP-{context}")
    found = []

    async def ask(bus):
        found.append(await bus.request(query("M-1"), timeout=LIMIT - 10, correlation_id="run-1"))

    def bridge():
        return Bridge(source, target, contexts=[context], kinds=["requests"], name=context, inbox=path)

    with anyio.fail_after(LIMIT):
        async with (
            Bus(source, context=context) as here,
            Bus(target, context=context) as there,
            anyio.create_task_group() as tasks,
        ):
            await tasks.start(app.component.run, there)
            async with anyio.create_task_group() as first:
                await first.start(bridge().run)
                tasks.start_soon(ask, here)
                await app.asked.wait()
                first.cancel_scope.cancel()
            app.go.set()
            await app.component.counters["GetMeterReadings.get"].reach(handled=1)
            before = rows(path)
            await tasks.start(bridge().run)
            await until(lambda: found and not rows(path))
            tasks.cancel_scope.cancel()
    assert before == 1
    return found[0]


async def test_a_reply_that_came_while_the_bridge_was_away_is_returned(tmp_path):
    url = f"sqlite:{tmp_path}"
    reply = await over_a_restart(f"{url}/a.db", f"{url}/b.db", tmp_path / "bridge.db", "test")

    assert reply.payload.MeterReading[0].Meter.mRID == "M-1"
    assert reply.header.correlation_id == "run-1"


@pytest.mark.broker
@pytest.mark.parametrize(
    ("source", "target"), [("mosquitto", "artemis"), ("kafka", "mosquitto"), ("activemq", "kafka")]
)
async def test_the_same_with_brokers(source, target, request, tmp_path):
    context = f"routes{time.time_ns()}"
    urls = (request.getfixturevalue(name).url() for name in (source, target))
    reply = await over_a_restart(*urls, tmp_path / "bridge.db", context)

    assert reply.payload.MeterReading[0].Meter.mRID == "M-1"


async def test_without_a_file_such_a_request_times_out(tmp_path):
    """What the file is for."""
    url, app = f"sqlite:{tmp_path}", Slow("APP")
    async with Bus(f"{url}/a.db") as here, Bus(f"{url}/b.db") as there, anyio.create_task_group() as tasks:
        await tasks.start(app.component.run, there)
        async with anyio.create_task_group() as first:
            await first.start(Bridge(f"{url}/a.db", f"{url}/b.db").run)
            async with here.replies(query("M-1"), timeout=2) as replies:
                await app.asked.wait()
                first.cancel_scope.cancel()
                app.go.set()
                await tasks.start(Bridge(f"{url}/a.db", f"{url}/b.db").run)
                with pytest.raises(ReplyTimeoutError):
                    await anext(replies)
        tasks.cancel_scope.cancel()


async def test_a_bridge_that_is_killed_between_the_parts_of_a_reply_returns_the_rest(tmp_path):
    url, app = f"sqlite:{tmp_path}", Slow("APP", parts=3)
    urls, file = (f"{url}/a.db", f"{url}/b.db"), tmp_path / "bridge.db"
    command = [sys.executable, "-m", "cimbus", "bridge", *urls, "--routes", str(file)]

    async def started():
        process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)  # noqa: ASYNC220
        line = await anyio.to_thread.run_sync(process.stderr.readline)
        assert b"bridging" in line
        return process

    with anyio.fail_after(LIMIT):
        async with Bus(urls[0]) as here, Bus(urls[1]) as there, anyio.create_task_group() as tasks:
            await tasks.start(app.component.run, there)
            process = await started()
            try:
                app.go.set()
                async with here.replies(query("M-1"), timeout=LIMIT - 10) as replies:
                    first = await anext(replies)
                    process.kill()
                    await anyio.to_thread.run_sync(process.wait)
                    process.stderr.close()
                    app.more.set()
                    process = await started()
                    rest = [await anext(replies), await anext(replies)]
            finally:
                process.kill()
                process.wait()
                process.stderr.close()
            tasks.cancel_scope.cancel()

    assert [each.payload.MeterReading[0].Meter.mRID for each in (first, *rest)] == ["M-1", "M-2", "M-3"]

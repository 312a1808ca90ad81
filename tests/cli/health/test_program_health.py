"""The health of components that run: a handler hangs, a bus is away, a store cannot be written."""

from __future__ import annotations

import math
import sqlite3
from contextlib import asynccontextmanager, closing

import anyio
import pytest
from application.support import LIMIT, event, until

from cimbus import Bus, Component, MissingExtraError, Retry
from cimbus.cli.health.program_health import ProgramHealth
from cimbus.cli.health.store_checks import StoreChecks
from cimbus.errors import CimbusError
from cimbus.nouns import EndDeviceEvents

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def running(component, health, bus="memory:", **options):
    """Run a component, and look at its health."""
    async with Bus(bus, **options) as opened, anyio.create_task_group() as tasks:
        with anyio.fail_after(LIMIT):
            tasks.start_soon(health.run)
            await tasks.start(component.run, opened)
            health.start()
            yield opened
        tasks.cancel_scope.cancel()


async def test_a_handler_that_hangs_is_not_alive_but_ready():
    app = Component("APP", grace=0.01)

    @app.on(EndDeviceEvents, name="events")
    async def hang(message):
        await anyio.sleep_forever()

    health = ProgramHealth([app], stuck_after=0.05)
    async with running(app, health) as bus:
        assert health.live().ok
        await bus.publish(event(), message_id="m-1")
        await until(lambda: not health.live().ok)

        assert "APP.events has not returned" in health.live().problems[0]
        assert health.live().problems[0].endswith(": m-1")
        assert health.ready().ok


async def test_a_message_that_waits_for_another_attempt_is_not_stuck():
    app = Component("APP", grace=0.01)

    @app.on(EndDeviceEvents, name="events", retry=Retry(attempts=2, initial_delay=3600, max_delay=3600))
    async def fail(message):
        raise OSError("no database")

    async with running(app, ProgramHealth([app], 1)) as bus:
        await bus.publish(event())
        await app.counters["events"].reach(retried=1)
        await until(lambda: app.progress["events"].since == math.inf)

        assert app.in_progress == {"events": 1}


async def test_a_timer_that_hangs_is_not_alive():
    app = Component("APP", grace=0.01)

    @app.every(0.001)
    async def look():
        await anyio.sleep_forever()

    health = ProgramHealth([app], stuck_after=0.05)
    async with running(app, health):
        await until(lambda: not health.live().ok)
        assert "APP.look has not returned" in health.live().problems[0]


async def test_a_program_is_ready_from_start_to_stop():
    app = Component("APP")

    @app.on(EndDeviceEvents)
    async def handle(message):
        pass

    health = ProgramHealth([app], 1)
    assert health.ready().problems == ("it is starting",)
    async with running(app, health):
        assert health.ready().ok
        assert health.status() == {"started": True, "live": (), "ready": ()}
        health.stop()
        assert health.ready().problems == ("it is stopping",)


@pytest.mark.parametrize("which", ["inbox", "dead letters"])
async def test_a_store_that_is_locked_is_not_ready(which, tmp_path):
    inbox, letters = tmp_path / "inbox.db", tmp_path / "letters.db"
    app = Component("APP", inbox=inbox, grace=0.01)

    @app.on(EndDeviceEvents)
    async def handle(message):
        pass

    health = ProgramHealth([app], 1)
    async with running(app, health, dead_letters=str(letters)):
        assert len(app.stores) == 2
        checks = StoreChecks(app.stores, interval=0.01, late=0.05)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(checks.run)
            file = inbox if which == "inbox" else letters
            with closing(sqlite3.connect(file, isolation_level=None)) as other:
                other.execute("begin immediate")
                await until(lambda: any(str(file) in each for each in checks.result().problems))
                other.execute("rollback")
            await until(lambda: checks.result().ok)
            tasks.cancel_scope.cancel()


async def test_a_store_that_fails_is_not_ready_until_it_works():
    broken = True

    async def check():
        if broken:
            raise CimbusError("the dead-letter store x: read-only")

    checks = StoreChecks({"the dead-letter store x": check}, interval=0.01)
    with anyio.fail_after(LIMIT):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(checks.run)
            await until(lambda: checks.result().problems == ("the dead-letter store x: read-only",))
            broken = False
            await until(lambda: checks.result().ok)
            tasks.cancel_scope.cancel()


async def test_metrics_say_what_to_install():
    with pytest.raises(MissingExtraError, match=r"pip install 'cimbus\[metrics\]'"):
        await ProgramHealth([], 1).metrics()

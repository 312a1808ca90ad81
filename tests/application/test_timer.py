"""Timers: functions that a component calls at intervals."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager

import anyio
import pytest

from cimbus import Component, Context
from cimbus.nouns import MeterReadings

from .support import LIMIT, readings, running

pytestmark = pytest.mark.anyio

SOON = 0.005
"""Seconds between two calls: the tests wait for calls, not for times."""


async def test_a_timer_is_called_again_and_again_with_what_it_takes():
    @asynccontextmanager
    async def lifespan():
        yield [0]

    app = Component("APP", lifespan=lifespan)

    @app.every(SOON)
    async def count(context: Context[list[int]]):
        context.state[0] += 1
        await context.publish(readings(f"M-{context.state[0]}"))

    @app.every(3600, name="hourly", at_start=True)
    def hourly():
        return readings("hourly")

    async with running(app) as bus, bus.subscribe(MeterReadings) as found:
        with anyio.fail_after(LIMIT):
            await app.counters["count"].reach(handled=3)
            await app.counters["hourly"].reach(handled=1)
            meters = [(await found.receive()).value.payload.MeterReading[0].Meter.mRID for _ in range(2)]
    assert meters
    assert app.counters["hourly"].handled == 1
    assert [timer.name for timer in app.timers] == ["count", "hourly"]


async def test_a_timer_that_fails_is_called_again(caplog):
    app = Component("APP")

    @app.every(SOON)
    async def fail():
        raise OSError("no link")

    with caplog.at_level(logging.CRITICAL, logger="cimbus"):
        async with running(app):
            with anyio.fail_after(LIMIT):
                await app.counters["fail"].reach(failed=2)
    assert app.counters["fail"].handled == 0


async def test_a_timer_is_never_called_twice_at_once_and_what_falls_into_a_call_is_left_out():
    app, now, most, planned = Component("APP"), 0, 0, []

    class Clock:
        time = 0.0

        def now(self):
            return self.time

        async def pause(self, seconds): ...

        async def until(self, when):
            await anyio.lowlevel.checkpoint()
            planned.append(when)
            self.time = max(self.time, when)

    clock = Clock()

    @app.every(10)
    async def slow():
        nonlocal now, most
        now += 1
        most = max(most, now)
        clock.time += 25  # two more fall into it
        await anyio.lowlevel.checkpoint()
        now -= 1

    from cimbus import Bus

    async with Bus("memory:") as bus, anyio.create_task_group() as group:
        with anyio.fail_after(LIMIT):
            group.start_soon(lambda: app.run(bus, clock=clock))
            await app.counters["slow"].reach(handled=3)
            app.stop()
    assert most == 1
    assert planned[:3] == [10.0, 40.0, 70.0]


@pytest.mark.parametrize("seconds", [0, -1, float("inf")])
def test_an_interval_is_positive(seconds):
    with pytest.raises(ValueError, match="more than 0"):
        Component("APP").every(seconds)(lambda: None)


def test_what_a_timer_cannot_take_is_refused():
    app = Component("APP")

    with pytest.raises(TypeError, match="a timer has none"):
        app.every(1)(lambda message: None)
    with pytest.raises(TypeError, match="a number of seconds"):
        app.every("soon")(lambda: None)
    with pytest.raises(TypeError, match="no option nmae"):
        app.every(1, nmae="x")
    app.every(1, name="twice")(lambda: None)
    with pytest.raises(ValueError, match="named 'twice'"):
        app.every(1, name="twice")(lambda: None)

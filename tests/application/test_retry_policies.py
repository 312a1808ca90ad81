"""What a handler that fails may say: never again, later, and when it is called no more for a while."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

import anyio
import pytest

from cimbus import Bus, CircuitBreaker, Component, Context, Message, Postpone, Reject, ReplyError, Retry
from cimbus.nouns import EndDeviceEvents, GetMeterReadings, MeterReadings

from .support import LIMIT, event, mrid_of, query, running, until

pytestmark = pytest.mark.anyio

SOON = Retry(attempts=4, initial_delay=0.001, jitter=0)


@pytest.mark.parametrize(
    ("retry", "attempts"),
    [
        (Retry(attempts=4, initial_delay=0, unless=LookupError), 1),
        (Retry(attempts=4, initial_delay=0, only=(OSError, TimeoutError)), 1),
        (Retry(attempts=4, initial_delay=0, only=LookupError), 4),
        (Retry(attempts=4, initial_delay=0, unless=(OSError,)), 4),
    ],
)
async def test_only_some_failures_are_tried_again(retry, attempts):
    app = Component("APP", retry=retry)

    @app.on(EndDeviceEvents, name="h")
    async def handle(message):
        raise KeyError("no such meter")

    async with running(app) as bus:
        await bus.publish(event())
        with anyio.fail_after(LIMIT):
            await app.counters["h"].reach(dead_lettered=1)
        (letter,) = await bus.dead_letters.letters()
    assert letter.attempts == attempts


@pytest.mark.parametrize("wrong", ["OSError", (OSError, "x"), BaseException, 7])
def test_what_is_no_class_of_exceptions_is_refused(wrong):
    with pytest.raises(TypeError, match="only is a class of exceptions"):
        Retry(only=wrong)
    with pytest.raises(TypeError, match="unless is a class of exceptions"):
        Retry(unless=wrong)


async def test_what_is_rejected_is_a_dead_letter_at_once():
    app = Component("APP", retry=SOON)

    @app.on(EndDeviceEvents, name="h")
    async def handle(message):
        raise Reject("the meter is not ours")

    async with running(app) as bus:
        await bus.publish(event())
        with anyio.fail_after(LIMIT):
            await app.counters["h"].reach(dead_lettered=1)
        (letter,) = await bus.dead_letters.letters()
    assert (letter.reason, letter.attempts, app.counters["h"].retried) == ("Reject: the meter is not ours", 1, 0)


async def test_a_request_that_is_rejected_is_replied_to():
    app = Component("APP", retry=SOON)

    @app.answers(GetMeterReadings, name="h")
    async def answer(request: Message[GetMeterReadings]) -> MeterReadings:
        raise Reject("not ours")

    async with running(app) as bus:
        with anyio.fail_after(LIMIT), pytest.raises(ReplyError, match=r"5\.3"):
            await bus.request(query(), timeout=LIMIT)
    assert app.counters["h"].retried == 0


async def test_what_is_postponed_is_handled_later_and_other_keys_meanwhile():
    app, got = Component("APP", retry=Retry(attempts=1)), []

    @app.on(EndDeviceEvents, name="h")
    async def handle(message: Message[EndDeviceEvents], context: Context):
        got.append((mrid_of(message), context.attempt))
        if got.count(("1", 1)) < 3 and mrid_of(message) == "1":
            raise Postpone(timedelta(seconds=0.05))

    async with running(app) as bus:
        await bus.publish(event("1", key="A"))
        await bus.publish(event("2", key="A"))
        await bus.publish(event("3", key="B"))
        with anyio.fail_after(LIMIT):
            await app.counters["h"].reach(handled=3)
        assert not await bus.dead_letters.letters()
    assert got == [("1", 1), ("3", 1), ("1", 1), ("1", 1), ("2", 1)]


async def test_what_expires_before_its_time_is_not_postponed():
    app = Component("APP")

    @app.on(EndDeviceEvents, name="h")
    async def handle(message):
        raise Postpone(3600)

    async with running(app) as bus:
        await bus.publish(event(), expires=timedelta(seconds=60))
        with anyio.fail_after(LIMIT):
            await app.counters["h"].reach(dead_lettered=1)
        (letter,) = await bus.dead_letters.letters()
    assert letter.reason == "Postpone: postponed by 3600 s"


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_message_is_not_postponed_by_no_time(seconds):
    with pytest.raises(ValueError, match="more than 0 s"):
        Postpone(seconds)


async def test_an_open_circuit_pauses_the_consumer_until_a_message_succeeds(caplog):
    app, tries, works = Component("APP", retry=Retry(attempts=50, initial_delay=0)), [], False

    @app.on(EndDeviceEvents, name="h", credit=4, circuit_breaker=CircuitBreaker(failures=3, reset_timeout=0.2))
    async def handle(message):
        tries.append((time.monotonic(), mrid_of(message)))
        if not works:
            raise OSError("no database")

    with caplog.at_level(logging.CRITICAL, logger="cimbus"):
        async with running(app) as bus:
            assert app.ready
            for number in range(20):
                await bus.publish(event(str(number), key=f"UP-{number}"))
            with anyio.fail_after(LIMIT):
                await until(lambda: app.waiting)
                assert app.waiting == {"h": "the circuit is open after 3 failed attempts: OSError: no database"}
                assert not app.ready
                await until(lambda: len(tries) == 4)  # one message tries whether the handler works
                assert tries[3][0] - tries[2][0] >= 0.2
                assert not app.ready
                works = True
                await app.counters["h"].reach(handled=20)
            assert app.ready
    assert app.counters["h"].dead_lettered == 0


async def test_rejections_and_refusals_open_no_circuit():
    app = Component("APP", retry=Retry(attempts=1))
    policy = CircuitBreaker(failures=1, reset_timeout=3600)

    @app.on(EndDeviceEvents, name="h", circuit_breaker=policy)
    async def handle(message):
        raise Reject("not ours")

    @app.answers(GetMeterReadings, name="q", circuit_breaker=policy)
    async def answer(request: Message[GetMeterReadings]) -> MeterReadings:
        raise ReplyError("2.4", "no such meter")

    async with running(app) as bus:
        await bus.publish(event())
        with anyio.fail_after(LIMIT):
            await app.counters["h"].reach(dead_lettered=1)
            with pytest.raises(ReplyError):
                await bus.request(query(), timeout=LIMIT)
        assert app.ready


async def test_a_component_with_an_open_circuit_stops_without_waiting(tmp_path):
    app, url = Component("APP", grace=LIMIT * 10), f"sqlite:///{tmp_path}/bus.db"

    @app.on(EndDeviceEvents, name="h", circuit_breaker=CircuitBreaker(failures=1, reset_timeout=3600))
    async def handle(message):
        raise OSError("no database")

    with anyio.fail_after(LIMIT):
        async with running(app, url) as bus:
            await bus.publish(event())
            await until(lambda: app.waiting)
        async with Bus(url) as bus:
            assert not await bus.dead_letters.letters()


@pytest.mark.parametrize("wrong", [{"failures": 0}, {"reset_timeout": 0}])
def test_a_circuit_breaker_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match="not a circuit breaker"):
        CircuitBreaker(**wrong)

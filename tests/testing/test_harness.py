"""The harness: what follows a message has happened when ``publish`` returns, and nothing takes time."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from contextlib import asynccontextmanager

import anyio
import pytest
from application.support import event, mrid_of, query, readings

from cimbus import CircuitBreaker, Component, Context, Message, Postpone, ReplyError, Retry, UsageError
from cimbus.nouns import EndDeviceEvents, GetMeterReadings, MeterReadings
from cimbus.testing import harness
from cimbus.testing.fixtures import start_harness  # noqa: F401  # a fixture

pytestmark = pytest.mark.anyio

HOUR = Retry(attempts=3, initial_delay=3600, max_delay=7200)


@pytest.fixture(autouse=True)
def quick():
    """Pauses are hours in these tests: none may be real."""
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < 60


async def test_everything_that_follows_has_happened_when_publish_returns():
    ami, billing = Component("AMI"), Component("BILLING")
    handled = []

    @ami.on(EndDeviceEvents)
    async def read(message: Message[EndDeviceEvents]) -> MeterReadings:
        await anyio.sleep(0.01)
        return readings(mrid_of(message))

    @billing.on(MeterReadings)
    def bill(message: Message[MeterReadings]) -> EndDeviceEvents | None:
        time.sleep(0.01)  # in a thread
        handled.append(message.header.correlation_id)
        return event("again") if len(handled) < 3 else None

    async with harness(ami, billing) as test:
        (sent,) = await test.publish(event("1"))

        assert handled == [sent.header.message_id] * 3
        assert [m.payload.MeterReading[0].Meter.mRID for m in test.published(MeterReadings)] == ["1", "again", "again"]
        assert len(test.published("EndDeviceEvents")) == 2
        assert len(test.published()) == 5
        assert test.counts("EndDeviceEvents")["handled"] == 3
        assert test.counts("MeterReadings", billing)["handled"] == 3
        assert await test.dead_letters() == []


@pytest.mark.parametrize("times", [1, 2])
async def test_counts_are_those_of_one_harness(times):
    app = Component("APP")
    app.on(EndDeviceEvents)(lambda message: None)
    for _ in range(times):
        async with harness(app) as test:
            await test.publish(event("1"), event("2"))
            assert test.counts("EndDeviceEvents")["handled"] == 2
    assert app.counters["EndDeviceEvents"].handled == 2 * times


async def test_retries_and_postponed_messages_take_no_time(caplog):
    app, tries = Component("APP", retry=HOUR), []

    @app.on(EndDeviceEvents, name="h")
    async def handle(message: Message[EndDeviceEvents], context: Context):
        tries.append((mrid_of(message), context.attempt))
        if mrid_of(message) == "bad":
            raise LookupError("no meter")
        if len(tries) == 1:
            raise Postpone(3600)

    with caplog.at_level(logging.CRITICAL, logger="cimbus"):
        async with harness(app) as test:
            await test.publish(event("1"), event("bad", key="UP-2"))
            (letter,) = await test.dead_letters()
    assert (letter.reason, letter.attempts) == ("LookupError: no meter", 3)
    assert sorted(tries) == [("1", 1), ("1", 1), ("bad", 1), ("bad", 2), ("bad", 3)]


async def test_an_open_circuit_takes_no_time(caplog):
    app, tries = Component("APP", retry=Retry(attempts=9, initial_delay=3600, max_delay=3600)), []

    @app.on(EndDeviceEvents, name="h", concurrency=4, circuit_breaker=CircuitBreaker(failures=2, reset_timeout=3600))
    async def handle(message):
        tries.append(mrid_of(message))
        if len(tries) < 6:
            raise OSError("no database")

    with caplog.at_level(logging.CRITICAL, logger="cimbus"):
        async with harness(app) as test:
            await test.publish(*(event(str(number), key=f"UP-{number}") for number in range(8)))
            assert test.counts("h")["handled"] == 8
            assert await test.dead_letters() == []


async def test_an_incomplete_batch_is_handled_when_nothing_more_comes():
    app, batches = Component("APP", retry=HOUR), []

    @app.on(EndDeviceEvents, name="h", batch=3, within=3600)
    async def handle(messages: list[Message[EndDeviceEvents]], context: Context):
        batches.append([mrid_of(message) for message in messages])
        return [OSError("once") if context.attempt == 1 else None for _ in messages]

    async with harness(app) as test:
        await test.publish(*(event(str(number)) for number in range(4)))
    assert batches == [["0", "1", "2"], ["0", "1", "2"], ["3"], ["3"]]


async def test_timers_are_called_when_the_test_moves_the_time():
    app = Component("APP")

    @app.every(900)
    async def bundle() -> MeterReadings:
        return readings()

    async with harness(app) as test:
        assert test.published() == []
        await test.advance(899)
        assert test.published() == []
        await test.advance(1)
        assert len(test.published(MeterReadings)) == 1
        await test.advance(3600)
        assert test.counts("bundle")["handled"] == 5


async def test_requests_are_answered_and_replies_seen(caplog):
    app = Component("APP", retry=HOUR)

    @app.answers(GetMeterReadings)
    async def answer(request: Message[GetMeterReadings]) -> MeterReadings:
        meter = request.payload.EndDevice[0].mRID
        if meter == "unknown":
            raise ReplyError("2.4", "no such meter")
        if meter == "broken":
            raise OSError("no database")
        return readings(meter)

    with caplog.at_level(logging.CRITICAL, logger="cimbus"):
        async with harness(app) as test:
            reply = await test.request(query("M-1"))
            with pytest.raises(ReplyError, match=r"2\.4"):
                await test.request(query("unknown"))
            with pytest.raises(ReplyError, match=r"5\.3"):
                await test.request(query("broken"))
            assert reply.payload.MeterReading[0].Meter.mRID == "M-1"
            assert [each.result for each in test.replied()] == ["OK", "FAILED", "FAILED"]
            assert len(test.replied(MeterReadings)) == 1


async def test_requests_of_a_component_are_seen():
    asking, answering = Component("ASKING"), Component("ANSWERING")

    @asking.on(EndDeviceEvents)
    async def ask(message: Message[EndDeviceEvents], context: Context):
        await context.request(query(mrid_of(message)), timeout=5)

    @answering.answers(GetMeterReadings)
    async def answer(request: Message[GetMeterReadings]) -> MeterReadings:
        return readings()

    async with harness(asking, answering) as test:
        await test.publish(event("M-7"))
        (request,) = test.requested(GetMeterReadings)
    assert request.payload.EndDevice[0].mRID == "M-7"


async def test_each_bus_that_handlers_name_is_there():
    app = Component("APP")

    @app.on(EndDeviceEvents, bus="field", publish_to="platform")
    async def forward(message: Message[EndDeviceEvents]) -> MeterReadings:
        return readings()

    async with harness(app) as test:
        with pytest.raises(UsageError, match="bus='field' or bus='platform'"):
            await test.publish(event())
        await test.publish(event(), bus="field")
        assert len(test.published(MeterReadings, bus="platform")) == 1
        assert test.published(bus="field") == []
        assert await test.dead_letters(bus="field") == []


async def test_a_transaction_of_inbox_and_outbox_is_waited_for(tmp_path):
    path = str(tmp_path / "app.db")
    app = Component("APP", inbox=path)

    @app.on(EndDeviceEvents)
    async def read(message: Message[EndDeviceEvents]) -> MeterReadings:
        return readings()

    async with harness(app, outbox=path) as test:
        await test.publish(event(), event())
        assert len(test.published(MeterReadings)) == 2


async def test_what_is_never_settled_fails_and_is_named():
    app = Component("APP")

    @app.on(EndDeviceEvents, name="h")
    async def handle(message):
        await anyio.sleep_forever()

    async with harness(app, limit=0.2) as test:
        with pytest.raises(
            TimeoutError, match=r"not settled within 0\.2 s: 1 messages; at work: \{'APP': \{'h': 1\}\}"
        ):
            await test.publish(event())


async def test_the_lifespan_surrounds_the_harness():
    steps = []

    @asynccontextmanager
    async def lifespan():
        steps.append("open")
        yield steps
        steps.append("closed")

    app = Component("APP", lifespan=lifespan)

    @app.on(EndDeviceEvents)
    async def handle(message: Message[EndDeviceEvents], context: Context[list[str]]):
        context.state.append("handled")

    async with harness(app) as test:
        await test.publish(event())
    assert steps == ["open", "handled", "closed"]


async def test_a_fixture_starts_it_for_pytest(start_harness):  # noqa: F811
    app = Component("APP")
    app.on(EndDeviceEvents)(lambda message: None)
    test = await start_harness(app)
    await test.publish(event())

    assert test.counts("EndDeviceEvents")["handled"] == 1


def test_it_needs_no_pytest():
    program = (
        "import sys; sys.modules['pytest'] = None\n"
        "from cimbus.testing import harness\n"
        "assert harness.__name__ == 'harness'"
    )
    subprocess.run([sys.executable, "-c", program], check=True)

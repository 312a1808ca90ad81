"""What a handler gets beside its message: state, buses, deadline, attempt, and messages that its message causes."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import anyio
import pytest

from application.support import LIMIT, event, query, readings, running
from cimbus import Bus, Component, Context, Message, Retry, UnitOfWork, UsageError
from cimbus.application.context import no_message
from cimbus.nouns import EndDeviceEvents, GetMeterReadings, MeterReadings

pytestmark = pytest.mark.anyio


class State:
    def __init__(self):
        self.seen = []
        self.open = True


def stateful(**options):
    """A component with a state, and the list of the states that it has had."""
    states = []

    @asynccontextmanager
    async def lifespan():
        states.append(State())
        yield states[-1]
        states[-1].open = False

    return Component("APP", lifespan=lifespan, **options), states


async def test_the_lifespan_surrounds_the_handlers_and_its_state_is_told_by_annotation(tmp_path):
    app, states = stateful(inbox=tmp_path / "inbox.db")

    @app.on(EndDeviceEvents, name="payload")
    async def with_payload(state: State, payload: EndDeviceEvents, work: UnitOfWork):
        assert isinstance(work, UnitOfWork)
        state.seen.append(payload.EndDeviceEvent[0].mRID)

    @app.on(EndDeviceEvents, name="context")
    def in_a_thread(context: Context[State], message: Message[EndDeviceEvents]):
        assert context.state.open
        context.state.seen.append(message.payload.EndDeviceEvent[0].mRID)

    async with running(app) as bus:
        await bus.publish(event("1"))
        with anyio.fail_after(LIMIT):
            await app.counters["payload"].reach(handled=1)
            await app.counters["context"].reach(handled=1)

    (state,) = states
    assert state.seen == ["1", "1"]
    assert not state.open


async def test_a_message_without_a_payload_is_a_dead_letter_where_the_handler_takes_payloads():
    app, got = Component("APP"), []

    @app.on(EndDeviceEvents, name="h")
    async def handle(payload: EndDeviceEvents):
        got.append(payload)

    async with running(app) as bus:
        await bus.publish(Message.of(None, verb="created", noun="EndDeviceEvents"))
        with anyio.fail_after(LIMIT):
            await app.counters["h"].reach(dead_lettered=1)
        (letter,) = await bus.dead_letters.letters()

    assert letter.reason == "DecodeError: the message has no payload"
    assert got == []


async def test_what_a_handler_publishes_and_asks_keeps_its_cause():
    app = Component("APP", retry=Retry(attempts=2, initial_delay=0))

    @app.answers(GetMeterReadings)
    async def answer(request: Message[GetMeterReadings], context: Context) -> MeterReadings:
        assert context.deadline is not None
        assert timedelta() < context.deadline - datetime.now(UTC) < timedelta(seconds=LIMIT)
        return readings()

    @app.on(EndDeviceEvents, name="h")
    async def handle(message: Message[EndDeviceEvents], context: Context):
        if context.attempt == 1:
            raise OSError("once")
        assert context.deadline is None
        reply = await context.request(query(), timeout=LIMIT)
        await context.publish(reply.payload, verb="changed")
        await context.publish(reply.payload, verb="changed", correlation_id="mine")

    async with running(app) as bus, bus.subscribe(MeterReadings) as found:
        await bus.publish(event(), message_id="m-1")
        with anyio.fail_after(LIMIT):
            first, second = [await found.receive() for _ in range(2)]
    assert [each.value.header.correlation_id for each in (first, second)] == ["m-1", "mine"]


async def test_the_deadline_is_the_earlier_of_expiry_and_timeout():
    app, deadlines = Component("APP"), []

    @app.on(EndDeviceEvents, name="h", timeout=5)
    async def handle(message: Message[EndDeviceEvents], context: Context):
        deadlines.append(context.deadline - datetime.now(UTC))

    async with running(app) as bus:
        await bus.publish(event())
        await bus.publish(event(), expires=timedelta(seconds=3))
        with anyio.fail_after(LIMIT):
            await app.counters["h"].reach(handled=2)
    assert timedelta(seconds=3) < deadlines[0] <= timedelta(seconds=5)
    assert timedelta() < deadlines[1] <= timedelta(seconds=3)


async def test_a_log_line_names_the_handler_the_message_and_the_attempt(caplog):
    app = Component("APP")

    @app.on(EndDeviceEvents, name="h")
    async def handle(message: Message[EndDeviceEvents], context: Context):
        context.log.warning("no usage point, 100%")
        context.log.warning("%d of %s", 7, "a\nb")

    with caplog.at_level(logging.WARNING, logger="cimbus"):
        async with running(app) as bus:
            await bus.publish(event(), message_id="m-1")
            with anyio.fail_after(LIMIT):
                await app.counters["h"].reach(handled=1)
    names = "[consumer=APP.h message_id=m-1 topic=production/events/EndDeviceEvents/created/UP-1 attempt=1]"
    lines = [record for record in caplog.records if record.name == "cimbus.APP.h"]
    assert [line.getMessage() for line in lines] == [f"no usage point, 100% {names}", f"7 of a b {names}"]
    assert lines[0].message_id == "m-1"


async def test_several_buses_have_names():
    app = Component("APP")

    @app.on(EndDeviceEvents, name="forward", bus="field", publish_to="platform")
    async def forward(message: Message[EndDeviceEvents], context: Context):
        assert context.bus is context.buses["field"]
        await context.publish(readings("published"))
        await context.publish(readings("field"), bus="field")
        return readings("returned")

    async with (
        Bus("memory:", source="field") as field,
        Bus("memory:") as platform,
        field.subscribe(MeterReadings) as at_field,
        platform.subscribe(MeterReadings) as at_platform,
        anyio.create_task_group() as tasks,
    ):
        with anyio.fail_after(LIMIT):
            await tasks.start(app.run, {"field": field, "platform": platform})
            assert app.ready
            await field.publish(event(), message_id="m-1")
            arrived = [await at_platform.receive() for _ in range(2)]
            one = await at_field.receive()
        app.stop()
    assert [each.value.payload.MeterReading[0].Meter.mRID for each in (*arrived, one)] == [
        "published",
        "returned",
        "field",
    ]
    assert {each.value.header.correlation_id for each in (*arrived, one)} == {"m-1"}


async def test_a_bus_that_there_is_not_is_an_error_before_anything_is_received():
    unsaid, unknown = Component("APP"), Component("APP")
    unsaid.on(EndDeviceEvents)(print)
    unknown.on(EndDeviceEvents, bus="feild")(print)

    async with Bus("memory:") as bus:
        with pytest.raises(UsageError, match="does not say on which bus: bus='a' or bus='b'"):
            await unsaid.run({"a": bus, "b": bus})
        with pytest.raises(UsageError, match="asks for the bus 'feild'; there are field"):
            await unknown.run({"field": bus})
        with pytest.raises(UsageError, match="there is no bus"):
            await unknown.run({})


def test_a_state_needs_a_lifespan():
    app = Component("APP")

    with pytest.raises(TypeError, match="needs a lifespan"):

        @app.on(EndDeviceEvents)
        async def handle(message: Message[EndDeviceEvents], state: State): ...


async def test_middleware_is_around_each_attempt_and_sees_what_the_handler_returns():
    calls = []

    async def outer(message, context, call_next):
        calls.append(("outer", context.attempt))
        return await call_next(message, context)

    async def inner(message, context, call_next):
        try:
            result = await call_next(message, context)
        except OSError as error:
            calls.append(("failed", str(error)))
            raise
        calls.append(("returned", type(result).__name__))
        return [result, result]

    app = Component("APP", middleware=[outer, inner], retry=Retry(attempts=2, initial_delay=0))

    @app.on(EndDeviceEvents, name="h")
    async def handle(message: Message[EndDeviceEvents], context: Context) -> MeterReadings:
        if context.attempt == 1:
            raise OSError("once")
        return readings()

    async with running(app) as bus, bus.subscribe(MeterReadings) as found:
        await bus.publish(event())
        with anyio.fail_after(LIMIT):
            assert len([await found.receive() for _ in range(2)]) == 2
    assert calls == [("outer", 1), ("failed", "once"), ("outer", 2), ("returned", "MeterReadings")]


async def test_published_messages_are_part_of_the_transaction_with_the_inbox(tmp_path):
    path = str(tmp_path / "app.db")
    app = Component("APP", inbox=path, retry=Retry(attempts=2, initial_delay=0))

    @app.on(EndDeviceEvents, name="h")
    async def handle(message: Message[EndDeviceEvents], context: Context):
        await context.publish(readings(f"attempt {context.attempt}"))
        if context.attempt == 1:
            raise OSError("once")

    async with running(app, outbox=path) as bus, bus.subscribe(MeterReadings) as found:
        await bus.publish(event())
        with anyio.fail_after(LIMIT):
            async with await found.receive() as message:
                assert message.payload.MeterReading[0].Meter.mRID == "attempt 2"
            await bus.outbox.flush()


def test_a_context_without_a_message_has_no_header():
    context = Context(no_message(), None, anyio.sleep, None)

    with pytest.raises(UsageError, match="no single message"):
        _ = context.header
    assert context.deadline is None

"""What a log line says of the message in whose handler it is logged."""

from __future__ import annotations

import gc
import io
import json
import logging

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.support import LIMIT, event, frame, readings, running
from cimbus import Component, Context, JsonFormatter, Message, MessageFilter, Retry, TextFormatter, setup_logging
from cimbus.application.observers import EVERYWHERE
from cimbus.nouns import EndDeviceEvents, MeterReadings

pytestmark = pytest.mark.anyio

own = logging.getLogger("my.program")


@pytest.fixture
def log():
    """Set the log up; return what reads its lines; afterwards, all is as before."""
    root, out = logging.getLogger(), io.StringIO()
    level = root.level
    made = []

    def start(kind="json", level="info"):
        made.append(setup_logging(kind, level, out))
        return lambda: out.getvalue().splitlines()

    yield start
    for each in made:
        root.removeHandler(each)
    root.setLevel(level)


def lines_of(log):
    return [json.loads(line) for line in log()]


async def test_each_line_of_a_handler_names_its_message(log):
    read = log()
    component = Component("OMS", retry=Retry(attempts=2, initial_delay=0))

    @component.on(EndDeviceEvents, name="outage")
    async def outage(message: Message[EndDeviceEvents]) -> None:
        own.info("looking")
        raise LookupError("no such meter")

    async with running(component) as bus:
        own.info("outside")
        await bus.publish(event(), message_id="m-1")
        with anyio.fail_after(LIMIT):
            await component.counters["outage"].reach(dead_lettered=1)
    found = lines_of(read)

    outside = [line for line in found if line["message"] == "outside"]
    assert "message_id" not in outside[0]
    inside = [line for line in found if line.get("message_id") == "m-1"]
    assert {line["consumer"] for line in inside} == {"OMS.outage"}
    assert {line["component"] for line in inside} == {"OMS"}
    assert {line["topic"] for line in inside} == {"production/events/EndDeviceEvents/created/UP-1"}
    assert [line["attempt"] for line in inside if line["message"] == "looking"] == [1, 2]
    failed = [line for line in inside if line["message"].startswith("OMS.outage: failed after 2 attempts")]
    assert "LookupError: no such meter" in failed[0]["exception"]
    assert any("became dead letter" in line["message"] for line in inside)


async def test_a_message_that_cannot_be_read_is_named_by_its_frame(log):
    read = log()
    component = Component("OMS")

    @component.on(EndDeviceEvents, name="outage")
    async def outage(message: Message[EndDeviceEvents]) -> None: ...

    async with running(component) as bus:
        await bus.transport.send([frame(MessageID="m-2", key="UP-2")])
        with anyio.fail_after(LIMIT):
            await component.counters["outage"].reach(dead_lettered=1)
    (line,) = [line for line in lines_of(read) if "became dead letter" in line["message"]]

    assert (line["message_id"], line["consumer"], line["attempt"]) == ("m-2", "OMS.outage", 1)


async def test_handlers_that_run_at_once_or_in_threads_are_told_apart(log):
    read = log()
    component = Component("OMS")

    @component.on(EndDeviceEvents, name="outage", concurrency=4)
    async def outage(message: Message[EndDeviceEvents]) -> None:
        own.info("asynchronous %s", message.header.message_id)
        await anyio.lowlevel.checkpoint()
        own.info("asynchronous %s", message.header.message_id)

    @component.on(EndDeviceEvents, name="thread", concurrency=2)
    def thread(message: Message[EndDeviceEvents]) -> None:
        own.info("synchronous %s", message.header.message_id)

    async with running(component) as bus:
        for number in range(8):
            await bus.publish(event(key=f"UP-{number}"), message_id=f"m-{number}")
        with anyio.fail_after(LIMIT):
            for counters in component.counters.values():
                await counters.reach(handled=8)
    found = [line for line in lines_of(read) if line["logger"] == "my.program"]

    assert len(found) == 24
    for line in found:
        way, number = line["message"].split()
        assert line["message_id"] == number
        assert line["consumer"] == ("OMS.outage" if way == "asynchronous" else "OMS.thread")


async def test_a_batch_says_how_many_messages_it_has(log):
    read = log()
    component = Component("MDM")

    @component.on(MeterReadings, batch=2, within=30, name="store")
    async def store(messages: list[Message[MeterReadings]]) -> None:
        own.info("storing")

    async with running(component) as bus:
        await bus.publish_many([readings(), readings()])
        with anyio.fail_after(LIMIT):
            await component.counters["store"].reach(handled=2)
    (line,) = [line for line in lines_of(read) if line["message"] == "storing"]

    assert (line["consumer"], line["batch"], line["attempt"]) == ("MDM.store", 2, 1)
    assert "message_id" not in line


async def test_what_the_context_logs_has_its_names_once(log):
    read = log()
    component = Component("OMS")

    @component.on(EndDeviceEvents, name="outage")
    async def outage(message: Message[EndDeviceEvents], context: Context) -> None:
        context.log.info("looking for %s", "M-1", extra={"meter": "M-1"})

    async with running(component) as bus:
        await bus.publish(event(), message_id="m-1")
        with anyio.fail_after(LIMIT):
            await component.counters["outage"].reach(handled=1)
    (line,) = [line for line in lines_of(read) if line["message"].startswith("looking")]

    assert line["message"] == "looking for M-1"
    assert (line["message_id"], line["meter"]) == ("m-1", "M-1")
    assert "named" not in line


async def test_text_has_the_message_in_a_line_of_its_own(log):
    read = log("text", "warning")
    component = Component("OMS")

    @component.on(EndDeviceEvents, name="outage")
    async def outage(message: Message[EndDeviceEvents]) -> None:
        own.info("not written")
        own.warning("no meter\nwarning: all is lost")

    async with running(component) as bus:
        await bus.publish(event(), message_id="m-1")
        with anyio.fail_after(LIMIT):
            await component.counters["outage"].reach(handled=1)
    first, second = read()

    assert first.endswith(" warning my.program: no meter warning: all is lost")
    topic = "production/events/EndDeviceEvents/created/UP-1"
    assert second == f"    consumer=OMS.outage message_id=m-1 topic={topic} attempt=1"
    assert max(len(first), len(second)) <= 120


async def test_a_filter_gives_the_fields_to_other_formatters(caplog):
    component, out = Component("OMS"), io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(MessageFilter())
    handler.setFormatter(logging.Formatter("%(consumer)s|%(message_id)s|%(attempt)s|%(message)s"))
    own.addHandler(handler)
    caplog.set_level(logging.INFO, "my.program")

    @component.on(EndDeviceEvents, name="outage")
    async def outage(message: Message[EndDeviceEvents]) -> None:
        own.info("looking")

    try:
        async with running(component) as bus:
            await bus.publish(event(), message_id="m-1")
            with anyio.fail_after(LIMIT):
                await component.counters["outage"].reach(handled=1)
    finally:
        own.removeHandler(handler)

    assert out.getvalue() == "OMS.outage|m-1|1|looking\n"


def test_a_log_that_is_not_used_any_more_observes_no_handlers():
    gc.collect()
    before = len(EVERYWHERE)
    made = MessageFilter()
    assert len(EVERYWHERE) == before + 1
    del made
    gc.collect()
    assert len(EVERYWHERE) == before


@given(st.text(), st.dictionaries(st.text(min_size=1), st.one_of(st.text(), st.integers(), st.binary(), st.floats())))
def test_json_is_one_valid_line_whatever_is_logged(text, extra):
    record = logging.LogRecord("app", logging.INFO, "app.py", 1, "%s", (text,), None)
    for name, value in extra.items():
        record.__dict__.setdefault(name, value)

    line = JsonFormatter().format(record)

    assert "\n" not in line
    assert {"time", "level", "logger", "message"} <= json.loads(line).keys()


def test_text_is_one_line_with_a_traceback_below_it():
    error = LookupError("no such meter")
    record = logging.LogRecord("app", logging.ERROR, "", 1, "failed", None, (LookupError, error, None))

    first, *rest = TextFormatter().format(record).splitlines()

    assert first.endswith("error app: failed")
    assert rest == ["    LookupError: no such meter"]


@pytest.mark.parametrize(("kind", "level", "wrong"), [("xml", "info", "xml"), ("json", "loud", "loud")])
def test_what_there_is_not_is_refused(kind, level, wrong):
    with pytest.raises(ValueError, match=f"not '{wrong}'"):
        setup_logging(kind, level)

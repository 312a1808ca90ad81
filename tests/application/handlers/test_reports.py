"""A component reports its state at an interval and on request (IEC 61968-1, 7.1)."""

from __future__ import annotations

import uuid

import anyio
import pytest

from application.support import LIMIT, event, frame, running
from cimbus import Bus, Component, Message, Retry
from cimbus.nouns import ComponentReport, ComponentReports, EndDeviceEvents, GetComponentReports

pytestmark = pytest.mark.anyio


def oms(report_every=0, name="OMS"):
    component = Component(name, retry=Retry(attempts=1), report_every=report_every)

    @component.on(EndDeviceEvents, name="outage")
    async def outage(message: Message[EndDeviceEvents]) -> None:
        if message.header.message_id == "bad":
            raise LookupError("the secret meter M-1")

    return component


async def next_report(reports):
    with anyio.fail_after(LIMIT):
        async with await reports.receive() as message:
            (report,) = message.payload.ComponentReport
            return report


async def ask(bus, *names):
    await bus.publish(GetComponentReports(component=list(names)), ack_required=False)


@pytest.mark.parametrize("kind", ["memory", "sqlite", "mosquitto"])
async def test_a_component_reports_when_it_is_asked(kind, tmp_path, request):
    context = f"report{uuid.uuid4().hex[:8]}"
    local = {"memory": "memory:", "sqlite": f"sqlite:///{tmp_path}/bus.db"}
    url = local.get(kind) or request.getfixturevalue(kind).url()
    component = oms()
    async with running(component, url, context=context) as bus, bus.subscribe(ComponentReports) as reports:
        await bus.publish(event(), message_id="good")
        await bus.publish(event(), message_id="bad")
        with anyio.fail_after(LIMIT):
            await component.counters["outage"].reach(handled=1, dead_lettered=1)
        await ask(bus)
        report = await next_report(reports)

    assert (report.name, report.statusKind) == ("OMS", "ready")
    assert report.startDateTime <= report.createdDateTime
    (handler,) = report.Handler
    counts = handler.handled, handler.failed, handler.deadLettered, handler.retried
    assert (handler.name, handler.noun, handler.bus, *counts) == (
        "outage", "EndDeviceEvents", "default", 1, 1, 1, 0
    )  # fmt: skip
    (error,) = report.Error
    assert (error.handler, error.exceptionType, error.messageID) == ("outage", "LookupError", "bad")
    assert [(each.name, each.connected, each.backlogMessages) for each in report.Bus] == [("default", True, None)]


async def test_a_component_reports_at_an_interval_and_when_it_stops():
    component = oms(report_every=0.01)
    async with Bus("memory:") as bus, bus.subscribe(ComponentReports) as reports, anyio.create_task_group() as tasks:
        await tasks.start(component.run, bus)
        first, second = await next_report(reports), await next_report(reports)
        component.stop()
        with anyio.fail_after(LIMIT):
            while (last := await next_report(reports)).statusKind != "stopping":
                pass

    assert first.mRID == second.mRID == last.mRID
    assert first.createdDateTime <= second.createdDateTime
    assert float(first.intervalSeconds) == 0.01


async def test_all_components_answer_one_question_and_those_not_named_do_not():
    one, other = oms(), oms(name="MDM")
    async with running(one) as bus, anyio.create_task_group() as tasks, bus.subscribe(ComponentReports) as reports:
        await tasks.start(other.run, bus)
        await ask(bus)
        assert {(await next_report(reports)).name for _ in range(2)} == {"OMS", "MDM"}
        await ask(bus, "MDM")
        await ask(bus, "OMS")
        assert sorted([(await next_report(reports)).name for _ in range(2)]) == ["MDM", "OMS"]
        other.stop()


async def test_a_requester_that_waits_gets_a_reply():
    async with running(oms()) as bus:
        reply = await bus.request(GetComponentReports(), timeout=LIMIT)

    assert reply.payload.ComponentReport[0].name == "OMS"


async def test_the_text_of_an_exception_is_in_no_report():
    component = oms()
    async with running(component) as bus, bus.subscribe(ComponentReports) as reports:
        await bus.publish(event(), message_id="bad")
        with anyio.fail_after(LIMIT):
            await component.counters["outage"].reach(dead_lettered=1)
            await ask(bus)
            delivery = await reports.receive()

    assert b"LookupError" in delivery.token.value.body
    assert b"secret" not in delivery.token.value.body


async def test_a_request_that_cannot_be_read_stops_nothing(caplog):
    async with running(oms()) as bus, bus.subscribe(ComponentReports) as reports:
        await bus.transport.send([frame(kind="requests", noun="ComponentReports", verb="get")])
        await ask(bus)
        report = await next_report(reports)

    assert report.name == "OMS"
    assert "cannot be read" in caplog.text
    assert await bus.dead_letters.letters() == []


async def test_the_backlog_of_an_outbox_is_reported_while_its_middleware_is_away(tmp_path):
    component = Component("FWD", report_every=0)

    @component.on(EndDeviceEvents, bus="here", publish_to="away")
    async def forward(message: Message[EndDeviceEvents]) -> EndDeviceEvents:
        return message.payload

    async with (
        Bus("memory:") as here,
        Bus("mqtt://127.0.0.1:1", outbox=tmp_path / "outbox.db") as away,
        here.subscribe(ComponentReports) as reports,
        anyio.create_task_group() as tasks,
    ):
        await tasks.start(component.run, {"here": here, "away": away})
        await here.publish(event())
        with anyio.fail_after(LIMIT):
            await next(iter(component.counters.values())).reach(handled=1)
        await ask(here)
        report = await next_report(reports)
        component.stop()

    found = {each.name: each for each in report.Bus}
    assert (found["away"].connected, found["away"].backlogMessages) == (False, 1)
    assert found["away"].backlogOctets > 100
    assert report.statusKind == "disconnected"


async def test_a_component_without_an_interval_does_not_report():
    async with running(oms(report_every=None)) as bus, bus.subscribe(ComponentReports) as reports:
        await ask(bus)
        marker = ComponentReport(mRID="marker", name="marker", statusKind="ready")
        await bus.publish(ComponentReports(ComponentReport=[marker]))
        assert (await next_report(reports)).name == "marker"


@pytest.mark.parametrize("wrong", [-1, float("inf"), True, "1"])
def test_an_impossible_interval_is_refused(wrong):
    with pytest.raises(ValueError, match="report_every is a number of seconds"):
        Component("OMS", report_every=wrong)

"""What Prometheus reads, parsed by its own parser."""

from __future__ import annotations

import subprocess
import sys

import anyio
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from application.support import LIMIT, event, readings, running, until
from cimbus import Bridge, Bus, Component, Message, Metrics, Retry
from cimbus.nouns import EndDeviceEvents, MeterReadings

pytestmark = pytest.mark.anyio


def scraped(metrics):
    """The samples of a scrape: name and labels -> value."""
    body, content_type = metrics.exposition()
    assert content_type.startswith("text/plain")
    return {
        (sample.name, *(f"{name}={value}" for name, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }


def labels(component="OMS", handler="outage", noun="EndDeviceEvents", bus="default"):
    return f"bus={bus}", f"component={component}", f"consumer={component}.{handler}", f"noun={noun}"


@pytest.fixture
def metrics():
    return Metrics(CollectorRegistry())


async def test_what_handlers_count_is_scraped(metrics):
    component = Component("OMS", retry=Retry(attempts=2, initial_delay=0))

    @component.on(EndDeviceEvents, name="outage")
    async def outage(message: Message[EndDeviceEvents]) -> None:
        if message.header.message_id == "bad":
            raise LookupError("no such meter")

    metrics.watch(component)
    async with running(component) as bus:
        await bus.publish(event(), message_id="good")
        await bus.publish(event(), message_id="bad")
        with anyio.fail_after(LIMIT):
            await component.counters["outage"].reach(handled=1, failed=1, dead_lettered=1)
        found = scraped(metrics)

    assert {name: found[f"cimbus_{name}_total", *labels()] for name in component.counters["outage"].counts()} == {
        "handled": 1, "failed": 1, "retried": 1, "dead_lettered": 1, "duplicates": 0, "expired": 0
    }  # fmt: skip
    assert found["cimbus_handler_seconds_count", *labels()] == 3  # one attempt of the good one, two of the bad one
    assert found["cimbus_lag_seconds", *labels()] >= 0
    assert found["cimbus_ready", "component=OMS"] == 1
    assert found["cimbus_connected", "bus=default"] == 1
    after = scraped(metrics)
    assert after["cimbus_handled_total", *labels()] == 1
    assert after["cimbus_ready", "component=OMS"] == 0


async def test_messages_at_work_and_the_age_of_the_oldest_are_scraped(metrics):
    component, release = Component("OMS"), anyio.Event()

    @component.on(EndDeviceEvents, name="outage")
    async def outage(message: Message[EndDeviceEvents]) -> None:
        await release.wait()

    metrics.watch(component)
    async with running(component) as bus:
        for number in range(3):
            await bus.publish(event(), message_id=f"m-{number}")
        with anyio.fail_after(LIMIT):
            await until(lambda: component.runners["outage"].in_flight == 3 and component.in_progress)
        during = scraped(metrics)
        release.set()
        with anyio.fail_after(LIMIT):
            await component.counters["outage"].reach(handled=3)

    assert during["cimbus_in_flight", *labels()] == 3
    assert during["cimbus_in_progress", *labels()] == 1
    assert during["cimbus_oldest_seconds", *labels()] > 0
    assert during["cimbus_waiting", *labels()] == 0


async def test_a_batch_is_one_attempt(metrics):
    component = Component("MDM")

    @component.on(MeterReadings, batch=10, within=0.01, name="store")
    async def store(messages: list[Message[MeterReadings]]) -> None: ...

    metrics.watch(component)
    async with running(component) as bus:
        await bus.publish_many([readings(), readings()])
        with anyio.fail_after(LIMIT):
            await component.counters["store"].reach(handled=2)
    found = scraped(metrics)

    assert found["cimbus_handled_total", *labels("MDM", "store", "MeterReadings")] == 2
    assert 1 <= found["cimbus_handler_seconds_count", *labels("MDM", "store", "MeterReadings")] <= 2
    assert found["cimbus_lag_seconds", *labels("MDM", "store", "MeterReadings")] >= 0


async def test_the_backlog_of_an_outbox_is_scraped(metrics, tmp_path):
    async with Bus("mqtt://127.0.0.1:1", outbox=tmp_path / "outbox.db") as bus:  # there is no broker
        metrics.watch(bus, "field")
        await bus.publish(event())
        found = scraped(metrics)

    assert found["cimbus_connected", "bus=field"] == 0
    assert found["cimbus_outbox_messages", "bus=field"] == 1
    assert found["cimbus_outbox_bytes", "bus=field"] > 100
    assert found["cimbus_outbox_oldest_seconds", "bus=field"] >= 0
    assert found["cimbus_outbox_forwarded_total", "bus=field"] == 0
    closed = scraped(metrics)  # without what needs the file
    assert ("cimbus_outbox_messages", "bus=field") not in closed
    assert closed["cimbus_connected", "bus=field"] == 0


async def test_a_bridge_is_scraped(metrics):
    async with Bus("memory:") as source, Bus("memory:") as target, anyio.create_task_group() as tasks:
        bridge = Bridge(source, target, name="up")
        metrics.watch(bridge)
        await tasks.start(lambda *, task_status: bridge.run(task_status=task_status))
        await source.publish(event())
        with anyio.fail_after(LIMIT):
            await bridge.counters.reach(sent=1)
        found = scraped(metrics)
        tasks.cancel_scope.cancel()

    assert found["cimbus_bridge_sent_total", "bridge=up"] == 1


async def test_nothing_that_a_message_brings_is_a_label(metrics):
    component = Component("OMS")

    @component.on(name="any")
    async def handle(message: Message) -> None: ...

    metrics.watch(component)
    async with running(component) as bus:
        before = len(scraped(metrics))
        for number in range(20):
            await bus.publish(event(key=f"UP-{number}"), message_id=f"m-{number}", source=f"HES-{number}")
        with anyio.fail_after(LIMIT):
            await component.counters["any"].reach(handled=20)
        after = scraped(metrics)

    assert len(after) == before
    assert after["cimbus_handled_total", *labels("OMS", "any", "all")] == 20


def test_a_registry_has_them_once():
    registry = CollectorRegistry()
    Metrics(registry)
    with pytest.raises(ValueError, match="cimbus_handler_seconds"):
        Metrics(registry)


def test_without_the_package_the_error_says_what_to_install():
    code = "import sys; sys.modules['prometheus_client'] = None; import cimbus; cimbus.Metrics()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=LIMIT, check=False)
    assert "pip install 'cimbus[metrics]'" in done.stderr


def test_importing_cimbus_imports_neither_metrics_nor_traces():
    code = "import sys, cimbus; print([m for m in sys.modules if m.startswith(('prometheus', 'opentelemetry'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=LIMIT, check=True)
    assert done.stdout == "[]\n"

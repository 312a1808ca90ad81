"""One trace from a publication to what it causes, over real transports and bridges."""

from __future__ import annotations

import subprocess
import sys
import uuid
from contextlib import asynccontextmanager

import anyio
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from application.support import LIMIT, event, query, readings, running, until
from cimbus import Bridge, Bus, Component, Message, Retry, SendError, UnitOfWork
from cimbus.nouns import EndDeviceEvents, GetMeterReadings, MeterReadings

pytestmark = pytest.mark.anyio


class Traces:
    """A provider of tracers that keeps the spans that have ended."""

    def __init__(self):
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider(shutdown_on_exit=False)
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.tracer = self.provider.get_tracer("test")

    @property
    def spans(self):
        return self.exporter.get_finished_spans()

    def named(self, name):
        return [span for span in self.spans if span.name == name]

    async def until(self, *names):
        """Wait until there is a span of each name; return the first ones."""
        with anyio.fail_after(LIMIT):
            await until(lambda: all(self.named(name) for name in names))
        return [self.named(name)[0] for name in names]


@pytest.fixture
def traces():
    return Traces()


EVENT, READINGS = "production/events/EndDeviceEvents/created", "production/events/MeterReadings/created"
ASKED, REPLIED = "production/requests/MeterReadings/get", "production/replies/MeterReadings/reply"


def is_child(span, parent):
    return span.context.trace_id == parent.context.trace_id and span.parent.span_id == parent.context.span_id


def forwarding():
    component = Component("OMS")

    @component.on(EndDeviceEvents)
    async def outage(message: Message[EndDeviceEvents]) -> MeterReadings:
        return readings()

    return component


@pytest.mark.parametrize("kind", ["memory", "sqlite", "mosquitto"])
async def test_what_a_handler_publishes_is_in_the_trace_of_its_message(traces, kind, tmp_path, request):
    context = f"trace{uuid.uuid4().hex[:8]}"
    local = {"memory": "memory:", "sqlite": f"sqlite:///{tmp_path}/bus.db"}
    url = local.get(kind) or request.getfixturevalue(kind).url()
    template = EVENT.replace("production", context)
    async with (
        running(forwarding(), url, tracing=traces.provider, context=context) as bus,
        bus.subscribe(MeterReadings) as subscription,
    ):
        with traces.tracer.start_as_current_span("storm"):
            await bus.publish(event(), message_id="m-1")
        with anyio.fail_after(LIMIT):
            async with await subscription.receive():
                pass
        caused = READINGS.replace("production", context)
        names = (f"send {template}", f"process {template}", f"send {caused}", f"receive {caused}")
        sent, processed, published, received = await traces.until(*names)
    (storm,) = traces.named("storm")

    assert is_child(sent, storm)
    assert is_child(processed, sent)
    assert is_child(published, processed)
    assert is_child(received, published)
    assert (sent.kind, processed.kind) == (SpanKind.PRODUCER, SpanKind.CONSUMER)
    attributes = {name.removeprefix("messaging."): value for name, value in processed.attributes.items()}
    size = attributes.pop("message.body.size")
    assert size > 100
    assert attributes == {
        "system": url.partition(":")[0],
        "operation.name": "process",
        "operation.type": "process",
        "destination.name": f"{template}/UP-1",
        "destination.template": template,
        "message.id": "m-1",
        "consumer.group.name": "OMS.EndDeviceEvents",
    }


def mdm():
    component = Component("MDM")

    @component.answers(GetMeterReadings)
    async def answer(request: Message[GetMeterReadings]) -> MeterReadings:
        return readings()

    return component


@asynccontextmanager
async def bridged(source, target):
    async with anyio.create_task_group() as tasks:
        bridge = Bridge(source, target)
        await tasks.start(lambda *, task_status: bridge.run(task_status=task_status))
        yield
        tasks.cancel_scope.cancel()


async def test_a_request_over_a_bridge_and_its_reply_are_one_trace(traces, mosquitto):
    context = f"trace{uuid.uuid4().hex[:8]}"
    options = {"tracing": traces.provider, "context": context}
    asked, replied = ASKED.replace("production", context), REPLIED.replace("production", context)
    async with (
        Bus("memory:", **options) as field,
        running(mdm(), mosquitto.url(), **options) as platform,
        bridged(field, platform),
    ):
        await field.request(query(), timeout=LIMIT)
        processed, received = await traces.until(f"process {asked}", f"receive {replied}")
    sent, forwarded = traces.named(f"send {asked}")
    (answered,) = traces.named(f"send {replied}")

    assert (sent.attributes["messaging.system"], forwarded.attributes["messaging.system"]) == ("memory", "mqtt")
    assert sent.parent is None
    assert is_child(forwarded, sent)
    assert is_child(processed, forwarded)
    assert is_child(answered, processed)
    assert is_child(received, answered)


async def test_a_bridge_without_tracing_passes_the_trace_on(traces, tmp_path):
    async with (
        Bus("memory:", tracing=traces.provider) as field,
        Bus(f"sqlite:///{tmp_path}/bus.db") as platform,
        bridged(field, platform),
        platform.subscribe(EndDeviceEvents) as subscription,
    ):
        await field.publish(event())
        with anyio.fail_after(LIMIT):
            delivery = await subscription.receive()
    (sent,) = traces.named(f"send {EVENT}")

    assert delivery.token.value.properties["traceparent"].split("-")[1:3] == [
        f"{sent.context.trace_id:032x}",
        f"{sent.context.span_id:016x}",
    ]


async def test_failed_attempts_are_events_and_the_last_one_is_the_error(traces):
    component = Component("OMS", retry=Retry(attempts=2, initial_delay=0))

    @component.on(EndDeviceEvents, name="outage")
    async def outage(message: Message[EndDeviceEvents]) -> None:
        raise LookupError("no such meter")

    async with running(component, tracing=traces.provider) as bus:
        await bus.publish(event())
        (span,) = await traces.until(f"process {EVENT}")

    assert span.status.status_code is StatusCode.ERROR
    assert span.attributes["error.type"] == "LookupError"
    assert [each.attributes.get("cimbus.attempt") for each in span.events] == [1, 2, None]


async def test_a_batch_is_a_span_with_a_link_to_each_message(traces):
    component = Component("MDM")

    @component.on(MeterReadings, batch=3, within=30, name="store")
    async def store(messages: list[Message[MeterReadings]]) -> None: ...

    async with running(component, tracing=traces.provider) as bus:
        await bus.publish_many([readings()] * 3)
        (span,) = await traces.until(f"process {READINGS}")
    sent = traces.named(f"send {READINGS}")

    assert {link.context.span_id for link in span.links} == {each.context.span_id for each in sent}
    assert len(sent) == 3
    assert span.attributes["messaging.batch.message_count"] == 3
    assert span.parent is None


async def test_what_goes_through_an_outbox_or_a_unit_of_work_stays_in_the_trace(traces, tmp_path):
    file = tmp_path / "app.db"
    component = Component("OMS", inbox=file)

    @component.on(EndDeviceEvents)
    async def outage(message: Message[EndDeviceEvents], work: UnitOfWork) -> None:
        work.publish(readings())

    url = f"sqlite:///{tmp_path}/bus.db"
    names = f"create {EVENT}", f"process {EVENT}", f"receive {READINGS}"
    async with (
        running(component, url, outbox=file, tracing=traces.provider) as bus,
        bus.subscribe(MeterReadings) as subscription,
    ):
        await bus.publish(event())
        with anyio.fail_after(LIMIT):
            async with await subscription.receive():
                pass
        created, processed, received = await traces.until(*names)

    assert is_child(processed, created)
    assert is_child(received, processed)


async def test_a_refused_message_is_an_error_of_its_span(traces):
    async with Bus("memory:?backlog=1", tracing=traces.provider) as bus:
        await bus.ensure_subscription(EndDeviceEvents, group="away")
        await bus.publish(event())
        with pytest.raises(SendError):
            await bus.publish(event())
    taken, refused = traces.named(f"send {EVENT}")

    assert taken.status.status_code is StatusCode.UNSET
    assert refused.status.status_code is StatusCode.ERROR
    assert refused.attributes["error.type"] == "SendError"


async def test_without_tracing_messages_carry_no_trace(traces):
    with traces.tracer.start_as_current_span("storm"):
        async with Bus("memory:") as bus, bus.subscribe(EndDeviceEvents) as subscription:
            await bus.publish(event())
            delivery = await subscription.receive()

    assert "traceparent" not in delivery.token.value.properties
    assert [span.name for span in traces.spans] == ["storm"]


def test_without_the_package_the_error_says_what_to_install():
    code = "import sys; sys.modules['opentelemetry'] = None; import cimbus; cimbus.Bus('memory:', tracing=True)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=LIMIT, check=False)
    assert "pip install 'cimbus[otel]'" in done.stderr

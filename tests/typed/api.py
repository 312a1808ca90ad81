"""What type checkers infer of the public API. This file is checked by mypy and pyright, strictly; it is never run."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, assert_type

from cimbus import AuditTrail, Bus, Component, Context, Delivery, Message, Metrics, UnitOfWork, Verb, decode
from cimbus.nouns import (
    ComponentReports,
    EndDeviceEvents,
    GetComponentReports,
    GetEndDeviceEvents,
    GetMeterReadings,
    MeterReadings,
)
from cimbus.testing import harness

component = Component("TYPED", inbox="inbox.db")


@component.on(EndDeviceEvents, verb="created", concurrency=16)
async def on_event(message: Message[EndDeviceEvents]) -> None:
    assert_type(message.payload, EndDeviceEvents)
    assert_type(message.payload.EndDeviceEvent[0].createdDateTime, datetime)
    assert_type(message.payload.EndDeviceEvent[0].EndDeviceEventType.ref, str | None)


@component.on(EndDeviceEvents, name="with work")
async def on_event_with_work(message: Message[EndDeviceEvents], work: UnitOfWork) -> None:
    work.execute("insert into outage values (?)", message.payload.EndDeviceEvent[0].mRID)


@component.answers(GetMeterReadings)
async def answer(request: Message[GetMeterReadings]) -> MeterReadings:
    assert_type(request.payload, GetMeterReadings)
    return MeterReadings()


@component.answers(GetEndDeviceEvents)
async def answer_in_parts(request: Message[GetEndDeviceEvents]) -> AsyncIterator[EndDeviceEvents]:
    yield EndDeviceEvents()


class State:
    meters: int


@asynccontextmanager
async def lifespan() -> AsyncGenerator[State]:
    yield State()


stateful = Component("STATEFUL", lifespan=lifespan, inbox="inbox.db")
assert_type(stateful, Component[State])
assert_type(component, Component[None])


@stateful.on(EndDeviceEvents, bus="field", publish_to="platform", verb=Verb.other("archived"))
async def on_event_with_context(
    message: Message[EndDeviceEvents], context: Context[State], work: UnitOfWork
) -> list[MeterReadings]:
    assert_type(context.state.meters, int)
    assert_type(context.buses["platform"], Bus)
    assert_type(await context.publish(MeterReadings(), bus="platform"), Message[MeterReadings])
    assert_type(await context.request(GetMeterReadings()), Message[MeterReadings])
    return [MeterReadings()]


@stateful.on(EndDeviceEvents, name="any context")
async def on_event_with_any_context(message: Message[EndDeviceEvents], context: Context) -> None: ...


@stateful.on(EndDeviceEvents, name="payload")
def on_payload(payload: EndDeviceEvents, state: State) -> MeterReadings | None: ...


@stateful.on(EndDeviceEvents, name="batch", batch=100, within=0.5)
async def on_batch(messages: list[Message[EndDeviceEvents]], context: Context[State]) -> list[Exception | None]:
    return [None for _ in messages]


@stateful.answers(GetMeterReadings)
async def answer_with_context(request: Message[GetMeterReadings], context: Context[State]) -> MeterReadings:
    return MeterReadings()


@stateful.every(900)
async def bundle(context: Context[State]) -> EndDeviceEvents | None: ...


async def test_client(bus: Bus) -> None:
    async with harness(stateful, component) as test:
        assert_type(await test.request(GetMeterReadings()), Message[MeterReadings])
        assert_type(test.published(MeterReadings), list[Message[MeterReadings]])


async def use(bus: Bus, data: bytes) -> None:
    assert_type(Message.of(EndDeviceEvents()), Message[EndDeviceEvents])
    assert_type(decode(data), Message[Any])
    assert_type(await bus.request(GetMeterReadings(), timeout=10), Message[MeterReadings])
    assert_type(await bus.request(GetEndDeviceEvents()), Message[EndDeviceEvents])
    async with bus.subscribe(MeterReadings, verb="created") as readings:
        async for delivery in readings:
            assert_type(delivery, Delivery[Message[MeterReadings]])
            async with delivery as message:
                assert_type(message.payload, MeterReadings)


async def observed(bus: Bus) -> None:
    metrics = Metrics()
    metrics.watch(component)
    metrics.watch(bus, "field")
    assert_type(metrics.exposition(), tuple[bytes, str])
    _ = Bus("memory:", audit=AuditTrail("audit.jsonl"), tracing=True)
    _ = Component("REPORTING", report_every=60)
    assert_type(await bus.request(GetComponentReports()), Message[ComponentReports])

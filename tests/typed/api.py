"""What type checkers infer of the public API. This file is checked by mypy and pyright, strictly; it is never run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, assert_type

from cimbus import Bus, Component, Delivery, Message, Work, decode
from cimbus.nouns import EndDeviceEvents, GetEndDeviceEvents, GetMeterReadings, MeterReadings

component = Component("TYPED", inbox="inbox.db")


@component.on(EndDeviceEvents, verb="created", concurrency=16)
async def on_event(message: Message[EndDeviceEvents]) -> None:
    assert_type(message.payload, EndDeviceEvents)
    assert_type(message.payload.EndDeviceEvent[0].createdDateTime, datetime)
    assert_type(message.payload.EndDeviceEvent[0].EndDeviceEventType.ref, str | None)


@component.on(EndDeviceEvents, name="with work")
async def on_event_with_work(message: Message[EndDeviceEvents], work: Work) -> None:
    work.execute("insert into outage values (?)", message.payload.EndDeviceEvent[0].mRID)


@component.answers(GetMeterReadings)
async def answer(request: Message[GetMeterReadings]) -> MeterReadings:
    assert_type(request.payload, GetMeterReadings)
    return MeterReadings()


@component.answers(GetEndDeviceEvents)
async def answer_in_parts(request: Message[GetEndDeviceEvents]) -> AsyncIterator[EndDeviceEvents]:
    yield EndDeviceEvents()


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

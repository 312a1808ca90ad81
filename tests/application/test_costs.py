"""What one message costs beside the codec, in calls of functions: a time would differ from machine to machine."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from types import FrameType

import anyio
import pytest

from cimbus import Bus, Component, Message
from cimbus.application.marshal import pack
from cimbus.nouns import EndDeviceEvents

pytestmark = pytest.mark.anyio

COUNT = 192
"""Messages of a measure: six times what ``memory:`` takes between two checkpoints. A bound on waiting is twice that
number of rounds, since a coroutine is called again when it goes on; other bounds are what was counted, and one or
two."""
PARTS = ("/cimbus/application/", "/cimbus/middleware/")


async def calls_per_message(send: Callable[[Bus], Awaitable[object]]) -> tuple[float, Counter[str]]:
    """Return how many functions of the bus are called for one of the messages, until all are handled."""
    component, calls = Component("OMS"), Counter[str]()

    @component.on(EndDeviceEvents)
    async def handle(message: Message[EndDeviceEvents]) -> None:
        pass

    def count(frame: FrameType, event: str, _: object) -> None:
        file = frame.f_code.co_filename.replace("\\", "/")
        if event == "call" and any(part in file for part in PARTS):
            calls[frame.f_code.co_qualname] += 1

    async with Bus("memory:", source="HES") as bus, anyio.create_task_group() as tasks:
        await tasks.start(component.run, bus)
        (counters,) = component.counters.values()
        for total in (COUNT, 2 * COUNT):  # the first time, to warm up
            calls.clear()
            sys.setprofile(count if total > COUNT else None)
            try:
                await send(bus)
                with anyio.fail_after(30):
                    await counters.reach(handled=total)
            finally:
                sys.setprofile(None)
        component.stop()
    return sum(calls.values()) / COUNT, calls


def message() -> Message[EndDeviceEvents]:
    return Message.of(EndDeviceEvents(), source="HES")


async def test_a_delivery_costs_few_calls():
    frame = pack(message(), message().topic("meter-7"))

    found, calls = await calls_per_message(lambda bus: bus.transport.send([frame] * COUNT))

    assert found <= 41, calls.most_common(20)


async def test_a_publication_costs_few_calls_more():
    payloads = [EndDeviceEvents()] * COUNT

    found, calls = await calls_per_message(lambda bus: bus.publish_many(payloads))

    assert found <= 47, calls.most_common(20)


async def test_messages_that_come_together_are_received_together():
    frames = [pack(message(), message().topic("meter-7"))] * COUNT

    _, calls = await calls_per_message(lambda bus: bus.transport.send(frames))

    assert calls["MemoryConsumer._wait"] <= COUNT / 8
    assert calls["KeyedWorkers._worker"] <= COUNT / 8


async def test_one_by_one_nothing_is_awaited_that_need_not_be():
    async def send(bus: Bus) -> None:
        for _ in range(COUNT):
            await bus.publish(EndDeviceEvents())

    found, calls = await calls_per_message(send)

    assert found <= 56, calls.most_common(20)
    assert calls["MemoryConsumer._wait"] <= COUNT / 8

"""What the chain around a handler costs: calls of functions for each message, which no load on the machine changes."""

from __future__ import annotations

import sys

import anyio
import pytest

from cimbus import Bus, Component, Message
from cimbus.nouns import EndDeviceEvents

from .support import LIMIT

pytestmark = pytest.mark.anyio

MOST_CALLS = 44
"""Calls of functions of ``application`` and ``middleware`` for each message that is delivered, handled and accepted,
coroutines that go on after a wait included; a tenth more than were counted when this was written."""


async def calls(count: int) -> int:
    """Return how many calls ``count`` messages take from the transport to the end of the handler."""
    app, done, left, seen = Component("APP"), anyio.Event(), count, 0

    @app.on(EndDeviceEvents)
    async def handle(message: Message[EndDeviceEvents]) -> None:
        nonlocal left
        left -= 1
        if not left:
            done.set()

    def profile(frame, event, argument):
        nonlocal seen
        name = frame.f_code.co_filename.replace("\\", "/")
        seen += event == "call" and ("cimbus/application/" in name or "cimbus/middleware/" in name)

    async with Bus("memory:") as bus, anyio.create_task_group() as group:
        await group.start(app.run, bus)
        frames = [bus.publisher.prepared(EndDeviceEvents(), message_id=f"m-{n}")[1] for n in range(count)]
        before = sys.getprofile()
        sys.setprofile(profile)
        try:
            with anyio.fail_after(LIMIT):
                await bus.transport.send(frames)
                await done.wait()
        finally:
            sys.setprofile(before)
        app.stop()
    return seen


async def test_a_message_takes_few_calls():
    first, second = await calls(100), await calls(200)

    assert (second - first) / 100 <= MOST_CALLS

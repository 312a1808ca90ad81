"""An event that is set once: who waits is woken, who comes later does not wait, and who is cancelled is forgotten."""

from __future__ import annotations

import anyio
import pytest

from cimbus.middleware.one_shot_event import OneShotEvent

pytestmark = pytest.mark.anyio
TIMEOUT = 30


async def woken_by(event, count, cancelled=0):
    """Set an event for which so many tasks wait, some of which are cancelled before; return who was woken."""
    woken, waiting = [], anyio.create_memory_object_stream[int](count)

    async def wait(number, scope):
        with scope:
            await waiting[0].send(number)
            await event.wait()
            woken.append(number)

    scopes = [anyio.CancelScope() for _ in range(count)]
    with anyio.fail_after(TIMEOUT), waiting[0], waiting[1]:
        async with anyio.create_task_group() as group:
            for number, scope in enumerate(scopes):
                group.start_soon(wait, number, scope)
            for _ in range(count):
                await waiting[1].receive()
            await anyio.wait_all_tasks_blocked()
            for scope in scopes[:cancelled]:
                scope.cancel()
            event.set()
    return sorted(woken)


async def test_all_that_wait_are_woken():
    event = OneShotEvent()
    assert not event.is_set()

    assert await woken_by(event, 3) == [0, 1, 2]
    assert event.is_set()


async def test_a_task_that_was_cancelled_is_not_woken_and_keeps_nobody_from_it():
    event = OneShotEvent()
    assert await woken_by(event, 3, cancelled=2) == [2]


async def test_a_task_that_is_cancelled_long_before_leaves_nothing_behind():
    event = OneShotEvent()
    with anyio.move_on_after(0.01):
        await event.wait()
    assert not event._waiting

    assert await woken_by(event, 1) == [0]


async def test_who_comes_later_does_not_wait():
    event = OneShotEvent()
    event.set()
    event.set()

    with anyio.fail_after(TIMEOUT):
        await event.wait()

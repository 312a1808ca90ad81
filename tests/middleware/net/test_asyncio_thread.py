"""The portal to asyncio: calls keep their order, wake the other side once, and end with the block."""

from __future__ import annotations

import asyncio
import threading

import anyio
import pytest

from cimbus.errors import ClosedError
from cimbus.middleware.loop_callback import on_trio
from cimbus.middleware.net.asyncio_thread import CallQueue, open_portal, run

pytestmark = pytest.mark.anyio


async def test_a_coroutine_runs_on_asyncio_and_returns():
    async def work():
        await asyncio.sleep(0)
        return asyncio.get_running_loop(), threading.get_ident()

    async with open_portal() as portal:
        loop, thread = await run(portal, work)
        assert (thread == threading.get_ident()) != on_trio()
    assert isinstance(loop, asyncio.AbstractEventLoop)
    assert loop.is_closed() == on_trio()


async def test_both_directions_keep_their_order():
    there, here, done = [], [], anyio.Event()

    async def echo():
        for number in range(1000):
            portal.to_caller(here.append, number)
        portal.to_caller(done.set)

    async with open_portal() as portal:
        for number in range(1000):
            portal.to_asyncio(there.append, number)
        await run(portal, echo)
        await done.wait()
    assert there == here == list(range(1000))


async def test_an_error_comes_over():
    async def work():
        raise LookupError("over there")

    async with open_portal() as portal:
        with pytest.raises(LookupError, match="over there"):
            await run(portal, work)


async def test_a_cancelled_caller_waits_for_what_cancels_over_there():
    steps = []
    started = anyio.Event()

    async def work():
        try:
            portal.to_caller(started.set)
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.01)
            steps.append("cleaned up")

    async with open_portal() as portal:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(run, portal, work)
            await started.wait()
            tasks.cancel_scope.cancel()
        assert steps == ["cleaned up"]


async def test_what_is_cancelled_over_there_is_said_to_be_closed():
    async def work():
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)

    async with open_portal() as portal:
        with pytest.raises(ClosedError):
            await run(portal, work)


def test_one_wake_up_is_under_way_however_many_wait():
    wakes, done = [], []
    queue = CallQueue(wakes.append)
    for number in range(5):
        queue.put(done.append, number)
    assert len(wakes) == 1
    wakes.pop()()
    assert done == [0, 1, 2, 3, 4]
    queue.put(done.append, 5)
    assert len(wakes) == 1


def test_a_function_that_fails_hinders_no_other(caplog):
    wakes, done = [], []
    queue = CallQueue(wakes.append)
    queue.put(int, "not a number")
    queue.put(done.append, 1)
    wakes.pop()()
    assert done == [1]
    assert "not a number" in caplog.text


async def test_what_is_called_after_the_end_of_its_loop_raises():
    async def work():
        return 42

    async with open_portal() as portal:
        pass
    if not on_trio():
        assert await run(portal, work) == 42  # the caller's own loop goes on
        return
    for _ in range(2):
        with anyio.fail_after(20), pytest.raises(ClosedError):
            await run(portal, work)

"""The crossing to asyncio: what crosses keeps its order, wakes the other side once, and ends with its block."""

from __future__ import annotations

import asyncio
import threading

import anyio
import pytest

from cimbus.errors import ClosedError
from cimbus_kafka.crossing import Here, Lane, open_crossing, run

pytestmark = pytest.mark.anyio


async def test_a_coroutine_runs_on_asyncio_and_returns():
    async def work():
        await asyncio.sleep(0)
        return asyncio.get_running_loop(), threading.get_ident()

    async with open_crossing() as crossing:
        loop, thread = await run(crossing, work)
        assert (thread == threading.get_ident()) == isinstance(crossing, Here)
    assert isinstance(loop, asyncio.AbstractEventLoop)
    assert loop.is_closed() != isinstance(crossing, Here)


async def test_both_directions_keep_their_order():
    there, here, done = [], [], anyio.Event()

    async def echo():
        for number in range(1000):
            crossing.tell(here.append, number)
        crossing.tell(done.set)

    async with open_crossing() as crossing:
        for number in range(1000):
            crossing.post(there.append, number)
        await run(crossing, echo)
        await done.wait()
    assert there == here == list(range(1000))


async def test_an_error_comes_over():
    async def work():
        raise LookupError("over there")

    async with open_crossing() as crossing:
        with pytest.raises(LookupError, match="over there"):
            await run(crossing, work)


async def test_a_cancelled_caller_waits_for_what_cancels_over_there():
    steps = []
    started = anyio.Event()

    async def work():
        try:
            crossing.tell(started.set)
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.01)
            steps.append("cleaned up")

    async with open_crossing() as crossing:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(run, crossing, work)
            await started.wait()
            tasks.cancel_scope.cancel()
        assert steps == ["cleaned up"]


async def test_what_is_cancelled_over_there_is_said_to_be_closed():
    async def work():
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)

    async with open_crossing() as crossing:
        with pytest.raises(ClosedError):
            await run(crossing, work)


def test_one_wake_up_is_under_way_however_many_wait():
    wakes, done = [], []
    lane = Lane(wakes.append)
    for number in range(5):
        lane.put(done.append, (number,))
    assert len(wakes) == 1
    wakes.pop()()
    assert done == [0, 1, 2, 3, 4]
    lane.put(done.append, (5,))
    assert len(wakes) == 1


def test_a_function_that_fails_hinders_no_other(caplog):
    wakes, done = [], []
    lane = Lane(wakes.append)
    lane.put(int, ("not a number",))
    lane.put(done.append, (1,))
    wakes.pop()()
    assert done == [1]
    assert "not a number" in caplog.text

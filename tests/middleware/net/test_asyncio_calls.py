"""Calls on an asyncio loop end in a bounded time, and what cannot be cancelled is left behind."""

from __future__ import annotations

import asyncio

import pytest

from cimbus.middleware.net import asyncio_calls
from cimbus.middleware.net.asyncio_calls import TaskSet, abandon, bounded, finished, race, wait_or_cancel, within

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("anyio_backend", ["asyncio"])]


async def test_what_takes_too_long_is_left_and_then_abandoned():
    unfinished: set[asyncio.Future[None]] = set()
    with pytest.raises(TimeoutError):
        await within(0.01, asyncio.sleep(60), unfinished)

    assert len(unfinished) == 1

    (left,) = unfinished
    await abandon(unfinished, 0.01)
    await asyncio.wait({left})

    assert left.cancelled()
    assert not unfinished


async def test_what_is_in_time_returns():
    async def answer():
        return 42

    assert await within(1, answer(), set()) == 42


async def test_what_is_bounded_is_cancelled_when_it_takes_too_long_and_says_how_long():
    async def fails():
        raise TimeoutError("its own")

    assert await bounded(60, asyncio.sleep(0, 42)) == 42
    with pytest.raises(TimeoutError, match=r"no answer within 0\.01 s"):
        await bounded(0.01, asyncio.sleep(60))
    with pytest.raises(TimeoutError, match="its own"):
        await bounded(60, fails())


async def test_a_cancellation_that_comes_with_the_result_is_not_lost():
    """As it is with ``asyncio.wait_for`` of Python 3.11: what was to end goes on."""
    came = asyncio.Event()
    caller = asyncio.ensure_future(bounded(60, came.wait()))
    await asyncio.sleep(0)
    came.set()
    caller.cancel()

    await asyncio.wait({caller}, timeout=10)

    assert caller.cancelled()


async def test_a_task_that_loses_a_cancellation_is_cancelled_again(monkeypatch):
    monkeypatch.setattr(asyncio_calls, "AGAIN", 0.01)
    lost = []

    async def run():
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                lost.append("a cancellation")
                if len(lost) > 2:
                    raise

    async def fail():
        await asyncio.sleep(0)
        raise LookupError

    with pytest.raises(LookupError):
        await race(run(), fail())
    assert len(lost) == 3


async def test_what_is_to_be_finished_is_finished_although_the_caller_is_cancelled_again_and_again():
    wait, told, ended = asyncio.Event(), [], []

    async def close():
        await wait.wait()
        ended.append("closed")
        raise LookupError

    caller = asyncio.ensure_future(finished(close(), on_cancel=lambda: told.append("quick")))
    for _ in range(2):
        await asyncio.sleep(0)
        caller.cancel()
    done, _ = await asyncio.wait({caller}, timeout=0.01)

    assert not done
    assert told == ["quick", "quick"]

    wait.set()
    await asyncio.wait({caller})

    assert ended == ["closed"]
    assert caller.cancelled()
    with pytest.raises(LookupError):
        await finished(close())


async def test_a_race_ends_with_its_first_and_cancels_the_others():
    ended = []

    async def fail():
        raise LookupError

    async def run():
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("cancelled")

    with pytest.raises(LookupError):
        await race(run(), fail())

    assert ended == ["cancelled"]


async def test_a_task_in_the_background_is_awaited_with_those_that_it_starts():
    tasks, steps = TaskSet(), []

    async def second():
        steps.append("second")

    async def first():
        await asyncio.sleep(0)
        tasks.start(second())
        steps.append("first")

    tasks.start(first())
    await tasks.ended()

    assert steps == ["first", "second"]
    assert not len(tasks)


async def test_tasks_in_the_background_are_cancelled_together():
    tasks, ended = TaskSet(), []

    async def run(number):
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(number)

    for number in range(2):
        tasks.start(run(number))
    await asyncio.sleep(0)
    await tasks.cancel()

    assert sorted(ended) == [0, 1]
    assert not len(tasks)


async def test_what_takes_too_long_has_a_moment_to_end_by_itself():
    ended = []

    async def work(seconds):
        await asyncio.sleep(seconds)
        ended.append(seconds)
        return seconds

    assert await wait_or_cancel(work(0), 1, grace=1) == 0
    with pytest.raises(TimeoutError):
        await wait_or_cancel(work(0.02), 0.001, grace=60)
    with pytest.raises(TimeoutError):
        await wait_or_cancel(work(60), 0.001, grace=0.001)

    assert ended == [0, 0.02]


async def test_what_is_wait_or_cancel_by_a_cancelled_caller_ends_as_well():
    ended = []

    async def work():
        await asyncio.sleep(0.02)
        ended.append("by itself")

    caller = asyncio.ensure_future(wait_or_cancel(work(), 60, grace=60))
    await asyncio.sleep(0)
    caller.cancel()
    await asyncio.wait({caller})

    assert caller.cancelled()
    assert ended == ["by itself"]

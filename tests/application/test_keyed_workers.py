"""Keyed lanes, whatever is put into them: order per key, at most N at once, at most one per key, nothing lost."""

from __future__ import annotations

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cimbus.application.keyed_workers import KeyedWorkers

from .support import LIMIT

KEYS = st.sampled_from(["", "a", "b", "c", "d"])
PIECES = st.lists(st.tuples(KEYS, st.integers(0, 3), st.booleans()), max_size=40)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@settings(max_examples=60, deadline=None)
@given(pieces=PIECES, concurrency=st.integers(1, 5))
def test_rules_hold_for_any_work(backend, pieces, concurrency):
    anyio.run(rules, pieces, concurrency, backend=backend)


async def rules(pieces, concurrency):
    working, done, most = [], [], 0

    async def work(piece):
        nonlocal most
        number, key, turns = piece
        assert not key or key not in working
        working.append(key)
        most = max(most, len(working))
        for _ in range(turns):
            await anyio.lowlevel.checkpoint()
        working.remove(key)
        done.append((key, number))

    lanes = KeyedWorkers(work, concurrency)
    with anyio.fail_after(LIMIT):
        async with anyio.create_task_group() as group:
            group.start_soon(lanes.run)
            for number, (key, turns, pause) in enumerate(pieces):
                lanes.put(key, (number, key, turns))
                if pause:
                    await anyio.lowlevel.checkpoint()
            lanes.close()
            await lanes.drained()
    assert most <= concurrency
    assert lanes.pending == 0
    assert sorted(number for _, number in done) == list(range(len(pieces)))
    for key in "abcd":
        order = [number for each, number in done if each == key]
        assert order == sorted(order)


@pytest.mark.anyio
async def test_as_many_as_allowed_are_worked_on_at_once():
    begun, go = [], anyio.Event()

    async def work(item):
        begun.append(item)
        await go.wait()

    lanes = KeyedWorkers(work, 16)
    with anyio.fail_after(LIMIT):
        async with anyio.create_task_group() as group:
            group.start_soon(lanes.run)
            for number in range(40):
                lanes.put(f"k{number % 20}", number)
            await anyio.wait_all_tasks_blocked()
            assert begun == list(range(16))
            go.set()
            lanes.close()
            await lanes.drained()
    assert len(begun) == 40


@pytest.mark.anyio
async def test_a_busy_key_does_not_starve_another():
    done = []

    async def work(item):
        await anyio.lowlevel.checkpoint()
        done.append(item)

    lanes = KeyedWorkers(work, 1)
    for number in range(10):
        lanes.put("busy", ("busy", number))
    lanes.put("other", ("other", 0))
    lanes.close()
    with anyio.fail_after(LIMIT):
        await lanes.run()
    assert done.index(("other", 0)) <= 2


@pytest.mark.anyio
async def test_an_error_of_the_work_ends_all():
    async def work(item):
        raise ZeroDivisionError

    lanes = KeyedWorkers(work, 1)
    lanes.put("", 1)
    with anyio.fail_after(LIMIT), pytest.raises(ZeroDivisionError):
        await lanes.run()
    assert lanes.pending == 1


@pytest.mark.anyio
async def test_what_was_not_begun_can_be_discarded():
    begun, done, go = [], [], anyio.Event()

    async def work(item):
        begun.append(item)
        await go.wait()
        done.append(item)

    workers = KeyedWorkers(work, 2)
    for key, item in (("a", "a1"), ("a", "a2"), ("b", "b1"), ("c", "c1"), ("c", "c2"), ("", "x"), ("b", "b2")):
        workers.put(key, item)
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(workers.run)
            await anyio.wait_all_tasks_blocked()
            assert sorted(workers.discard()) == ["a2", "b2", "c1", "c2", "x"]
            assert workers.pending == 2
            workers.close()
            go.set()
            await workers.drained()
    assert sorted(begun) == sorted(done) == ["a1", "b1"]


@pytest.mark.anyio
@pytest.mark.parametrize("concurrency", [1, 3])
async def test_an_item_that_pauses_holds_no_worker_but_its_key(concurrency):
    done, most, working = [], 0, 0

    async def work(item):
        nonlocal most, working
        working += 1
        most = max(most, working)
        if item.startswith("pauses"):
            working -= 1
            await workers.pause(0.05)
            working += 1
            most = max(most, working)
        await anyio.lowlevel.checkpoint()
        done.append(item)
        working -= 1

    workers = KeyedWorkers(work, concurrency)
    with anyio.fail_after(LIMIT):
        async with anyio.create_task_group() as group:
            group.start_soon(workers.run)
            for number in range(5):
                workers.put(f"bad-{number}", f"pauses {number}")
                workers.put(f"bad-{number}", f"behind {number}")
            for number in range(20):
                workers.put(f"good-{number}", f"good {number}")
            workers.close()
            await workers.drained()
    assert sorted(done[:20]) == sorted(f"good {number}" for number in range(20))  # during the pauses
    assert most <= concurrency
    assert len(done) == 30
    for number in range(5):
        assert done.index(f"pauses {number}") < done.index(f"behind {number}")


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@settings(max_examples=40, deadline=None)
@given(
    pieces=st.lists(st.tuples(KEYS, st.sampled_from([-1.0, 0.0, 0.001, 0.003])), max_size=30),
    concurrency=st.integers(1, 4),
)
def test_the_rules_hold_with_pauses(backend, pieces, concurrency):
    async def check():
        working, most, done = 0, 0, []

        async def work(item):
            nonlocal working, most
            number, key, pause = item
            for seconds in (pause, pause):
                working += 1
                most = max(most, working)
                await anyio.lowlevel.checkpoint()
                working -= 1
                if seconds >= 0:
                    await workers.pause(seconds)
            done.append((key, number))

        workers = KeyedWorkers(work, concurrency)
        with anyio.fail_after(LIMIT):
            async with anyio.create_task_group() as group:
                group.start_soon(workers.run)
                for number, (key, pause) in enumerate(pieces):
                    workers.put(key, (number, key, pause))
                workers.close()
                await workers.drained()
        assert most <= concurrency
        assert sorted(number for _, number in done) == list(range(len(pieces)))
        for key in "abcd":
            order = [number for each, number in done if each == key]
            assert order == sorted(order)

    anyio.run(check, backend=backend)

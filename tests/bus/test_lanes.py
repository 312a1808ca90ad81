"""Keyed lanes, whatever is put into them: order per key, at most N at once, at most one per key, nothing lost."""

from __future__ import annotations

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cimbus.lanes import Lanes

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

    lanes = Lanes(work, concurrency)
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

    lanes = Lanes(work, 16)
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

    lanes = Lanes(work, 1)
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

    lanes = Lanes(work, 1)
    lanes.put("", 1)
    with anyio.fail_after(LIMIT), pytest.raises(ZeroDivisionError):
        await lanes.run()
    assert lanes.pending == 1

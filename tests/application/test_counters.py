"""Counts that can be waited for."""

from __future__ import annotations

import anyio
import pytest

from cimbus.application.counters import HandlerCounters

pytestmark = pytest.mark.anyio


async def test_reach_returns_when_every_count_is_high_enough():
    counters, reached = HandlerCounters(), []

    async def wait():
        await counters.reach(handled=2, duplicates=1)
        reached.append(counters.counts())

    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(wait)
            for name in ("handled", "duplicates", "handled"):
                await anyio.wait_all_tasks_blocked()
                assert not reached
                counters.add(name)

    (counts,) = reached
    assert counts == {"handled": 2, "retried": 0, "failed": 0, "dead_lettered": 0, "duplicates": 1, "expired": 0}


async def test_reach_returns_at_once_where_nothing_is_missing():
    with anyio.fail_after(60):
        await HandlerCounters().reach(handled=0)


async def test_a_count_that_does_not_exist_is_refused():
    with pytest.raises(TypeError, match="no count is called hanlded; there are handled, retried"):
        await HandlerCounters().reach(hanlded=1)

"""Loads that really run: every message is accounted for, and what is held up shows in the latencies."""

from __future__ import annotations

import os
import signal

import anyio
import msgspec
import pytest

from cimbus.bench.judging import judge
from cimbus.bench.latency import Latencies
from cimbus.bench.plan import plan_run
from cimbus.bench.running import run_load
from cimbus.bench.scenario import Figure, load_scenario

pytestmark = pytest.mark.anyio

BOUND = 60


def scenario(name, **changes):
    return msgspec.structs.replace(load_scenario(name), **changes)


def figure(value):
    return Figure(value=value, source=("ours",), why="a test")


def latencies(record, number):
    """Return the latencies of a stream, from when its messages were due until they were handled."""
    found = Latencies()
    for member in record.members:
        if member.assignment.role == "subscriber":
            found.merge(member.finished.streams[number].handled_after)
    return found


def accounted(run):
    """Whether all messages of a run that the middleware took were handled, once and in order."""
    return all(
        (each.due, each.lost, each.pending, each.failed, each.doubled, each.out_of_order)
        == (each.acknowledged, 0, 0, 0, 0, 0)
        and each.handled >= each.due
        for each in run.streams
    )


@pytest.mark.parametrize("name", ["storm", "on-demand-reads", "catch-up"])
async def test_all_messages_are_accounted_for_in_memory(name, anyio_backend_name):
    chosen = load_scenario(name)
    plan = plan_run(chosen, f"memory:load-{name}-{anyio_backend_name}", seconds=1)

    with anyio.fail_after(BOUND):
        run = judge(await run_load(plan), chosen, 1)

    assert run.drained
    assert accounted(run)
    assert sum(each.due for each in run.streams) == plan.count
    assert all(each.latency.count == each.due for each in run.streams)
    assert run.timeline.handled[-1] >= plan.count
    assert [use.name for use in run.processes] == ["all"]


async def test_all_messages_are_accounted_for_with_processes_of_their_own(tmp_path, anyio_backend_name):
    chosen = scenario("storm", subscribers=figure(2))
    plan = plan_run(chosen, f"sqlite://{tmp_path / 'bus.db'}", seconds=1, backend=anyio_backend_name)

    with anyio.fail_after(BOUND):
        run = judge(await run_load(plan), chosen, 1)

    assert run.drained
    assert accounted(run)
    assert [each.handled for each in run.streams] == [2 * each.due for each in run.streams]
    assert len(run.processes) == 3
    assert all(use.rss_max > 0 for use in run.processes)


async def test_what_is_sent_twice_is_handled_once(anyio_backend_name):
    chosen = scenario("storm", duplicates=figure(0.5))
    plan = plan_run(chosen, f"memory:twice-{anyio_backend_name}", seconds=1)

    with anyio.fail_after(BOUND):
        run = judge(await run_load(plan), chosen, 1)

    assert accounted(run)
    assert all(each.repeated > 0 for each in run.streams)


async def test_a_subscriber_that_is_stopped_shows_in_the_latency_of_what_was_due(tmp_path, anyio_backend_name):
    """It is stopped for two seconds: what was due in the first of them took more than half a second."""
    chosen = load_scenario("telemetry")
    plan = plan_run(chosen, f"sqlite://{tmp_path / 'bus.db'}", factor=0.2, seconds=3, backend=anyio_backend_name)
    stopped = anyio.Event()

    async with anyio.create_task_group() as group:

        async def stop(pid):
            stopped.set()
            os.kill(pid, signal.SIGSTOP)
            await anyio.sleep(2)
            os.kill(pid, signal.SIGCONT)

        def observe(progress):
            if progress.seconds >= 0.5 and not stopped.is_set():
                stopped.set()
                group.start_soon(stop, pids[0])

        pids = []
        with anyio.fail_after(BOUND):
            record = await run_load(plan, observe=observe, started=lambda members: pids.append(members[0].pid))

    run = judge(record, chosen, 0.2)
    slow = latencies(record, 0).above(0.5)
    assert accounted(run)
    assert slow >= 80  # of the hundred that were due within one second, whatever else held them up
    assert run.streams[0].latency.max >= 1


async def test_a_process_that_ends_early_is_an_error(tmp_path):
    plan = plan_run(load_scenario("storm"), f"sqlite://{tmp_path / 'bus.db'}", seconds=30)

    with pytest.raises(BaseExceptionGroup) as raised, anyio.fail_after(BOUND):
        await run_load(plan, started=lambda members: os.kill(members[-1].pid, signal.SIGKILL))

    assert "publisher to OMS ended with exit code" in str(raised.value.exceptions[0])

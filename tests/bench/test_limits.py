"""The search for the highest factor finds the one that there is, and says what the limit was."""

from __future__ import annotations

import anyio
import msgspec
import pytest

from cimbus.bench.benchmark import BenchOptions, headroom, run_benchmark
from cimbus.bench.latency import Percentiles
from cimbus.bench.limits import bottleneck_of, find_limit
from cimbus.bench.result import MessageCost, ProcessUse, RunResult, StreamResult, Timeline
from cimbus.bench.scenario import Figure, load_scenario

pytestmark = pytest.mark.anyio


def result(factor, *, sustained=False, late=0.0, acknowledged=0.0, cost=None, **cpu):
    uses = tuple(
        ProcessUse(name=name, cpu_seconds=share, cpu_share=share, rss_max=1) for name, share in sorted(cpu.items())
    )
    stream = StreamResult(
        name="x", noun="EndDeviceEvents", verb="created", kind="event", tier="event", due=10, sent=10, repeated=0,
        acknowledged=10, failed=0, received=10, handled=10, lost=0, pending=0, doubled=0, out_of_order=0,
        latency=Percentiles(), acknowledged_after=Percentiles(p50=acknowledged), sent_after=Percentiles(p50=late),
        bound=1.0, within_bound=sustained,
    )  # fmt: skip
    return RunResult(
        scenario="x", title="x", factor=factor, due_seconds=1, wall_seconds=1, drain_seconds=0, rate_due=10,
        rate_handled=10, sustained=sustained, reasons=() if sustained else ("why",), drained=True, catch_up_rate=0,
        streams=(stream,), processes=uses, stages=(), cost=cost or MessageCost(), timeline=Timeline(),
    )  # fmt: skip


@pytest.mark.parametrize("cap", [0.3, 1, 7, 100, 777])
async def test_the_search_finds_a_cap_within_its_precision(cap):
    async def trial(factor):
        return result(factor, sustained=factor <= cap)

    limit, run = await find_limit(trial)

    assert limit.factor <= cap < limit.failed
    assert limit.failed / limit.factor <= 1.1
    assert run.sustained
    assert run.factor == limit.factor
    assert len(limit.tried) < 40


async def test_the_search_ends_where_it_is_told_to():
    async def trial(factor):
        return result(factor, sustained=True)

    limit, run = await find_limit(trial, most=50)

    assert (limit.factor, limit.failed, limit.bottleneck) == (50, 0, "")
    assert headroom(run, limit, 2e6).at_least
    assert headroom(run, limit, 2e6).factor == 100


async def test_nothing_sustained_is_said():
    async def trial(factor):
        return result(factor)

    limit, run = await find_limit(trial)

    assert limit.factor == 0
    assert not run.sustained
    assert headroom(run, limit, 1e6).factor == 0


async def test_one_failure_by_chance_does_not_end_the_search():
    seen = []

    async def trial(factor):
        seen.append(factor)
        return result(factor, sustained=seen.count(factor) == 2)

    limit, _ = await find_limit(trial, most=8)

    assert limit.factor == 8


@pytest.mark.parametrize(
    ("run", "what"),
    [
        (result(1, late=0.9, publisher=1.0, subscriber=0.4), "publisher"),
        (result(1, acknowledged=0.9, publisher=0.2, subscriber=0.3, broker=0.9), "broker"),
        (result(1, publisher=0.5, subscriber=1.0, cost=MessageCost(handle=100, decode=20)), "consumer"),
        (result(1, publisher=0.5, subscriber=1.0, cost=MessageCost(handle=100, decode=70)), "decode"),
        (result(1, publisher=0.1, subscriber=0.1), "consumer"),
        (result(1, all=1.0, cost=MessageCost(make=99_000)), "publisher"),
    ],
)
def test_what_the_limit_is_follows_from_who_is_busy(run, what):
    bottleneck, reason = bottleneck_of(run)

    assert bottleneck == what
    assert "%" in reason


@pytest.mark.parametrize(("cores", "reason"), [(2, "together use 1.8 of 2 cores"), (4, "none of them is busy")])
async def test_processes_that_share_all_cores_are_not_called_idle(monkeypatch, cores, reason):
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    run = result(1, late=1.0, publisher=0.5, publisher2=0.5, subscriber=0.45, broker=0.35)

    assert bottleneck_of(run)[0] == "publisher"
    assert reason in bottleneck_of(run)[1]


async def test_a_handler_that_waits_is_the_limit_that_is_found(anyio_backend_name):
    """One message at a time, 20 ms each: at most 50 a second, and at the first factor 266 are due."""
    one = Figure(value=1, source=("ours",), why="a test")
    slow = msgspec.structs.replace(
        load_scenario("storm"), concurrency=one, handler_ms=msgspec.structs.replace(one, value=20)
    )
    options = BenchOptions(
        url=f"memory:limit-{anyio_backend_name}", seconds=0.3, factor=4.0, find_limit=True, most=4.0, precision=1.0
    )

    with anyio.fail_after(100):
        found = await run_benchmark([slow], options)

    limit = found.limits["storm"]
    assert 0 < limit.factor < limit.failed <= 4
    assert found.headroom[0].bottleneck
    assert limit.factor * 133 * 0.3 <= 50 * (0.3 + 1 + 0.5)  # what can be handled while a backlog is still flat

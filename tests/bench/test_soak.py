"""Long runs: what grows is told, and what is flat is not."""

from __future__ import annotations

import anyio
import pytest

from cimbus.bench.benchmark import BenchOptions, run_benchmark
from cimbus.bench.scenario import load_scenario
from cimbus.bench.soak import grown

pytestmark = pytest.mark.anyio


def test_what_grows_from_the_second_quarter_to_the_last_is_told():
    seconds = list(range(100))

    assert grown(seconds, seconds, 100, free=0) == (37, 87)
    assert grown([1] * 20 + [50] * 80, seconds, 100, free=0) is None  # caches fill at first
    assert grown([50] * 80 + [90] * 20, seconds, 79, free=0) is None  # after the end
    assert grown(seconds, seconds, 100, free=100) is None
    assert grown([1, 2], [1, 2], 2, free=0) is None  # too few to tell


async def test_a_soak_in_memory_loses_nothing_and_keeps_its_tasks(anyio_backend_name):
    options = BenchOptions(url=f"memory:soak-{anyio_backend_name}", factor=1, count=1_500)

    with anyio.fail_after(60):
        result = await run_benchmark([load_scenario("telemetry")], options)

    check(result, 1_500, 1)


@pytest.mark.broker
async def test_a_soak_on_a_broker_loses_nothing_and_keeps_its_connections(mosquitto):
    options = BenchOptions(url=mosquitto.url(), factor=1, count=600)

    with anyio.fail_after(120):
        result = await run_benchmark([load_scenario("telemetry")], options)

    check(result, 600, 2)


def check(result, count, processes):
    """Memory of so short a run still grows, as caches and pools fill: only what is a number of things is checked."""
    (soak,) = result.soaks
    assert soak.count == pytest.approx(count, rel=0.01)
    assert soak.lost == 0
    assert not [reason for reason in soak.reasons if "tasks" in reason or "files" in reason]
    assert len(soak.samples) == processes
    assert all(each.files and each.tasks for each in soak.samples)

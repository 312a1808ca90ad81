"""What a message costs, counted: no more than the baseline. Counts are the same on any machine, however busy."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
SLACK = 1.03
"""A count may grow by so much before it is looked at; versions of libraries move it a little."""


def counters():
    spec = importlib.util.spec_from_file_location("counters", BENCHMARKS / "counters.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_message_costs_no_more_than_the_baseline():
    """After a change that is worth it: ``python benchmarks/counters.py --write``."""
    baseline = json.loads((BENCHMARKS / "baseline.json").read_text(encoding="utf-8"))["counts"]

    found = counters().measure()

    assert set(found) == set(baseline)
    grown = {name: (count, baseline[name]) for name, count in found.items() if count > baseline[name] * SLACK}
    assert grown == {}


def test_a_coroutine_that_waits_is_counted():
    import anyio

    async def work():
        await anyio.lowlevel.checkpoint()
        await anyio.lowlevel.checkpoint()
        return "done"

    async def main():
        counted = counters().Suspensions(work())
        return await counted, counted.count

    assert anyio.run(main) == ("done", 2)


def test_calls_are_counted():
    module = counters()

    assert module.calls_of(lambda: len("x")) == 2 + 1  # the function, len, and the end of counting

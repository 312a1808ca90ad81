"""The highest factor that a bus sustains, found by bisection, and what the limit was."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from .result import Bottleneck, LoadLimit, RunResult

__all__ = ["bottleneck_of", "find_limit"]

PRECISION: Final = 0.1
"""The search ends when the lowest factor that failed is so near above the highest that was sustained."""
BUSY: Final = 0.8
"""Share of one core at which a process that runs on one is the limit."""
MOSTLY: Final = 0.5
"""Share of a process's CPU that decoding takes where decoding is the limit."""

Trial = Callable[[float], Awaitable[RunResult]]
"""Runs the load at a factor."""


async def find_limit(
    trial: Trial, *, first: float = 1.0, most: float = 10_000.0, precision: float = PRECISION
) -> tuple[LoadLimit, RunResult]:
    """Return the highest factor that is sustained, and the run at it (the last one, if none is).

    The factor is doubled until it fails, or halved until it does not, and the gap is then bisected. A factor that fails
    is tried once more: on a machine that others use, one run may fail by chance.

    Args:
        trial: runs the load at a factor.
        first: where to start.
        most: where to end, though it is sustained.
        precision: the relative gap at which the search ends.

    >>> find_limit.__name__
    'find_limit'
    """
    tried: list[tuple[float, bool]] = []
    failures: dict[float, RunResult] = {}

    async def sustained(factor: float) -> RunResult | None:
        for _ in range(2):
            result = await trial(factor)
            tried.append((factor, result.sustained))
            if result.sustained:
                return result
            failures[factor] = result
        return None

    low, high, best = 0.0, 0.0, None
    factor = min(first, most)
    while low < most and not (low and high) and factor >= first / 1024:
        if (result := await sustained(factor)) is not None:
            low, best = factor, result
            factor = min(factor * 2, most)
        else:
            high, factor = factor, factor / 2
    while best is not None and high and high / low > 1 + precision:
        middle = (low + high) / 2
        if (result := await sustained(middle)) is not None:
            low, best = middle, result
        else:
            high = middle
    failed = failures.get(high)
    what, why = bottleneck_of(failed) if failed is not None else ("", "more was not tried")
    limit = LoadLimit(factor=low, failed=high, bottleneck=what, reason=why, tried=tuple(tried))
    return limit, best or failures[high]


def bottleneck_of(run: RunResult) -> tuple[Bottleneck, str]:
    """Return what limited a run that was not sustained, and how that is known.

    A publisher is the limit where messages are given to the bus late; the broker where they are acknowledged late by
    a publisher that is not busy; else the applications, and among them decoding where it takes most of their CPU.

    >>> import anyio
    >>> from cimbus.bench import BenchOptions, load_scenario, run_benchmark
    >>> options = BenchOptions(url="memory:an-example", seconds=0.2)
    >>> run = anyio.run(run_benchmark, [load_scenario("work-orders")], options).runs[0]
    >>> bottleneck_of(run)[1]  # doctest: +ELLIPSIS
    'one process does everything, ...% of a core; most of it is ...'
    """
    total = sum(each.due for each in run.streams)
    sent_late = _share_late(run, "sent_after", total)
    publisher, subscriber = _busiest(run, "publisher"), _busiest(run, "subscriber")
    broker, everything = _busiest(run, "broker"), _busiest(run, "all")
    seen = f"CPU of one core: publisher {publisher:.0%}, application {subscriber:.0%}, broker {broker:.0%}"
    together, cores = sum(each.cpu_share for each in run.processes), os.cpu_count() or 1
    if not everything and together >= BUSY * cores:
        seen += f"; all processes together use {together:.1f} of {cores} cores"
    elif max(publisher, subscriber, broker) < BUSY:
        seen += "; none of them is busy: other programs use this machine, or all wait for a disk or a network"
    if any(each.name == "all" for each in run.processes):
        costs = {"publisher": run.cost.make + run.cost.encode, "decode": run.cost.decode}
        rest = everything / max(run.rate_handled, 1e-9) * 1e6 - sum(costs.values())
        costs["consumer"] = rest
        most = max(costs, key=lambda name: costs[name])
        return _named(most), f"one process does everything, {everything:.0%} of a core; most of it is {most}"
    if run.cost.handle and subscriber >= max(BUSY, publisher, broker):
        if run.cost.decode / run.cost.handle >= MOSTLY:
            return "decode", f"{seen}; decoding takes {run.cost.decode / run.cost.handle:.0%} of the application's"
        return "consumer", seen
    if publisher >= max(BUSY, subscriber, broker) or (sent_late and publisher > max(broker, subscriber)):
        return "publisher", f"{seen}; {sent_late:.0%} of the messages were given to the bus late"
    if broker > max(publisher, subscriber) or _share_late(run, "acknowledged_after", total):
        return "broker", f"{seen}; messages wait for its acknowledgements or deliveries"
    return "consumer", f"{seen}; messages wait for handlers that are not busy: raise concurrency or workers"


def _named(word: str) -> Bottleneck:
    names: dict[str, Bottleneck] = {"publisher": "publisher", "decode": "decode", "consumer": "consumer"}
    return names[word]


def _share_late(run: RunResult, name: str, total: int) -> float:
    """Return the share of the messages in streams whose median of this latency is beyond half the bound."""
    late = sum(each.due for each in run.streams if getattr(each, name).p50 > each.bound / 2)
    return late / total if total else 0.0


def _busiest(run: RunResult, role: str) -> float:
    shares: Sequence[float] = [each.cpu_share for each in run.processes if each.name.startswith(role)]
    return max(shares, default=0.0)

"""Scaling out: how much faster two processes of one application are than one, and two cores than one.

    python benchmarks/bench_workers.py [--quick] [--json PATH] [--repeat N] [--only kafka] [--workers N]

The messages of the scenario catch-up are sent while an application is away; what is told is the rate at which its
processes handle them when they are back, from the first message that was handled to the last. The publishers have ended
by then; the broker runs on the same cores. Each number of processes takes its turn on one core and on two, in one run;
the affinity is that of all processes, the broker's included. The rates depend on the machine, the ratios much less:
two processes on one core show what sharing costs, and two on two cores what it brings.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from argparse import Namespace
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import anyio
import report

from cimbus.bench.brokers import started_broker
from cimbus.bench.judging import judge
from cimbus.bench.plan import plan_run
from cimbus.bench.result import RunResult
from cimbus.bench.running import run_load
from cimbus.bench.scenario import load_scenario

RESULTS = Path(__file__).parent / "results" / "bench_workers.json"
SCENARIO = "catch-up"
CORES = (1, 2)
BUSES = ("sqlite", "kafka")
PARTITIONS = 8
"""More than there are processes, so that each has some; 8 as the default of many installations."""
SECONDS = 2.0
"""In which all messages are sent."""


@contextmanager
def pinned(processes: Iterable[int], cores: int) -> Generator[None]:
    """Let this process, what it starts, and others run on so many cores only."""
    everything = os.sched_getaffinity(0)
    chosen = set(sorted(everything)[:cores])
    pids = [0, *processes]
    for pid in pids:
        set_affinity(pid, chosen)
    try:
        yield
    finally:
        for pid in pids:
            set_affinity(pid, everything)


def set_affinity(pid: int, cores: set[int]) -> None:
    """Set that of all threads of a process: those that run already have their own."""
    folder = Path(f"/proc/{pid or os.getpid()}/task")
    for thread in folder.iterdir() if folder.is_dir() else ():
        os.sched_setaffinity(int(thread.name), cores)


def rate(run: RunResult) -> float:
    """Return messages a second between the first and the last that was handled.

    Raises:
        SystemExit: some were not handled.
    """
    if not run.drained or any(each.lost for each in run.streams):
        raise SystemExit(f"messages are missing: {run.reasons}")
    points = zip(run.timeline.seconds, run.timeline.handled, strict=True)
    moving = [(seconds, handled) for seconds, handled in points if handled]
    first = moving[0]
    last = next(point for point in moving if point[1] == moving[-1][1])
    seconds = last[0] - first[0]
    # all of it between two points of the timeline: the rate is at least that of one interval
    return (last[1] - first[1]) / seconds if seconds else run.catch_up_rate


async def measure(url: str, workers: int, count: int) -> float:
    """Return the rate of an application with so many processes."""
    scenario = load_scenario(SCENARIO)
    once = plan_run(scenario, url, seconds=SECONDS, workers=workers)
    plan = plan_run(scenario, url, factor=count / once.count, seconds=SECONDS, workers=workers)
    return rate(judge(await run_load(plan), scenario, count / once.count))


def table(bus: str, url: str, broker: Iterable[int], given: Namespace) -> list[report.Row]:
    """Measure all combinations in turn, and return a row for each."""
    combinations = [(workers, cores) for cores in CORES for workers in range(1, given.workers + 1)]
    turns: list[dict[tuple[int, int], float]] = []
    for _ in range(given.repeat):
        turn: dict[tuple[int, int], float] = {}
        for workers, cores in combinations:
            with pinned(broker, cores):
                turn[workers, cores] = anyio.run(partial(measure, url, workers, given.count))
        turns.append(turn)
    rows: list[report.Row] = []
    for workers, cores in combinations:

        def ratio(to: tuple[int, int], of: tuple[int, int] = (workers, cores)) -> float:
            return round(statistics.median(turn[of] / turn[to] for turn in turns), 3)

        rows.append(
            {
                "table": bus,
                "name": f"{workers} processes, {cores} cores",
                "rate": round(statistics.median(turn[workers, cores] for turn in turns), 1),
                "to_one_process_ratio": ratio((1, cores)),
                "to_one_core_ratio": ratio((workers, 1)),
            }
        )
    return rows


def show(rows: list[report.Row]) -> None:
    """Print one table."""
    print(f"\n{rows[0]['table']:<24} {'messages/s':>10} {'x 1 process':>12} {'x 1 core':>9}")
    for row in rows:
        print(
            f"  {row['name']:<22} {row['rate']:>10,.0f} {row['to_one_process_ratio']:>12.2f}"
            f" {row['to_one_core_ratio']:>9.2f}",
            flush=True,
        )


def main() -> None:
    """Measure and report."""
    parser = report.arguments("Processes of one application, on one core and on two.", RESULTS)
    parser.add_argument("--workers", type=int, default=2, help="the most processes of the application (2)")
    given = report.parse(parser)
    if len(os.sched_getaffinity(0)) < max(CORES):
        print(f"this needs {max(CORES)} cores: nothing was measured")
        return
    rows: list[report.Row] = []
    with tempfile.TemporaryDirectory() as folder:
        if given.only in "sqlite":
            rows += (found := table("sqlite", f"sqlite://{folder}/bus.db", (), given))
            show(found)
        if given.only in "kafka":
            with started_broker("kafka") as broker:
                rows += (found := table("kafka", f"{broker.url}?partitions={PARTITIONS}", broker.pids, given))
                show(found)
    report.save(given, rows, ("aiokafka",), partitions=PARTITIONS, load=round(os.getloadavg()[0], 1))


if __name__ == "__main__":
    main()

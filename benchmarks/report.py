"""What all benchmarks share: measuring a stretch of work, candidates taking turns, the table, and the JSON.

Rules: all candidates of a table take turns inside one run, and a ratio is made of neighbours in one turn; what is told
is the median over the turns. CPU is that of this process, all threads together. A file of results says which versions
on what kind of machine they come from, and nothing about whose machine it is.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import anyio

Row = dict[str, str | float]
FIELDS = ("cpu", "wall")


_LARGE = 65_536
"""Octets of a piece of memory for which glibc puts together what was freed (``malloc_consolidate``): 1 024 or more."""


class Cost:
    """CPU and wall time of a stretch of work, in seconds per message."""

    def __init__(self) -> None:
        self.cpu = self.wall = 0.0

    @contextmanager
    def measured(self, count: int) -> Iterator[None]:
        """Measure the block, which handles so many messages; a later block takes the place of an earlier one.

        What the block frees is its own cost: the C library puts small pieces of memory together when the next large one
        is asked for. Without that, who comes after lxml and a document of 5 MB pays 17 ms for it.
        """
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        bytearray(_LARGE)
        self.cpu = (time.process_time() - cpu) / count
        self.wall = (time.perf_counter() - wall) / count


def countdown(count: int) -> tuple[Callable[..., None], Callable[[], None]]:
    """Return a callback, and what waits until it was called so often."""
    left, done = count, threading.Event()

    def tell(*_: object) -> None:
        nonlocal left
        left -= 1
        if not left:
            done.set()

    def wait() -> None:
        assert done.wait(120), f"{left} of {count} missing"

    return tell, wait


async def share(count: int, tasks: int, batch: int, send: Callable[[], Awaitable[object]]) -> Cost:
    """Let tasks send until all is sent, once for warming up and once for the measure."""
    cost = Cost()

    async def work(left: list[int]) -> None:
        while left[0] > 0:
            left[0] -= batch
            await send()

    for round_count in (count // 10, count):
        left = [round_count]
        with cost.measured(round_count):
            async with anyio.create_task_group() as group:
                for _ in range(min(tasks, round_count)):
                    group.start_soon(work, left)
    return cost


def take_turns(table: str, candidates: Mapping[str, Callable[[], Cost]], repeat: int) -> list[Row]:
    """Run all candidates in turn, several times, and return a row for each; the first is what ratios refer to."""
    turns = [{name: run() for name, run in candidates.items()} for _ in range(repeat)]
    base = next(iter(candidates))
    return [_row(table, name, turns, base) for name in candidates]


def _row(table: str, name: str, turns: list[dict[str, Cost]], base: str) -> Row:
    row: Row = {"table": table, "name": name}
    for field in FIELDS:
        costs = [getattr(turn[name], field) for turn in turns]
        ratios = [cost / getattr(turn[base], field) for cost, turn in zip(costs, turns, strict=True)]
        row[f"{field}_us"] = round(statistics.median(costs) * 1e6, 2)
        row[f"{field}_ratio"] = round(statistics.median(ratios), 3)
        row[f"{field}_ratio_min"] = round(min(ratios), 3)
        row[f"{field}_ratio_max"] = round(max(ratios), 3)
    return row


def show(rows: list[Row]) -> None:
    """Print one table; behind the ratio of CPU stands its range over the turns."""
    print(f"\n{rows[0]['table']:<36} {'CPU µs':>8} {'wall µs':>8} {'x CPU':>6} {'range':>11} {'x wall':>6}")
    for row in rows:
        spread = f"{row['cpu_ratio_min']:.2f}-{row['cpu_ratio_max']:.2f}"
        print(
            f"  {row['name']:<34} {row['cpu_us']:>8.1f} {row['wall_us']:>8.1f}"
            f" {row['cpu_ratio']:>6.2f} {spread:>11} {row['wall_ratio']:>6.2f}",
            flush=True,
        )


def judge(rows: list[Row], bar: float) -> None:
    """Say whether the ratio of CPU is at most the bar in every row, and which is the worst.

    It says so and no more: on a busy machine a bar may be missed by chance, and nothing should fail of that.
    """
    if rows:
        worst = max(rows, key=lambda row: row["cpu_ratio"])
        kept = float(worst["cpu_ratio"]) <= bar
        print(f"\nbar {bar}: {'kept' if kept else 'MISSED'}, worst is {worst['cpu_ratio']} ({worst['name']})")


def arguments(description: str, results: Path) -> argparse.ArgumentParser:
    """Return a parser with the options that all benchmarks have."""
    parser = argparse.ArgumentParser(description=description)
    parser.set_defaults(results=results)
    parser.add_argument("--quick", action="store_true", help="a few seconds: fewer messages and turns")
    parser.add_argument("--repeat", type=int, help="how many turns (5, or 3 with --quick)")
    parser.add_argument("--count", type=int, help="messages per turn (10000, or 2000 with --quick)")
    parser.add_argument("--only", default="", help="tables whose name holds this, such as 'publish QoS 1'")
    parser.add_argument("--json", type=Path, help="where the numbers go (with --quick: only if given)")
    return parser


def parse(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """Return what was asked for, with the defaults that ``--quick`` decides."""
    given = parser.parse_args()
    given.repeat = given.repeat or (3 if given.quick else 5)
    given.count = given.count or (2_000 if given.quick else 10_000)
    given.json = given.json or (None if given.quick else given.results)
    return given


def processor() -> str:
    """Return what the processor is called, where the system says it (Linux)."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def save(given: argparse.Namespace, rows: list[Row], packages: Iterable[str] = (), **about: object) -> None:
    """Write the numbers as JSON, with versions and machine facts beside them; those of a quick run only where asked.

    Raises:
        SystemExit: nothing was measured; an earlier file stays as it is.
    """
    if not rows:
        raise SystemExit(f"no table has {given.only!r} in its name: nothing was measured")
    facts = {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": platform.system(),
        "machine": platform.machine(),
        "processor": processor(),
        "cpus": os.cpu_count(),
        "packages": {name: version(name) for name in ("cimbus", "anyio", *packages)},
        "count": given.count,
        "repeat": given.repeat,
        **about,
    }
    path: Path | None = given.json
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"about": facts, "rows": rows}, indent=1) + "\n")

"""Ratios of the codec and of the transports, kept over commits: what became slower since.

    python benchmarks/track.py [--only codec] [--quick] [--show]

It runs the benchmarks, each of which compares with its own baseline in the same run, and adds a line with their ratios
and the counts of ``counters.py`` to ``benchmarks/results/history.jsonl``. ``--show`` prints what moved by more than a
tenth between the last two lines. Ratios, not times: they move little from one machine to another.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import counters

HERE = Path(__file__).parent
HISTORY = HERE / "results" / "history.jsonl"
BENCHMARKS = ("codec", "bus", "mqtt", "kafka", "jms")
MOVED = 0.1
"""What is told: a ratio that is larger or smaller by a tenth."""


def git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=HERE, capture_output=True, text=True, check=True).stdout.strip()


def ratios_of(name: str, *, quick: bool) -> dict[str, float]:
    """Run one benchmark; return its ratios by table and row."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "numbers.json")
        command = [sys.executable, str(HERE / f"bench_{name}.py"), "--json", str(path)]
        subprocess.run([*command, "--quick"] if quick else command, check=True)
        rows: list[dict[str, Any]] = json.loads(path.read_text())["rows"]
    return {
        f"{name}: {row.get('table', '')}: {row.get('name', '')}: {field}": value
        for row in rows
        for field, value in row.items()
        if field.endswith("ratio") and isinstance(value, int | float)
    }


def moved(before: dict[str, float], after: dict[str, float]) -> list[str]:
    """Return what moved, the largest change first."""
    changes = [(after[name] / before[name], name) for name in after if before.get(name) and after[name]]
    told = sorted((each for each in changes if abs(each[0] - 1) > MOVED), reverse=True)
    return [f"x {change:.2f}  {before[name]:g} -> {after[name]:g}  {name}" for change, name in told]


def main() -> None:
    parser = argparse.ArgumentParser(description="Ratios over commits.")
    parser.add_argument("--only", choices=BENCHMARKS, help="one benchmark")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--show", action="store_true", help="only print what moved between the last two lines")
    given = parser.parse_args()
    if not given.show:
        numbers = counters.measure()
        for name in [given.only] if given.only else BENCHMARKS:
            numbers |= ratios_of(name, quick=given.quick)
        entry = {"commit": git("rev-parse", "--short", "HEAD"), "changed": bool(git("status", "--porcelain"))}
        HISTORY.parent.mkdir(exist_ok=True)
        with HISTORY.open("a") as file:
            file.write(json.dumps({**entry, "at": datetime.now(UTC).isoformat("T", "seconds"), "numbers": numbers}))
            file.write("\n")
    lines = [json.loads(line) for line in HISTORY.read_text().splitlines()] if HISTORY.exists() else []
    if len(lines) < 2:
        print(f"{len(lines)} line in {HISTORY}: nothing to compare yet")
        return
    before, after = lines[-2:]
    print(f"{before['commit']} -> {after['commit']}")
    print("\n".join(moved(before["numbers"], after["numbers"])) or "nothing moved by more than a tenth")


if __name__ == "__main__":
    main()

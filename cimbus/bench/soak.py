"""A long run: memory, file descriptors and tasks of every process have to stay flat while messages pass."""

from __future__ import annotations

import contextlib
import statistics
from collections.abc import Sequence
from typing import Any, Final

from .extras import needed
from .members import RunMember
from .result import SoakResult, SoakTimeline
from .running import LoadProgress, LoadRecord

__all__ = ["SoakSampler", "grown"]

POINTS: Final = 400
"""Samples that are kept: more are thinned out, so that a soak does not grow itself."""
GROWTH: Final = 0.1
"""How much more the last quarter of a run may have than the second one; in the first, caches and pools fill."""
FREE: Final = {"rss": 16 * 2**20, "files": 8, "tasks": 8}
"""Growth that counts as none: what an allocator keeps, and what comes and goes with connections."""


class SoakSampler:
    """Samples all processes of a run; give its methods to ``run_load``.

    >>> SoakSampler().timelines()
    ()
    """

    def __init__(self) -> None:
        self._processes: list[tuple[RunMember, Any]] = []
        self._rows: dict[str, list[tuple[float, int, int, int]]] = {}
        self._every, self._count = 1, 0

    def start(self, members: list[RunMember]) -> None:
        """Note whom to sample; tasks of one process are sampled once."""
        psutil = needed("psutil")
        for member in members:
            if member.pid not in {process.pid for _, process in self._processes}:
                self._processes.append((member, psutil.Process(member.pid)))
                self._rows[member.assignment.name] = []

    def sample(self, progress: LoadProgress) -> None:
        """Take a sample of each."""
        self._count += 1
        if self._count % self._every:
            return
        for member, process in self._processes:
            if not member.progress.tasks:
                continue  # it has not told anything yet
            with contextlib.suppress(needed("psutil").Error):
                row = progress.seconds, process.memory_info().rss, process.num_fds(), member.progress.tasks
                self._rows[member.assignment.name].append(row)
        if any(len(rows) > POINTS for rows in self._rows.values()):
            self._rows = {name: rows[::2] for name, rows in self._rows.items()}
            self._every *= 2

    def timelines(self) -> tuple[SoakTimeline, ...]:
        """Return what was seen, by process."""
        return tuple(
            SoakTimeline(
                name=name,
                seconds=tuple(row[0] for row in rows),
                rss=tuple(row[1] for row in rows),
                files=tuple(row[2] for row in rows),
                tasks=tuple(row[3] for row in rows),
            )
            for name, rows in self._rows.items()
        )

    def result(self, record: LoadRecord, scenario: str, lost: int) -> SoakResult:
        """Return what came of the run."""
        samples = self.timelines()
        reasons = [
            f"{each.name}: {name} grew from {before:,.0f} to {after:,.0f}"
            for each in samples
            for name in FREE
            if (found := grown(getattr(each, name), each.seconds, record.plan.seconds, FREE[name])) is not None
            for before, after in [found]
        ]
        if lost:
            reasons.append(f"{lost} messages were lost")
        return SoakResult(
            scenario=scenario,
            count=record.plan.count,
            seconds=record.wall_seconds,
            lost=lost,
            flat=not reasons,
            reasons=tuple(reasons),
            samples=samples,
        )


def grown(values: Sequence[int], seconds: Sequence[float], until: float, free: int) -> tuple[float, float] | None:
    """Return the medians of the second quarter and of the last one, if the last is larger by more than is allowed.

    What is sampled after ``until`` is left out: nothing is sent any more.

    >>> grown([100, 100, 100, 100], [1, 2, 3, 4], 4, free=0)
    >>> grown([100, 100, 200, 300], [1, 2, 3, 4], 4, free=0)
    (100, 300)
    """
    kept = [value for value, at in zip(values, seconds, strict=True) if at <= until]
    quarter = len(kept) // 4
    if not quarter:
        return None
    before = statistics.median(kept[quarter : 2 * quarter])
    after = statistics.median(kept[-quarter:])
    return (before, after) if after > before * (1 + GROWTH) + free else None

"""What ``cimbus bench`` shows while it runs: a table that moves on a terminal, a line per second in a pipe."""

from __future__ import annotations

import sys
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

from cimbus.bench.benchmark import ProgressListener
from cimbus.bench.result import RunResult
from cimbus.bench.running import LoadProgress

from .output import remark

SECOND = 1.0


class BenchProgress(ProgressListener):
    """The runs so far, and how far the present one is; on stderr, within ``with``.

    Args:
        bus: the URL to show.
    """

    def __init__(self, bus: str) -> None:
        self._bus = bus
        self._done: list[tuple[str, ...]] = []
        self._name, self._factor = "", 0.0
        self._before: LoadProgress | None = None
        self._told = 0.0
        console = Console(file=sys.stderr)
        self._live = Live(console=console, auto_refresh=False, transient=True) if sys.stderr.isatty() else None

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the table."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def begins(self, scenario: str, factor: float) -> None:
        """Show that a run begins."""
        self._name, self._factor, self._before, self._told = scenario, factor, None, 0.0
        if self._live is None:
            remark(f"{scenario} x {factor:g} on {self._bus}")

    def moves(self, progress: LoadProgress) -> None:
        """Show how far it is."""
        before = self._before or progress
        since = max(progress.seconds - before.seconds, 1e-9)
        rate = (progress.handled - before.handled) / since if progress is not before else 0.0
        row = (
            self._name,
            f"{self._factor:g}",
            f"{progress.seconds:.1f} s",
            f"{progress.due:,}",
            f"{progress.sent:,}",
            f"{progress.acknowledged:,}",
            f"{progress.handled:,}",
            f"{progress.backlog:,}",
            f"{rate:,.0f}",
            "",
        )
        self._before = progress
        if self._live is not None:
            self._live.update(self._table(row), refresh=True)
        elif progress.seconds - self._told >= SECOND:
            self._told = progress.seconds
            names = ("", "", "", "due", "sent", "acknowledged", "handled", "backlog", "per s")
            remark("  " + "  ".join(f"{name} {value}".strip() for name, value in zip(names[2:], row[2:9], strict=True)))

    def ends(self, run: RunResult) -> None:
        """Show what came of it."""
        sent, acknowledged, handled = (
            sum(getattr(each, name) for each in run.streams) for name in ("sent", "acknowledged", "handled")
        )
        outcome = "sustained" if run.sustained else run.reasons[0]
        due = sum(each.due for each in run.streams)
        counts = (f"{due:,}", f"{sent:,}", f"{acknowledged:,}", f"{handled:,}", "")
        self._done.append(
            (self._name, f"{run.factor:g}", f"{run.wall_seconds:.1f} s", *counts, f"{run.rate_handled:,.0f}", outcome)
        )
        if self._live is not None:
            self._live.update(self._table(), refresh=True)
        else:
            remark(f"  {outcome}: {handled:,} handled in {run.wall_seconds:.1f} s, {run.rate_handled:,.0f} per s")

    def _table(self, *more: tuple[str, ...]) -> Table:
        shown = Table(title=f"cimbus bench on {self._bus}")
        for name in ("scenario", "factor", "time", "due", "sent", "acknowledged", "handled", "backlog", "per s", ""):
            shown.add_column(name, justify="left" if name in ("scenario", "") else "right")
        for row in (*self._done[-20:], *more):
            shown.add_row(*row)
        return shown

"""The plots of a report, as SVG whose colours are those of the page, light or dark."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from cimbus.bench.extras import needed
from cimbus.bench.result import BenchResult, RunResult

INK: Final = "#010203"
"""Stands for the colour of texts and axes."""
COLOURS: Final = ("#010211", "#010212", "#010213", "#010214", "#010215", "#010216", "#010217", "#010218")
"""Stand for the colours of the page's style sheet, ``--c1`` and so on."""
GRID: Final = "#010221"
LEAST_SECONDS: Final = 0.0001
"""The least latency that a plot shows: below, a millisecond's tenth is noise of timers."""


def plots_of(result: BenchResult) -> list[dict[str, str]]:
    """Return the plots of each run by name: ``rate``, ``backlog``, ``latency``, ``cpu``.

    Raises:
        MissingExtraError: matplotlib is not installed.

    >>> plots_of.__name__
    'plots_of'
    """
    return [
        {"rate": _rate(run), "backlog": _backlog(run), "latency": _latency(run), "cpu": _cpu(run)}
        for run in result.runs
    ]


def _figure(title: str, across: str, up: str) -> tuple[Any, Any]:
    needed("matplotlib").use("svg")
    figure = needed("matplotlib.figure").Figure(figsize=(6.2, 2.9), layout="constrained")
    axes = figure.add_subplot()
    figure.patch.set_alpha(0)
    axes.patch.set_alpha(0)
    axes.set_title(title, color=INK, fontsize=10, loc="left")
    axes.set_xlabel(across, color=INK, fontsize=8)
    axes.set_ylabel(up, color=INK, fontsize=8)
    axes.tick_params(colors=INK, labelsize=8)
    axes.grid(color=GRID, linewidth=0.6)
    for side, spine in axes.spines.items():
        spine.set_color(INK)
        spine.set_visible(side in ("left", "bottom"))
    return figure, axes


def _svg(figure: Any, axes: Any) -> str:
    """Return a figure as SVG: texts stay texts, and colours are those of the page."""
    if axes.get_legend_handles_labels()[1]:
        axes.legend(fontsize=7, labelcolor=INK, frameon=False)
    matplotlib = needed("matplotlib")
    out = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "cimbus", "font.family": "sans-serif"}):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    tag, rest = text.split(">", 1)
    text = re.sub(r' (width|height)="[^"]*"', "", tag) + ">" + rest
    for number, colour in enumerate(COLOURS, 1):
        text = text.replace(colour, f"var(--c{number})")
    return text.replace(INK, "var(--ink)").replace(GRID, "var(--grid)")


def _rates(counts: Sequence[int], seconds: Sequence[float]) -> list[float]:
    pairs = zip(pairwise(counts), pairwise(seconds), strict=True)
    return [(after - before) / max(late - early, 1e-9) for (before, after), (early, late) in pairs]


def _rate(run: RunResult) -> str:
    figure, axes = _figure("Messages a second", "seconds", "1/s")
    line = run.timeline
    for colour, name in zip(COLOURS, ("due", "sent", "acknowledged", "handled"), strict=False):
        axes.plot(line.seconds[1:], _rates(getattr(line, name), line.seconds), color=colour, linewidth=1.2, label=name)
    axes.set_ylim(bottom=0)
    return _svg(figure, axes)


def _backlog(run: RunResult) -> str:
    figure, axes = _figure("Messages that are due and not there yet", "seconds", "messages")
    line = run.timeline
    for colour, name in zip(COLOURS[1:], ("sent", "acknowledged", "handled"), strict=False):
        behind = [max(due - count, 0) for due, count in zip(line.due, getattr(line, name), strict=True)]
        axes.plot(line.seconds, behind, color=colour, linewidth=1.2, label=f"not {name}")
    axes.set_ylim(bottom=0)
    return _svg(figure, axes)


def _latency(run: RunResult) -> str:
    figure, axes = _figure("Latency, from when a message was due", "of the messages were faster", "seconds")
    for number, stream in enumerate(run.streams):
        curve = [(share, max(seconds, LEAST_SECONDS)) for share, seconds in stream.latency.curve if share < 100]
        if len(curve) > 1:
            across = [1 / (1 - share / 100) for share, _ in curve]
            label = f"{stream.name} ({stream.tier})"
            axes.plot(across, [each for _, each in curve], color=COLOURS[number % 8], linewidth=1.2, label=label)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks([1, 10, 100, 1000, 10000], ["0 %", "90 %", "99 %", "99.9 %", "99.99 %"])
    axes.minorticks_off()
    return _svg(figure, axes)


def _cpu(run: RunResult) -> str:
    figure, axes = _figure("CPU, as a share of one core", "seconds", "cores")
    for number, (name, shares) in enumerate(run.timeline.cpu.items()):
        axes.plot(run.timeline.seconds, shares, color=COLOURS[number % 8], linewidth=1.2, label=name)
    axes.set_ylim(bottom=0)
    return _svg(figure, axes)

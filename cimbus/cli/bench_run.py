"""Runs what ``cimbus bench`` was asked for, and tells what came of it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import msgspec

from cimbus.bench.benchmark import BenchOptions, run_benchmark
from cimbus.bench.brokers import StartedBroker, started_broker
from cimbus.bench.peers import PEERS, compare_with
from cimbus.bench.result import BenchResult
from cimbus.bench.scenario import load_scenario, scenario_names
from cimbus.errors import UsageError

from . import exits, running
from .bench_progress import BenchProgress
from .output import line, raw, remark, shown, table


def run_scenarios(
    scenarios: Sequence[str],
    bus: str | None,
    broker: str | None,
    given: dict[str, Any],
    *,
    report: Path | None,
    as_json: bool,
) -> int:
    """Run scenarios, tell the result and return the exit code; arguments as the command has them."""
    if report is not None and report.suffix not in (".html", ".json"):
        raise UsageError(f"a report is NAME.html or NAME.json, not {report.name}")
    loaded = [load_scenario(name) for name in scenarios or ("worst-day",)]
    with ExitStack() as stack:
        found = _started(broker, stack) if broker else None
        options = _options(given, bus, found, stack)
        progress = stack.enter_context(BenchProgress(shown(options.url)))

        async def work() -> int:
            result = await run_benchmark(loaded, options, progress)
            progress.close()
            if given["compare"]:
                scheme = PEERS[given["compare"]].scheme
                url = found.url_for(scheme) if found else options.url
                compare = partial(compare_with, given["compare"], url, tell=remark)
                peers = await anyio.to_thread.run_sync(compare)
                result = msgspec.structs.replace(result, peers=peers)
            _tell(result, report, as_json=as_json)
            good = all(run.sustained for run in result.runs) and all(soak.flat for soak in result.soaks)
            return exits.OK if good else exits.FAILED

        return running.run(work, options.backend)


def _started(broker: str, stack: ExitStack) -> StartedBroker:
    remark(f"starting {broker} ...")
    return stack.enter_context(started_broker(broker))


def _options(given: dict[str, Any], bus: str | None, found: StartedBroker | None, stack: ExitStack) -> BenchOptions:
    url, pids = bus or "memory:cimbus-bench", tuple[int, ...]()
    if url.rstrip("/") == "memory:":
        url = "memory:cimbus-bench"  # a bare one is private to each connection
    if found:
        url, pids = found.url, tuple(found.pids)
    elif url == "sqlite:":
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="cimbus-bench-"))
        url = f"sqlite://{Path(folder, 'bus.db')}"
    return BenchOptions(
        url=url,
        factor=given["factor"],
        seconds=given["duration"],
        meters=given["meters"],
        workers=given["workers"] or 0,
        count=int(given["count"]) if given["soak"] else 0,
        find_limit=given["find_limit"],
        most=given["most"],
        format=given["body"],
        backend=given["backend"],
        broker=pids,
    )


def list_scenarios() -> None:
    """Write the names, rates and titles of the scenarios that come with cimbus."""
    loaded = [load_scenario(name) for name in scenario_names()]
    rates = [f"{sum(stream.rate.value for stream in each.streams):.3g}/s" for each in loaded]
    rows = [(each.name, rate, each.title) for each, rate in zip(loaded, rates, strict=True)]
    table(("scenario", "messages for 1 M meters", "what it is"), rows)


def _tell(result: BenchResult, report: Path | None, *, as_json: bool) -> None:
    data = msgspec.json.format(msgspec.json.encode(result), indent=1)
    if report is not None:
        _write(result, data, report)
    if as_json:
        raw(data)
        return
    columns = ("scenario", "x 1 M meters", "messages/s", "lost", "doubled", "out of order", "p99", "limit")
    rows = [
        (
            each.scenario,
            f"{'>= ' if each.at_least else ''}{each.factor:g}",
            f"{each.rate:,.0f}",
            each.lost,
            each.doubled,
            each.out_of_order,
            f"{each.p99:.3f} s ({each.tier})",
            each.bottleneck or "-",
        )
        for each in result.headroom
    ]
    table(columns, rows)
    for run in result.runs:
        for reason in run.reasons:
            line(f"{run.scenario} x {run.factor:g} was not sustained: {reason}")
    for peer in result.peers:
        costs = f"{peer.task} {peer.rate:,.0f}/s, {peer.cpu:.1f} us of CPU, x {peer.ratio:.2f}"
        line(f"{peer.name}: {costs} ({peer.guarantees})")
    for soak in result.soaks:
        line(f"{soak.scenario}: {soak.count:,} messages: {'flat' if soak.flat else '; '.join(soak.reasons)}")
    for name, limit in result.limits.items():
        line(f"{name}: the limit is {limit.bottleneck or 'not reached'}: {limit.reason}")


def _write(result: BenchResult, data: bytes, report: Path) -> None:
    report.with_suffix(".json").write_bytes(data + b"\n")
    if report.suffix == ".html":
        from cimbus.bench.report import report_page

        report.write_text(report_page(result), encoding="utf-8")
    remark(f"written: {report}")

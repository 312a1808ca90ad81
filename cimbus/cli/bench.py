"""``cimbus bench``: load scenarios of a utility on a bus, with a table that moves, and a report."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import click
import msgspec

from cimbus.bench.benchmark import BenchOptions, run_benchmark
from cimbus.bench.brokers import BROKERS, started_broker
from cimbus.bench.peers import PEERS, compare_with
from cimbus.bench.result import BenchResult
from cimbus.bench.scenario import load_scenario, scenario_names
from cimbus.errors import UsageError

from . import exits, running
from .bench_progress import BenchProgress
from .options import backend_option, bus_option
from .output import line, raw, remark, shown, table


@click.command("bench")
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO]...")
@bus_option
@click.option(
    "--broker", type=click.Choice(BROKERS), help="Start this broker, of a clone's test brokers, and measure it."
)
@click.option("--list", "only_list", is_flag=True, help="List the scenarios.")
@click.option(
    "--factor", type=click.FloatRange(0, min_open=True), default=1.0, show_default=True, help="Times the rates."
)
@click.option(
    "--duration", type=click.FloatRange(0.5), default=10.0, show_default=True, metavar="S", help="Of each run."
)
@click.option("--meters", type=click.FloatRange(1), default=1e6, show_default=True, help="Of the utility.")
@click.option("--workers", type=click.IntRange(1), help="Processes of each application.")
@click.option("--find-limit", is_flag=True, help="Search for the highest factor that is sustained, from --factor on.")
@click.option("--soak", is_flag=True, help="A long run of --count messages: memory, files and tasks have to stay flat.")
@click.option("--count", type=click.FloatRange(1), default=1e6, show_default=True, help="Messages of --soak.")
@click.option("--compare", type=click.Choice(sorted(PEERS)), help="Compare with this client, on the same bus.")
@click.option("--most", type=click.FloatRange(0, min_open=True), default=10_000.0, help="Highest factor of the search.")
@click.option(
    "--format", "body", type=click.Choice(["xml", "json"]), default="xml", show_default=True, help="Of bodies."
)
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write it: NAME.html, and NAME.json.")
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON on stdout.")
@backend_option
def bench(
    *,
    scenarios: tuple[str, ...],
    bus: str | None,
    broker: str | None,
    only_list: bool,
    report: Path | None,
    as_json: bool,
    **given: Any,
) -> int:
    """Run load SCENARIOs of a utility on a bus: what it sustains, what is lost, and what it costs.

    Without --bus in this process (memory:). A SCENARIO is a name of --list or a file of your own, NAME.toml; by default
    worst-day. Exit code 0 says that all of them were sustained.
    """
    if only_list:
        _list()
        return exits.OK
    if bus and broker:
        raise click.UsageError("--bus is a broker that runs already, --broker starts one: give one of them")
    if given["soak"] and given["find_limit"]:
        raise click.UsageError("--soak runs at one factor, --find-limit looks for one: give one of them")
    loaded = [load_scenario(name) for name in scenarios or ("worst-day",)]
    with ExitStack() as stack:
        options = _options(given, bus, broker, stack)
        progress = stack.enter_context(BenchProgress(shown(options.url)))

        async def work() -> int:
            result = await run_benchmark(loaded, options, progress)
            progress.close()
            if given["compare"]:
                peers = await anyio.to_thread.run_sync(
                    partial(compare_with, given["compare"], options.url, tell=remark)
                )
                result = msgspec.structs.replace(result, peers=peers)
            _tell(result, report, as_json=as_json)
            good = all(run.sustained for run in result.runs) and all(soak.flat for soak in result.soaks)
            return exits.OK if good else exits.FAILED

        return running.run(work, options.backend)


def _options(given: dict[str, Any], bus: str | None, broker: str | None, stack: ExitStack) -> BenchOptions:
    url, pids = bus or "memory:cimbus-bench", tuple[int, ...]()
    if url.rstrip("/") == "memory:":
        url = "memory:cimbus-bench"  # a bare one is private to each connection
    if broker:
        remark(f"starting {broker} ...")
        found = stack.enter_context(started_broker(broker))
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


def _list() -> None:
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
        line(f"{peer.name}: {peer.task} {peer.rate:,.0f}/s, {peer.cpu:.1f} us of CPU, x {peer.ratio:.2f}")
    for soak in result.soaks:
        line(f"{soak.scenario}: {soak.count:,} messages: {'flat' if soak.flat else '; '.join(soak.reasons)}")
    for name, limit in result.limits.items():
        line(f"{name}: the limit is {limit.bottleneck or 'not reached'}: {limit.reason}")


def _write(result: BenchResult, data: bytes, report: Path) -> None:
    if report.suffix not in (".html", ".json"):
        raise UsageError(f"a report is NAME.html or NAME.json, not {report.name}")
    report.with_suffix(".json").write_bytes(data + b"\n")
    if report.suffix == ".html":
        from cimbus.bench.report import report_page

        report.write_text(report_page(result), encoding="utf-8")
    remark(f"written: {report}")

"""``cimbus capacity``: what a utility of so many meters needs, from the measured cost of a message."""

from __future__ import annotations

import os
from pathlib import Path

import click
import msgspec

from cimbus.bench.capacity import Capacity, capacity_for, predicted_factor
from cimbus.bench.result import BenchResult, RunResult
from cimbus.bench.scenario import REFERENCE_METERS
from cimbus.errors import UsageError

from . import exits, running
from .options import json_option
from .output import line, record, remark, table

TRIAL_SECONDS = 3.0
"""How long the run in memory is that measures costs where no report is given."""


@click.command("capacity")
@click.option("--meters", type=click.FloatRange(1), multiple=True, help="Of the utility, such as 10e6; repeatable.")
@click.option("--scenario", default="worst-day", show_default=True, help="The situation that it is to sustain.")
@click.option("--from", "source", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A JSON of bench.")
@click.option("--cores", type=click.FloatRange(0.1), help="Also: the factor that so many cores sustain; those here.")
@json_option
def capacity(
    *, meters: tuple[float, ...], scenario: str, source: Path | None, cores: float | None, as_json: bool
) -> int:
    """Compute processes, brokers, partitions and links for utilities of 1, 10 and 100 million meters, or --meters.

    The cost of a message is that of --from, a report of `cimbus bench`; without, it is measured in this process for
    three seconds, without a broker.
    """
    run = _measured(scenario) if source is None else _read(source, scenario)
    found = [capacity_for(run, each) for each in meters or (1e6, 1e7, 1e8)]
    factor = predicted_factor(run, cores or os.cpu_count() or 1)
    if as_json:
        record({"scenario": run.scenario, "predicted_factor": factor, "capacity": msgspec.to_builtins(found)})
        return exits.OK
    table(("", *(f"{each.meters:,.0f} meters" for each in found)), [_row(name, found) for name in _NAMES])
    one = any(each.name == "all" for each in run.processes)
    what = "one process that does everything" if one else f"{cores or os.cpu_count():g} cores with all of it"
    line(f"{what} would sustain {run.scenario} of 1 M meters {factor:g} times")
    return exits.OK


_NAMES = {
    "rate": "messages/s",
    "megabits": "Mbit/s",
    "publishers": "publisher processes",
    "consumers": "consumer processes",
    "brokers": "brokers of 4 cores",
    "partitions": "partitions of the busiest topic",
    "links": "links of 1 Gbit/s",
    "stored": "GiB stored per hour",
}


def _row(name: str, found: list[Capacity]) -> tuple[str, ...]:
    return (_NAMES[name], *(f"{getattr(each, name):,.6g}" for each in found))


def _measured(scenario: str) -> RunResult:
    from cimbus.bench import BenchOptions, load_scenario, run_benchmark

    remark(
        f"measuring {scenario} in memory for {TRIAL_SECONDS:g} s; --from REPORT.json knows the cost of a broker, too"
    )

    async def work() -> int:
        options = BenchOptions(url="memory:cimbus-capacity", seconds=TRIAL_SECONDS)
        results.append(await run_benchmark([load_scenario(scenario)], options))
        return exits.OK

    results: list[BenchResult] = []
    running.run(work, "asyncio")
    if not results:
        raise UsageError("nothing was measured")
    return results[0].runs[0]


def _read(source: Path, scenario: str) -> RunResult:
    try:
        result = msgspec.json.decode(source.read_bytes(), type=BenchResult)
    except msgspec.DecodeError as error:
        raise UsageError(f"{source} is no JSON of cimbus bench: {error}") from error
    for run in result.runs:
        if run.scenario == scenario:
            meters = float(result.command.get("meters", REFERENCE_METERS))
            return msgspec.structs.replace(run, factor=run.factor * meters / REFERENCE_METERS)
    raise UsageError(f"{source} has no run of {scenario}: {', '.join(run.scenario for run in result.runs)}")

"""``cimbus bench``: load scenarios of a utility on a bus, with a table that moves, and a report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from cimbus.bench.brokers import BROKERS
from cimbus.bench.peers import PEERS

from . import exits
from .options import backend_option, bus_option


@click.command("bench")
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO]...")
@bus_option
@click.option(
    "--broker", type=click.Choice(BROKERS), help="Start this broker, which has to be installed, and measure it."
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
    from . import bench_run

    if only_list:
        bench_run.list_scenarios()
        return exits.OK
    if bus and broker:
        raise click.UsageError("--bus is a broker that runs already, --broker starts one: give one of them")
    if given["soak"] and given["find_limit"]:
        raise click.UsageError("--soak runs at one factor, --find-limit looks for one: give one of them")
    return bench_run.run_scenarios(scenarios, bus, broker, given, report=report, as_json=as_json)

"""``cimbus run``: components on a bus, until a signal."""

from __future__ import annotations

import importlib
import re
import traceback
from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final

import click

from cimbus.application.component import Component
from cimbus.application.handlers.named_buses import DEFAULT
from cimbus.application.logs.setup import LogFormat
from cimbus.errors import MissingExtraError

from .arguments import given_arguments
from .audit import audit_option
from .completing import complete_component
from .health.address import HttpAddress, read_address
from .importing import search_here
from .logs import log_options, logged
from .options import buses_option, common_but_bus, shared_bus
from .output import shown
from .program import Program
from .run_options import RunOptions
from .workers.worker_side import WorkerSide

STUCK_AFTER: Final = 300.0
"""After how many seconds a handler is stuck, by default: longer than a slow query or a call to another system takes,
and than a transport needs to notice that its broker does not answer (some ten seconds)."""


@click.command("run")
@click.argument(
    "components",
    metavar="MODULE:COMPONENT...",
    nargs=-1,
    required=True,
    envvar="CIMBUS_RUN_COMPONENTS",
    shell_complete=complete_component,
)
@click.option("--strict", is_flag=True, help="Make dead letters of what the Edition 1 schema refuses.")
@click.option(
    "--health",
    metavar="HOST:PORT",
    callback=read_address,
    help="Serve /live, /ready and /metrics over HTTP there.",
)
@click.option(
    "--stuck-after",
    type=click.FloatRange(0),
    default=STUCK_AFTER,
    show_default=True,
    metavar="S",
    help="Seconds after which a handler that makes no progress is not alive; 0: never.",
)
@click.option(
    "--workers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="N",
    help="How many processes share the work.",
)
@click.option("--reload", is_flag=True, help="Start again when a Python file changes, for development.")
@click.option(
    "--report-every",
    type=click.FloatRange(0),
    metavar="S",
    envvar="CIMBUS_REPORT_EVERY",
    show_envvar=True,
    help="Report the state of each component every S seconds; 0: when it is asked (cimbus status).",
)
@log_options
@audit_option
@click.option(
    "--tracing",
    is_flag=True,
    envvar="CIMBUS_TRACING",
    show_envvar=True,
    help="Make OpenTelemetry spans, by the provider that is set in the program.",
)
@buses_option
@common_but_bus
def run_command(
    *,
    components: tuple[str, ...],
    bus: tuple[str, ...],
    context: str | None,
    as_json: bool,
    backend: str,
    strict: bool,
    health: HttpAddress | None,
    stuck_after: float,
    workers: int,
    reload: bool,
    log_format: LogFormat | None,
    log_level: str | None,
    audit: str | None,
    tracing: bool,
    report_every: float | None,
) -> int:
    """Run components until SIGTERM or Ctrl-C, then finish what was begun; a second signal does not wait.

    A program with several buses gives each a name: --bus field=mqtt://host --bus platform=kafka://host. Handlers say
    which they mean: on(..., bus="field").

    On MQTT several workers need instances of their own: {worker} in a URL stands for the number of the worker.

    Writes "running ..." on stderr once every subscription exists, and at the end each handler's counters. Exits with 4
    if a synchronous handler has not returned after the component's grace; its message is delivered again.
    """
    urls = _urls(bus)
    worker = WorkerSide.of_environment()
    supervised = worker is None and (workers > 1 or reload)
    options = RunOptions(
        urls=urls if supervised else _of_worker(urls, 1 if worker is None else worker.number),
        context=context,
        strict=strict,
        as_json=as_json,
        backend=backend,
        health=health if worker is None else None,
        stuck_after=stuck_after,
        audit=audit,
        tracing=tracing,
        report_every=report_every,
    )
    with logged(log_format, log_level):
        if supervised:
            try:
                from .workers.supervisor import Supervisor
            except ImportError as error:
                raise MissingExtraError("--workers needs h11; install it with: pip install 'cimbus[cli]'") from error
            supervisor = Supervisor(workers, given_arguments(), options, what=", ".join(components), watched=reload)
            return supervisor.run()
        return Program([load(name) for name in components], options, worker).run()


def _of_worker(urls: Mapping[str, str], number: int) -> dict[str, str]:
    """Return the URLs of buses as one worker opens them.

    >>> _of_worker({"field": "mqtt://broker?instance=w-{worker}"}, 2)
    {'field': 'mqtt://broker?instance=w-2'}
    """
    return {name: url.replace("{worker}", str(number)) for name, url in urls.items()}


def _urls(given: tuple[str, ...]) -> dict[str, str]:
    """Return the URLs of buses by name; of one bus, the name may be left out.

    Raises:
        click.UsageError: there is none, one of several has no name, or two have the same.
    """
    urls: dict[str, str] = {}
    for each in given or ("",):
        named = re.fullmatch(r"(\w[\w-]*)=(.+)", each)
        name, url = (named[1], named[2]) if named else (DEFAULT, each)
        if not named and len(given) > 1:
            raise click.UsageError(f"one of several buses needs a name: --bus NAME={shown(each)}")
        if name in urls:
            raise click.UsageError(f"two buses are named {name!r}")
        urls[name] = shared_bus(url)
    return urls


def load(name: str) -> Component[Any]:
    """Return the component at ``module:attribute``.

    Raises:
        click.UsageError: there is none.
    """
    module_name, colon, attribute = name.partition(":")
    if not (colon and module_name and attribute):
        raise click.UsageError(f"{name!r} is not MODULE:COMPONENT, such as oms.handlers:oms")
    search_here()
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and (module_name + ".").startswith(error.name + "."):
            raise click.UsageError(f"{name}: there is no module {error.name!r} here or installed") from None
        raise click.UsageError(f"{name}: its import fails: {error}") from error
    except Exception as error:
        raise click.UsageError(f"{name}: its import fails:\n{traceback.format_exc(limit=-3)}") from error
    try:
        found = attrgetter(attribute)(module)
    except AttributeError:
        there = ", ".join(n for n, v in vars(module).items() if isinstance(v, Component)) or "none"
        raise click.UsageError(f"{name}: no {attribute!r} in it; its components: {there}") from None
    if not isinstance(found, Component):
        raise click.UsageError(f"{name} is a {type(found).__name__}, not a cimbus.Component")
    if not (found.handlers or found.timers):
        raise click.UsageError(f"{name} has no handlers: declare them with @{attribute}.on(...) or .answers(...)")
    component: Component[Any] = found  # pyright: ignore[reportUnknownVariableType]
    return component

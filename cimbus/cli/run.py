"""``cimbus run``: components on a bus, until a signal."""

from __future__ import annotations

import importlib
import re
import traceback
from contextlib import AsyncExitStack
from operator import attrgetter
from typing import Any

import anyio
import click

from cimbus.application.audit import AuditTrail
from cimbus.application.bus import Bus
from cimbus.application.component import Component
from cimbus.application.handler_call import handlers_in_threads
from cimbus.application.handlers.named_buses import DEFAULT
from cimbus.application.logs.setup import LogFormat

from . import exits, running
from .audit import audit_option
from .importing import search_here
from .logs import log_options, logged
from .options import buses_option, common_but_bus, shared_bus
from .output import fail, line, record, remark, shown


@click.command("run")
@click.argument("names", metavar="MODULE:COMPONENT...", nargs=-1, required=True)
@click.option("--strict", is_flag=True, help="Make dead letters of what the Edition 1 schema refuses.")
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
    names: tuple[str, ...],
    bus: tuple[str, ...],
    context: str | None,
    as_json: bool,
    backend: str,
    strict: bool,
    log_format: LogFormat | None,
    log_level: str | None,
    audit: str | None,
    tracing: bool,
    report_every: float | None,
) -> int:
    """Run components until SIGTERM or Ctrl-C, then finish what was begun; a second signal does not wait.

    A program with several buses gives each a name: --bus field=mqtt://host --bus platform=kafka://host. Handlers say
    which they mean: on(..., bus="field").

    Writes "running ..." on stderr once every subscription exists, and at the end each handler's counters. Exits with 4
    if a synchronous handler has not returned after the component's grace; its message is delivered again.
    """
    urls = _urls(bus)
    components = [load(name) for name in names]
    for component in components:
        component.report_every = component.report_every if report_every is None else report_every
    trail = None if audit is None else AuditTrail(audit)
    started = False

    def drain() -> bool:
        for component in components:
            component.stop()
        return started

    async def work() -> int:
        nonlocal started
        async with AsyncExitStack() as stack:
            buses: dict[str, Bus] = {}
            for name, url in urls.items():
                buses[name] = await stack.enter_async_context(
                    Bus(url, context=context, strict=strict, audit=trail, tracing=tracing)
                )
            group = await stack.enter_async_context(anyio.create_task_group())
            for component in components:
                await group.start(component.run, buses)
            started = True
            where = ", ".join(f"{name}={shown(url)}" if name != DEFAULT else shown(url) for name, url in urls.items())
            remark(f"running {', '.join(c.name for c in components)} on {where}", "green")
        return exits.OK

    with logged(log_format, log_level):
        try:
            code = running.run(work, backend, endless=True, drain=drain)
        finally:
            for component in components:
                _report(component, as_json=as_json)
        if not (unfinished := handlers_in_threads()):
            return code
        fail(f"{', '.join(unfinished)} did not return within the grace")
        return exits.UNFINISHED


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


def _report(component: Component[Any], *, as_json: bool) -> None:
    for name, counters in component.counters.items():
        if as_json:
            record({"component": component.name, "handler": name, **counters.counts()})
        else:
            line(f"{component.name}.{name}: {counters}")


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

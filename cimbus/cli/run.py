"""``cimbus run``: components on a bus, until told to stop."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from operator import attrgetter

import anyio
import click

from cimbus.bus import Bus
from cimbus.component import Component

from . import exits, running
from .options import common, shared_bus
from .output import line, record, remark, shown


@click.command("run")
@click.argument("names", metavar="MODULE:COMPONENT...", nargs=-1, required=True)
@click.option("--strict", is_flag=True, help="Set aside what the Edition 1 schema refuses.")
@common
def run_command(
    *,
    names: tuple[str, ...],
    bus: str | None,
    context: str | None,
    as_json: bool,
    backend: str,
    strict: bool,
) -> int:
    """Run components until SIGTERM or Ctrl-C, then finish what was begun; a second signal does not wait.

    Says "running ..." on stderr once every subscription exists, and at the end what was done.
    """
    url = shared_bus(bus)
    components = [load(name) for name in names]
    started = False

    def drain() -> bool:
        for component in components:
            component.stop()
        return started

    async def work() -> int:
        nonlocal started
        async with Bus(url, context=context, strict=strict) as opened, anyio.create_task_group() as group:
            for component in components:
                await group.start(component.run, opened)
            started = True
            remark(f"running {', '.join(c.name for c in components)} on {shown(url)}", "green")
        return exits.OK

    try:
        return running.run(work, backend, endless=True, drain=drain)
    finally:
        for component in components:
            _report(component, as_json=as_json)


def _report(component: Component, *, as_json: bool) -> None:
    for name, counters in component.counters.items():
        if as_json:
            numbers = {word: getattr(counters, word) for word in counters.__slots__}
            record({"component": component.name, "handler": name, **numbers})
        else:
            line(f"{component.name}.{name}: {counters}")


def load(name: str) -> Component:
    """Return the component at ``module:attribute``.

    Raises:
        click.UsageError: there is none.
    """
    module_name, colon, attribute = name.partition(":")
    if not (colon and module_name and attribute):
        raise click.UsageError(f"{name!r} is not MODULE:COMPONENT, such as oms.handlers:oms")
    here = os.getcwd()  # noqa: PTH109
    if here not in sys.path:
        sys.path.insert(0, here)
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
    if not found.handlers:
        raise click.UsageError(f"{name} has no handlers: declare them with @{attribute}.on(...) or .answers(...)")
    return found

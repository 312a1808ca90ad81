"""Options that several commands have."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

import click

from cimbus.application.dead_letters import BusDeadLetters, DeadLetters
from cimbus.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])

_BUS: Final = click.option(
    "--bus", metavar="URL", envvar="CIMBUS_BUS", show_envvar=True, help="The bus: mqtt://host, sqlite:///file.db, ..."
)
_BUSES: Final = click.option(
    "--bus",
    metavar="[NAME=]URL",
    multiple=True,
    envvar="CIMBUS_BUS",
    show_envvar=True,
    help="The bus: mqtt://host, sqlite:///file.db, ...; several with names.",
)
_CONTEXT: Final = click.option("--context", metavar="WORD", help="Header.Context, the first level of a topic.")
_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Write JSON, one object a line.")
_BACKEND: Final = click.option(
    "--backend", type=click.Choice(["asyncio", "trio"]), default="asyncio", show_default=True, help="The event loop."
)


def common(function: F) -> F:
    """Give a command ``--bus``, ``--context``, ``--json`` and ``--backend``."""
    return _BUS(common_but_bus(function))


def common_but_bus(function: F) -> F:
    """Give a command ``--context``, ``--json`` and ``--backend``."""
    for option in (_BACKEND, _JSON, _CONTEXT):
        function = option(function)
    return function


def buses_option(function: F) -> F:
    """Give a command ``--bus`` for several buses."""
    return _BUSES(function)


def json_option(function: F) -> F:
    """Give a command ``--json``."""
    return _JSON(function)


def backend_option(function: F) -> F:
    """Give a command ``--backend``."""
    return _BACKEND(function)


def bus_option(function: F) -> F:
    """Give a command ``--bus``."""
    return _BUS(function)


def context_option(function: F) -> F:
    """Give a command ``--context``."""
    return _CONTEXT(function)


def zone_named(name: str | None) -> ZoneInfo | None:
    """Return a zone by its name, None for none.

    Raises:
        UsageError: there is no such zone.
    """
    try:
        return None if name is None else ZoneInfo(name)
    except (KeyError, ValueError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise UsageError(f"there is no zone {name!r}") from error


def shared_bus(url: str | None) -> str:
    """Return the URL of a bus that other processes share.

    Raises:
        click.UsageError: none was given, or one that no other process can reach.
    """
    if not url:
        raise click.UsageError("which bus? Give --bus URL, or set CIMBUS_BUS")
    if url.partition(":")[0] == "memory":
        raise click.UsageError(
            "memory: is inside one process, and no other command can reach it; try sqlite:///tmp/bus.db"
        )
    return url


def letters_of(bus: str | None, store: str | None) -> DeadLetters:
    """Return the store of dead letters that ``--store`` or ``--bus`` mean.

    Raises:
        click.UsageError: neither says which.
    """
    named = store or os.environ.get("CIMBUS_DEAD_LETTERS")
    if named == "bus":
        return BusDeadLetters(shared_bus(bus))
    return DeadLetters(named) if named else DeadLetters.beside(shared_bus(bus))

"""Options that several commands have."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from cimbus.deadletters import DeadLetters

F = TypeVar("F", bound=Callable[..., Any])

_BUS: Final = click.option(
    "--bus", metavar="URL", envvar="CIMBUS_BUS", show_envvar=True, help="The bus: mqtt://host, sqlite:///file.db, ..."
)
_CONTEXT: Final = click.option("--context", metavar="WORD", help="Header.Context, the first level of a topic.")
_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Write JSON, one object a line.")
_BACKEND: Final = click.option(
    "--backend", type=click.Choice(["asyncio", "trio"]), default="asyncio", show_default=True, help="The event loop."
)


def common(function: F) -> F:
    """Give a command ``--bus``, ``--context``, ``--json`` and ``--backend``."""
    for option in (_BACKEND, _JSON, _CONTEXT, _BUS):
        function = option(function)
    return function


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


def shared_bus(url: str | None) -> str:
    """Return the URL of a bus that other processes share.

    Raises:
        click.UsageError: none was given, or one that nobody else can reach.
    """
    if not url:
        raise click.UsageError("which bus? Give --bus URL, or set CIMBUS_BUS")
    if url.partition(":")[0] == "memory":
        raise click.UsageError(
            "memory: is inside one process, so that no other command can meet you there; try sqlite:///tmp/bus.db"
        )
    return url


def letters_of(bus: str | None, store: str | None) -> DeadLetters:
    """Return the store of dead letters that ``--store`` or ``--bus`` mean.

    Raises:
        click.UsageError: neither says which.
    """
    if store:
        return DeadLetters(store)
    named = os.environ.get("CIMBUS_DEAD_LETTERS")
    return DeadLetters(named) if named else DeadLetters.beside(shared_bus(bus))

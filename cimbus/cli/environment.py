"""Every option as an environment variable: ``CIMBUS_``, the command, the option, as in ``CIMBUS_RUN_STUCK_AFTER``."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Final

import click

PREFIX: Final = "CIMBUS"


def option_name(parameter: click.Parameter) -> str:
    """Return the name of an option as it is written, without dashes in front; of an argument, that of the parameter.

    >>> option_name(click.Option(["as_json", "--json"])), option_name(click.Argument(["components"]))
    ('json', 'components')
    """
    long = [text for text in parameter.opts if text.startswith("--")]
    return (long[0].removeprefix("--") if long else parameter.name) or ""


def walk(command: click.Command, *path: str) -> Generator[tuple[tuple[str, ...], click.Command]]:
    """Yield all commands below a group, each with the words that call it."""
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            yield from walk(each, *path, name)
    else:
        yield path, command


def variable_of(path: Sequence[str], parameter: click.Parameter) -> str:
    """Return the variable of an option of a command.

    >>> variable_of(("dlq", "list"), click.Option(["--dead-for"]))
    'CIMBUS_DLQ_LIST_DEAD_FOR'
    """
    return "_".join((PREFIX, *path, option_name(parameter))).upper().replace("-", "_")


def read_environment(group: click.Group) -> None:
    """Have the options of all commands read from variables; those that have one are read from both, ours first."""
    for path, command in walk(group):
        for parameter in command.params:
            if not isinstance(parameter, click.Option):
                continue
            given = parameter.envvar or ()
            parameter.envvar = [variable_of(path, parameter), *([given] if isinstance(given, str) else given)]

"""Options from a file: ``cimbus.toml``, or ``[tool.cimbus]`` in ``pyproject.toml``.

Options outside of tables are for every command that has them; a table is for the command of its name (``[run]``,
``[dlq.list]``). What the command line says comes first, then variables, then the file, then defaults. A key that means
nothing is an error: a misspelt setting must not be ignored.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

import click

from .environment import option_name, walk

FILE: Final = "cimbus.toml"
PROJECT: Final = "pyproject.toml"
Table = Mapping[str, Any]


def read_configuration(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    """Take defaults of all commands from a file: the one that is given, or the one of the working directory.

    Raises:
        click.UsageError: it cannot be read, or holds what no command has.
    """
    del parameter
    group = context.command
    if context.resilient_parsing or not isinstance(group, click.Group):  # completion of a shell
        return
    name, table = read_table(Path(value) if value else None)
    context.default_map = defaults_of(group, table, name)


def read_table(given: Path | None) -> tuple[str, Table]:
    """Return the name of the file and what it says; nothing where there is none.

    Raises:
        click.UsageError: the file is not there, or is no TOML.
    """
    if given is not None:
        return _read(given, project=given.name == PROJECT)
    if Path(FILE).is_file():
        return _read(Path(FILE), project=False)
    return _read(Path(PROJECT), project=True) if Path(PROJECT).is_file() else ("", {})


def _read(path: Path, *, project: bool) -> tuple[str, Table]:
    try:
        table: Table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise click.UsageError(f"{path}: {said}") from error
    if not project:
        return str(path), table
    tool: object = table.get("tool", {})
    found: object = cast("Table", tool).get("cimbus", {}) if isinstance(tool, Mapping) else {}
    if not isinstance(found, Mapping):
        raise click.UsageError(f"{path}: cimbus in [tool] is no table: write [tool.cimbus]")
    return f"[tool.cimbus] of {path}", cast("Table", found)


def defaults_of(group: click.Group, table: Table, name: str) -> dict[str, Any]:
    """Return click's map of defaults for a group.

    Args:
        group: whose commands have the options.
        table: what the file says.
        name: of the file, for errors.

    >>> @click.command("run")
    ... @click.option("--workers")
    ... @click.option("as_json", "--json", is_flag=True)
    ... def run(): ...
    >>> group = click.Group("cimbus", commands=[run])
    >>> defaults_of(group, {"json": True, "run": {"workers": 2}}, "cimbus.toml")
    {'run': {'as_json': True, 'workers': 2}}
    >>> defaults_of(group, {"run": {"worker": 2}}, "cimbus.toml")
    Traceback (most recent call last):
    click.exceptions.UsageError: cimbus.toml: [run] has no option 'worker'; there are workers, json

    Raises:
        click.UsageError: a key means nothing, or a value has the wrong form.
    """
    defaults: dict[str, Any] = {}
    shared = {key: value for key, value in table.items() if key not in group.commands}
    used: set[str] = set()
    for path, command in walk(group):
        own = _within(table, path, name)
        options = {option_name(each): each for each in command.params}
        if unknown := sorted({_written(key) for key in own} - set(options)):
            known = ", ".join(options)
            raise click.UsageError(f"{name}: [{'.'.join(path)}] has no option {unknown[0]!r}; there are {known}")
        target = defaults
        for word in path:
            target = target.setdefault(word, {})
        for key, value in (*shared.items(), *own.items()):
            parameter = options.get(_written(key))
            if parameter is None or (key not in own and not _fits(parameter, value)):
                continue
            used.add(key)
            target[str(parameter.name)] = _value(parameter, value, f"{name}: {key}")
    if unknown := sorted(set(shared) - used):
        raise click.UsageError(f"{name}: {unknown[0]!r} is neither a command nor an option that a command has")
    _check_groups(group, table, name)
    return defaults


def _check_groups(group: click.Group, table: Table, name: str, *path: str) -> None:
    """Check that the table of a group holds tables of its commands alone."""
    for word, below in table.items():
        command = group.commands.get(word)
        if path and command is None:
            known = ", ".join(group.commands)
            raise click.UsageError(f"{name}: [{'.'.join(path)}] has no command {word!r}; there are {known}")
        if isinstance(command, click.Group) and isinstance(below, Mapping):
            _check_groups(command, cast("Table", below), name, *path, word)


def _within(table: Table, path: tuple[str, ...], name: str) -> Table:
    """Return the table of a command; that of a group holds the tables of its commands."""
    found = table
    for word in path:
        below: object = found.get(word, {})
        if not isinstance(below, Mapping):
            raise click.UsageError(f"{name}: {word} is a command: write a table [{'.'.join(path)}]")
        found = cast("Table", below)
    return found


def _written(key: str) -> str:
    """Return a key as options are written: both ``stuck-after`` and ``stuck_after`` are understood."""
    return key.replace("_", "-") if not key.startswith("_") else key


def _fits(parameter: click.Parameter, value: object) -> bool:
    """Return whether a value for every command can be one for this option: several buses are for ``run`` alone."""
    several = isinstance(value, Mapping | list)
    return not several or parameter.multiple or parameter.nargs == -1


def _value(parameter: click.Parameter, value: Any, where: str) -> Any:
    """Return a value as click expects it; a table of buses as ``NAME=URL``.

    Raises:
        click.UsageError: the option does not take several values, or a table means nothing to it.
    """
    if not _fits(parameter, value):
        raise click.UsageError(f"{where}: it takes one value")
    if isinstance(value, Mapping):
        table = cast("Mapping[str, object]", value)
        if not all(isinstance(each, str) for each in table.values()):
            raise click.UsageError(f"{where}: a table of names and texts, such as field = 'mqtt://host'")
        return [f"{key}={each}" for key, each in table.items()]
    if isinstance(value, list):
        return cast("list[object]", value)
    return [value] if parameter.multiple or parameter.nargs == -1 else value

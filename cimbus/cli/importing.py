"""``--import MODULE``: modules of the user, which declare nouns, imported before a command runs."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from typing import Final

import click

VARIABLE: Final = "CIMBUS_IMPORT"
"""Names of modules, separated by commas, for every command."""


def search_here() -> None:
    """Have modules of the working directory found, as ``python -m`` has."""
    here = os.getcwd()  # noqa: PTH109
    if here not in sys.path:
        sys.path.insert(0, here)


def import_named(name: str) -> None:
    """Import a module of the user.

    Raises:
        click.UsageError: it cannot be imported; one line that says where and why.
    """
    search_here()
    try:
        _ = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name + ".").startswith(error.name + "."):
            raise click.UsageError(f"--import {name}: there is no module {error.name!r} here or installed") from None
        raise click.UsageError(f"--import {name}: {_where(error)}{error}") from error
    except (Exception, SystemExit) as error:  # whatever it raises is the user's to repair, and no traceback of ours
        said = str(error).partition("\n")[0]
        raise click.UsageError(f"--import {name}: {_where(error)}{type(error).__name__}: {said}") from error


def _where(error: BaseException) -> str:
    """Return the last line of the user's that led to an error; a syntax error says its own."""
    if isinstance(error, SyntaxError):
        return ""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not _is_ours(f.filename)]
    return f"{frames[-1].filename}, line {frames[-1].lineno}: " if frames else ""


def _is_ours(file: str) -> bool:
    package = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120  # texts, as tracebacks have them
    return file.startswith(("<frozen", package)) or file == importlib.__file__


def _import_all(context: click.Context, _: click.Parameter, names: tuple[str, ...]) -> None:
    if context.resilient_parsing:  # completion of a shell
        return
    for name in ",".join((os.environ.get(VARIABLE, ""), *names)).split(","):
        if name.strip():
            import_named(name.strip())


def _option() -> click.Option:
    return click.Option(
        ["--import"],
        multiple=True,
        metavar="MODULE",
        is_eager=True,
        expose_value=False,
        callback=_import_all,
        help=f"Import a module that declares nouns (may be repeated; or {VARIABLE}=MODULE,...).",
    )


def know_nouns(command: click.Command) -> None:
    """Give a command ``--import``, and each command of a group."""
    if isinstance(command, click.Group):
        for each in command.commands.values():
            know_nouns(each)
    else:
        command.params.append(_option())

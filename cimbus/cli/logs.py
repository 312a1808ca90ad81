"""``--log-format`` and ``--log-level``: the log of a command that runs for long."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import click

from cimbus.application.logs.setup import LEVELS, LogFormat, setup_logging

from . import output

F = TypeVar("F", bound=Callable[..., Any])

_FORMAT: Final = click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    envvar="CIMBUS_LOG_FORMAT",
    show_envvar=True,
    help="How the log on stderr is written; by default warnings alone, one line each.",
)
_LEVEL: Final = click.option(
    "--log-level",
    type=click.Choice(LEVELS, case_sensitive=False),
    envvar="CIMBUS_LOG_LEVEL",
    show_envvar=True,
    help="The least that is logged; info if not given.",
)


def log_options(function: F) -> F:
    """Give a command ``--log-format`` and ``--log-level``."""
    return _FORMAT(_LEVEL(function))


@contextmanager
def logged(log_format: LogFormat | None, log_level: str | None) -> Generator[None]:
    """Write the log as these options say within the block; with neither, as every command does.

    In JSON, the command's own remarks are log lines, too, so that every line of stderr can be parsed.
    """
    if log_format is None and log_level is None:
        yield
        return
    ours = logging.getLogger("cimbus")
    replaced = [each for each in ours.handlers if isinstance(each, output.LogHandler)]
    for each in replaced:
        ours.removeHandler(each)
    root = logging.getLogger()
    before = root.level
    handler = setup_logging(log_format or "text", log_level or "info", sys.stderr)
    output.remarks_are_logged(log_format == "json")
    try:
        yield
    finally:
        output.remarks_are_logged(False)
        root.removeHandler(handler)
        root.setLevel(before)
        for each in replaced:
            ours.addHandler(each)

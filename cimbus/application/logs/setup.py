"""``setup_logging``: the log of a program, with the message in each line of a handler."""

from __future__ import annotations

import logging
import sys
from typing import IO, Final, Literal, get_args

from .fields import LogObserver
from .formatters import JsonFormatter, TextFormatter

LogFormat = Literal["text", "json"]
LEVELS: Final = ("debug", "info", "warning", "error", "critical")


class CimbusHandler(logging.StreamHandler[IO[str]]):
    """The handler that ``setup_logging`` has added, so that a second call finds it."""

    def __init__(self, stream: IO[str]) -> None:
        super().__init__(stream)
        self._observer = LogObserver()


def setup_logging(
    format: LogFormat = "text",  # noqa: A002  # what the option is called, too
    level: str = "info",
    stream: IO[str] | None = None,
) -> logging.Handler:
    """Write the log of the whole program to one stream; return the handler, which the root logger has now.

    In a handler of a component, each line names the component, the consumer, the MessageID, the topic and the attempt,
    also lines of the program's own loggers. Call it before components run. A second call replaces the first.

    >>> import io
    >>> root, out = logging.getLogger(), io.StringIO()
    >>> level = root.level
    >>> handler = setup_logging("json", "warning", out)
    >>> logging.getLogger("my.program").warning("no database")
    >>> '"logger":"my.program","message":"no database"' in out.getvalue()
    True
    >>> root.removeHandler(handler)
    >>> root.setLevel(level)

    Args:
        format: ``"json"``, an object on each line; or ``"text"``, for a person.
        level: the least that is written: debug, info, warning, error, critical.
        stream: by default standard error.

    Raises:
        ValueError: there is no such format or level.
    """
    if format not in get_args(LogFormat):
        raise ValueError(f"format is {' or '.join(get_args(LogFormat))}, not {format!r}")
    if level.lower() not in LEVELS:
        raise ValueError(f"level is one of {', '.join(LEVELS)}, not {level!r}")
    root = logging.getLogger()
    for each in [each for each in root.handlers if isinstance(each, CimbusHandler)]:
        root.removeHandler(each)
    handler = CimbusHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if format == "json" else TextFormatter())
    root.addHandler(handler)
    root.setLevel(level.upper())
    return handler

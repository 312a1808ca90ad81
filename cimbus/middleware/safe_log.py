"""Loggers whose lines hold what is one line: what a message brings cannot forge another, nor steer a terminal."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any, Final

from .one_line import one_line

LONGEST: Final = 2_000
"""Characters of one argument in a log line: an error with its path fits, a body does not."""


class SafeLogger(logging.LoggerAdapter[logging.Logger]):
    r"""A logger that writes texts and errors among its arguments with ``one_line``.

    >>> import sys
    >>> logger = logging.getLogger("example")
    >>> logger.addHandler(handler := logging.StreamHandler(sys.stdout))
    >>> safe_logger("example").warning("no usage point %s", "UP-1\nERROR: all is lost")
    no usage point UP-1 ERROR: all is lost
    >>> logger.removeHandler(handler)
    """

    def log(self, level: int, msg: object, *args: object, **kwargs: Any) -> None:
        """Log, with every argument that is not a number on one line."""
        if self.isEnabledFor(level):
            safe = tuple(each if isinstance(each, int | float) else _Line(each) for each in args)
            super().log(level, msg, *safe, **kwargs)

    def process(self, msg: object, kwargs: MutableMapping[str, Any]) -> tuple[object, MutableMapping[str, Any]]:
        """Return them as they are: the arguments are what is from outside."""
        return msg, kwargs


class _Line:
    """An argument, written as one line when the record is formatted."""

    __slots__ = ("_value",)

    def __init__(self, value: object) -> None:
        self._value = value

    def __str__(self) -> str:
        return one_line(self._value, most=LONGEST)

    def __repr__(self) -> str:
        return one_line(repr(self._value), most=LONGEST)


def safe_logger(name: str) -> SafeLogger:
    """Return the logger of a name; all modules of cimbus log with it."""
    return SafeLogger(logging.getLogger(name), {})

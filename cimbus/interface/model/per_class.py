"""Work done once per class."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")


def per_class(function: Callable[[type[Any]], T]) -> Callable[[type[Any]], T]:
    """Remember the results of a pure function of a class.

    Without a limit: classes are declared by programs, not by peers, and live as long as the process.

    >>> spec = per_class(lambda cls: [cls.__name__])
    >>> spec(int), spec(int) is spec(int)
    (['int'], True)
    """
    return cast("Callable[[type[Any]], T]", functools.cache(function))

"""Work done once per class."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")


def per_class(function: Callable[[type[Any]], T]) -> Callable[[type[Any]], T]:
    """Remember a pure function of a class for as long as the process lives, as classes do."""
    return cast("Callable[[type[Any]], T]", functools.cache(function))

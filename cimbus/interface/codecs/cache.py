"""A bounded cache of what texts mean: a batch of readings repeats the same times, codes and units meter after meter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar

V = TypeVar("V")

MAX_ENTRIES: Final = 4_096
"""More than the distinct times and values of one day at 15-minute intervals (96); about 1 MB at the longest texts."""
MAX_LENGTH: Final = 64
"""Characters of a key: longer than any time, number or code (a ReadingType code has 18 numbers, about 40 characters);
longer texts seldom repeat. In UTF-8 a key is at most 256 octets, so that all keys of a cache are at most 1 MiB."""


class BoundedCache(dict[str, V], Generic[V]):
    """The results of a pure function of a short text: a hit is one dictionary look-up.

    It is emptied when full, and does not keep long texts, so that a peer cannot fill memory with it (an LRU cache would
    make each hit dearer than reading the text anew). Failures are not kept.

    >>> length = BoundedCache(len)
    >>> length["abc"], dict(length)
    (3, {'abc': 3})
    """

    def __init__(self, function: Callable[[str], V]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, text: str) -> V:
        value = self._function(text)
        if len(text) <= MAX_LENGTH:
            if len(self) >= MAX_ENTRIES:
                self.clear()
            self[text] = value
        return value

    def __call__(self, text: str) -> V:
        """Return the function's value for ``text``."""
        return self[text]

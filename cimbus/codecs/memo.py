"""A bounded memory of texts already read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar

V = TypeVar("V")

MEMO_LIMIT: Final = 4_096


class Memo(dict[str, V], Generic[V]):
    """A pure function of a short text, remembered: a hit is one dictionary look-up.

    It is emptied when full, and does not keep long texts, so that a peer cannot fill memory with it. Failures are not
    remembered.
    """

    def __init__(self, function: Callable[[str], V]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, text: str) -> V:
        value = self._function(text)
        if len(text) <= 64:
            if len(self) >= MEMO_LIMIT:
                self.clear()
            self[text] = value
        return value

    def __call__(self, text: str) -> V:
        """Return the function's value for ``text``."""
        return self[text]

"""How often messages were delivered, where a broker does not count."""

from __future__ import annotations

from typing import Final

REMEMBERED_ATTEMPTS: Final = 10_000
"""How many messages ``Attempts`` remembers: forty times the default credit, a few MB."""


class Attempts:
    """How often messages were delivered that left unsettled, by subscription and message; the oldest are forgotten.

    >>> attempts = Attempts()
    >>> attempts.note("queue", "ID:1", 2)
    >>> attempts.take("queue", "ID:1"), attempts.take("queue", "ID:1")
    (2, 0)
    """

    def __init__(self, limit: int = REMEMBERED_ATTEMPTS) -> None:
        self._limit = limit
        self._counts: dict[tuple[str, str], int] = {}

    def note(self, name: str, identity: str, count: int) -> None:
        """Remember a message that was delivered ``count`` times."""
        self._counts.pop((name, identity), None)
        self._counts[name, identity] = count
        if len(self._counts) > self._limit:
            del self._counts[next(iter(self._counts))]

    def take(self, name: str, identity: str) -> int:
        """Return how often it was delivered, and forget it."""
        return self._counts.pop((name, identity), 0) if self._counts else 0

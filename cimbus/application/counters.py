"""Counts of messages that only grow, and that a test or a supervisor can wait for."""

from __future__ import annotations

from typing import ClassVar

import anyio


class Counters:
    """Named counts, all zero at first. A subclass lists their names in ``names``, in the order of its ``repr``."""

    names: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        for name in self.names:
            setattr(self, name, 0)
        self._changed: anyio.Event | None = None
        """Set by ``add``; there only while a task waits in ``reach``."""

    def add(self, name: str, count: int = 1) -> None:
        """Add to a count."""
        self.__dict__[name] += count
        if self._changed is not None:
            self._changed.set()
            self._changed = None

    async def reach(self, **least: int) -> None:
        """Wait until each named count is at least so high; bound it with ``anyio.fail_after``.

        Raises:
            TypeError: there is no count of that name.
        """
        if unknown := sorted(set(least) - set(self.names)):
            raise TypeError(f"no count is called {', '.join(unknown)}; there are {', '.join(self.names)}")
        while any(getattr(self, name) < count for name, count in least.items()):
            self._changed = self._changed or anyio.Event()
            await self._changed.wait()

    def counts(self) -> dict[str, int]:
        """Return the counts by name."""
        return {name: getattr(self, name) for name in self.names}

    def __repr__(self) -> str:
        return " ".join(f"{name}={count}" for name, count in self.counts().items())


class HandlerCounters(Counters):
    """What one handler has done so far.

    >>> counters = HandlerCounters()
    >>> counters.add("handled")
    >>> counters
    handled=1 retried=0 failed=0 dead_lettered=0 duplicates=0 expired=0

    Attributes:
        handled: messages for which the handler has returned.
        retried: attempts after the first one.
        failed: messages that the handler could not handle, however often it was tried.
        dead_lettered: those, and messages that could not be read.
        duplicates: messages that the inbox knew: delivered again, and not handled again.
        expired: messages that came when they were of no use any more, and were not handled.
    """

    names = ("handled", "retried", "failed", "dead_lettered", "duplicates", "expired")

    handled: int
    retried: int
    failed: int
    dead_lettered: int
    duplicates: int
    expired: int

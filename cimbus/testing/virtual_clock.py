"""Time in a test: pauses take none, and timers are called when the test says so."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from heapq import heappop, heappush
from itertools import count

import anyio
import anyio.lowlevel

from cimbus.application.clock import Clock


class VirtualClock(Clock):
    """A clock that stands still: the test ends the pauses one after the other, and moves the time for timers.

    >>> clock = VirtualClock()
    >>> async def main():
    ...     async with anyio.create_task_group() as tasks:
    ...         tasks.start_soon(clock.pause, 3600)
    ...         while not clock.end_pause():
    ...             await anyio.lowlevel.checkpoint()
    ...     return clock.now()
    >>> anyio.run(main)
    0.0

    Attributes:
        paused: how many handlers wait for a pause to end.
    """

    def __init__(self) -> None:
        self.paused = 0
        self._now = 0.0
        self._pauses: list[tuple[float, int, anyio.Event]] = []
        self._paused_until = 0.0
        """To which time pauses have been ended: what pauses next is behind them."""
        self._planned: list[tuple[float, int, anyio.Event]] = []
        self._numbers = count()

    def now(self) -> float:
        """Return how far the test has moved the time, in seconds."""
        return self._now

    async def pause(self, seconds: float) -> None:
        """Wait until the test ends this pause: those that would end first are ended first."""
        with self.idle():
            await self.collect(seconds)

    async def collect(self, seconds: float) -> None:
        """Wait for the end of a batch, as for that of a pause."""
        if seconds <= 0:
            await anyio.lowlevel.checkpoint()
            return
        await _wait(self._pauses, max(self._now, self._paused_until) + seconds, next(self._numbers))

    async def until(self, when: float) -> None:
        """Wait until the test has moved the time so far."""
        if when > self._now:
            await _wait(self._planned, when, next(self._numbers))
        else:
            await anyio.lowlevel.checkpoint()

    @contextmanager
    def idle(self) -> Generator[None]:
        """Return the block in which a handler waits for a pause to end."""
        self.paused += 1
        try:
            yield
        finally:
            self.paused -= 1

    def end_pause(self) -> bool:
        """End the pause that would end first; return whether there was one."""
        if not self._pauses:
            return False
        when, _, event = heappop(self._pauses)
        self._paused_until = max(self._paused_until, when)
        event.set()
        return True

    def move_to_next(self, end: float) -> bool:
        """Move the time to the next timer that is planned until ``end``, or else to ``end``; return whether one was."""
        if self._planned and self._planned[0][0] <= end:
            self._now, _, event = heappop(self._planned)
            event.set()
            return True
        self._now = end
        return False


async def _wait(queue: list[tuple[float, int, anyio.Event]], when: float, number: int) -> None:
    entry = (when, number, anyio.Event())
    heappush(queue, entry)
    try:
        await entry[2].wait()
    finally:
        if entry in queue:  # cancelled; what is removed from a sorted list leaves a sorted list
            queue.remove(entry)
            queue.sort()

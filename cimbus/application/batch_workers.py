"""Collects items into batches, and works on one batch at a time, in the order of ``put``."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import anyio

from .clock import CLOCK, Clock

T = TypeVar("T")


class BatchWorkers(Generic[T]):
    """Work on up to ``size`` items at once; a batch is not held longer than ``within`` seconds for more to come.

    It has the methods of ``KeyedWorkers``. Nothing here is bounded: the consumer in front is, by its credit.
    """

    def __init__(
        self, work: Callable[[list[T]], Awaitable[None]], size: int, within: float, clock: Clock = CLOCK
    ) -> None:
        self._work = work
        self._size = size
        self._within = within
        self._clock = clock
        self._items: deque[T] = deque()
        self._changed = anyio.Event()
        self._closed = False
        self._drained = anyio.Event()
        self.pending = 0
        """Items put and not done yet."""

    def put(self, key: str, item: T) -> None:
        """Add an item; never waits. All keys share one order."""
        del key
        self.pending += 1
        self._items.append(item)
        self._changed.set()

    @property
    def queued(self) -> int:
        """How many items are in no batch yet."""
        return len(self._items)

    def discard(self) -> list[T]:
        """Remove what is in no batch yet, and return it in the order of ``put``."""
        waiting = list(self._items)
        self._items.clear()
        self.pending -= len(waiting)
        return waiting

    def close(self) -> None:
        """Take no more items; ``run`` ends when what was put is done."""
        self._closed = True
        self._changed.set()

    async def drained(self) -> None:
        """Wait until closed and everything that was put is done."""
        await self._drained.wait()

    async def pause(self, seconds: float) -> None:
        """Pause the work on a batch; the next one waits."""
        await self._clock.pause(seconds)

    async def run(self) -> None:
        """Work until closed and empty, or cancelled; an error of the work is raised."""
        while not (self._closed and not self._items):
            if not self._items:
                await self._next()
                continue
            if len(self._items) < self._size and not self._closed:
                await self._fill()
            batch = [self._items.popleft() for _ in range(min(self._size, len(self._items)))]
            if batch:  # they may have been discarded meanwhile
                await self._work(batch)
                self.pending -= len(batch)
        self._drained.set()

    async def _fill(self) -> None:
        """Wait until a batch is full, or the time for it is over."""
        async with anyio.create_task_group() as group:

            async def end() -> None:
                await self._clock.collect(self._within)
                group.cancel_scope.cancel()

            group.start_soon(end)
            while len(self._items) < self._size and not self._closed:
                await self._next()
            group.cancel_scope.cancel()

    async def _next(self) -> None:
        self._changed = anyio.Event()
        await self._changed.wait()

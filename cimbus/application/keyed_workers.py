"""Workers that handle up to N items at once, those of one key one after the other and in order.

Nothing here is bounded: the consumer in front is, by its credit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import anyio
from anyio.abc import TaskGroup

from cimbus.middleware.one_shot_event import OneShotEvent
from cimbus.middleware.tasks import unwrap_single_error

from .clock import CLOCK, Clock

T = TypeVar("T")


class IdleWorker:
    """A worker that waits for an item, or is told to end."""

    __slots__ = ("ends", "event")

    def __init__(self) -> None:
        self.event = OneShotEvent()
        self.ends = False

    def end(self) -> None:
        """Let it end."""
        self.ends = True
        self.event.set()


class KeyedWorkers(Generic[T]):
    """Work spread over ``concurrency`` workers.

    Rules: of one key at most one item is worked on, in the order of ``put``; items with an empty key are independent of
    all others. Keys take turns: no key waits while another one has two items done. An item that pauses holds no worker.
    """

    def __init__(self, work: Callable[[T], Awaitable[None]], concurrency: int = 1, clock: Clock = CLOCK) -> None:
        self._work = work
        self._clock = clock
        self.concurrency = concurrency
        self._ready: deque[tuple[str, T]] = deque()
        self._waiting: dict[str, deque[T]] = {}  # a key that is worked on -> the items that wait behind it
        self._idle: list[IdleWorker] = []
        self._resuming: deque[anyio.Event] = deque()
        """Of items whose pause is over and that wait for a worker to end."""
        self._group: TaskGroup | None = None
        self._closed = False
        self._drained = anyio.Event()
        self.pending = 0
        """Items put and not done yet."""

    def put(self, key: str, item: T) -> None:
        """Add an item; never waits."""
        self.pending += 1
        if key:
            behind = self._waiting.get(key)
            if behind is not None:
                behind.append(item)
                return
            self._waiting[key] = deque()
        self._ready.append((key, item))
        if self._idle:
            self._idle.pop().event.set()

    @property
    def queued(self) -> int:
        """How many items a free worker could begin now."""
        return len(self._ready)

    def discard(self) -> list[T]:
        """Remove what no worker has begun, and return it in the order of ``put`` for each key."""
        waiting = [item for _, item in self._ready]
        for key, _ in self._ready:
            if key:
                waiting += self._waiting.pop(key)
        self._ready.clear()
        for items in self._waiting.values():  # behind what is being worked on
            waiting += items
            items.clear()
        self.pending -= len(waiting)
        return waiting

    def close(self) -> None:
        """Let the workers end when everything that was put is done."""
        self._closed = True
        if not self.pending:
            self._drained.set()
            while self._idle:
                self._idle.pop().event.set()

    async def drained(self) -> None:
        """Wait until closed and everything that was put is done."""
        await self._drained.wait()

    async def run(self) -> None:
        """Work until closed and empty, or cancelled; an error of the work ends all workers and is raised."""
        with unwrap_single_error():
            async with anyio.create_task_group() as self._group:
                for _ in range(self.concurrency):
                    self._group.start_soon(self._worker)

    async def pause(self, seconds: float) -> None:
        """Pause the work on an item, to be called from that work; meanwhile another item may be worked on.

        The item's key waits. When the pause is over, the work goes on as soon as one of the workers is free.
        """
        assert self._group is not None  # noqa: S101  # for the type checker: the work runs in it
        self._group.start_soon(self._worker)  # in place of this one
        await self._clock.pause(seconds)
        if self._idle:
            self._idle.pop().end()
            return
        resumed = anyio.Event()
        self._resuming.append(resumed)
        await resumed.wait()

    def _gives_way(self) -> bool:
        """Return whether a worker ends now, because work whose pause is over goes on in its place."""
        if self._resuming:
            self._resuming.popleft().set()
            return True
        return False

    async def _worker(self) -> None:
        work, ready = self._work, self._ready
        while not (self._resuming and self._gives_way()):
            while not ready:
                if self._drained.is_set():
                    return
                idle = IdleWorker()
                self._idle.append(idle)
                await idle.event.wait()
                if idle.ends or self._gives_way():
                    return
            key, item = ready.popleft()
            await work(item)
            self.pending -= 1
            if key:
                behind = self._waiting[key]
                if behind:
                    ready.append((key, behind.popleft()))
                else:
                    del self._waiting[key]
            if self._closed and not self.pending:
                self.close()

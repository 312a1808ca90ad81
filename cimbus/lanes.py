"""Keyed lanes: up to N pieces of work at once, those of one key one after the other and in order.

Nothing here is bounded: the inbox in front is, by its credit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import anyio

T = TypeVar("T")


class Lanes(Generic[T]):
    """Work spread over ``concurrency`` workers.

    Rules: at most one piece of a key is being worked on; pieces of a key are worked on in the order of ``put``;
    pieces with an empty key are independent of all others. No key waits while another one has two pieces done.
    """

    def __init__(self, work: Callable[[T], Awaitable[None]], concurrency: int = 1) -> None:
        self._work = work
        self.concurrency = concurrency
        self._ready: deque[tuple[str, T]] = deque()
        self._waiting: dict[str, deque[T]] = {}  # a key that is being worked on -> what waits behind it
        self._idle: list[anyio.Event] = []
        self._closed = False
        self._drained = anyio.Event()
        self.pending = 0
        """Pieces put and not yet worked off."""

    def put(self, key: str, item: T) -> None:
        """Add a piece of work; never waits."""
        self.pending += 1
        if key:
            behind = self._waiting.get(key)
            if behind is not None:
                behind.append(item)
                return
            self._waiting[key] = deque()
        self._ready.append((key, item))
        if self._idle:
            self._idle.pop().set()

    def close(self) -> None:
        """Let the workers end when everything that was put is done."""
        self._closed = True
        if not self.pending:
            self._drained.set()
            while self._idle:
                self._idle.pop().set()

    async def drained(self) -> None:
        """Wait until closed and everything that was put is done."""
        await self._drained.wait()

    async def run(self) -> None:
        """Work until closed and empty, or cancelled; an error of the work ends all workers and is raised."""
        if self.concurrency == 1:
            await self._worker()
            return
        async with anyio.create_task_group() as group:
            for _ in range(self.concurrency):
                group.start_soon(self._worker)

    async def _worker(self) -> None:
        while True:
            while not self._ready:
                if self._drained.is_set():
                    return
                event = anyio.Event()
                self._idle.append(event)
                await event.wait()
            key, item = self._ready.popleft()
            await self._work(item)
            self.pending -= 1
            if key:
                behind = self._waiting[key]
                if behind:
                    self._ready.append((key, behind.popleft()))
                else:
                    del self._waiting[key]
            if self._closed and not self.pending:
                self.close()

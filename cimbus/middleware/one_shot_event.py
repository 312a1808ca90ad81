"""An event for what happens once per message: it costs a fraction of an ``anyio.Event``.

An ``anyio.Event`` finds out which event loop runs when it is made, and keeps a queue for any number of waiting tasks.
This one makes nothing until a task waits. On asyncio a waiting task has a future, on trio it is parked by itself.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import anyio.lowlevel

from .loop_callback import on_trio


class OneShotEvent:
    """An event that is set once, by the thread of the event loop on which tasks wait for it.

    >>> async def main():
    ...     event = OneShotEvent()
    ...     async with anyio.create_task_group() as group:
    ...         group.start_soon(event.wait)
    ...         event.set()
    ...     return event.is_set()
    >>> anyio.run(main)
    True
    """

    __slots__ = ("_set", "_waiting")

    def __init__(self) -> None:
        self._set = False
        self._waiting: list[Any] | None = None
        """The futures (asyncio) or tasks (trio) that wait."""

    def is_set(self) -> bool:
        """Return whether it was set."""
        return self._set

    def set(self) -> None:
        """Wake the tasks that wait; those that come later do not wait."""
        self._set = True
        waiting, self._waiting = self._waiting, None
        for each in waiting or ():
            if isinstance(each, asyncio.Future):
                _wake(each)  # pyright: ignore[reportUnknownArgumentType]  # a cast would cost every message
            else:
                sys.modules["trio"].lowlevel.reschedule(each)

    async def wait(self) -> None:
        """Wait until it is set; other tasks have their turn in any case."""
        if self._set:
            await anyio.lowlevel.checkpoint()
            return
        if (waiting := self._waiting) is None:
            waiting = self._waiting = []
        if on_trio():
            await _wait_on_trio(waiting)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting.append(future)
        try:
            await future
        finally:
            waiting.remove(future)


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():  # else its task was cancelled
        future.set_result(None)


async def _wait_on_trio(waiting: list[Any]) -> None:
    import trio

    task = trio.lowlevel.current_task()
    waiting.append(task)

    def abort(_: object) -> trio.lowlevel.Abort:
        waiting.remove(task)
        return trio.lowlevel.Abort.SUCCEEDED

    await trio.lowlevel.wait_task_rescheduled(abort)

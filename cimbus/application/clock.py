"""Time, as handlers, timers and batches see it: a test has another clock than a program that runs."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from typing import Final

import anyio


class Clock:
    """The machine's time.

    >>> anyio.run(CLOCK.pause, 0)
    >>> CLOCK.now() <= CLOCK.now()
    True
    """

    def now(self) -> float:
        """Return seconds since some time in the past; they only grow."""
        return time.monotonic()

    async def pause(self, seconds: float) -> None:
        """Wait before a message is handled again."""
        await anyio.sleep(seconds)

    async def collect(self, seconds: float) -> None:
        """Wait for the end of a batch."""
        await anyio.sleep(seconds)

    async def until(self, when: float) -> None:
        """Wait until a time at which something is planned: a timer. One that is over is not waited for."""
        await anyio.sleep(max(0.0, when - self.now()))

    def idle(self) -> AbstractContextManager[object]:
        """Return the block in which a task of a handler waits for another one's pause to end."""
        return nullcontext()


CLOCK: Final = Clock()
"""What is used where nothing else is said."""

"""What one call of ``Transport.send`` waits for: a result for each of its frames."""

from __future__ import annotations

import anyio


class Batch:
    """The results of one send, which come in any order.

    Attributes:
        results: one entry per frame: None, or why it was refused.
        left: how many have not come.
        done: set when all have.
        forgotten: nobody waits for them any more.
    """

    __slots__ = ("done", "forgotten", "left", "results")

    def __init__(self, count: int) -> None:
        self.results: list[Exception | None] = [None] * count
        self.left = count
        self.done = anyio.Event()
        self.forgotten = False

    def settle(self, place: int, error: Exception | None) -> None:
        """Note how one frame ended."""
        self.results[place] = error
        self.left -= 1
        if not self.left:
            self.done.set()

    async def settled(self) -> list[Exception | None]:
        """Wait for all results and return them; whoever is cancelled meanwhile has forgotten them."""
        try:
            await self.done.wait()
        finally:
            self.forgotten = True
        return self.results

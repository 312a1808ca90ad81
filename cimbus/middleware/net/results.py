"""What one call of ``Transport.send`` waits for: a result for each of its frames."""

from __future__ import annotations

from cimbus.middleware.one_shot_event import OneShotEvent
from cimbus.middleware.send_report import SendReport


class SendResults(OneShotEvent):
    """The results of one send, which come in any order; the event is set when all have come.

    Args:
        count: how many there will be.

    Attributes:
        results: one entry per frame: None, or why it was refused.
        left: how many have not come.
        forgotten: the caller was cancelled, or has its results.
        unroutable: the places of frames for which no subscription exists.

    >>> import anyio
    >>> async def main():
    ...     results = SendResults(2)
    ...     results.settle(1, ValueError("too large"))
    ...     results.settle(0, None)
    ...     return await results.settled()
    >>> anyio.run(main)
    [None, ValueError('too large')]
    """

    __slots__ = ("forgotten", "left", "results", "unroutable")

    def __init__(self, count: int) -> None:
        super().__init__()
        self.results: list[Exception | None] = [None] * count
        self.left = count
        self.forgotten = False
        self.unroutable: set[int] = set()

    def settle(self, index: int, error: Exception | None) -> None:
        """Note the result of one frame, by its place in the send."""
        self.results[index] = error
        self.left -= 1
        if not self.left:
            self.set()

    async def settled(self) -> list[Exception | None]:
        """Wait for all results and return them; if that is cancelled, they are ``forgotten``."""
        try:
            await self.wait()
        finally:
            self.forgotten = True
        return SendReport(self.results, self.unroutable) if self.unroutable else self.results

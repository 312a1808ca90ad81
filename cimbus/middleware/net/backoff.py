"""How long to pause before the next attempt: full jitter, so that a thousand clients do not come back at once.

Pure but for the random numbers. Each pause is drawn evenly between 0 and a bound that doubles up to ``longest``: "full
jitter" in M. Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import ClassVar


class Backoff:
    """The pauses of one client that connects again.

    Args:
        first: the bound of the first pause, in seconds.
        longest: the largest bound, in seconds. Half a minute: a broker that is away for hours is not tried more often,
            and is found soon after it is back.
        draw: returns a number between 0 and 1.

    Raises:
        ValueError: ``first`` is not positive, or ``longest`` is shorter.

    >>> backoff = Backoff(first=1.0, longest=3.0, draw=lambda: 1.0)
    >>> [backoff.pause() for _ in range(4)]
    [1.0, 2.0, 3.0, 3.0]
    """

    FIRST: ClassVar[float] = 0.1
    """The bound of the first pause by default, in seconds: a broker that was only restarted is there soon."""

    def __init__(self, first: float = FIRST, longest: float = 30.0, draw: Callable[[], float] = random.random) -> None:
        if not 0 < first <= longest:
            raise ValueError(f"a backoff goes from a positive pause to a longer one, not from {first} to {longest}")
        self.first = first
        self.longest = longest
        self.failures = 0
        self._draw = draw

    @property
    def bound(self) -> float:
        """The most that the next pause can be, in seconds."""
        return min(self.longest, self.first * 2.0 ** min(self.failures, 60))

    def pause(self) -> float:
        """Count a failure and return how many seconds to wait."""
        bound = self.bound
        self.failures += 1
        return bound * self._draw()

    def calm(self, bound: float) -> None:
        """Let the next pause be at most ``bound`` seconds: the connection worked, if not for long."""
        while self.failures and self.bound > bound:
            self.failures -= 1

    def reset(self) -> None:
        """Begin again with short pauses: the connection was stable."""
        self.failures = 0

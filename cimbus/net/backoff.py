"""How long to pause before the next attempt: full jitter, so that a thousand clients do not come back as one.

Pure but for the random numbers. Each pause is drawn evenly between 0 and a bound that doubles up to ``longest``.
"""

from __future__ import annotations

import random
from collections.abc import Callable


class Backoff:
    """The pauses of one reconnecting party.

    Args:
        first: the bound of the first pause, in seconds.
        longest: what no bound exceeds.
        draw: a number between 0 and 1.

    Raises:
        ValueError: ``first`` is not positive, or ``longest`` is shorter.
    """

    def __init__(self, first: float = 0.1, longest: float = 30.0, draw: Callable[[], float] = random.random) -> None:
        if not 0 < first <= longest:
            raise ValueError(f"a backoff goes from a positive pause to a longer one, not from {first} to {longest}")
        self.first = first
        self.longest = longest
        self.failures = 0
        self._draw = draw

    @property
    def bound(self) -> float:
        """The most that the next pause can be."""
        return min(self.longest, self.first * 2.0 ** min(self.failures, 60))

    def pause(self) -> float:
        """Count a failure and return how many seconds to wait."""
        bound = self.bound
        self.failures += 1
        return bound * self._draw()

    def calm(self, bound: float) -> None:
        """Let the next pause be at most so long: it worked for a while, if not for long."""
        while self.failures and self.bound > bound:
            self.failures -= 1

    def reset(self) -> None:
        """Begin again with short pauses: it worked."""
        self.failures = 0

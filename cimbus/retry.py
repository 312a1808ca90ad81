"""How often, and after which pauses, a failing handler is tried again."""

from __future__ import annotations

import random

import msgspec


class Retry(msgspec.Struct, frozen=True, kw_only=True):
    """Bounded retries with exponential back-off and jitter.

    Attributes:
        attempts: how often a message is tried in all, at least 1.
        first: seconds before the second attempt.
        factor: how much longer each further pause is.
        longest: seconds that no pause exceeds before jitter.
        jitter: how much longer, as a share, a pause may be at random; it is never shorter than configured.

    Raises:
        ValueError: a number that makes no sense.
    """

    attempts: int = 5
    first: float = 0.1
    factor: float = 3.0
    longest: float = 30.0
    jitter: float = 0.5

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.first < 0 or self.factor < 1 or self.longest < self.first or self.jitter < 0:
            raise ValueError(f"not a retry policy: {self}")

    def pause(self, attempt: int) -> float:
        """Return the seconds to wait after that attempt (the first is 1) has failed."""
        try:
            configured = min(self.longest, self.first * self.factor ** (attempt - 1))
        except OverflowError:  # a power that no float holds
            configured = self.longest if self.first else 0.0
        return configured * (1 + self.jitter * random.random())  # noqa: S311  # to spread load, not to hide anything

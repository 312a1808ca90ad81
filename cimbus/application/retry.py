"""How often, and after which pauses, a failing handler is tried again."""

from __future__ import annotations

import random

import msgspec

ExceptionTypes = type[Exception] | tuple[type[Exception], ...]
"""What ``except`` takes."""


class Retry(msgspec.Struct, frozen=True, kw_only=True):
    """Bounded retries with exponential back-off and jitter.

    >>> policy = Retry(attempts=3, initial_delay=1, multiplier=2, jitter=0)
    >>> [policy.pause(attempt) for attempt in (1, 2)]
    [1.0, 2.0]
    >>> Retry(unless=LookupError).repeats(KeyError("no such meter"))
    False

    Attributes:
        attempts: how often a message is tried in all, at least 1. The default of 5 takes 4 s with the other defaults:
            long enough for a restart of a process, short enough for an operator who waits.
        initial_delay: seconds before the second attempt.
        multiplier: how much longer each further pause is.
        max_delay: seconds that no pause exceeds before jitter.
        jitter: how much longer, as a share, a pause may be at random, so that many that failed together are not
            repeated together; a pause is never shorter than configured.
        only: the exceptions after which a message is tried again, a class or several; all others are final at once.
        unless: the exceptions that are final at once.

    Raises:
        ValueError: a number that makes no sense.
        TypeError: ``only`` or ``unless`` is no class of exceptions.
    """

    attempts: int = 5
    initial_delay: float = 0.1
    multiplier: float = 3.0
    max_delay: float = 30.0
    jitter: float = 0.5
    only: ExceptionTypes = Exception
    unless: ExceptionTypes = ()

    def __post_init__(self) -> None:
        for option in ("only", "unless"):
            given = getattr(self, option)
            if not all(isinstance(each, type) and issubclass(each, Exception) for each in _several(given)):
                raise TypeError(f"{option} is a class of exceptions, or a tuple of them, not {given!r}")
        delays = 0 <= self.initial_delay <= self.max_delay
        if self.attempts < 1 or not delays or self.multiplier < 1 or self.jitter < 0:
            raise ValueError(f"not a retry policy: {self}")

    def repeats(self, error: Exception) -> bool:
        """Return whether a message is tried again after this error, as long as attempts are left."""
        return isinstance(error, self.only) and not isinstance(error, self.unless)

    def pause(self, attempt: int) -> float:
        """Return the seconds to wait after that attempt (the first is 1) has failed."""
        try:
            configured = min(self.max_delay, self.initial_delay * self.multiplier ** (attempt - 1))
        except OverflowError:  # a power that no float holds
            configured = self.max_delay if self.initial_delay else 0.0
        return configured * (1 + self.jitter * random.random())  # noqa: S311  # to spread load, not to hide anything


def _several(given: ExceptionTypes) -> tuple[object, ...]:
    return given if isinstance(given, tuple) else (given,)

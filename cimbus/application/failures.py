"""What a handler raises to say what is to happen to its message, and when it is called no more for a while."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import msgspec

from cimbus.errors import CimbusError


class Reject(CimbusError):  # noqa: N818  # as an order it is what JMS, AMQP and other libraries call it
    """A handler raises it: the message cannot be handled and becomes a dead letter at once, without another attempt.

    >>> raise Reject("the meter belongs to another utility")
    Traceback (most recent call last):
    cimbus.application.failures.Reject: the meter belongs to another utility
    """


class Postpone(CimbusError):  # noqa: N818  # an order, as ``Reject``
    """A handler raises it: the message is handled later, and this attempt does not count.

    The message stays unsettled meanwhile, and later messages of its key wait. If the process ends, the message is
    delivered again.

    >>> raise Postpone(60)
    Traceback (most recent call last):
    cimbus.application.failures.Postpone: postponed by 60 s

    Args:
        seconds: for how long, also as ``timedelta``.

    Raises:
        ValueError: it is not positive: that would be a loop without a pause.
    """

    def __init__(self, seconds: float | timedelta) -> None:
        self.seconds = seconds.total_seconds() if isinstance(seconds, timedelta) else float(seconds)
        if not self.seconds > 0:
            raise ValueError(f"a message is postponed by more than 0 s, not {self.seconds:g} s")
        super().__init__(f"postponed by {self.seconds:g} s")


MOST_FAILURES: Final = 10
"""Failed attempts in a row by default: twice those that one message has, so that a single bad one opens no circuit."""
RESET_TIMEOUT: Final = 30.0
"""Seconds until the next attempt by default: as long as the longest pause of a ``Retry``; a database that restarts
needs less."""


class CircuitBreaker(msgspec.Struct, frozen=True, kw_only=True):
    """When a handler is called no more for a while (Nygard, *Release It!*): what it depends on is out of order.

    After ``failures`` failed attempts in a row, whatever their messages, the circuit is open: nothing is received, and
    the component is not ready. After ``reset_timeout`` seconds one message is tried. If that succeeds, the circuit is
    closed again; if not, it stays open for as long again. ``Reject`` and ``ReplyError`` are no failures in this sense.

    >>> CircuitBreaker(failures=20).reset_timeout
    30.0

    Attributes:
        failures: more than a ``Retry`` has attempts: a single message that always fails is no outage.
        reset_timeout: in seconds.

    Raises:
        ValueError: a number that makes no sense.
    """

    failures: int = MOST_FAILURES
    reset_timeout: float = RESET_TIMEOUT

    def __post_init__(self) -> None:
        if self.failures < 1 or not self.reset_timeout > 0:
            raise ValueError(f"not a circuit breaker: {self}")

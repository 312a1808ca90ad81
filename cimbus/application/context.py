"""What is known of one message while it is handled, beside the message itself."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final

import anyio

from cimbus.interface.message import Message
from cimbus.interface.topic import DEFAULT_CONTEXT, Kind, Topic
from cimbus.middleware.delivery import Delivery, Outcome
from cimbus.middleware.frame import Frame

from .dead_letters import FailedAttempt
from .unit_of_work import UnitOfWork

Pause = Callable[[float], Awaitable[None]]
"""Waits so many seconds, and lets other messages be handled meanwhile."""


class HandlerContext:
    """One message at one handler, as interceptors see it; ``Context`` adds what handlers see.

    Attributes:
        delivery: what the transport delivered, to be settled.
        attempt: which attempt to handle it this is; the first is 1.
        unit_of_work: where the component has an inbox, and the message a MessageID; else None.
        errors: of the attempts that have failed.
        pause: waits so many seconds before another attempt, and lets other messages be handled meanwhile.
        duplicate: the inbox says that it was handled before, so the handler was not called.
        attempt_begun: when an attempt after the first one began, in seconds of ``time.monotonic()``; infinity while
            the message waits for it.
        attempt_ends: when the handler's ``timeout`` ends this attempt, in seconds since 1970; None: it has none.
    """

    __slots__ = (
        "attempt",
        "attempt_begun",
        "attempt_ends",
        "delivery",
        "duplicate",
        "errors",
        "pause",
        "unit_of_work",
    )

    def __init__(self, delivery: Delivery[Frame], pause: Pause = anyio.sleep) -> None:
        self.pause = pause
        self.delivery = delivery
        self.attempt = 1
        self.attempt_begun = 0.0
        self.attempt_ends: float | None = None
        self.errors: list[FailedAttempt] = []
        self.unit_of_work: UnitOfWork | None = None
        self.duplicate = False

    @property
    def state(self) -> object:
        """What the component's ``lifespan`` yielded; None where there is none."""
        return None

    async def wait_for_attempt(self, seconds: float) -> None:
        """Pause so long; meanwhile the message is not one that its handler works on."""
        self.attempt_begun = math.inf
        try:
            await self.pause(seconds)
        finally:
            self.attempt_begun = time.monotonic()

    def note(self, error: Exception) -> None:
        """Note why the attempt failed."""
        text = f"{type(error).__name__}: {error}"
        self.errors.append(FailedAttempt(time=datetime.now(UTC), attempt=self.attempt, error=text))


def no_message() -> Delivery[Frame]:
    """Return what stands for a delivery in the context of what handles no single message: a timer, a batch."""
    return Delivery(_NO_MESSAGE, _ignore)


def _ignore(delivery: Delivery[Frame], outcome: Outcome) -> None:
    """Settle nothing."""


_NO_MESSAGE: Final = Frame(topic=Topic(DEFAULT_CONTEXT, Kind.events, "none", "none"), body=b"")

ContextFactory = Callable[[Delivery[Frame], Message[Any] | None, Pause], HandlerContext]
"""Makes the context of one message; None: of a timer or a batch."""


def plain_context(delivery: Delivery[Frame], message: Message[Any] | None, pause: Pause) -> HandlerContext:
    """Return a context without buses and state."""
    del message
    return HandlerContext(delivery, pause)

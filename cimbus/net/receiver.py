"""The waiting side of a backlog: what ``Inbox.receive`` is made of.

Rules: putting never waits; ``look`` is called once per batch that was put. A receiver makes an event only when there
is nothing to hand over. A receive that is cancelled has taken nothing. Once closed, a receiver says why for ever, and
who settles late has no say.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, cast

import anyio

from cimbus.delivery import Delivery, Outcome
from cimbus.errors import ClosedError
from cimbus.frame import Frame

from .backlog import Backlog, Item

M = TypeVar("M")


class Receiver(Generic[M]):
    """Hands deliveries over, and reports those that are done.

    Args:
        credit: how many may be in hand at once.
        done: called with what was accepted or rejected.
        taken: called with what leaves the backlog.
    """

    def __init__(
        self,
        credit: int,
        done: Callable[[Item[M], Outcome], None],
        taken: Callable[[Sequence[Item[M]]], None] | None = None,
    ) -> None:
        self.backlog: Backlog[M] = Backlog(credit)
        self._done = done
        self._taken = taken
        self._error: str | None = None
        self._event: anyio.Event | None = None
        """Set by whoever brings news; there only while somebody waits."""

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._error is not None

    def look(self) -> None:
        """Wake whoever waits: something came, or there is credit again."""
        if self._event is not None:
            self._event.set()
            self._event = None

    def close(self, reason: str = "the inbox is closed") -> None:
        """End every receive, now and later, with a ``ClosedError`` that says why; the first reason stays."""
        if self._error is None:
            self._error = reason
        self.look()

    async def receive(self) -> Sequence[Delivery[Frame]]:
        """Wait for the next batch and return it, in order, never empty.

        Raises:
            ClosedError: the inbox was closed, or its subscription cannot be kept (the reason is said).
        """
        while self._error is None:
            if items := self.backlog.take(time.monotonic()):
                if self._taken is not None:
                    self._taken(items)
                settle = self._settle
                return [Delivery(item.frame, settle, attempt=item.attempt, token=item) for item in items]
            await self._wait()
        raise ClosedError(self._error)

    async def _wait(self) -> None:
        """Wait for news, or for the next resting frame."""
        event = self._event = self._event or anyio.Event()
        alarm = self.backlog.alarm
        if alarm is None:
            await event.wait()
        else:
            with anyio.move_on_after(max(0.0, alarm - time.monotonic())):
                await event.wait()

    def _settle(self, delivery: Delivery[Frame], outcome: Outcome) -> None:
        if self._error is not None:
            return
        item = cast("Item[M]", delivery.token)
        if outcome is Outcome.RELEASED:
            self.backlog.release(item, time.monotonic())
            self.look()  # whoever waits must know the new alarm
        elif self.backlog.forget(item):
            self._done(item, outcome)
            if self._event is not None and self.backlog.waiting:
                self.look()

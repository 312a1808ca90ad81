"""The waiting side of a ``RedeliveryQueue``: what ``Consumer.receive`` is made of.

Rules: putting never waits; ``look`` is called once per batch that was put. An event is made only when there is nothing
to hand over. A ``receive`` that is cancelled has taken nothing. After ``close``, every ``receive`` raises with the
reason, and settling is ignored.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, cast

import anyio

from cimbus.errors import ClosedError
from cimbus.middleware.delivery import Delivery, Outcome
from cimbus.middleware.frame import Frame
from cimbus.middleware.one_shot_event import OneShotEvent

from .redelivery import Item, RedeliveryQueue

M = TypeVar("M")


class BufferedConsumer(Generic[M]):
    """Hands deliveries over, and reports those that are settled.

    Args:
        credit: how many may be unsettled at once.
        done: called with what was accepted or rejected.
        taken: called with what was handed over.
        queue: what keeps the deliveries, with its credit; a RedeliveryQueue of ``credit`` unless given.

    >>> from cimbus.interface.topic import Topic
    >>> async def main():
    ...     consumer = BufferedConsumer(credit=1, done=lambda item, outcome: print(item.mark, outcome.value))
    ...     topic = Topic("production", "events", "EndDeviceEvents", "created")
    ...     consumer.backlog.put(Frame(topic=topic, body=b"<xml/>"), "packet 1")
    ...     for delivery in await consumer.receive():
    ...         delivery.accept()
    >>> anyio.run(main)
    packet 1 accepted
    """

    def __init__(
        self,
        credit: int,
        done: Callable[[Item[M], Outcome], None],
        taken: Callable[[Sequence[Item[M]]], None] | None = None,
        *,
        queue: RedeliveryQueue[M] | None = None,
    ) -> None:
        self.backlog: RedeliveryQueue[M] = RedeliveryQueue(credit) if queue is None else queue
        self._done = done
        self._taken = taken
        self._error: str | None = None
        self._event: OneShotEvent | None = None
        """Set by ``look``; exists only while a ``receive`` waits."""

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._error is not None

    def look(self) -> None:
        """Wake the ``receive`` that waits: something came, or there is credit again."""
        if self._event is not None:
            self._event.set()
            self._event = None

    def close(self, reason: str = "the consumer is closed") -> None:
        """End every ``receive``, now and later, with a ``ClosedError``; the first reason stays."""
        if self._error is None:
            self._error = reason
        self.look()

    async def receive(self) -> Sequence[Delivery[Frame]]:
        """Wait for the next batch and return it, in order, never empty.

        Raises:
            ClosedError: the consumer was closed, or its subscription cannot be kept (the message says why).
        """
        while self._error is None:
            if items := self.backlog.take(time.monotonic()):
                if self._taken is not None:
                    self._taken(items)
                settle = self._settle
                return [
                    Delivery(item.frame, settle, attempt=item.attempt, token=item, defect=item.defect) for item in items
                ]
            await self._wait()
        raise ClosedError(self._error)

    async def _wait(self) -> None:
        """Wait for ``look``, or until the next released frame is due."""
        event = self._event = self._event or OneShotEvent()
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
            self.look()  # a ``receive`` that waits must know the new alarm
        elif self.backlog.forget(item):
            self._done(item, outcome)
            if self._event is not None and self.backlog.waiting:
                self.look()

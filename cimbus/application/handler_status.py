"""What can be seen of a handler while it runs."""

from __future__ import annotations

from typing import Protocol

from cimbus.middleware.delivery import Delivery
from cimbus.middleware.frame import Frame

from .batch_workers import BatchWorkers
from .handler_progress import HandlerProgress
from .inbox import Inbox
from .keyed_workers import KeyedWorkers
from .message_reader import MessageReader
from .slow_handlers import SlowHandlers

Workers = KeyedWorkers[Delivery[Frame]] | BatchWorkers[Delivery[Frame]]


class Waits(Protocol):
    """What may have to wait: a circuit breaker."""

    waiting: str
    """Why; empty if it does not."""


class HandlerStatus:
    """What a handler waits for, and what it works on.

    Args:
        reader: decodes its messages.
        inbox: the component's, or None.
    """

    _workers: Workers

    def __init__(self, reader: MessageReader, inbox: Inbox | None) -> None:
        self._reader = reader
        self._inbox = inbox
        self._slow = SlowHandlers(reader.consumer)
        self._waits: Waits | None = None

    @property
    def waiting(self) -> str:
        """Why messages cannot be finished for a while: a store cannot be used, or the circuit is open; else empty."""
        inbox, breaker = self._inbox, self._waits
        waiting = self._reader.waiting or ("" if inbox is None else inbox.waiting)
        return waiting or ("" if breaker is None else breaker.waiting)

    @property
    def in_flight(self) -> int:
        """How many messages it has received and not settled, those in progress included."""
        return self._workers.pending

    @property
    def in_progress(self) -> int:
        """How many messages it has begun and not finished, those that wait for another attempt included."""
        return self._slow.in_progress

    @property
    def oldest(self) -> float:
        """For how many seconds it has worked on the message that it began first; 0 while it works on none."""
        return self._slow.oldest

    @property
    def progress(self) -> HandlerProgress:
        """What it works on now."""
        return HandlerProgress(*self._slow.longest_attempt, self._slow.begun, self._workers.queued, self.waiting)

    @property
    def slow(self) -> int:
        """How many messages the handler has worked on for longer than it should (``SLOW``)."""
        return self._slow.slow

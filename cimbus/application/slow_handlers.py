"""A handler that does not return is reported: with the message, the consumer, and for how long."""

from __future__ import annotations

import math
import time
from typing import Final

import anyio

from cimbus.interface.envelope import Header
from cimbus.interface.message import Message
from cimbus.middleware.safe_log import safe_logger

from .context import HandlerContext

log: Final = safe_logger("cimbus")

SLOW: Final = 60.0
"""After how many seconds a handler is reported, and how often again: longer than a slow query or a call to another
system takes, short enough for an operator to see it while it matters."""


class SlowHandlers:
    """Watches the messages that one handler is working on.

    Args:
        consumer: the handler's group.
        slow: after how many seconds a message is reported, and then again.
    """

    def __init__(self, consumer: str, slow: float = SLOW) -> None:
        self._consumer = consumer
        self._slow = slow
        self._begun: dict[HandlerContext, tuple[float, Header]] = {}
        """By the context: when it began, in seconds of ``time.monotonic()``, and the header of its message."""
        self.begun = 0
        """How many messages were begun; it only grows."""

    @property
    def slow(self) -> int:
        """How many messages have been worked on for longer than the bound."""
        now = time.monotonic()
        return sum(now - begun >= self._slow for begun, *_ in self._begun.values())

    @property
    def oldest(self) -> float:
        """For how many seconds the message has been handled that was begun first; 0 while there is none."""
        begun = next(iter(list(self._begun.values())), None)  # a copy: a scrape may run in another thread
        return 0.0 if begun is None else time.monotonic() - begun[0]

    @property
    def in_progress(self) -> int:
        """How many messages are handled now."""
        return len(self._begun)

    @property
    def longest_attempt(self) -> tuple[float, str]:
        """Since when the longest attempt runs, in seconds of ``time.monotonic()``, and which message is handled.

        Messages that wait for another attempt are left out. Infinity: nothing is handled.
        """
        running = (
            (max(begun, context.attempt_begun), _named(header))
            for context, (begun, header) in list(self._begun.items())  # a copy, as above
        )
        return min(running, default=(math.inf, ""))

    def begin(self, message: Message[object], context: HandlerContext) -> None:
        """Note that a message is handled from now on."""
        self.begun += 1
        self._begun[context] = time.monotonic(), message.header

    def end(self, context: HandlerContext) -> None:
        """Note that it is not handled any more."""
        self._begun.pop(context, None)

    async def run(self) -> None:
        """Report what takes too long, until cancelled."""
        while True:
            await anyio.sleep(self._slow)
            now = time.monotonic()
            for begun, header in list(self._begun.values()):
                if now - begun >= self._slow:
                    name, seconds = _named(header), now - begun
                    log.warning("%s: the handler has not returned for %.0f s: %s", self._consumer, seconds, name)


def _named(header: Header) -> str:
    return header.message_id or "without MessageID"

"""Each message once, for a subscription that is pulled: what a durable inbox knows does not reach the reader.

Rules: an accepted message is marked in the inbox first, and its delivery accepted when that is on disk; leaving waits
for that. A repetition that comes while the first one is in hand shares its fate: accepted with it, or given back.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from .delivery import Delivery, Outcome
from .handled import Handled

log: Final = logging.getLogger("cimbus")


class Once:
    """What one consumer has had.

    Args:
        inbox: the store, which is open as long as this is used.
        consumer: the name under which it remembers.
    """

    def __init__(self, inbox: Handled, consumer: str) -> None:
        self.repeated = 0
        """How many messages did not reach the reader, because it had them."""
        self._inbox = inbox
        self._consumer = consumer
        self._in_hand: dict[str, list[Delivery[Any]]] = {}
        """Repetitions of what is in hand, by MessageID."""

    def lets_through(self, delivery: Delivery[Any], message_id: str) -> bool:
        """Return whether a delivery is for the reader; if not, it is seen to.

        Raises:
            CimbusError: the inbox cannot be read.
        """
        if (followers := self._in_hand.get(message_id)) is not None:
            followers.append(delivery)
        elif self._inbox.knows(self._consumer, message_id):
            self.repeated += 1
            delivery.accept()
        else:
            self._in_hand[message_id] = []
            return True
        return False

    def settle(self, delivery: Delivery[Any], message_id: str, outcome: Outcome) -> None:
        """Settle what the reader has settled."""
        if outcome is Outcome.ACCEPTED:
            self._inbox.note(self._consumer, message_id, lambda error: self._marked(delivery, message_id, error))
        else:
            self._end(delivery, message_id, outcome)

    def _marked(self, delivery: Delivery[Any], message_id: str, error: Exception | None) -> None:
        if error is not None:
            log.error("%s: %s is given back: it could not be marked as handled: %s", self._consumer, message_id, error)
        self._end(delivery, message_id, Outcome.ACCEPTED if error is None else Outcome.RELEASED)

    def _end(self, delivery: Delivery[Any], message_id: str, outcome: Outcome) -> None:
        delivery.settle(outcome)
        for follower in self._in_hand.pop(message_id, ()):
            if outcome is Outcome.ACCEPTED:
                self.repeated += 1
                follower.accept()
            else:
                follower.release()

    async def flush(self) -> None:
        """Wait until everything that was accepted is marked."""
        await self._inbox.mark(self._consumer, ())

"""Deduplication for a subscription that is pulled: what the inbox knows is accepted and not handed out.

The application settles such a message whenever it likes, and may hold many at once; so a duplicate of one that is not
settled yet cannot be waited for. It is kept aside and settled like the first one: accepted with it, or released.

Rule: an accepted message is marked in the inbox first, and its delivery is accepted when the mark is on disk.
"""

from __future__ import annotations

from typing import Any, Final

import anyio

from cimbus.interface.identity import MessageIdentity
from cimbus.middleware.delivery import Delivery, Outcome
from cimbus.middleware.safe_log import safe_logger

from .inbox import Inbox

log: Final = safe_logger("cimbus")


FLUSH_TIMEOUT: Final = 5.0
"""How long leaving a subscription waits for its inbox, in seconds: as long as transports wait for their brokers."""


class Deduplicator:
    """Deduplicates for one consumer.

    Args:
        inbox: the store, which is open as long as this is used.
        consumer: the name under which it remembers.

    >>> import tempfile
    >>> async def main(folder):
    ...     async with Inbox(f"{folder}/inbox.db") as inbox:
    ...         deduplicator, message = Deduplicator(inbox, "OMS"), MessageIdentity.of("m-1", "HES", b"1")
    ...         for _ in range(2):
    ...             delivery = Delivery(message, lambda delivery, outcome: None)
    ...             print(deduplicator.is_new(delivery, message))
    ...         print(deduplicator.duplicates)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     anyio.run(main, folder)
    True
    False
    0

    Attributes:
        duplicates: how many deliveries were not handed out because their message had been handled.
    """

    def __init__(self, inbox: Inbox, consumer: str) -> None:
        self.duplicates = 0
        self._inbox = inbox
        self._consumer = consumer
        self._bodies: dict[tuple[str, str], str] = {}
        """MessageID and Source of what is unsettled -> the digest of its body."""
        self._unsettled: dict[MessageIdentity, list[Delivery[Any]]] = {}
        """What was handed out and is not settled -> the duplicates that came meanwhile."""

    def is_new(self, delivery: Delivery[Any], message: MessageIdentity) -> bool:
        """Return whether to hand a delivery out; one that is a duplicate is settled here, now or later.

        Raises:
            InboxConflictError: another message with this MessageID and Source was handled, and the inbox rejects that.
            CimbusError: the inbox cannot be read.
        """
        if (duplicates := self._unsettled.get(message)) is not None:
            duplicates.append(delivery)
        elif self._inbox.is_handled(self._consumer, message):
            self.duplicates += 1
            delivery.accept()
        else:
            if message[:2] in self._bodies:  # unsettled, so not in the inbox yet
                self._inbox.note_conflict(self._consumer, message)
            self._bodies[message[:2]] = message.digest
            self._unsettled[message] = []
            return True
        return False

    def settle(self, delivery: Delivery[Any], message: MessageIdentity, outcome: Outcome) -> None:
        """Settle what the application has settled, and its duplicates."""
        if outcome is Outcome.ACCEPTED:
            self._inbox.mark_soon(self._consumer, message, lambda error: self._marked(delivery, message, error))
        else:
            self._settle_all(delivery, message, outcome)

    def _marked(self, delivery: Delivery[Any], message: MessageIdentity, error: Exception | None) -> None:
        if error is not None:
            log.error(
                "%s: %s is released: it could not be marked as handled: %s", self._consumer, message.message_id, error
            )
        self._settle_all(delivery, message, Outcome.ACCEPTED if error is None else Outcome.RELEASED)

    def _settle_all(self, delivery: Delivery[Any], message: MessageIdentity, outcome: Outcome) -> None:
        delivery.settle(outcome)
        self._bodies.pop(message[:2], None)
        for duplicate in self._unsettled.pop(message, ()):
            if outcome is Outcome.ACCEPTED:
                self.duplicates += 1
                duplicate.accept()
            else:
                duplicate.release()

    async def flush(self) -> None:
        """Wait until everything that was accepted is marked; while the disk is full, for ``FLUSH_TIMEOUT`` only."""
        with anyio.move_on_after(FLUSH_TIMEOUT) as scope:
            await self._inbox.flush()
        if scope.cancelled_caught:
            log.warning("%s: not all that was accepted could be marked; it will be redelivered", self._consumer)

"""The outcomes of messages that came: noted, written, and what would be redelivered if the connection broke.

Rules: outcomes are noted one by one and written together, when the connection is about to write. What was written last
may not have reached the broker: if its message is redelivered on the next connection, the outcome is written again.
What was settled within a transaction never is: a transaction does not live longer than its connection.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

import msgspec

from .links import ACCEPTED, MODIFIED, ReceiverLink
from .proton_names import Handle


class UnsettledMessage(msgspec.Struct, eq=False):
    """One message that is not settled at the broker."""

    handle: Handle | None
    """None: it came on a connection that is over, or was settled."""
    message_id: object
    failures: int
    """How many deliveries had failed before this one, as the broker counts them."""
    outcome: int = 0
    """What the broker is to be told, once it is decided; 0: nothing yet."""


class Settlements:
    """The outcomes of one consumer.

    Args:
        credit: how many messages it may have unsettled.
    """

    def __init__(self, credit: int) -> None:
        self._credit = credit
        self._notes: list[UnsettledMessage] = []
        """What is to be written."""
        self._written: deque[UnsettledMessage] = deque(maxlen=credit)
        """What was last written."""
        self._owed = 0
        """How much credit the broker has not got back."""
        self._known: dict[object, UnsettledMessage] = {}
        """What may be redelivered after the connection broke, by message-id."""

    def begin(self) -> None:
        """Begin with a new connection, which gives all credit at once."""
        self._notes.clear()
        self._owed = 0

    def lost(self, held: Iterable[UnsettledMessage]) -> None:
        """End with a connection: no handle is valid any more; ``held``: what is not settled and stays here."""
        messages = [*self._written, *self._notes, *held]
        self._written.clear()
        for message in messages:
            message.handle = None
        self._known = {message.message_id: message for message in messages if message.message_id is not None}

    def redelivered(self, message_id: object, handle: Handle) -> bool:
        """Return whether a message that came is here already; an outcome that it has is noted once more."""
        if not self._known or (message := self._known.pop(message_id, None)) is None:
            return False
        message.handle = handle
        if message.outcome:
            self._notes.append(message)
        return True

    def note(self, message: UnsettledMessage, outcome: int) -> None:
        """Note an outcome."""
        message.outcome = outcome
        if message.handle is not None:
            self._notes.append(message)

    def write(self, link: ReceiverLink) -> None:
        """Write what was noted."""
        if not self._notes:
            return
        notes, self._notes = self._notes, []
        for message in notes:
            if message.outcome == MODIFIED:
                link.release(message.handle, count=True)
            else:
                link.settle(message.handle, message.outcome)
            message.handle = None
        self._written += notes
        self._owed += len(notes)

    def accept_within(self, messages: Sequence[UnsettledMessage], transaction: bytes, link: ReceiverLink) -> None:
        """Accept messages as part of a transaction."""
        for message in messages:
            link.settle(message.handle, ACCEPTED, transaction=transaction)
            message.handle = None
        self._owed += len(messages)

    def replenish(self, link: ReceiverLink) -> None:
        """Give credit back, before the broker runs out of it: half of it in one go, not one by one."""
        if self._owed and link.credit <= self._credit // 2:
            link.flow(self._owed)
            self._owed = 0

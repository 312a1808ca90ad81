"""What is to be said of messages that came, what was said, and what would come again if the connection broke.

Rules: outcomes are noted one by one and said together, when the connection is about to write. What was said last may
not have come to the broker: if its message comes again on the next connection, it is said again. What was settled
within a transaction is said again never: a transaction does not live longer than its connection.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import msgspec

from .ends import Inlet
from .native import Handle


class Mark(msgspec.Struct, eq=False):
    """One message that is not settled at the broker."""

    handle: Handle | None
    """None: it came on a connection that is over, or was settled."""
    message_id: object
    failures: int
    """How many deliveries had failed before this one, as the broker counts them."""
    outcome: int = 0
    """What is to be said of it, once it is decided."""


class Part(msgspec.Struct, eq=False):
    """What belongs to a transaction."""

    identity: bytes
    marks: list[Mark]
    lost: bool = False
    """The connection is over on which it began, so that nothing of it will have happened."""


class Ledger:
    """The outcomes of one inbox; ``credit`` is how many messages it may have unsettled.

    Attributes:
        part: the transaction of which outcomes are a part now.
    """

    def __init__(self, credit: int) -> None:
        self.part: Part | None = None
        self._credit = credit
        self._notes: list[Mark] = []
        self._said: deque[Mark] = deque(maxlen=credit)
        """What was last said outside of transactions."""
        self._owed = 0
        """How much credit the broker has not got back."""
        self._known: dict[object, Mark] = {}
        """What may come again after the connection broke, by message-id."""

    def begin(self) -> None:
        """Begin with a new connection, which gives all credit at once."""
        self._notes.clear()
        self._owed = 0

    def lost(self, held: Iterable[Mark]) -> None:
        """End with a connection: no handle is good any more; ``held``: what is not settled and stays here."""
        if self.part is not None:
            self.part.lost = True
        marks = [*self._said, *self._notes, *held]
        self._said.clear()
        for mark in marks:
            mark.handle = None
        self._known = {mark.message_id: mark for mark in marks if mark.message_id is not None}

    def again(self, message_id: object, handle: Handle) -> bool:
        """Return whether a message has come again that is here; an outcome that it has is noted once more."""
        if not self._known or (mark := self._known.pop(message_id, None)) is None:
            return False
        mark.handle = handle
        if mark.outcome:
            self._notes.append(mark)
        return True

    def note(self, mark: Mark, outcome: int) -> None:
        """Note an outcome."""
        mark.outcome = outcome
        if self.part is not None:
            self.part.marks.append(mark)
        if mark.handle is not None:
            self._notes.append(mark)

    def write(self, inlet: Inlet) -> None:
        """Say what was noted."""
        if not self._notes:
            return
        notes, self._notes = self._notes, []
        part = self.part
        for mark in notes:
            if part is None:
                inlet.settle(mark.handle, mark.outcome)
            elif part.lost:
                inlet.give_back(mark.handle, count=False)
            else:
                inlet.settle(mark.handle, mark.outcome, transaction=part.identity)
            mark.handle = None
        if part is None:
            self._said += notes
        self._owed += len(notes)

    def pay(self, inlet: Inlet) -> None:
        """Give credit back, before the broker runs out of it."""
        if self._owed and inlet.credit <= self._credit // 2:
            inlet.flow(self._owed)
            self._owed = 0

    def leave(self) -> None:
        """End with a transaction: what comes again of it is to be delivered again."""
        part, self.part = self.part, None
        if part is not None:
            for mark in part.marks:
                if self._known.get(mark.message_id) is mark:
                    del self._known[mark.message_id]

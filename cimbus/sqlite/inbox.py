"""What a consumer holds: the frames that the worker brought, and notes of how they were settled.

Two threads meet here without a lock: each attribute is written by one of them, and deques are safe to append to and to
pop from. ``# worker`` marks what the worker's thread writes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import anyio

from cimbus.delivery import Delivery, Outcome
from cimbus.errors import ClosedError
from cimbus.frame import Frame
from cimbus.transport import Inbox, Intake

from .consuming import Seat

MANY: Final = 64
"""So many notes are worth a transaction of their own; fewer wait for the next one, or a few milliseconds."""

NOBODY: Final = Seat(0, 0)

Note = tuple[int, Outcome, int]
"""(frame, outcome, attempt): settled here, not yet in the file."""


class SqliteInbox:
    """Where the frames of one intake arrive."""

    def __init__(self, intake: Intake, wake: Callable[[], None]) -> None:
        self.intake = intake
        self.seat: Seat = NOBODY  # worker
        self.taken = 0  # worker
        """How many frames were brought."""
        self.settled = 0
        """How many of them were settled."""
        self.wants = False
        """Whether a receiver waits."""
        self.arrived: deque[Delivery[Frame]] = deque()
        self.notes: deque[Note] = deque()
        self._wake = wake
        self._event: anyio.Event | None = None
        self._waiting = 0
        self._closed: str = ""
        """Why it is closed."""

    @property
    def room(self) -> int:
        """How many more frames may be brought."""
        return self.intake.credit - self.taken + self.settled

    async def receive(self) -> Sequence[Delivery[Frame]]:
        """Wait for the next batch and return it, in order, never empty.

        Raises:
            ClosedError: the inbox was closed, or the file is damaged.
        """
        while not self._closed:
            if self.arrived:
                batch: list[Delivery[Frame]] = []
                while self.arrived:
                    batch.append(self.arrived.popleft())
                return batch
            await self._wait()
        raise ClosedError(self._closed)

    async def _wait(self) -> None:
        """Ask for frames, and wait until there is something to look at."""
        event = self._event = self._event or anyio.Event()
        self.wants = True
        self._wake()
        self._waiting += 1
        try:
            await event.wait()
        finally:
            self._waiting -= 1
            if not self._waiting:
                self.wants = False

    def look(self) -> None:
        """Wake the receivers: something has arrived, or the inbox is closed."""
        self.wants = False
        if self._event is not None:
            self._event.set()
            self._event = None

    def settle(self, delivery: Delivery[Frame], outcome: Outcome) -> None:
        """Note how a delivery was settled."""
        if self._closed or not isinstance(delivery.token, int):
            return  # it has gone back to the file
        starving = self.wants and self.room <= 0
        self.notes.append((delivery.token, outcome, delivery.attempt))
        self.settled += 1
        if starving or len(self.notes) == MANY:
            self._wake()

    def close(self, reason: str = "the inbox is closed") -> None:
        """Take no more notes, and end the receivers; idempotent."""
        if not self._closed:
            self._closed = reason
            self.look()


if TYPE_CHECKING:
    _: type[Inbox] = SqliteInbox

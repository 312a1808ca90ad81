"""``SqliteConsumer``: the frames that the worker brought, and how they were settled until the worker has written it.

Two threads meet here without a lock: each attribute is written by one of them (``# worker``: the worker's thread, else
the event loop's), and deques are safe to append to at one end and to pop from at the other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

import anyio

from cimbus.errors import ClosedError
from cimbus.middleware.delivery import Delivery, Outcome
from cimbus.middleware.frame import Frame
from cimbus.middleware.transport import Consumer, SubscriptionSpec

from .claims import Membership

FLUSH_AT: Final = 64
"""So many settlements are written at once; fewer wait for the next round, FLUSH_AFTER seconds (``rounds``) at most.
Our choice: so the cost of a commit is shared, and little is redelivered if the process dies."""

NOT_JOINED: Final = Membership(0, 0)

Settlement = tuple[int, Outcome, int]
"""(frame, outcome, attempt): settled here, not yet in the file."""


class SqliteConsumer:
    """Where the frames of one subscription arrive."""

    def __init__(self, spec: SubscriptionSpec, wake: Callable[[], None]) -> None:
        self.spec = spec
        self.membership: Membership = NOT_JOINED  # worker
        self.taken = 0  # worker
        """How many frames were brought."""
        self.settled = 0
        """How many of them were settled."""
        self.wants = False
        """Whether a receiver waits."""
        self.arrived: deque[Delivery[Frame]] = deque()
        """The worker appends, receivers pop."""
        self.settlements: deque[Settlement] = deque()
        """``settle`` appends, the worker pops what it has written."""
        self._wake = wake
        self._event: anyio.Event | None = None
        self._waiting = 0
        self._closed: str = ""
        """Why it is closed."""

    @property
    def room(self) -> int:
        """How many more frames may be brought."""
        return self.spec.credit - self.taken + self.settled

    async def receive(self) -> Sequence[Delivery[Frame]]:
        """Wait for the next batch and return it, in order, never empty.

        Raises:
            ClosedError: the consumer was closed, or the file is damaged.
        """
        while True:
            self.check_open()
            if self.arrived:
                batch: list[Delivery[Frame]] = []
                while self.arrived:
                    batch.append(self.arrived.popleft())
                return batch
            await self._wait()

    def check_open(self) -> None:
        """Make sure that it is open.

        Raises:
            ClosedError: it is not; the message says why.
        """
        if self._closed:
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
        """Wake the receivers: something has arrived, or the consumer is closed."""
        self.wants = False
        if self._event is not None:
            self._event.set()
            self._event = None

    def settle(self, delivery: Delivery[Frame], outcome: Outcome) -> None:
        """Note how a delivery was settled."""
        if self._closed or not isinstance(delivery.token, int):
            return  # it has gone back to the file
        starving = self.wants and self.room <= 0
        self.settlements.append((delivery.token, outcome, delivery.attempt))
        self.settled += 1
        if starving or len(self.settlements) == FLUSH_AT:
            self._wake()

    def note_accepted(self, deliveries: Iterable[Delivery[Frame]]) -> None:
        """Note that a transaction has accepted deliveries: the file has that already."""
        for delivery in deliveries:
            if delivery.outcome is None:
                delivery.outcome = Outcome.ACCEPTED
                self.settled += 1
        if self.wants:
            self._wake()

    def close(self, reason: str = "the consumer is closed") -> None:
        """Ignore what is settled from now on, and end the receivers; idempotent."""
        if not self._closed:
            self._closed = reason
            self.look()


if TYPE_CHECKING:
    _: type[Consumer] = SqliteConsumer

"""``KafkaInbox``: the caller's half of a session; the other half (``session``) lives on asyncio.

What crosses: frames come in parcels (``deliver``), what is settled goes into ``settled``, from where the session takes
it. Both sides are told that there is something, and not again before they have looked.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Protocol

from cimbus.delivery import Delivery, Outcome
from cimbus.frame import Frame
from cimbus.net import Item, Receiver
from cimbus.transport import Intake

from .crossing import Crossing
from .shelf import Mark, Shelf

LEAST: Final = 1_000
"""So many frames may wait here, whatever the credit."""

Parcel = Sequence[tuple[Frame, Mark, int]]
"""Frames with their marks and attempts."""


class Session(Protocol):
    """What an inbox knows of its session; all of it is posted."""

    def news(self) -> None:
        """Look at what was settled."""
        ...

    def room(self) -> None:
        """Fetch again."""
        ...


class KafkaInbox:
    """Where the frames of one intake arrive."""

    def __init__(self, intake: Intake, crossing: Crossing, *, buffer: int) -> None:
        self.intake = intake
        self.settled: deque[Mark] = deque()
        """What was accepted or rejected, until the session has taken it."""
        self.told = False
        """The session was told of it."""
        self.came = 0
        """How many frames have come in all."""
        self.starved = False
        """The session waits for room."""
        self.skipped = 0
        """How many records were skipped because they are not ours to read."""
        self.session: Session | None = None
        self._crossing = crossing
        self._buffer = buffer
        self._most = max(LEAST, 2 * intake.credit)
        self._receiver: Receiver[Mark] = Receiver(intake.credit, self._done, self._left)
        self.shelf = self._receiver.backlog = Shelf(intake.credit)

    async def receive(self) -> Sequence[Delivery[Frame]]:
        """Wait for the next batch and return it, in order, never empty.

        Raises:
            ClosedError: the inbox was closed, or its subscription cannot be kept (the reason is said).
        """
        return await self._receiver.receive()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._receiver.closed

    def close(self, reason: str = "the inbox is closed") -> None:
        """End every receive, now and later."""
        self._receiver.close(reason)

    # -- told by the session --------------------------------------------------------------------------------------

    def deliver(self, parcel: Parcel) -> None:
        """Take what came."""
        put = self.shelf.put
        for frame, mark, attempt in parcel:
            put(frame, mark, attempt=attempt)
        self.came += len(parcel)
        self._receiver.look()

    def hold(self, reply: Callable[[], None]) -> None:
        """Hand nothing over; ``reply`` is posted once nothing is in hand."""
        self.shelf.hold(partial(self._crossing.post, reply))

    def thaw(self) -> None:
        """Hand over again, but nothing that is lost."""
        self.shelf.thaw()
        self._receiver.look()

    # -- read by the session, from its own thread -----------------------------------------------------------------

    def full(self, given: int) -> bool:
        """Return whether enough waits here, of so many frames that were given in all."""
        shelf = self.shelf
        return shelf.waiting + given - self.came >= self._most or shelf.size >= self._buffer

    # -- settling -------------------------------------------------------------------------------------------------

    def _left(self, items: Sequence[Item[Mark]]) -> None:
        for item in items:
            part, offset = item.mark
            if offset >= part.seen:
                part.seen = offset + 1
        shelf = self.shelf
        if self.starved and shelf.waiting <= self._most // 2 and shelf.size <= self._buffer // 2:
            self.starved = False
            if self.session is not None:
                self._crossing.post(self.session.room)

    def _done(self, item: Item[Mark], _outcome: Outcome) -> None:
        self.settled.append(item.mark)
        if not self.told:  # whoever clears it looks into the queue after that
            self.told = True
            if self.session is not None:
                self._crossing.post(self.session.news)

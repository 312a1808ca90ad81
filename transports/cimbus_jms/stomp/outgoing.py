"""Frames on their way to the broker: in groups, with one receipt for each group.

A receipt costs a broker a write to its disk, and says that it has everything before it, too. Rules:

* A group is what there is to send when there is room for another one, up to ``GROUP`` frames; at most ``GROUPS`` are on
  their way. So one frame alone goes at once, and a thousand senders of one frame each share receipts.
* A frame stays here until its group's receipt has come: each new connection begins with everything that has none, in
  order. A broker may then have it twice, never not at all.
* Where an ERROR may come later than the receipt behind it, a group is a transaction: then its COMMIT fails as well.
* STOMP does not say which frame of a group an ERROR is about, and ends the connection with it. What had no receipt then
  is suspect and goes again one by one; the one that is refused alone is the culprit, and only that. What a broker
  closes the connection over without a word is found in the same way, after some more attempts (``DOUBT``, ``PROOF``).
* Whoever waits in ``send`` may be cancelled; what was given to a connection then still goes, what was not is forgotten.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from cimbus.errors import ClosedError, SendError, TransportError
from cimbus.net import Batch
from cimbus_jms.presence import Presence
from cimbus_jms.session import Lost

from .codec import Frame
from .handler import Broken, Closed, Line
from .messages import Outgoing

GROUP: Final = 256
GROUPS: Final = 4
DOUBT: Final = 2
PROOF: Final = 5


class Flight(msgspec.Struct, eq=False):
    """One frame on its way."""

    frame: Outgoing
    batch: Batch
    place: int
    suspect: bool = False
    """The broker may have refused it: it goes alone."""
    falls: int = 0
    """How often the broker closed the connection while it was on its way."""


class Sender:
    """The handler of the sending connection.

    Args:
        window: how many frames may be on their way at once.
        atomic: whether a group has to be a transaction, for its receipt to mean what it says.
    """

    def __init__(self, window: int, atomic: Callable[[], bool] = lambda: False) -> None:
        self._atomic = atomic
        self._groups = min(GROUPS, window)
        self._group = min(GROUP, window // self._groups)
        self._waiting: deque[Flight] = deque()
        """What was given to no connection yet, in order; bounded by those who wait in ``send``."""
        self._flying: dict[str, list[Flight]] = {}
        """The groups on their way, by receipt, in order."""
        self._number = 0
        self.presence: Presence[Line] = Presence()
        self._closed: TransportError | None = None

    @property
    def in_flight(self) -> int:
        """How many frames have no receipt."""
        return sum(map(len, self._flying.values()))

    # -- sending --------------------------------------------------------------------------------------------------

    async def send(self, frames: Sequence[Outgoing | Exception]) -> list[Exception | None]:
        """Send; return when the broker has them all, with one entry each: None, or why it was refused.

        Raises:
            ClosedError: the transport was closed meanwhile.
        """
        self._check()
        batch = Batch(len(frames))
        for place, frame in enumerate(frames):
            if isinstance(frame, Exception):
                batch.settle(place, frame)
            else:
                self._waiting.append(Flight(frame, batch, place))
        self._take_off()
        results = await batch.settled()
        self._check()
        return results

    def _check(self) -> None:
        if self._closed is not None:
            raise self._closed

    def _take_off(self) -> None:
        """Give the connection what waits, as far as there is room."""
        line = self.presence.line
        while line is not None and self._waiting and self._room():
            group: list[Flight] = []
            while self._waiting and len(group) < self._group:
                flight = self._waiting.popleft()
                if flight.batch.forgotten:
                    flight.batch.settle(flight.place, None)
                    continue
                if flight.suspect and group:
                    self._waiting.appendleft(flight)
                    break
                group.append(flight)
                if flight.suspect:
                    break
            if group:
                self._write(line, group)

    def _room(self) -> bool:
        """Return whether another group may go: a suspect one goes alone."""
        if self._waiting[0].suspect:
            return not self._flying
        return len(self._flying) < self._groups and not any(group[0].suspect for group in self._flying.values())

    def _write(self, line: Line, group: list[Flight]) -> None:
        self._number = number = self._number + 1
        self._flying[str(number)] = group
        if len(group) > 1 and self._atomic():
            within = b"transaction:%d\n" % number
            line.write(b"BEGIN\n%b\n\0" % within)
            for flight in group:
                line.write(flight.frame.write(within))
            line.write(b"COMMIT\n%breceipt:%d\n\n\0" % (within, number))
            return
        for flight in group[:-1]:
            line.write(flight.frame.write())
        line.write(group[-1].frame.write(b"receipt:%d\n" % number))

    # -- the broker's side ----------------------------------------------------------------------------------------

    async def connected(self, line: Line) -> None:
        """Go on with everything that has no receipt."""
        self.presence.come(line)
        self._take_off()

    def disconnected(self, lost: Lost) -> None:
        """Take back what has no receipt."""
        self.presence.go()
        groups, self._flying = self._flying, {}
        if isinstance(lost, Broken):
            self._accuse(groups, lost)
        elif isinstance(lost, Closed):
            self._doubt(groups)
        self._waiting.extendleft(flight for group in reversed(groups.values()) for flight in reversed(group))

    def _accuse(self, groups: dict[str, list[Flight]], lost: Broken) -> None:
        """Find out what the broker refused: the only one that it can be, or each is suspect."""
        named = groups.get(lost.receipt)
        if named is None and len(groups) == 1:
            named = next(iter(groups.values()))
        if named is not None and len(named) == 1:
            (flight,) = named
            self._refuse(flight, lost.reason)
            named.clear()
        else:
            for group in groups.values():
                for flight in group:
                    flight.suspect = True

    def _doubt(self, groups: dict[str, list[Flight]]) -> None:
        """Count how often the broker went away over something; alone, it is proven in the end."""
        flights = [flight for group in groups.values() for flight in group]
        for flight in flights:
            flight.falls += 1
            flight.suspect = flight.suspect or flight.falls >= DOUBT
        if len(flights) == 1 and flights[0].falls >= PROOF:
            self._refuse(flights[0], "the broker closes the connection whenever it comes")
            groups.clear()

    def _refuse(self, flight: Flight, reason: str) -> None:
        flight.batch.settle(flight.place, SendError(f"the broker refused the frame: {reason}"))

    def messages(self, frames: Sequence[Frame]) -> None:
        """Take nothing: this connection subscribes to nothing."""

    def receipt(self, receipt: str) -> None:
        """Let a group land."""
        for flight in self._flying.pop(receipt, ()):
            flight.batch.settle(flight.place, None)
        self._take_off()

    async def leave(self, line: Line) -> None:
        """Say nothing: whoever waits has been waited for."""

    async def landed(self) -> None:
        """Wait until the broker has everything, or is away."""
        while self.presence.line is not None and (group := next(iter(self._flying.values()), None)):
            await group[-1].batch.done.wait()

    def close(self, reason: str = "the transport is not open") -> None:
        """End every ``send`` that waits, with a ``ClosedError``."""
        self._closed = ClosedError(reason)
        self.presence.close(reason)
        flights = [flight for group in self._flying.values() for flight in group]
        for flight in (*flights, *self._waiting):
            flight.batch.settle(flight.place, None)  # whoever waits finds that we are closed
        self._flying.clear()
        self._waiting.clear()

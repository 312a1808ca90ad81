"""Frames on their way to the broker: what waits for credit, and what was not answered.

Rules: a message stays with us until the broker has answered, whatever happens to connections: each new one begins with
everything that was in flight, in order, under the message-ids of before. Whoever waits in ``send`` may be cancelled;
what is in flight then still flies, and its answer is for nobody, and what still waits is forgotten.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from cimbus.errors import ClosedError, SendError, TransportError
from cimbus.net import Batch
from cimbus_jms.presence import Presence
from cimbus_jms.session import Lost, Refused

from .ends import ACCEPTED, REJECTED, Fault, Outlet
from .handler import Line
from .native import Handle

RELAY: Final = "ANONYMOUS-RELAY"
"""What a broker offers that takes messages for any address on one link."""

ROOM: Final = 16 * 1024 * 1024
"""How many bytes may be with the engine, which has copies of them; then it waits for answers, whatever the window."""


class Flight(msgspec.Struct, eq=False):
    """One message on its way."""

    data: bytes
    batch: Batch
    place: int
    flown: bool = False
    """It was given to a connection, of before perhaps."""


class Sender:
    """The handler of the sending connection."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._waiting: deque[Flight] = deque()
        """What there is no credit for, in order; bounded by those who wait in ``send``."""
        self._flying: dict[Handle, Flight] = {}
        """What was given to a connection, in order."""
        self._size = 0
        """How many bytes those have."""
        self.presence: Presence[Line] = Presence()
        self._outlet: Outlet | None = None
        self._suspect: Flight | None = None
        """What was the oldest in flight when the broker last ended the link."""
        self._closed: TransportError | None = None

    # -- sending ------------------------------------------------------------------------------------------------------

    async def send(self, messages: Sequence[bytes | Exception]) -> list[Exception | None]:
        """Send; return when the broker has them all, with one entry each: None, or why it was refused.

        Raises:
            ClosedError: the transport was closed meanwhile.
        """
        self._check()
        batch = Batch(len(messages))
        for place, message in enumerate(messages):
            if isinstance(message, Exception):
                batch.settle(place, message)
            else:
                self._waiting.append(Flight(message, batch, place))
        if self.presence.line is not None:
            self.presence.line.wake()
        results = await batch.settled()
        self._check()
        return results

    def _check(self) -> None:
        if self._closed is not None:
            raise self._closed

    # -- the connection -----------------------------------------------------------------------------------------------

    async def connected(self, line: Line) -> None:
        """Make the link, and begin with everything in flight.

        Raises:
            Refused: the broker has no relay for any address, or does not let us send.
            Lost: the connection ended meanwhile.
        """
        if RELAY not in line.engine.offered:
            raise Refused(f"the broker offers no {RELAY}, by which one link sends to any address")
        outlet = line.engine.outlet("cimbus-sender", self)
        await line.attached(outlet)
        self._waiting.extendleft(reversed(self._flying.values()))
        self._flying.clear()
        self._size = 0
        self._outlet = outlet
        self.presence.come(line)
        line.wake()

    def disconnected(self) -> None:
        """Wait for the next connection."""
        self._outlet = None
        self.presence.go()

    def look(self) -> None:
        """See whether the link is still there.

        Raises:
            Lost: the broker has ended it. If it does so twice over the same message, that one is refused.
        """
        outlet = self._outlet
        if outlet is None or outlet.fault is None:
            return
        oldest = next(iter(self._flying), None)
        if oldest is not None:
            flight = self._flying[oldest]
            if flight is self._suspect:
                self._land(oldest, SendError(f"the broker ended the link over this frame: {outlet.fault}"))
            self._suspect = flight
        raise Lost(f"the broker ended the sending link: {outlet.fault}")

    def write(self) -> None:
        """Give the engine as much of what waits as there is credit for."""
        waiting, flying, outlet = self._waiting, self._flying, self._outlet
        if not waiting or outlet is None:
            return
        room = min(outlet.credit, self._window - len(flying))
        while room > 0 and waiting and self._size < ROOM:
            flight = waiting.popleft()
            if flight.batch.forgotten and not flight.flown:
                flight.batch.settle(flight.place, None)
                continue
            if (error := too_large(flight.data, outlet)) is not None:
                flight.batch.settle(flight.place, error)
                continue
            flying[outlet.send(flight.data)] = flight
            flight.flown = True
            self._size += len(flight.data)
            room -= 1

    async def leave(self) -> None:
        """Leave nothing: closing the connection ends the link."""

    # -- the broker's side --------------------------------------------------------------------------------------------

    def credited(self) -> None:
        """Go on: the writer looks for itself."""

    def answered(self, handle: Handle, state: int, fault: Fault | None, data: Sequence[Any]) -> None:  # noqa: ARG002
        """Take one answer."""
        if state == ACCEPTED:
            self._land(handle, None)
        elif state == REJECTED:
            self._land(handle, SendError(f"the broker refused the frame: {fault or 'it gives no reason'}"))
        else:
            self._land(handle, SendError("the broker did not take the frame now; send it again later"))

    def _land(self, handle: Handle, error: SendError | None) -> None:
        flight = self._flying.pop(handle, None)
        if flight is not None:
            self._size -= len(flight.data)
            flight.batch.settle(flight.place, error)

    async def landed(self) -> None:
        """Wait until the broker has everything, or is away."""
        while self.presence.line is not None and (flight := next(iter([*self._flying.values(), *self._waiting]), None)):
            await flight.batch.done.wait()

    def close(self, reason: str = "the transport is not open") -> None:
        """End every ``send`` that waits, with a ``ClosedError``."""
        self._closed = ClosedError(reason)
        self.presence.close(reason)
        for flight in (*self._flying.values(), *self._waiting):
            flight.batch.settle(flight.place, None)  # whoever waits finds that we are closed
        self._flying.clear()
        self._waiting.clear()


def too_large(message: bytes, outlet: Outlet) -> SendError | None:
    """Return the error of a message that is larger than what a link takes."""
    limit = outlet.max_message
    if limit and len(message) > limit:
        return SendError(f"a message of {len(message)} bytes; the broker takes at most {limit}")
    return None

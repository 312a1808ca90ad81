"""Frames in flight to an AMQP broker: what waits for link credit, and what the broker has not settled.

Rule: each new connection begins with everything in flight, in order, under the message-ids of before, so that a
receiver can tell a repetition.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cimbus.errors import SendError
from cimbus.middleware.net import ConnectionLostError, InFlight, RefusedError, SendWindow, too_large

from .connection import AmqpConnection
from .links import ACCEPTED, REJECTED, ErrorCondition, SenderLink
from .proton_names import Handle

ANONYMOUS_RELAY: Final = "ANONYMOUS-RELAY"
"""What a broker offers that takes messages for any address on one link (Anonymous Terminus for Message Routing)."""
MAX_ENGINE_BYTES: Final = 16 * 1024 * 1024
"""How many bytes the engine may hold, which has copies of them; then sending waits, whatever the window. Enough to keep
a fast network busy, half the largest body by default."""


class AmqpSender(SendWindow[bytes, AmqpConnection, Handle]):
    """The user of the sending connection.

    Args:
        window: how many messages may be in flight at once.
    """

    def __init__(self, window: int) -> None:
        super().__init__(window)
        self._size = 0
        """How many bytes are in flight."""
        self._link: SenderLink | None = None
        self._suspect: InFlight[bytes] | None = None
        """What was the oldest in flight when the broker last ended the link."""

    def refusal(self, message: bytes) -> SendError | None:
        """Return the error of a message that is larger than the broker takes."""
        return too_large("a message", len(message), self.largest)

    def _fill_window(self) -> None:
        if self.current.connection is not None:
            self.current.connection.wake()  # the writer calls ``write``, for all callers of ``send`` at once

    def write(self) -> None:
        """Give the engine as much of what waits as there is credit for."""
        link = self._link
        if link is None or not self._waiting:
            return
        room = min(link.credit, self._window - len(self._unacked))
        while room > 0 and self._size < MAX_ENGINE_BYTES and (item := self._next()) is not None:
            if (error := self.refusal(item.message)) is not None:
                item.settle(error)
                continue
            self._unacked[link.send(item.message)] = item
            item.written = True
            self._size += len(item.message)
            room -= 1

    # -- the connection -----------------------------------------------------------------------------------------------

    async def connected(self, connection: AmqpConnection) -> None:
        """Make the link, and begin with everything in flight.

        Raises:
            RefusedError: the broker has no relay for any address, or does not let us send.
            ConnectionLostError: the connection ended meanwhile.
        """
        if ANONYMOUS_RELAY not in connection.engine.offered:
            raise RefusedError(f"the broker offers no {ANONYMOUS_RELAY}, by which one link sends to any address")
        link = connection.engine.sender_link("cimbus-sender", self)
        await connection.attached(link)
        self._link, self.largest = link, link.max_message
        await super().connected(connection)

    def _forget(self) -> None:
        super()._forget()
        self._size = 0

    def disconnected(self, lost: ConnectionLostError) -> None:
        """Wait for the next connection."""
        super().disconnected(lost)
        self._link = None

    def check_links(self) -> None:
        """See whether the link is still there.

        Raises:
            ConnectionLostError: the broker has ended it. If it does so twice over the same message, that is refused.
        """
        link = self._link
        if link is None or link.fault is None:
            return
        oldest = next(iter(self._unacked), None)
        if oldest is not None:
            item = self._unacked[oldest]
            if item is self._suspect:
                self._settle(oldest, SendError(f"the broker ended the link over this frame: {link.fault}"))
            self._suspect = item
        raise ConnectionLostError(f"the broker ended the sending link: {link.fault}")

    # -- the broker's answers -----------------------------------------------------------------------------------------

    def credited(self) -> None:
        """Do nothing: the writer looks at the credit before it writes."""

    def answered(self, handle: Handle, state: int, fault: ErrorCondition | None, data: Sequence[object]) -> None:  # noqa: ARG002
        """Take the outcome of one message."""
        if state == ACCEPTED:
            self._settle(handle, None)
        elif state == REJECTED:
            self._settle(handle, SendError(f"the broker refused the frame: {fault or 'it gives no reason'}"))
        else:
            self._settle(handle, SendError("the broker did not take the frame now; send it again later"))

    def _settle(self, key: Handle, error: Exception | None) -> None:
        if (item := self._unacked.get(key)) is not None:
            self._size -= len(item.message)
        super()._settle(key, error)

"""Frames in flight to a STOMP broker: in groups, with one receipt for each group (``GroupedSendWindow``).

Rules:

* Where an ERROR may come later than the receipt behind it, a group is a transaction: then its COMMIT fails as well.
* STOMP does not say which frame of a group an ERROR is about, and ends the connection with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from cimbus.errors import MessageTooLargeError, SendError
from cimbus.middleware.net import ConnectionLostError, GroupedSendWindow, InFlight

from .codec import StompFrame
from .connection import BrokerError, StompConnection
from .messages import OutgoingMessage

TOO_LARGE: Final = ("maximum data length", "maximum frame size", "larger than max allowed")
"""What ActiveMQ Classic says of a body over its wireFormat.maxDataLength (100 MB by default), and of a frame over its
wireFormat.maxFrameSize; neither names the limit (org.apache.activemq.transport.stomp)."""


class StompSender(GroupedSendWindow[OutgoingMessage, StompConnection]):
    """The user of the sending connection.

    Args:
        window: how many frames may be in flight at once.
        atomic: whether a group has to be a transaction, for its receipt to mean what it says.
    """

    def __init__(self, window: int, atomic: Callable[[], bool] = lambda: False) -> None:
        super().__init__(window)
        self._atomic = atomic

    def _write_group(self, connection: StompConnection, receipt: str, group: list[InFlight[OutgoingMessage]]) -> None:
        asked = f"receipt:{receipt}\n".encode()
        if len(group) > 1 and self._atomic():
            within = f"transaction:{receipt}\n".encode()
            connection.write(b"BEGIN\n%b\n\0" % within)
            for item in group:
                connection.write(item.message.write(within))
            connection.write(b"COMMIT\n%b%b\n\0" % (within, asked))
            return
        for item in group[:-1]:
            connection.write(item.message.write())
        connection.write(group[-1].message.write(asked))

    def received(self, frames: Sequence[StompFrame]) -> None:
        """Take receipts: every frame of an acknowledged group is sent."""
        for frame in frames:
            self._confirm(frame.headers.get("receipt-id", ""))
        self._fill_window()

    def disconnected(self, lost: ConnectionLostError) -> None:
        """Find out what the broker ended the connection over, if it did; wait for the next connection."""
        super().disconnected(lost)
        if isinstance(lost, BrokerError):
            self._find_refused(lost.receipt, lost.reason)

    def _refusal(self, reason: str) -> SendError:
        if any(text in reason.lower() for text in TOO_LARGE):
            return MessageTooLargeError(f"the broker refused the frame: {reason}; write its limit as ?max_body=BYTES")
        return super()._refusal(reason)

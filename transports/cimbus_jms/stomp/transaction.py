"""Frames that are sent all or none, and deliveries that are accepted with them, over STOMP.

What is sent, and the ACK of what is accepted, name the transaction between BEGIN and COMMIT.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from contextlib import suppress

from cimbus.errors import SendError
from cimbus.middleware.frame import Frame
from cimbus.middleware.net import ConnectionLostError, ConnectionTransaction, Item, RefusedError

from .codec import escape
from .connection import StompConnection
from .consumer import UnackedMessage
from .messages import OutgoingMessage

_numbers = itertools.count(1)


class StompTransaction(ConnectionTransaction[OutgoingMessage, UnackedMessage, StompConnection]):
    """A transaction on one connection."""

    def __init__(self, connection: StompConnection, write: Callable[[Frame], OutgoingMessage | SendError]) -> None:
        super().__init__(connection, write)
        self.name = f"tx-{next(_numbers)}"
        self._within = f"transaction:{self.name}\n".encode()

    async def begin(self) -> None:
        """Begin the transaction; an error would be the answer to COMMIT."""
        self._connection.write(b"BEGIN\n%b\n\0" % self._within)

    async def _send(self, messages: Sequence[OutgoingMessage]) -> None:
        for message in messages:
            self._connection.write(message.write(self._within))
        await self._connection.flush()

    def _accept(self, items: Sequence[Item[UnackedMessage]]) -> bool:
        if not all(item.mark.ack for item in items):
            return False
        for item in items:
            self._connection.write(b"ACK\nid:%b\n%b\n\0" % (escape(item.mark.ack).encode(), self._within))
        return True

    async def _commit(self) -> None:
        try:
            await self._connection.ask("COMMIT", (("transaction", self.name),))
        except RefusedError as exc:
            raise SendError(f"nothing of the transaction happened: {exc}") from exc

    async def roll_back(self) -> None:
        """Roll the transaction back; a lost connection does that, too."""
        with suppress(RefusedError, ConnectionLostError):
            await self._connection.ask("ABORT", (("transaction", self.name),))

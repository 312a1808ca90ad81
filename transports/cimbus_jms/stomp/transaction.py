"""Frames that are sent all or not at all, and deliveries that are accepted with them.

Rules:

* A transaction lives on one connection. If that is lost before COMMIT was answered, nothing of it has happened, unless
  it is lost while the answer is on its way: then nobody can tell, and the error says so. It is not tried again here.
* With an inbox, it is on that inbox's connection, and what is accepted there while the block lasts is part of it
  (ActiveMQ Classic). When it is given up, that connection is made anew: STOMP has no way to acknowledge a second time.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, Protocol, Self

import anyio

from cimbus.errors import SendError, TransportError
from cimbus.frame import Frame
from cimbus_jms.session import Lost, Refused

from .handler import Line
from .messages import Outgoing, Writer

PATIENCE: Final = 5.0
"""How long giving up may take, in seconds."""

_numbers = itertools.count(1)


class Accepted(Protocol):
    """Whoever's deliveries are part of a transaction."""

    def join(self, transaction: str) -> None:
        """Let what is accepted from now on be part of it."""
        ...

    def part(self, *, undo: bool) -> bool:
        """End that; ``undo``: deliver again what was accepted. Return whether anything has to be undone."""
        ...


class Transaction:
    """A transaction, which begins and ends with its block."""

    def __init__(self, line: Line, writer: Writer, inbox: Accepted | None) -> None:
        self.name = f"tx-{next(_numbers)}"
        self._line = line
        self._writer = writer
        self._inbox = inbox
        self._refused: SendError | None = None
        self._more = f"transaction:{self.name}\n".encode()

    async def send(self, frames: Sequence[Frame]) -> None:
        """Send frames as a part of it; what the broker refuses is known at the end of the block.

        Raises:
            SendError: one cannot be sent; the transaction is given up, whatever else happens.
            TransportError: the connection was lost: nothing of it has happened.
        """
        written: list[Outgoing] = []
        for frame in frames:
            found = self._writer.write(frame)
            if isinstance(found, SendError):
                self._refused = found
                raise found
            written.append(found)
        for found in written:
            self._line.write(found.write(self._more))
        try:
            await self._line.flush()
        except Lost as lost:
            raise TransportError(f"the connection was lost; nothing of the transaction has happened: {lost}") from lost

    async def __aenter__(self) -> Self:
        self._line.write(f"BEGIN\ntransaction:{self.name}\n\n\0".encode())
        if self._inbox is not None:
            self._inbox.join(self.name)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *more: object) -> None:
        if kind is not None or self._refused is not None:
            await self._give_up()
            if kind is None and self._refused is not None:
                raise self._refused
            return
        try:
            await self._line.ask("COMMIT", (("transaction", self.name),))
        except Refused as exc:
            self._undo()
            raise SendError(f"nothing of the transaction has happened: {exc}") from exc
        except Lost as lost:
            self._undo()
            raise TransportError(
                f"the connection was lost; whether the transaction has happened is not known: {lost}"
            ) from lost
        except BaseException:  # cancelled: the broker may do it or not, and so may we
            self._undo()
            raise
        if self._inbox is not None:
            self._inbox.part(undo=False)

    async def _give_up(self) -> None:
        with anyio.move_on_after(PATIENCE, shield=True):
            with suppress(Refused, Lost):
                await self._line.ask("ABORT", (("transaction", self.name),))
            self._undo()

    def _undo(self) -> None:
        if self._inbox is not None and self._inbox.part(undo=True):
            self._line.fail(Lost("a transaction was given up"))

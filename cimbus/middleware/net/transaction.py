"""The course of a transaction on one connection, whatever protocol is spoken.

Rules: a transaction is bound to one connection, the consumer's if it accepts deliveries, and is never carried over to
another one. Its deliveries are accepted at the broker right before the commit: until then a rollback needs nothing to
undo, and they are still the caller's to settle. If the connection is lost while the answer to the commit is awaited,
the outcome is not known, and the error says so.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Hashable, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from typing import Any, Final, Generic, TypeVar

import anyio

from cimbus.errors import SendError, TransportError
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.frame import Frame

from .connected_consumer import ConnectedConsumer
from .connection_user import Connection
from .errors import ConnectionLostError
from .redelivery import Item
from .sender import SendWindow

ROLLBACK_TIMEOUT: Final = 5.0
"""How long a rollback may take, in seconds: as long as leaving a transport's block. The broker rolls back by itself
when the connection ends."""

M = TypeVar("M")
MarkT = TypeVar("MarkT")
C = TypeVar("C", bound=Connection)
K = TypeVar("K", bound=Hashable)


class ConnectionTransaction(Generic[M, MarkT, C]):
    """An open transaction over ``M`` messages and marks ``MarkT`` of deliveries; a protocol adds what is written.

    Args:
        connection: the sender's, or that of the consumer whose deliveries are accepted.
        write: makes a message of a frame, or says why that cannot be done.

    Attributes:
        refused: why it will be rolled back, whatever else happens.

    >>> class Printed(ConnectionTransaction):
    ...     async def begin(self): print("begin")
    ...     async def _send(self, messages): print("send", *messages)
    ...     def _accept(self, items): return True
    ...     async def _commit(self): print("commit")
    ...     async def roll_back(self): print("roll back")
    >>> from types import SimpleNamespace
    >>> from cimbus import Topic
    >>> frame = Frame(topic=Topic("production", "events", "EndDeviceEvents", "created"), body=b"one")
    >>> async def main():
    ...     transaction = Printed(SimpleNamespace(lost=None), write=lambda frame: frame.body.decode())
    ...     await transaction.send([frame])
    ...     await transaction.commit([])
    >>> anyio.run(main)
    send one
    commit
    """

    def __init__(self, connection: C, write: Callable[[Frame], M | SendError]) -> None:
        self.refused: SendError | None = None
        self._connection = connection
        self._write_frame = write

    async def send(self, frames: Sequence[Frame]) -> None:
        """Send frames as part of the transaction.

        Raises:
            SendError: one is refused; the transaction is rolled back when its block ends.
            TransportError: the connection was lost; nothing of the transaction happens.
        """
        try:
            messages: list[M] = []
            for frame in frames:
                message = self._write_frame(frame)
                if isinstance(message, SendError):
                    raise message
                messages.append(message)
            await self._send(messages)
        except SendError as exc:
            self.refused = exc
            raise
        except ConnectionLostError as exc:
            raise TransportError(f"the connection was lost, the transaction is rolled back: {exc}") from exc

    async def commit(self, items: Sequence[Item[MarkT]]) -> None:
        """Accept deliveries as part of the transaction, and commit it.

        Raises:
            SendError: nothing happened, because a frame was refused.
            TransportError: the broker did not commit, or the connection was lost (the message says what is known).
        """
        if not self._accept(items):
            await self.roll_back()
            raise TransportError(
                "the transaction is rolled back: a delivery came on a connection that is lost, and was not redelivered "
                "on this one; accept it without a transaction, or release it"
            )
        try:
            await self._commit()
        except ConnectionLostError as exc:
            raise TransportError(
                f"the connection was lost; whether the transaction happened is not known: {exc}"
            ) from exc
        except BaseException:
            # refused, or cancelled and the outcome is not known: the broker takes no second acknowledgement of these
            # deliveries on this connection; on a new one they are redelivered, or gone
            if items:
                self._connection.fail(ConnectionLostError("a commit did not succeed"))
            raise

    # -- what a protocol adds -----------------------------------------------------------------------------------------

    async def begin(self) -> None:
        """Begin the transaction at the broker.

        Raises:
            TransportError: that failed.
        """
        raise NotImplementedError

    async def _send(self, messages: Sequence[M]) -> None:
        """Send messages as part of the transaction.

        Raises:
            SendError: one is refused.
            ConnectionLostError: the connection was lost.
        """
        raise NotImplementedError

    def _accept(self, items: Sequence[Item[MarkT]]) -> bool:
        """Write that deliveries are accepted; return False, and write nothing, if one came on another connection."""
        raise NotImplementedError

    async def _commit(self) -> None:
        """Commit.

        Raises:
            SendError: nothing happened, because a frame was refused.
            TransportError: the broker did not commit.
            ConnectionLostError: the connection was lost while the answer was awaited.
        """
        raise NotImplementedError

    async def roll_back(self) -> None:
        """Roll the transaction back; a lost connection does that, too."""
        raise NotImplementedError


T = TypeVar("T", bound=ConnectionTransaction[Any, Any, Any])  # Any: whatever it sends and accepts


@asynccontextmanager
async def transacted(
    make: Callable[[C], T],
    sender: SendWindow[M, C, K],
    consumer: ConnectedConsumer[MarkT, C] | None,
    deliveries: Sequence[Delivery[Frame]],
) -> AsyncGenerator[T]:
    """Return the block of a transaction: committed at its end, rolled back if it raises.

    Args:
        make: makes the transaction on the connection that it is given.
        sender: whose connection is used where there is no consumer.
        consumer: whose connection is used, and whose ``deliveries`` are accepted with the commit.

    Raises:
        UsageError: a delivery is settled, came from another consumer, or is part of a transaction already.
        ClosedError: the sender or the consumer is closed.
        SendError: a frame was refused; nothing happened.
        TransportError: the connection was lost, or the broker did not begin or commit.

    >>> class Printed(ConnectionTransaction):
    ...     async def begin(self): print("begin")
    ...     async def _send(self, messages): print("send", *messages)
    ...     def _accept(self, items): return True
    ...     async def _commit(self): print("commit")
    ...     async def roll_back(self): print("roll back")
    >>> from types import SimpleNamespace
    >>> async def main():
    ...     sender = SendWindow(window=10)
    ...     sender.current.set(SimpleNamespace(lost=None))
    ...     async with transacted(lambda connection: Printed(connection, write=str), sender, None, []) as transaction:
    ...         await transaction.send([])
    >>> anyio.run(main)
    begin
    send
    commit
    """
    reserved: AbstractContextManager[list[Item[MarkT]]] = (
        nullcontext([]) if consumer is None else consumer.reserved(deliveries)
    )
    with reserved as items:
        transaction = make(await (sender if consumer is None else consumer).current.wait())
        try:
            await transaction.begin()
            yield transaction
            _check(transaction, consumer, deliveries)
        except BaseException:
            with anyio.move_on_after(ROLLBACK_TIMEOUT, shield=True):
                await transaction.roll_back()
            raise
        await transaction.commit(items)
        if consumer is not None:
            consumer.committed(deliveries)


def _check(
    transaction: ConnectionTransaction[M, MarkT, C],
    consumer: ConnectedConsumer[MarkT, C] | None,
    deliveries: Sequence[Delivery[Frame]],
) -> None:
    """Check that nothing was refused, and that the deliveries are still unsettled."""
    if transaction.refused is not None:
        raise transaction.refused
    if consumer is not None:
        consumer.check_unsettled(deliveries)

"""``SqliteTransaction``: frames that are sent and deliveries that are accepted, in one transaction of SQLite.

Frames are kept until the block ends; then the worker writes them and removes the rows of the deliveries, all or none.
A caller that is cancelled while it does so does not know whether it happened.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from cimbus.errors import SendError, UsageError
from cimbus.middleware.buffered_transaction import BufferedTransaction
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.frame import Frame
from cimbus.middleware.transport import Transaction

from .consumer import SqliteConsumer
from .worker import CommitJob


class SqliteTransaction(BufferedTransaction):
    """An open transaction.

    Args:
        ask: has a job done by the worker.
        check: returns a frame as it is to be written, or why it is refused.
        consumer: where the deliveries came from.
        deliveries: to accept with the commit.

    Raises:
        UsageError: one of the deliveries is settled.
        ClosedError: the consumer is closed.

    >>> import anyio, tempfile
    >>> from cimbus import Frame, Topic
    >>> from cimbus.middleware.discovery import open_transport
    >>> frame = Frame(topic=Topic("production", "events", "EndDeviceEvents", "created"), body=b"")
    >>> async def main(folder):
    ...     async with open_transport(f"sqlite:///{folder}/bus.db") as transport:
    ...         async with transport.transaction() as transaction:
    ...             await transaction.send([frame])
    ...             print(type(transaction).__name__)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     anyio.run(main, folder)
    SqliteTransaction
    """

    def __init__(
        self,
        ask: Callable[[CommitJob], Awaitable[None]],
        check: Callable[[Frame], Frame | SendError],
        consumer: SqliteConsumer | None,
        deliveries: Sequence[Delivery[Frame]],
    ) -> None:
        super().__init__(check)
        self._ask = ask
        self._consumer = consumer
        self._deliveries = deliveries
        self._accepted()

    async def commit(self) -> None:
        """Write everything.

        Raises:
            SendError: a frame was refused, or the file is full; nothing happened.
            UsageError: a delivery was settled meanwhile, or is not of the consumer; nothing happened.
            ClosedError: the transport or the consumer was closed; nothing happened.
            TransportError: the file is locked by another process; nothing happened.
        """
        await self._ask(CommitJob(self.frames_to_commit(), self._consumer, self._accepted()))
        if self._consumer is not None:
            self._consumer.note_accepted(self._deliveries)

    def _accepted(self) -> list[int]:
        """Return the numbers of the frames to accept."""
        if not self._deliveries:
            return []
        if self._consumer is None:
            raise UsageError("a transaction with deliveries needs the consumer that they came from")
        self._consumer.check_open()
        if any(delivery.outcome is not None for delivery in self._deliveries):
            raise UsageError("a transaction accepts unsettled deliveries; one of these is settled")
        return [delivery.token for delivery in self._deliveries if isinstance(delivery.token, int)]


if TYPE_CHECKING:
    _: type[Transaction] = SqliteTransaction

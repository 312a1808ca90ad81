"""``Transaction``: frames that are sent, and deliveries that are settled, both or neither.

::

    async with transport.transaction(inbox, deliveries) as transaction:
        await transaction.send(frames)

Rules: when the block ends, the deliveries are accepted and the frames can be seen by whoever reads with
``?isolation=read_committed``; when it raises or is cancelled, nothing is. The deliveries are of one partition, such as
all those of one key, and nothing that came before them there is unsettled.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import cast

import anyio

from cimbus.delivery import Delivery
from cimbus.errors import SendError, UsageError
from cimbus.frame import Frame
from cimbus.net import Item

from .crossing import Crossing, run
from .grouped import Grouped
from .records import Writer
from .scribes import Work
from .shelf import Mark


class Transaction:
    """An open transaction."""

    def __init__(self, crossing: Crossing, work: Work, writer: Writer, most: int) -> None:
        self._crossing = crossing
        self._work = work
        self._writer = writer
        self._most = most

    async def send(self, frames: Sequence[Frame]) -> None:
        """Send frames, to be seen when the transaction is committed.

        Raises:
            SendError: one of them is refused; none of this call's may be relied on, so let the block end with it.
            TransportError: the brokers failed; the same.
        """
        try:
            records = [self._writer.write(frame) for frame in frames]
        except ValueError as exc:
            raise SendError(str(exc)) from exc
        for record in records:
            if record.size > self._most:
                raise SendError(f"a record of {record.size} bytes; the option max_message is {self._most}")
        await run(self._crossing, lambda: self._work.send(records))


@asynccontextmanager
async def open_transaction(
    crossing: Crossing, session: Grouped, deliveries: Sequence[Delivery[Frame]], writer: Writer, most: int
) -> AsyncGenerator[Transaction]:
    """Open a transaction that settles deliveries.

    Raises:
        UsageError: there are none, they are settled, not of one partition, or not the next ones of it.
        TransportError: it failed, or the partition went to another member; the deliveries come again.
    """
    marks = [cast("Item[Mark]", delivery.token).mark for delivery in deliveries]
    if len({part for part, _ in marks}) != 1 or any(delivery.outcome is not None for delivery in deliveries):
        raise UsageError("a transaction settles unsettled deliveries of one partition, such as those of one key")
    work = Work(session, marks[0][0], {offset for _, offset in marks})
    await run(crossing, work.begin)
    try:
        yield Transaction(crossing, work, writer, most)
        await run(crossing, work.commit)
    except BaseException:
        with anyio.CancelScope(shield=True):
            await run(crossing, work.abort)
        raise
    for delivery in deliveries:
        delivery.accept()

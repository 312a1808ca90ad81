"""Readings of an open subscription."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from typing import Any, Self

from cimbus.interface.message import Message
from cimbus.middleware.delivery import Delivery

from .row import ReadingRow
from .sources import rows
from .table import ReadingTable

Deliveries = AsyncIterator[Delivery[Message[Any]]]
"""What ``bus.subscribe(MeterReadings)`` is within ``async with``."""


class ReadingStream:
    """The readings of a subscription, for ``async for``.

    A message is accepted when the reading behind its last one is asked for, and released when the loop ends before: it
    is then redelivered. A message without readings is released, and its ``TypeError`` raised.

    >>> import anyio
    >>> from decimal import Decimal
    >>> from cimbus import Bus
    >>> from cimbus.nouns import MeterReading, MeterReadings, Reading, Reference
    >>> volt = Reading(value=Decimal(230), ReadingType=Reference(ref="0.0.0.6.0.1.54.0.0.0.0.0.0.0.0.0.29.0"))
    >>> async def main():
    ...     async with Bus("memory:") as bus, bus.subscribe(MeterReadings) as subscription:
    ...         await bus.publish(MeterReadings(MeterReading=[MeterReading(Readings=[volt])]))
    ...         async with ReadingStream(subscription) as readings:
    ...             async for row in readings:
    ...                 print(row.value, row.unit)
    ...                 break
    >>> anyio.run(main)
    230 V
    """

    def __init__(self, subscription: Deliveries) -> None:
        self._subscription = subscription
        self._delivery: Delivery[Message[Any]] | None = None
        self._ready: deque[ReadingRow] = deque()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        if self._delivery is not None:
            self._delivery.release()
            self._delivery = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ReadingRow:
        while not self._ready:
            if self._delivery is not None:
                self._delivery.accept()
                self._delivery = None
            self._delivery = await anext(self._subscription)
            try:
                self._ready.extend(rows(self._delivery.value))
            except TypeError:
                self._delivery.release()
                self._delivery = None
                raise
        return self._ready.popleft()


async def collect(subscription: Deliveries, *, messages: int, into: ReadingTable | None = None) -> ReadingTable:
    """Receive messages of a subscription into a table; each is accepted when the table has its readings.

    Args:
        subscription: an open one.
        messages: how many; fewer if the subscription ends.
        into: a table to add to; by default a new one.

    Raises:
        TypeError: a message has no readings; it is released.

    >>> import anyio
    >>> from cimbus import Bus
    >>> from cimbus.nouns import MeterReadings
    >>> async def main():
    ...     async with Bus("memory:") as bus, bus.subscribe(MeterReadings) as subscription:
    ...         await bus.publish(MeterReadings())
    ...         print(len(await collect(subscription, messages=1)))
    >>> anyio.run(main)
    0
    """
    table = ReadingTable() if into is None else into
    for _ in range(messages):
        delivery = await anext(subscription, None)
        if delivery is None:
            break
        async with delivery as message:
            _ = table.add_rows(list(rows(message)))
    return table

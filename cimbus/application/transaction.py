"""What is published in a transaction is received when its block ends, all of it or nothing."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar, Unpack, overload

from cimbus.errors import UnsupportedError
from cimbus.interface.element import XmlElement
from cimbus.interface.header_fields import PublishOptions
from cimbus.interface.message import Message
from cimbus.interface.model import Cim
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.transport import Transaction, Transactional

from .publisher import Publisher
from .subscription import Subscription

N = TypeVar("N", bound=Cim | XmlElement)
M = TypeVar("M")


class BusTransaction:
    """An open transaction of ``Bus.transaction``."""

    def __init__(self, transaction: Transaction, publisher: Publisher) -> None:
        self._transaction = transaction
        self._publisher = publisher

    @overload
    async def publish(self, payload: Message[M], **options: Unpack[PublishOptions]) -> Message[M]: ...
    @overload
    async def publish(self, payload: N, **options: Unpack[PublishOptions]) -> Message[N]: ...
    async def publish(self, payload: Any, **options: Unpack[PublishOptions]) -> Message[Any]:
        """Publish as part of the transaction, with the arguments of ``Bus.publish``; return the stamped message.

        Raises:
            EncodeError: the message cannot be written.
            SendError: it is refused; the transaction is rolled back when its block ends.
        """
        message, frame = self._publisher.prepared(payload, **options)
        await self._transaction.send(await self._publisher.large.stored((frame,)))
        return message


@asynccontextmanager
async def open_transaction(
    publisher: Publisher, subscription: Subscription[Any] | None, deliveries: Sequence[Delivery[Message[Any]]]
) -> AsyncGenerator[BusTransaction]:
    """Open a transaction; see ``Bus.transaction``."""
    transport = publisher.transport
    if not transport.traits.transactions or not isinstance(transport, Transactional):
        raise UnsupportedError(f"{type(transport).__name__} has no transactions on this middleware")
    consumer, frames = subscription.in_transaction(deliveries) if subscription else (None, [])
    async with transport.transaction(consumer, frames) as transaction:
        yield BusTransaction(transaction, publisher)
    for delivery in deliveries:
        delivery.accept()  # the transport has done it; this lets the subscription's inbox know

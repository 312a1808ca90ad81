"""The contract, part seven: deliveries that are accepted with the commit of a transaction, or stay unsettled."""
# ruff: noqa: S101  (this is a test suite, shipped)

from __future__ import annotations

import anyio
import pytest

from cimbus.errors import ClosedError, UsageError
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.frame import Frame
from cimbus.middleware.transport import Consumer, Transport

from .support import bodies, collect, numbers, promise, sent
from .transacting import OUTPUT, TransactingContract, receives_soon, transactional


class CommittingContract(TransactingContract):
    """What transactions of frames and deliveries promise."""

    @promise
    async def test_deliveries_are_accepted_with_the_commit(self) -> None:
        """They are settled then, and are not redelivered, not to the next consumer either."""
        await self.needs("transactional_settlement", "durable")
        spec = self.spec("committed", durable=True)
        async with self.reader() as output, self.transport() as transport:
            async with transport.listen(spec) as consumer:
                deliveries = await self._deliver(transport, consumer, 3)
                async with transactional(transport).transaction(consumer, deliveries) as transaction:
                    await transaction.send(self.output(2))
                    assert not await receives_soon(output)
                assert all(not delivery.release() for delivery in deliveries)
                assert bodies(await collect(output, 2)) == numbers(2)
                await self._only_the_next(transport, consumer, b"next")
            async with transport.listen(spec) as consumer:
                await self._only_the_next(transport, consumer, b"and the next")

    @promise
    async def test_one_transaction_after_the_other_accepts_everything_once(self) -> None:
        """The loop of a component that answers each of its messages."""
        await self.needs("transactional_settlement", "durable")
        spec = self.spec("each", durable=True)
        async with self.reader() as output, self.transport() as transport:
            async with transport.listen(spec) as consumer:
                for delivery in await self._deliver(transport, consumer, 10):
                    async with transactional(transport).transaction(consumer, [delivery]) as transaction:
                        await transaction.send([self.frame(body=delivery.value.body, noun=OUTPUT)])
            async with transport.listen(spec) as consumer:
                await self._only_the_next(transport, consumer, b"next")
            assert bodies(await collect(output, 10)) == numbers(10)

    @promise
    async def test_deliveries_of_a_transaction_that_is_rolled_back_are_not_settled(self) -> None:
        """Neither by a block that raises nor by one that is cancelled: the next consumer has them, in order."""
        await self.needs("transactional_settlement", "durable")
        for how in ("raises", "cancelled"):
            spec = self.spec(how, durable=True)
            async with self.reader() as output, self.transport() as transport:
                async with transport.listen(spec) as consumer:
                    deliveries = await self._deliver(transport, consumer, 3)
                    await self.roll_back(transport, consumer, deliveries, how)
                async with transport.listen(spec) as consumer:
                    assert bodies(await collect(consumer, 3)) == numbers(3)
                await self.nothing_came(transport, output)

    @promise
    async def test_deliveries_of_a_transaction_that_was_rolled_back_can_be_committed(self) -> None:
        """The same ones where they are still unsettled, else those that are redelivered."""
        await self.needs("transactional_settlement", "durable")
        spec = self.spec("retried", durable=True)
        async with self.reader() as output, self.transport() as transport:
            async with transport.listen(spec) as consumer:
                deliveries = await self._deliver(transport, consumer, 2)
                await self.roll_back(transport, consumer, deliveries, "raises")
                again: list[Delivery[Frame]] = []
                with anyio.move_on_after(1.0):  # a middleware that redelivers does so by itself
                    again += await consumer.receive()
                if again:
                    deliveries = again + await collect(consumer, 2 - len(again), accept=False)
                async with transactional(transport).transaction(consumer, deliveries) as transaction:
                    await transaction.send(self.output(1))
                assert bodies(await collect(output, 1)) == numbers(1)
            async with transport.listen(spec) as consumer:
                await self._only_the_next(transport, consumer, b"next")

    @promise
    async def test_a_delivery_that_is_settled_is_refused_in_a_transaction(self) -> None:
        """It would be settled twice, and what is sent with it would not be all or none."""
        await self.needs("transactional_settlement", "durable")
        async with self.reader() as output, self.transport() as transport:
            async with transport.listen(self.spec("twice", durable=True)) as consumer:
                (delivery,) = await self._deliver(transport, consumer, 1)
                delivery.accept()
                with pytest.raises(UsageError):
                    async with transactional(transport).transaction(consumer, [delivery]) as transaction:
                        await transaction.send(self.output(1))
            await self.nothing_came(transport, output)

    @promise
    async def test_a_consumer_that_is_closed_is_refused_in_a_transaction(self) -> None:
        """Its deliveries are released: they may be at another consumer already."""
        await self.needs("transactional_settlement", "durable")
        spec = self.spec("closed", durable=True)
        async with self.transport() as transport:
            async with transport.listen(spec) as consumer:
                deliveries = await self._deliver(transport, consumer, 1)
            with pytest.raises(ClosedError):
                async with transactional(transport).transaction(consumer, deliveries):
                    pass
            async with transport.listen(spec) as consumer:
                assert bodies(await collect(consumer, 1)) == numbers(1)

    async def _deliver(self, transport: Transport, consumer: Consumer, count: int) -> list[Delivery[Frame]]:
        """Send frames of one key, and return their deliveries, unsettled."""
        await sent(transport, self.frames(count))
        return await collect(consumer, count, accept=False)

    async def _only_the_next(self, transport: Transport, consumer: Consumer, body: bytes) -> None:
        """Send one more frame of the same key: nothing that was accepted may arrive before it."""
        await sent(transport, [self.frame(body=body)])
        assert bodies(await collect(consumer, 1)) == [body]

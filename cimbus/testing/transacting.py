"""The contract, part six: transactions. Their frames are received all or none."""
# ruff: noqa: S101  (this is a test suite, shipped)

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress

import anyio
import pytest

from cimbus.errors import ClosedError, SendError, UnsupportedError
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.frame import Frame
from cimbus.middleware.transport import Consumer, Transactional, Transport

from .support import ContractSupport, bodies, collect, numbers, promise, sent

OUTPUT = "MeterReadings"
"""The noun of what a transaction sends; its deliveries have the other one."""


class TransactingContract(ContractSupport):
    """What transactions of frames promise."""

    @promise
    async def test_the_frames_of_a_transaction_are_received_when_its_block_has_ended(self) -> None:
        """All of them, and none before."""
        await self.needs("transactions")
        async with self.reader() as output, self.transport() as transport:
            async with transactional(transport).transaction() as transaction:
                await transaction.send(self.output(2))
                await transaction.send([self.frame("k", b"2", noun=OUTPUT)])
                assert not await receives_soon(output)
            assert bodies(await collect(output, 3)) == numbers(3)

    @promise
    async def test_a_transaction_may_send_nothing(self) -> None:
        """Neither does the next one suffer from it."""
        await self.needs("transactions")
        async with self.reader() as output, self.transport() as transport:
            async with transactional(transport).transaction():
                pass
            async with transactional(transport).transaction() as transaction:
                await transaction.send([])
            async with transactional(transport).transaction() as transaction:
                await transaction.send(self.output(1))
            assert bodies(await collect(output, 1)) == numbers(1)

    @promise
    async def test_the_frames_of_a_block_that_raises_are_never_received(self) -> None:
        """What is sent after it arrives first."""
        await self.needs("transactions")
        async with self.reader() as output, self.transport() as transport:
            await self.roll_back(transport, None, (), "raises")
            await self.nothing_came(transport, output)

    @promise
    async def test_the_frames_of_a_block_that_is_cancelled_are_never_received(self) -> None:
        """A cancelled block has not ended."""
        await self.needs("transactions")
        async with self.reader() as output, self.transport() as transport:
            await self.roll_back(transport, None, (), "cancelled")
            await self.nothing_came(transport, output)

    @promise
    async def test_a_refused_frame_takes_the_others_with_it(self) -> None:
        """``send`` raises, and so the block does."""
        await self.needs("transactions")
        async with self.reader() as output, self.transport() as transport:
            large = self.frame(body=bytes(transport.traits.max_body + 1), noun=OUTPUT)
            with pytest.raises(SendError):
                await self._send_in_transaction(transport, [self.output(1), [large]])
            await self.nothing_came(transport, output)

    @promise
    async def test_the_frames_of_a_key_keep_their_order_in_transactions(self) -> None:
        """Within one transaction, and from one to the next."""
        await self.needs("transactions")
        keys = ("a", "b", "c")
        async with self.reader() as output, self.transport() as transport:
            for start in range(0, 30, 10):
                async with transactional(transport).transaction() as transaction:
                    for number in range(start, start + 10):
                        await transaction.send([self.frame(key, b"%d" % number, noun=OUTPUT) for key in keys])
            found = await collect(output, 30 * len(keys))
        for key in keys:
            assert bodies(delivery for delivery in found if delivery.value.topic.key == key) == numbers(30)

    @promise
    async def test_a_transport_that_is_closed_begins_no_transaction(self) -> None:
        """Neither before nor after its block."""
        await self.needs("transactions")
        transport = self.transport()
        async with transport:
            pass
        with pytest.raises(ClosedError):
            async with transactional(transport).transaction():
                pass

    @promise
    async def test_transactions_that_are_not_promised_are_refused(self) -> None:
        """Rather than done in two steps."""
        transport = self.transport()
        traits = transport.traits
        if traits.transactional_settlement:
            pytest.skip("all promised")
        if not isinstance(transport, Transactional):
            assert not traits.transactions
            return
        async with transport, transport.listen(self.spec()) as consumer:
            await sent(transport, self.frames(1))
            deliveries = await collect(consumer, 1, accept=False)
            with pytest.raises(UnsupportedError):
                async with transactional(transport).transaction(consumer, deliveries):
                    pass
            if not traits.transactions:
                with pytest.raises(UnsupportedError):
                    async with transactional(transport).transaction():
                        pass

    # -- for these tests ------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def reader(self) -> AsyncGenerator[Consumer]:
        """Return the block of a consumer of what transactions send, which receives only what was committed."""
        async with self.committed_transport() as transport, transport.listen(self.spec(noun=OUTPUT)) as output:
            yield output

    def output(self, count: int) -> list[Frame]:
        """Make frames of the output's noun, whose bodies count from 0."""
        return [self.frame(body=body, noun=OUTPUT) for body in numbers(count)]

    async def roll_back(
        self, transport: Transport, consumer: Consumer | None, deliveries: Sequence[Delivery[Frame]], how: str
    ) -> None:
        """Send in a transaction whose block raises or is cancelled."""
        with anyio.CancelScope() as scope, suppress(LookupError):
            async with transactional(transport).transaction(consumer, deliveries) as transaction:
                await transaction.send(self.output(2))
                if how == "raises":
                    raise LookupError
                scope.cancel()
                await anyio.sleep_forever()
            pytest.fail("the block has ended as if it had succeeded")
        assert scope.cancelled_caught == (how == "cancelled")

    async def _send_in_transaction(self, transport: Transport, calls: Sequence[Sequence[Frame]]) -> None:
        async with transactional(transport).transaction() as transaction:
            for frames in calls:
                await transaction.send(frames)

    async def nothing_came(self, transport: Transport, output: Consumer) -> None:
        """Send one more frame of the same key: nothing that was sent before may arrive."""
        await sent(transport, [self.frame(body=b"afterwards", noun=OUTPUT)])
        assert bodies(await collect(output, 1)) == [b"afterwards"]


def transactional(transport: Transport) -> Transactional:
    """Return a transport as one with transactions."""
    assert isinstance(transport, Transactional), "traits promise transactions, and there is no method for them"
    return transport


async def receives_soon(consumer: Consumer) -> bool:
    """Return whether something arrives within a moment."""
    with anyio.move_on_after(0.2):
        await consumer.receive()
        return True
    return False

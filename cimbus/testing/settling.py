"""The contract, part three: what settling means. Nothing counts as handled until it is accepted or rejected."""
# ruff: noqa: S101  (this is a test suite, shipped)

from __future__ import annotations

import anyio
import pytest

from cimbus.middleware.delivery import Delivery
from cimbus.middleware.frame import Frame

from .support import ContractSupport, bodies, collect, numbers, promise, sent


class SettlingContract(ContractSupport):
    """What settling means."""

    @promise
    async def test_what_is_not_settled_is_delivered_again(self) -> None:
        """To the next consumer of a durable group, in order."""
        await self.needs("durable")
        spec = self.spec("again", durable=True)
        async with self.transport() as transport:
            async with transport.listen(spec) as consumer:
                await sent(transport, self.frames(5))
                first = await collect(consumer, 5, accept=False)
            async with transport.listen(spec) as consumer:
                second = await collect(consumer, 5)
        assert bodies(first) == bodies(second) == numbers(5)
        assert [delivery.attempt for delivery in first] == [1] * 5
        assert all(delivery.attempt > 1 for delivery in second)

    @promise
    async def test_cancellation_settles_nothing(self) -> None:
        """A handler that is cancelled has not failed: its frame is redelivered."""
        await self.needs("durable")
        spec = self.spec("cancelled", durable=True)
        async with self.transport() as transport:
            async with transport.listen(spec) as consumer:
                await sent(transport, self.frames(1))
                (delivery,) = await collect(consumer, 1, accept=False)
                async with anyio.create_task_group() as tasks:
                    started = anyio.Event()
                    tasks.start_soon(self._handle_until_cancelled, delivery, started)
                    await started.wait()
                    tasks.cancel_scope.cancel()
                assert delivery.outcome is None
            async with transport.listen(spec) as consumer:
                assert bodies(await collect(consumer, 1)) == numbers(1)

    async def _handle_until_cancelled(self, delivery: Delivery[Frame], started: anyio.Event) -> None:
        async with delivery:
            started.set()
            await anyio.sleep_forever()

    @promise
    async def test_what_was_settled_is_never_redelivered(self) -> None:
        """Accepted or rejected, also when the block is left at once; the first outcome counts."""
        await self.needs("durable")
        spec = self.spec("settled", durable=True)
        async with self.transport() as transport:
            async with transport.listen(spec) as consumer:
                await sent(transport, self.frames(4))
                one, two, three, four = await collect(consumer, 4, accept=False)
                assert one.accept()
                assert not one.release()
                assert two.reject()
                assert not two.release()
                assert not two.accept()
                assert three.accept()
                assert four.reject()
            async with transport.listen(spec) as consumer:
                await sent(transport, [self.frame(body=b"next")])
                assert bodies(await collect(consumer, 1)) == [b"next"]

    @promise
    async def test_settling_after_the_end_is_harmless(self) -> None:
        """The frame was released when the block ended; settling it later is ignored."""
        await self.needs("durable")
        spec = self.spec("late", durable=True)
        async with self.transport() as transport:
            async with transport.listen(spec) as consumer:
                await sent(transport, self.frames(1))
                (late,) = await collect(consumer, 1, accept=False)
            late.accept()
            async with transport.listen(spec) as consumer:
                assert bodies(await collect(consumer, 1)) == numbers(1)

    @promise
    async def test_a_released_frame_is_redelivered_before_the_later_ones_of_its_key(self) -> None:
        """By itself, while the consumer stays open."""
        await self.needs("redelivers")
        for group in ("", "released") if self.transport().traits.groups else ("",):
            async with self.transport() as transport, transport.listen(self.spec(group, credit=1)) as consumer:
                await sent(transport, self.frames(3))
                order: list[bytes] = []
                for release in (True, True, False, True, False, False):
                    (delivery,) = await consumer.receive()
                    order.append(delivery.value.body)
                    if release:
                        delivery.release()
                    else:
                        delivery.accept()
            assert order == [b"0", b"0", b"0", b"1", b"1", b"2"]

    @promise
    async def test_a_handler_that_raises_releases(self) -> None:
        """Its frame is redelivered."""
        await self.needs("redelivers")
        async with self.transport() as transport, transport.listen(self.spec()) as consumer:
            await sent(transport, self.frames(1))
            (delivery,) = await consumer.receive()
            with pytest.raises(LookupError):
                async with delivery:
                    raise LookupError
            assert bodies(await collect(consumer, 1)) == numbers(1)

    @promise
    async def test_attempts_are_counted(self) -> None:
        """Through releases, and through consumers that come and go."""
        await self.needs("redelivers", "counts_attempts", "durable")
        spec = self.spec("attempts", durable=True)
        attempts: list[int] = []
        async with self.transport() as transport:
            async with transport.listen(spec):
                await sent(transport, self.frames(1))
            for release in (True, False, True, False):
                async with transport.listen(spec) as consumer:
                    (delivery,) = await consumer.receive()
                    attempts.append(delivery.attempt)
                    if release:
                        delivery.release()
        assert attempts == [1, 2, 3, 4]

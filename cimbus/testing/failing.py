"""The contract, part five: the broker or the connection fails, and consumers and senders recover by themselves."""
# ruff: noqa: S101  (this is a test suite, shipped)

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio
import pytest

from cimbus.middleware.transport import Consumer, SubscriptionSpec, Transport

from .support import NOUN, ContractSupport, bodies, collect, numbers, promise, sent

COUNT = 400
"""Frames sent around the fault: so many that some are in flight whenever it comes."""


class FailingContract(ContractSupport):
    """What happens when the middleware fails."""

    @promise
    async def test_a_broker_that_restarts_under_load_loses_nothing(self) -> None:
        """Everything sent to a durable group is received, by the consumer that was open before."""
        if not self.can_restart:
            pytest.skip("no restart_broker()")
        await self.needs("durable", "persistent")
        await self._survive(self.restart_broker, self.spec("restart", durable=True))

    @promise
    async def test_a_durable_group_that_had_nothing_yet_survives_the_broker(self) -> None:
        """What is sent before its members are back is delivered when they are."""
        if not self.can_restart:
            pytest.skip("no restart_broker()")
        await self.needs("durable", "persistent")
        spec = self.spec("empty", durable=True)
        async with self.transport() as ours, ours.listen(spec):
            pass
        await self.restart_broker()
        async with self.transport() as theirs:
            await sent(theirs, self.frames(5))
        async with self.transport() as ours, ours.listen(spec) as consumer:
            assert bodies(await collect(consumer, 5)) == numbers(5)

    @promise
    async def test_a_connection_that_is_cut_under_load_loses_nothing(self) -> None:
        """The connection is cut a second time while it recovers."""
        if not self.can_cut:
            pytest.skip("no cut()")
        await self.needs("durable")

        async def cut_twice() -> None:
            await self.cut()
            await self.cut()

        await self._survive(cut_twice, self.spec("cut", durable=True))

    @promise
    async def test_a_connection_that_stalls_under_load_loses_nothing(self) -> None:
        """What was in flight arrives when the connection passes data again."""
        way = self.way()
        await self.needs("durable")

        async def stall() -> None:
            with way.stalled():
                await anyio.sleep(0.3)  # the duration of the fault

        await self._survive(stall, self.spec("stalled", durable=True))

    @promise
    async def test_a_connection_that_stalls_and_is_reset_loses_nothing(self) -> None:
        """As when a network fails without closing connections, and comes back with other addresses."""
        way = self.way()
        await self.needs("durable")

        async def vanish() -> None:
            with way.stalled():
                await anyio.sleep(0.1)
                way.reset()

        await self._survive(vanish, self.spec("vanished", durable=True))

    @promise
    async def test_a_private_consumer_goes_on_after_a_cut(self) -> None:
        """What is sent after it has reconnected arrives; what was sent meanwhile may be lost."""
        if not self.can_cut:
            pytest.skip("no cut()")
        async with self.transport() as ours, self.transport() as theirs, ours.listen(self.spec()) as consumer:
            await self.cut()
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._send_until_cancelled, theirs)
                await consumer.receive()
                tasks.cancel_scope.cancel()
            assert ours.ready

    async def _send_until_cancelled(self, transport: Transport) -> None:
        while True:  # until one arrives: from outside it cannot be seen when the subscription is restored
            await transport.send([self.frame(noun=NOUN)])
            await anyio.sleep(0.02)

    async def _survive(self, fail: Callable[[], Awaitable[None]], spec: SubscriptionSpec) -> None:
        """Fail in the middle of a stream of frames, and expect all of them, from the same consumer."""
        found: dict[bytes, None] = {}
        middle = anyio.Event()
        async with (
            self.transport() as ours,
            self.transport() as theirs,
            ours.listen(spec) as consumer,
            anyio.create_task_group() as tasks,
        ):
            tasks.start_soon(self._send_all, theirs)
            tasks.start_soon(self._receive_all, consumer, found, middle)
            await middle.wait()
            await fail()
        assert sorted(found) == sorted(numbers(COUNT))

    async def _send_all(self, transport: Transport) -> None:
        frames = self.frames(COUNT)
        for start in range(0, COUNT, 10):
            await sent(transport, frames[start : start + 10])

    async def _receive_all(self, consumer: Consumer, found: dict[bytes, None], middle: anyio.Event) -> None:
        while len(found) < COUNT:
            for delivery in await consumer.receive():
                found[delivery.value.body] = None
                delivery.accept()
            if len(found) >= COUNT // 4:
                middle.set()

"""The contract, part five: the broker goes, the connection goes, and everything goes on by itself."""
# ruff: noqa: S101  (this is a test suite, shipped)

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio
import pytest

from cimbus.transport import Inbox, Intake, Transport

from .support import NOUN, Support, bodies, collect, numbers, promise, sent

COUNT = 400


class Failing(Support):
    """What happens when the middleware fails."""

    @promise
    async def test_a_broker_that_restarts_under_load_loses_nothing(self) -> None:
        """Everything sent to a durable group arrives; the inbox is the one from before."""
        if not self.can_restart:
            pytest.skip("no restart_broker()")
        await self.needs("durable", "persistent")
        await self._survive(self.restart_broker, self.intake("restart", durable=True))

    @promise
    async def test_a_durable_group_that_had_nothing_yet_survives_the_broker(self) -> None:
        """What is sent before its members are back is there when they are."""
        if not self.can_restart:
            pytest.skip("no restart_broker()")
        await self.needs("durable", "persistent")
        intake = self.intake("empty", durable=True)
        async with self.transport() as ours, ours.listen(intake):
            pass
        await self.restart_broker()
        async with self.transport() as theirs:
            await sent(theirs, self.frames(5))
        async with self.transport() as ours, ours.listen(intake) as inbox:
            assert bodies(await collect(inbox, 5)) == numbers(5)

    @promise
    async def test_a_connection_that_is_cut_under_load_loses_nothing(self) -> None:
        """Nor does one that is cut again."""
        if not self.can_cut:
            pytest.skip("no cut()")
        await self.needs("durable")

        async def cut_twice() -> None:
            await self.cut()
            await self.cut()

        await self._survive(cut_twice, self.intake("cut", durable=True))

    @promise
    async def test_a_connection_that_stalls_under_load_loses_nothing(self) -> None:
        """What waited goes on when it passes again; nobody gives up at once."""
        way = self.way()
        await self.needs("durable")

        async def stall() -> None:
            with way.stalled():
                await anyio.sleep(0.3)  # how long it lasts is the fault

        await self._survive(stall, self.intake("stalled", durable=True))

    @promise
    async def test_a_connection_that_stalls_and_is_reset_loses_nothing(self) -> None:
        """As a network that goes away without a word, and comes back with other addresses."""
        way = self.way()
        await self.needs("durable")

        async def vanish() -> None:
            with way.stalled():
                await anyio.sleep(0.1)
                way.reset()

        await self._survive(vanish, self.intake("vanished", durable=True))

    @promise
    async def test_a_private_inbox_goes_on_after_a_cut(self) -> None:
        """What is sent once it is back arrives; what was sent meanwhile may not."""
        if not self.can_cut:
            pytest.skip("no cut()")
        async with self.transport() as ours, self.transport() as theirs, ours.listen(self.intake()) as inbox:
            await self.cut()
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._send_for_ever, theirs)
                await inbox.receive()
                tasks.cancel_scope.cancel()
            assert ours.ready

    async def _send_for_ever(self, transport: Transport) -> None:
        while True:  # until one arrives: nobody outside can tell when the subscription is restored
            await transport.send([self.frame(noun=NOUN)])
            await anyio.sleep(0.02)

    async def _survive(self, fail: Callable[[], Awaitable[None]], intake: Intake) -> None:
        """Fail in the middle of a stream of frames, and expect all of them, from the same inbox."""
        found: dict[bytes, None] = {}
        middle = anyio.Event()
        async with (
            self.transport() as ours,
            self.transport() as theirs,
            ours.listen(intake) as inbox,
            anyio.create_task_group() as tasks,
        ):
            tasks.start_soon(self._send_all, theirs)
            tasks.start_soon(self._receive_all, inbox, found, middle)
            await middle.wait()
            await fail()
        assert sorted(found) == sorted(numbers(COUNT))

    async def _send_all(self, transport: Transport) -> None:
        frames = self.frames(COUNT)
        for start in range(0, COUNT, 10):
            await sent(transport, frames[start : start + 10])

    async def _receive_all(self, inbox: Inbox, found: dict[bytes, None], middle: anyio.Event) -> None:
        while len(found) < COUNT:
            for delivery in await inbox.receive():
                found[delivery.value.body] = None
                delivery.accept()
            if len(found) >= COUNT // 4:
                middle.set()

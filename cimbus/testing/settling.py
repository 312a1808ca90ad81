"""The contract, part three: what settling means. Nothing counts as handled until it is accepted or rejected."""
# ruff: noqa: S101  (this is a test suite, shipped)

from __future__ import annotations

import anyio
import pytest

from cimbus.delivery import Delivery
from cimbus.frame import Frame

from .support import Support, bodies, collect, numbers, promise, sent


class Settling(Support):
    """What settling means."""

    @promise
    async def test_what_is_not_settled_is_delivered_again(self) -> None:
        """To the next consumer of a durable group, in order."""
        await self.needs("durable")
        intake = self.intake("again", durable=True)
        async with self.transport() as transport:
            async with transport.listen(intake) as inbox:
                await sent(transport, self.frames(5))
                first = await collect(inbox, 5, accept=False)
            async with transport.listen(intake) as inbox:
                second = await collect(inbox, 5)
        assert bodies(first) == bodies(second) == numbers(5)
        assert [delivery.attempt for delivery in first] == [1] * 5
        assert all(delivery.attempt > 1 for delivery in second)

    @promise
    async def test_cancellation_settles_nothing(self) -> None:
        """A handler that is cancelled has not failed: its frame comes again."""
        await self.needs("durable")
        intake = self.intake("cancelled", durable=True)
        async with self.transport() as transport:
            async with transport.listen(intake) as inbox:
                await sent(transport, self.frames(1))
                (delivery,) = await collect(inbox, 1, accept=False)
                async with anyio.create_task_group() as tasks:
                    started = anyio.Event()
                    tasks.start_soon(self._handle_for_ever, delivery, started)
                    await started.wait()
                    tasks.cancel_scope.cancel()
                assert delivery.outcome is None
            async with transport.listen(intake) as inbox:
                assert bodies(await collect(inbox, 1)) == numbers(1)

    async def _handle_for_ever(self, delivery: Delivery[Frame], started: anyio.Event) -> None:
        async with delivery:
            started.set()
            await anyio.sleep_forever()

    @promise
    async def test_what_was_settled_never_comes_back(self) -> None:
        """Accepted or rejected, also when the block is left at once; the first outcome counts."""
        await self.needs("durable")
        intake = self.intake("settled", durable=True)
        async with self.transport() as transport:
            async with transport.listen(intake) as inbox:
                await sent(transport, self.frames(4))
                one, two, three, four = await collect(inbox, 4, accept=False)
                assert one.accept()
                assert not one.release()
                assert two.reject()
                assert not two.release()
                assert not two.accept()
                assert three.accept()
                assert four.reject()
            async with transport.listen(intake) as inbox:
                await sent(transport, [self.frame(body=b"next")])
                assert bodies(await collect(inbox, 1)) == [b"next"]

    @promise
    async def test_settling_after_the_end_is_harmless(self) -> None:
        """The frame went back when the block ended; who settles it later has no say."""
        await self.needs("durable")
        intake = self.intake("late", durable=True)
        async with self.transport() as transport:
            async with transport.listen(intake) as inbox:
                await sent(transport, self.frames(1))
                (late,) = await collect(inbox, 1, accept=False)
            late.accept()
            async with transport.listen(intake) as inbox:
                assert bodies(await collect(inbox, 1)) == numbers(1)

    @promise
    async def test_a_released_frame_comes_back_before_the_later_ones_of_its_key(self) -> None:
        """By itself, while the inbox stays open."""
        await self.needs("redelivers")
        for group in ("", "released"):
            async with self.transport() as transport, transport.listen(self.intake(group, credit=1)) as inbox:
                await sent(transport, self.frames(3))
                order: list[bytes] = []
                for release in (True, True, False, True, False, False):
                    (delivery,) = await inbox.receive()
                    order.append(delivery.value.body)
                    if release:
                        delivery.release()
                    else:
                        delivery.accept()
            assert order == [b"0", b"0", b"0", b"1", b"1", b"2"]

    @promise
    async def test_a_handler_that_raises_releases(self) -> None:
        """And its frame comes back."""
        await self.needs("redelivers")
        async with self.transport() as transport, transport.listen(self.intake()) as inbox:
            await sent(transport, self.frames(1))
            (delivery,) = await inbox.receive()
            with pytest.raises(LookupError):
                async with delivery:
                    raise LookupError
            assert bodies(await collect(inbox, 1)) == numbers(1)

    @promise
    async def test_attempts_are_counted(self) -> None:
        """Through releases, and through consumers that come and go."""
        await self.needs("redelivers", "counts_attempts", "durable")
        intake = self.intake("attempts", durable=True)
        attempts: list[int] = []
        async with self.transport() as transport:
            async with transport.listen(intake):
                await sent(transport, self.frames(1))
            for release in (True, False, True, False):
                async with transport.listen(intake) as inbox:
                    (delivery,) = await inbox.receive()
                    attempts.append(delivery.attempt)
                    if release:
                        delivery.release()
        assert attempts == [1, 2, 3, 4]

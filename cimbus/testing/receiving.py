"""The contract, part two: what one consumer may rely on."""
# ruff: noqa: S101  (this is a test suite, shipped)

from __future__ import annotations

import tracemalloc

import anyio
import anyio.lowlevel
import msgspec
import pytest

from cimbus.errors import ClosedError, UnsupportedError
from cimbus.interface.topic import Pattern
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.frame import Frame
from cimbus.middleware.transport import Consumer, SubscriptionSpec, Transport

from .support import NOUN, ContractSupport, bodies, collect, numbers, promise, sent


class ReceivingContract(ContractSupport):
    """What one consumer may rely on."""

    @promise
    async def test_the_subscription_exists_when_the_block_is_entered(self) -> None:
        """What another transport sends next is received, and what was sent before is not."""
        async with self.transport() as ours, self.transport() as theirs:
            await sent(theirs, [self.frame(body=b"before")])
            for number in range(5):
                async with ours.listen(self.spec()) as consumer:
                    await sent(theirs, [self.frame(body=b"%d" % number)])
                    assert bodies(await collect(consumer, 1)) == [b"%d" % number]

    @promise
    async def test_a_consumer_receives_what_its_patterns_match_and_no_more(self) -> None:
        """Two rounds: a frame that is delivered in excess in the first one is seen in the second."""
        frames = [
            self.frame(key, f"{noun} {verb} {key}".encode(), noun=noun, verb=verb)
            for noun in (NOUN, "MeterReadings")
            for verb in ("created", "changed")
            for key in ("", "a", "b")
        ]
        mine = {"context": self.context, "kind": "events"}
        for patterns in (
            (Pattern(context=self.context),),
            (Pattern(**mine),),
            (Pattern(**mine, noun=NOUN),),
            (Pattern(**mine, noun=NOUN, key="a"),),
            (Pattern(**mine, verb="changed"),),
            (Pattern(**mine, noun="MeterReadings", verb="created"),),
            (Pattern(**mine, noun="MeterReadings", verb="created", key="b"),),
            (Pattern(**mine, noun=NOUN, verb="changed", key=""), Pattern(**mine, noun="MeterReadings", key="a")),
        ):
            wanted = sorted(f.body for f in frames if any(pattern.matches(f.topic) for pattern in patterns))
            async with self.transport() as transport, transport.listen(SubscriptionSpec(patterns=patterns)) as consumer:
                for _ in range(2):
                    await sent(transport, frames)
                    assert sorted(bodies(await collect(consumer, len(wanted)))) == wanted

    @promise
    async def test_each_private_consumer_has_a_copy(self) -> None:
        """Settling one has no effect on the other."""
        async with (
            self.transport() as transport,
            transport.listen(self.spec()) as one,
            transport.listen(self.spec()) as two,
        ):
            await sent(transport, self.frames(10))
            assert bodies(await collect(one, 10)) == numbers(10)
            assert bodies(await collect(two, 10)) == numbers(10)

    @promise
    async def test_patterns_that_overlap_deliver_once(self) -> None:
        """One subscription delivers a frame once, however many of its patterns match."""
        mine = {"context": self.context, "kind": "events", "noun": NOUN}
        patterns = (Pattern(**mine), Pattern(**mine, verb="created"), Pattern(**mine, key="k"))
        async with self.transport() as transport, transport.listen(SubscriptionSpec(patterns=patterns)) as consumer:
            await sent(transport, self.frames(20))
            assert bodies(await collect(consumer, 20)) == numbers(20)

    @promise
    async def test_the_frames_of_a_key_keep_their_order(self) -> None:
        """Over many calls of ``send``, each with frames of several keys."""
        keys = ("a", "b", "c")
        found: list[Delivery[Frame]] = []
        async with (
            self.transport() as transport,
            transport.listen(self.spec(credit=32)) as consumer,
            anyio.create_task_group() as tasks,
        ):
            tasks.start_soon(self._count_up, keys, 60)
            found += await collect(consumer, 60 * len(keys))
        for key in keys:
            assert bodies(d for d in found if d.value.topic.key == key) == numbers(60)

    async def _count_up(self, keys: tuple[str, ...], count: int) -> None:
        async with self.transport() as transport:
            for number in range(count):
                await sent(transport, [self.frame(key, b"%d" % number) for key in keys])

    @promise
    async def test_credit_bounds_what_is_unsettled(self) -> None:
        """A consumer that settles nothing gets ``credit`` deliveries; each one settled makes room for one."""
        order: list[bytes] = []
        async with (
            self.transport() as transport,
            transport.listen(self.spec(credit=4)) as consumer,
            anyio.create_task_group() as tasks,
        ):
            tasks.start_soon(self._count_up, ("k",), 100)
            held = await collect(consumer, 4, accept=False)
            assert len(held) == 4
            assert not await self._receives_soon(consumer)
            order += bodies(held)
            while len(order) < 100:
                held.pop(0).accept()
                batch = await consumer.receive()
                held += batch
                order += bodies(batch)
                assert len(held) <= 4
        assert order == numbers(100)

    @promise
    async def test_a_slow_consumer_does_not_fill_memory(self) -> None:
        """What it has no credit for stays with the middleware: of 40 MB it keeps less than half, buffers included."""
        await self.needs("multi_process")
        body = bytes(400_000)
        async with (
            self.frugal_transport() as ours,
            self.transport() as theirs,
            ours.listen(self.spec("slow", credit=4)) as consumer,
        ):
            held = await self._fill(theirs, consumer, body)
            for delivery in held:
                delivery.accept()
            await collect(consumer, 100 - len(held))

    async def _fill(self, transport: Transport, consumer: Consumer, body: bytes) -> list[Delivery[Frame]]:
        """Send a hundred frames to a consumer that settles nothing, and return what it has then: four at most."""
        held: list[Delivery[Frame]] = []
        tracemalloc.start()
        try:
            for number in range(50):
                await sent(transport, [self.frame(f"{number}-{half}", body) for half in "ab"])
            held += await consumer.receive()
            with anyio.move_on_after(1.0):  # what is too much
                while True:
                    held += await consumer.receive()
            kept, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert 0 < len(held) <= 4
        assert kept < 20_000_000, f"{kept} bytes are kept for a consumer that may hold 4 frames of {len(body)}"
        return held

    @promise
    async def test_a_receiver_that_waits_for_credit_goes_on(self) -> None:
        """It gets the next frame when another task settles one."""
        found: list[bytes] = []
        async with (
            self.transport() as transport,
            transport.listen(self.spec(credit=1)) as consumer,
            anyio.create_task_group() as tasks,
        ):
            await sent(transport, self.frames(2))
            (held,) = await collect(consumer, 1, accept=False)
            tasks.start_soon(self._receive_into, consumer, found)
            await anyio.wait_all_tasks_blocked()
            assert not found
            held.accept()
        assert found == [b"1"]

    async def _receives_soon(self, consumer: Consumer) -> bool:
        with anyio.move_on_after(0.2):
            await consumer.receive()
            return True
        return False

    @promise
    async def test_a_receive_that_is_cancelled_loses_nothing(self) -> None:
        """Cancelled while it waits, or just when the frame arrives."""
        async with self.transport() as transport, transport.listen(self.spec()) as consumer:
            found: list[bytes] = []
            for number in range(30):
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(self._receive_into, consumer, found)
                    await anyio.lowlevel.checkpoint()
                    await sent(transport, [self.frame(body=b"%d" % number)])
                    tasks.cancel_scope.cancel()
            while len(found) < 30:
                found += bodies(await collect(consumer, 1))
        assert found == numbers(30)

    async def _receive_into(self, consumer: Consumer, found: list[bytes]) -> None:
        found += bodies(await collect(consumer, 1))

    @promise
    async def test_retained_frames_are_refused_where_there_are_none(self) -> None:
        """Asked for, they are received first, or it is said that they never will be."""
        async with self.transport() as transport:
            if transport.traits.retained:
                return
            wanted = msgspec.structs.replace(self.spec(), retained=True)
            with pytest.raises(UnsupportedError):
                async with transport.listen(wanted):
                    pass

    @promise
    async def test_a_consumer_that_is_closed_says_so(self) -> None:
        """Closed by leaving its block, or with its transport."""
        async with self.transport() as transport:
            async with transport.listen(self.spec()) as consumer:
                await sent(transport, [self.frame()])
            with pytest.raises(ClosedError):
                await consumer.receive()
        with pytest.raises(ClosedError):
            async with transport.listen(self.spec()):
                pass

"""The contract, part two: what an inbox promises to one consumer."""
# ruff: noqa: S101  (this is a test suite, shipped)

from __future__ import annotations

import tracemalloc

import anyio
import anyio.lowlevel
import pytest

from cimbus.delivery import Delivery
from cimbus.errors import ClosedError
from cimbus.frame import Frame
from cimbus.topic import Pattern
from cimbus.transport import Inbox, Intake, Transport

from .support import NOUN, Support, bodies, collect, numbers, promise, sent


class Receiving(Support):
    """What an inbox promises to one consumer."""

    @promise
    async def test_the_subscription_exists_when_the_block_is_entered(self) -> None:
        """What another sends next is received, and what was sent before is not."""
        async with self.transport() as ours, self.transport() as theirs:
            await sent(theirs, [self.frame(body=b"before")])
            for number in range(5):
                async with ours.listen(self.intake()) as inbox:
                    await sent(theirs, [self.frame(body=b"%d" % number)])
                    assert bodies(await collect(inbox, 1)) == [b"%d" % number]

    @promise
    async def test_an_inbox_hears_what_its_patterns_match_and_no_more(self) -> None:
        """Two rounds: what came too much in the first would be seen in the second."""
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
            async with self.transport() as transport, transport.listen(Intake(patterns=patterns)) as inbox:
                for _ in range(2):
                    await sent(transport, frames)
                    assert sorted(bodies(await collect(inbox, len(wanted)))) == wanted

    @promise
    async def test_each_private_inbox_has_a_copy(self) -> None:
        """Settling one says nothing about the other."""
        async with (
            self.transport() as transport,
            transport.listen(self.intake()) as one,
            transport.listen(self.intake()) as two,
        ):
            await sent(transport, self.frames(10))
            assert bodies(await collect(one, 10)) == numbers(10)
            assert bodies(await collect(two, 10)) == numbers(10)

    @promise
    async def test_patterns_that_overlap_deliver_once(self) -> None:
        """One intake is one subscription, however often it matches."""
        mine = {"context": self.context, "kind": "events", "noun": NOUN}
        patterns = (Pattern(**mine), Pattern(**mine, verb="created"), Pattern(**mine, key="k"))
        async with self.transport() as transport, transport.listen(Intake(patterns=patterns)) as inbox:
            await sent(transport, self.frames(20))
            assert bodies(await collect(inbox, 20)) == numbers(20)

    @promise
    async def test_the_frames_of_a_key_keep_their_order(self) -> None:
        """Over many calls of ``send``, each with frames of several keys."""
        keys = ("a", "b", "c")
        found: list[Delivery[Frame]] = []
        async with (
            self.transport() as transport,
            transport.listen(self.intake(credit=32)) as inbox,
            anyio.create_task_group() as tasks,
        ):
            tasks.start_soon(self._count_up, keys, 60)
            found += await collect(inbox, 60 * len(keys))
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
            transport.listen(self.intake(credit=4)) as inbox,
            anyio.create_task_group() as tasks,
        ):
            tasks.start_soon(self._count_up, ("k",), 100)
            held = await collect(inbox, 4, accept=False)
            assert len(held) == 4
            assert not await self._receives_soon(inbox)
            order += bodies(held)
            while len(order) < 100:
                held.pop(0).accept()
                batch = await inbox.receive()
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
            ours.listen(self.intake("slow", credit=4)) as inbox,
        ):
            held = await self._fill(theirs, inbox, body)
            for delivery in held:
                delivery.accept()
            await collect(inbox, 100 - len(held))

    async def _fill(self, transport: Transport, inbox: Inbox, body: bytes) -> list[Delivery[Frame]]:
        """Send a hundred frames to an inbox that settles nothing, and return what it has then: four at most."""
        held: list[Delivery[Frame]] = []
        tracemalloc.start()
        try:
            for number in range(50):
                await sent(transport, [self.frame(f"{number}-{half}", body) for half in "ab"])
            with anyio.move_on_after(1.0):
                while True:
                    held += await inbox.receive()
            kept, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert 0 < len(held) <= 4
        assert kept < 20_000_000, f"{kept} bytes are kept for an inbox that may hold 4 frames of {len(body)}"
        return held

    @promise
    async def test_a_receiver_that_waits_for_credit_goes_on(self) -> None:
        """When something is settled, by whichever task."""
        found: list[bytes] = []
        async with (
            self.transport() as transport,
            transport.listen(self.intake(credit=1)) as inbox,
            anyio.create_task_group() as tasks,
        ):
            await sent(transport, self.frames(2))
            (held,) = await collect(inbox, 1, accept=False)
            tasks.start_soon(self._receive_into, inbox, found)
            await anyio.wait_all_tasks_blocked()
            assert not found
            held.accept()
        assert found == [b"1"]

    async def _receives_soon(self, inbox: Inbox) -> bool:
        with anyio.move_on_after(0.2):
            await inbox.receive()
            return True
        return False

    @promise
    async def test_a_receive_that_is_cancelled_loses_nothing(self) -> None:
        """Cancelled while it waits, or when the frame has just come."""
        async with self.transport() as transport, transport.listen(self.intake()) as inbox:
            found: list[bytes] = []
            for number in range(30):
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(self._receive_into, inbox, found)
                    await anyio.lowlevel.checkpoint()
                    await sent(transport, [self.frame(body=b"%d" % number)])
                    tasks.cancel_scope.cancel()
            while len(found) < 30:
                found += bodies(await collect(inbox, 1))
        assert found == numbers(30)

    async def _receive_into(self, inbox: Inbox, found: list[bytes]) -> None:
        found += bodies(await collect(inbox, 1))

    @promise
    async def test_an_inbox_that_is_closed_says_so(self) -> None:
        """Closed by leaving its block, or with its transport."""
        async with self.transport() as transport:
            async with transport.listen(self.intake()) as inbox:
                await sent(transport, [self.frame()])
            with pytest.raises(ClosedError):
                await inbox.receive()
        with pytest.raises(ClosedError):
            async with transport.listen(self.intake()):
                pass

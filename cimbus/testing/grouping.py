"""The contract, part four: consumers that share a subscription, and subscriptions that outlive their consumers."""
# ruff: noqa: S101  (this is a test suite, shipped)

from __future__ import annotations

from collections import Counter

import anyio
import anyio.lowlevel

from cimbus.delivery import Delivery
from cimbus.errors import ClosedError
from cimbus.frame import Frame
from cimbus.transport import Inbox, Transport

from .support import Support, bodies, collect, numbers, promise, sent


class Holders:
    """Who has frames of which key, and the order in which frames were handled."""

    def __init__(self, total: int, done: anyio.Event) -> None:
        self.total = total
        self.done = done
        self.keys: dict[str, Counter[int]] = {}
        self.handled: dict[str, list[bytes]] = {}
        self.by: Counter[int] = Counter()

    async def work(self, me: int, inbox: Inbox) -> None:
        """Handle what comes, each frame over a few turns of the loop, until all have been."""
        while not self.done.is_set():
            batch = await inbox.receive()
            for delivery in batch:
                self.take(me, delivery.value)
            for delivery in batch:
                await anyio.lowlevel.checkpoint()
                self.finish(me, delivery.value)
                delivery.accept()

    def take(self, me: int, frame: Frame) -> None:
        """Note that ``me`` has a frame; nobody else may have one of its key."""
        holders = self.keys.setdefault(frame.topic.key, Counter())
        holders[me] += 1
        assert set(+holders) == {me}, f"key {frame.topic.key!r} is in flight at two members"

    def finish(self, me: int, frame: Frame) -> None:
        """Note that a frame was handled."""
        self.keys[frame.topic.key][me] -= 1
        self.handled.setdefault(frame.topic.key, []).append(frame.body)
        self.by[me] += 1
        if sum(self.by.values()) >= self.total:
            self.done.set()


class Grouping(Support):
    """What groups promise."""

    @promise
    async def test_a_group_shares(self) -> None:
        """Each frame to one of them."""
        await self.needs("groups")
        intake = self.intake("spread")
        found: list[bytes] = []
        done = anyio.Event()

        async def work(inbox: Inbox) -> None:
            while True:
                for delivery in await inbox.receive():
                    found.append(delivery.value.body)
                    delivery.accept()
                if len(found) >= 100:
                    done.set()

        async with (
            self.transport() as ours,
            self.transport() as theirs,
            ours.listen(intake) as one,
            theirs.listen(intake) as two,
            anyio.create_task_group() as tasks,
        ):
            tasks.start_soon(work, one)
            tasks.start_soon(work, two)
            await sent(ours, self.frames(100))
            await done.wait()
            tasks.cancel_scope.cancel()
        assert sorted(found, key=int) == numbers(100)

    @promise
    async def test_a_group_keeps_the_order_of_keys(self) -> None:
        """The frames of one key are never at two members at the same time."""
        await self.needs("groups", "keyed_groups")
        keys = [f"key{number}" for number in range(8)]
        holders = Holders(40 * len(keys), anyio.Event())
        intake = self.intake("shared", credit=16)
        async with (
            self.transport() as ours,
            self.transport() as theirs,
            ours.listen(intake) as one,
            theirs.listen(intake) as two,
            anyio.create_task_group() as tasks,
        ):
            tasks.start_soon(holders.work, 1, one)
            tasks.start_soon(holders.work, 2, two)
            for number in range(40):
                await sent(ours, [self.frame(key, b"%d" % number) for key in keys])
            await holders.done.wait()
            tasks.cancel_scope.cancel()
        assert holders.handled == {key: numbers(40) for key in keys}

    @promise
    async def test_members_come_and_go_under_load(self) -> None:
        """Nothing is lost, and whoever handles it, the frames of a key are handled in order the first time each."""
        await self.needs("durable", "groups", "keyed_groups")
        keys, count = [f"key{number}" for number in range(6)], 60
        found: dict[str, list[bytes]] = {key: [] for key in keys}
        intake = self.intake("moving", durable=True, credit=16)

        async def work(inbox: Inbox) -> None:
            while True:
                for delivery in await inbox.receive():
                    await anyio.lowlevel.checkpoint()
                    found[delivery.value.topic.key].append(delivery.value.body)
                    delivery.accept()

        async def come_and_go(transport: Transport) -> None:
            while True:
                async with transport.listen(intake) as inbox:
                    before = sum(map(len, found.values()))
                    with anyio.move_on_after(2.0):
                        async with anyio.create_task_group() as tasks:
                            tasks.start_soon(work, inbox)
                            while sum(map(len, found.values())) < before + 20:  # noqa: ASYNC110
                                await anyio.sleep(0.01)
                            tasks.cancel_scope.cancel()

        async with (
            self.transport() as ours,
            self.transport() as theirs,
            ours.listen(intake) as inbox,
            anyio.create_task_group() as tasks,
        ):
            tasks.start_soon(work, inbox)
            tasks.start_soon(come_and_go, theirs)
            for number in range(count):
                await sent(ours, [self.frame(key, b"%d" % number) for key in keys])
            while min(len(set(bodies)) for bodies in found.values()) < count:  # noqa: ASYNC110
                await anyio.sleep(0.01)
            tasks.cancel_scope.cancel()
        assert {key: list(dict.fromkeys(bodies)) for key, bodies in found.items()} == dict.fromkeys(
            keys, numbers(count)
        )

    @promise
    async def test_each_group_has_everything(self) -> None:
        """Groups do not share with each other, nor with a private inbox."""
        await self.needs("groups")
        async with (
            self.transport() as transport,
            transport.listen(self.intake("one")) as one,
            transport.listen(self.intake("two")) as two,
            transport.listen(self.intake()) as private,
        ):
            await sent(transport, self.frames(10))
            for inbox in (one, two, private):
                assert bodies(await collect(inbox, 10)) == numbers(10)

    @promise
    async def test_who_leaves_hands_over(self) -> None:
        """What one member has not settled goes to another that is there, in the order of its keys."""
        await self.needs("groups", "keyed_groups")
        taken, may_leave = anyio.Event(), anyio.Event()
        found: list[Delivery[Frame]] = []
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._take_and_leave, taken, may_leave)
            await taken.wait()
            async with self.transport() as transport, transport.listen(self.intake("left")) as inbox:
                may_leave.set()
                found += await collect(inbox, 20)
        for key in "abcd":
            order = [int(delivery.value.body) for delivery in found if delivery.value.topic.key == key]
            assert order == list(range(5))

    async def _take_and_leave(self, taken: anyio.Event, may_leave: anyio.Event) -> None:
        async with self.transport() as transport, transport.listen(self.intake("left")) as inbox:
            await sent(transport, (self.frame(key, b"%d" % number) for number in range(5) for key in "abcd"))
            await collect(inbox, 20, accept=False)
            taken.set()
            await may_leave.wait()

    @promise
    async def test_a_durable_group_finds_what_came_while_it_was_away(self) -> None:
        """All of its members were away, and so was every transport of this program but the sender's."""
        await self.needs("durable")
        intake = self.intake("away", durable=True)
        async with self.transport() as ours, ours.listen(intake):
            pass
        async with self.transport() as theirs:
            await sent(theirs, self.frames(50))
        async with self.transport() as ours, ours.listen(intake) as inbox:
            assert bodies(await collect(inbox, 50)) == numbers(50)

    @promise
    async def test_leaving_under_load_loses_nothing(self) -> None:
        """Consumers of a durable group come and go while somebody sends."""
        await self.needs("durable")
        intake = self.intake("load", durable=True, credit=16)
        found: list[bytes] = []
        async with self.transport() as transport:
            async with transport.listen(intake):
                pass
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._send_one_by_one, 150)
                while len(set(found)) < 150:
                    async with transport.listen(intake) as inbox:
                        for delivery in await inbox.receive():
                            delivery.accept()
                            found.append(delivery.value.body)
        assert found == numbers(150)

    async def _send_one_by_one(self, count: int) -> None:
        async with self.transport() as transport:
            for frame in self.frames(count):
                await sent(transport, [frame])

    @promise
    async def test_closing_a_transport_ends_its_receivers(self) -> None:
        """They are told, not left waiting; what they had not settled is still there."""
        await self.needs("durable")
        intake = self.intake("ended", durable=True)
        async with self.transport() as other, other.listen(intake):
            pass
        told = anyio.Event()
        async with anyio.create_task_group() as tasks:
            async with self.transport() as transport:
                listening = anyio.Event()
                tasks.start_soon(self._receive_until_closed, transport, listening, told)
                await listening.wait()
            await told.wait()

    async def _receive_until_closed(self, transport: Transport, listening: anyio.Event, told: anyio.Event) -> None:
        async with transport.listen(self.intake("ended", durable=True)) as inbox:
            listening.set()
            try:
                await inbox.receive()
            except ClosedError:
                told.set()

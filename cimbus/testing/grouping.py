"""The contract, part four: consumers that share a subscription, and subscriptions that outlive their consumers."""
# ruff: noqa: S101  (this is a test suite, shipped)

from __future__ import annotations

from collections import Counter

import anyio
import anyio.lowlevel

from cimbus.errors import ClosedError
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.frame import Frame
from cimbus.middleware.transport import Consumer, Transport

from .support import ContractSupport, bodies, collect, numbers, promise, sent


class KeyHolders:
    """Which member has frames of which key, and the order in which frames were handled."""

    def __init__(self, total: int, done: anyio.Event) -> None:
        self.total = total
        self.done = done
        self.keys: dict[str, Counter[int]] = {}
        self.handled: dict[str, list[bytes]] = {}
        self.by: Counter[int] = Counter()

    async def work(self, me: int, consumer: Consumer) -> None:
        """Handle frames, each over a few turns of the loop, until all have been handled."""
        while not self.done.is_set():
            batch = await consumer.receive()
            for delivery in batch:
                self.take(me, delivery.value)
            for delivery in batch:
                await anyio.lowlevel.checkpoint()
                self.finish(me, delivery.value)
                delivery.accept()

    def take(self, me: int, frame: Frame) -> None:
        """Note that ``me`` has a frame; no other member may have one of its key."""
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


class GroupingContract(ContractSupport):
    """What groups promise."""

    @promise
    async def test_a_group_shares(self) -> None:
        """Each frame is delivered to one member."""
        await self.needs("groups")
        spec = self.spec("spread")
        found: list[bytes] = []
        done = anyio.Event()

        async def work(consumer: Consumer) -> None:
            while True:
                for delivery in await consumer.receive():
                    found.append(delivery.value.body)
                    delivery.accept()
                if len(found) >= 100:
                    done.set()

        async with (
            self.transport() as ours,
            self.transport() as theirs,
            ours.listen(spec) as one,
            theirs.listen(spec) as two,
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
        holders = KeyHolders(40 * len(keys), anyio.Event())
        spec = self.spec("shared", credit=16)
        async with (
            self.transport() as ours,
            self.transport() as theirs,
            ours.listen(spec) as one,
            theirs.listen(spec) as two,
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
        """Nothing is lost, and the frames of a key are first handled in order, whichever member has them."""
        await self.needs("durable", "groups", "keyed_groups")
        keys, count = [f"key{number}" for number in range(6)], 60
        found: dict[str, list[bytes]] = {key: [] for key in keys}
        spec = self.spec("moving", durable=True, credit=16)

        async def work(consumer: Consumer) -> None:
            while True:
                for delivery in await consumer.receive():
                    await anyio.lowlevel.checkpoint()
                    found[delivery.value.topic.key].append(delivery.value.body)
                    delivery.accept()

        async def come_and_go(transport: Transport) -> None:
            while True:
                async with transport.listen(spec) as consumer:
                    before = sum(map(len, found.values()))
                    with anyio.move_on_after(2.0):
                        async with anyio.create_task_group() as tasks:
                            tasks.start_soon(work, consumer)
                            while sum(map(len, found.values())) < before + 20:  # noqa: ASYNC110
                                await anyio.sleep(0.01)
                            tasks.cancel_scope.cancel()

        async with (
            self.transport() as ours,
            self.transport() as theirs,
            ours.listen(spec) as consumer,
            anyio.create_task_group() as tasks,
        ):
            tasks.start_soon(work, consumer)
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
        """Groups do not share with each other, nor with a private consumer."""
        await self.needs("groups")
        async with (
            self.transport() as transport,
            transport.listen(self.spec("one")) as one,
            transport.listen(self.spec("two")) as two,
            transport.listen(self.spec()) as private,
        ):
            await sent(transport, self.frames(10))
            for consumer in (one, two, private):
                assert bodies(await collect(consumer, 10)) == numbers(10)

    @promise
    async def test_who_leaves_hands_over(self) -> None:
        """What a member that leaves has not settled is delivered to another one, in order for each key."""
        await self.needs("groups", "keyed_groups")
        taken, may_leave = anyio.Event(), anyio.Event()
        found: list[Delivery[Frame]] = []
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._take_and_leave, taken, may_leave)
            await taken.wait()
            async with self.transport() as transport, transport.listen(self.spec("left")) as consumer:
                may_leave.set()
                found += await collect(consumer, 20)
        for key in "abcd":
            order = [int(delivery.value.body) for delivery in found if delivery.value.topic.key == key]
            assert order == list(range(5))

    async def _take_and_leave(self, taken: anyio.Event, may_leave: anyio.Event) -> None:
        async with self.transport() as transport, transport.listen(self.spec("left")) as consumer:
            await sent(transport, (self.frame(key, b"%d" % number) for number in range(5) for key in "abcd"))
            await collect(consumer, 20, accept=False)
            taken.set()
            await may_leave.wait()

    @promise
    async def test_a_durable_group_finds_what_came_while_it_was_away(self) -> None:
        """While all members were away, only the sender's transport was open."""
        await self.needs("durable")
        spec = self.spec("away", durable=True)
        async with self.transport() as ours, ours.listen(spec):
            pass
        async with self.transport() as theirs:
            await sent(theirs, self.frames(50))
        async with self.transport() as ours, ours.listen(spec) as consumer:
            assert bodies(await collect(consumer, 50)) == numbers(50)

    @promise
    async def test_leaving_under_load_loses_nothing(self) -> None:
        """Consumers of a durable group come and go while frames are sent."""
        await self.needs("durable")
        spec = self.spec("load", durable=True, credit=16)
        found: list[bytes] = []
        async with self.transport() as transport:
            async with transport.listen(spec):
                pass
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._send_one_by_one, 150)
                while len(set(found)) < 150:
                    async with transport.listen(spec) as consumer:
                        for delivery in await consumer.receive():
                            delivery.accept()
                            found.append(delivery.value.body)
        assert found == numbers(150)

    async def _send_one_by_one(self, count: int) -> None:
        async with self.transport() as transport:
            for frame in self.frames(count):
                await sent(transport, [frame])

    @promise
    async def test_closing_a_transport_ends_its_receivers(self) -> None:
        """``receive`` raises ClosedError; what was not settled is kept."""
        await self.needs("durable")
        spec = self.spec("ended", durable=True)
        async with self.transport() as other, other.listen(spec):
            pass
        closed = anyio.Event()
        async with anyio.create_task_group() as tasks:
            async with self.transport() as transport:
                listening = anyio.Event()
                tasks.start_soon(self._receive_until_closed, transport, listening, closed)
                await listening.wait()
            await closed.wait()

    async def _receive_until_closed(self, transport: Transport, listening: anyio.Event, closed: anyio.Event) -> None:
        async with transport.listen(self.spec("ended", durable=True)) as consumer:
            listening.set()
            try:
                await consumer.receive()
            except ClosedError:
                closed.set()

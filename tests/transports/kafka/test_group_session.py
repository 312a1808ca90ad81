"""Groups: who has which partition, what is lost when members come and go (nothing), and where groups begin."""

from __future__ import annotations

import anyio
import pytest

from cimbus.interface.topic import Pattern
from cimbus.middleware.transport import SubscriptionSpec
from cimbus.testing.proxy import FaultProxy

from . import support

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


class Handled:
    """What the members of a group have handled."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.handled: dict[str, list[int]] = {}
        self.count = 0
        self.members: set[int] = set()
        self.news = anyio.Event()

    async def handle(self, me: int, consumer) -> None:
        while True:
            for delivery in await consumer.receive():
                await anyio.lowlevel.checkpoint()
                self.handled.setdefault(delivery.value.topic.key, []).append(int(delivery.value.body))
                self.members.add(me)
                self.count += 1
                delivery.accept()
                self.news.set()
                self.news = anyio.Event()

    async def until(self, count: int) -> None:
        while self.count < count:
            await self.news.wait()


async def member(
    work: Handled, me: int, kafka, spec: SubscriptionSpec, leave: anyio.Event, joined: anyio.Event
) -> None:
    async with support.transport(kafka, handover=20) as transport, transport.listen(spec) as consumer:
        joined.set()  # a handover ends when all is settled; on a busy machine that may take more than a second
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(work.handle, me, consumer)
            await leave.wait()
            tasks.cancel_scope.cancel()


async def feed(kafka, where: str, keys: list[str], count: int, stages: list[anyio.Event]) -> None:
    """Send so many frames of each key, in stages that wait to be begun."""
    async with support.transport(kafka) as transport:
        for number in range(count):
            await stages[number * len(stages) // count].wait()
            await support.sent(transport, [support.frame(where, b"%d" % number, key) for key in keys])


async def test_members_come_and_go_under_load(kafka):
    """Nothing is lost, nothing comes twice, and each key is in order."""
    where = support.context()
    keys = [f"meter {number}" for number in range(24)]
    each = 150
    work = Handled(each * len(keys))
    spec = support.spec(where, "load", durable=True, credit=32)
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            leaves = [anyio.Event() for _ in range(5)]
            stages = [anyio.Event() for _ in range(5)]

            async def join(me: int) -> None:
                joined = anyio.Event()
                tasks.start_soon(member, work, me, kafka, spec, leaves[me], joined)
                await joined.wait()

            tasks.start_soon(feed, kafka, where, keys, each, stages)
            for me in range(5):
                await join(me)  # while the frames of the last stage are under way
                stages[me].set()
                while me not in work.members:
                    await work.news.wait()
                if me:
                    leaves[me - 1].set()
            await work.until(work.total)
            leaves[4].set()
    assert work.handled == {key: list(range(each)) for key in keys}
    assert work.members == {0, 1, 2, 3, 4}


async def test_two_members_work_side_by_side(kafka):
    where = support.context()
    keys = [f"meter {number}" for number in range(24)]
    work = Handled(40 * len(keys))
    spec = support.spec(where, "both")
    leave = anyio.Event()
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            for me in range(2):
                joined = anyio.Event()
                tasks.start_soon(member, work, me, kafka, spec, leave, joined)
                await joined.wait()
            go = anyio.Event()
            go.set()
            await feed(kafka, where, keys, 40, [go])
            await work.until(work.total)
            leave.set()
    assert work.members == {0, 1}
    assert work.handled == {key: list(range(40)) for key in keys}


async def test_a_slow_handler_keeps_its_place(kafka):
    """Slower than a session: the member is heard of all the same, and nothing of its own goes to others."""
    where = support.context()
    spec = support.spec(where, "slow", durable=True)
    options = {"session": 2, "heartbeat": 0.2}
    async with support.transport(kafka, **options) as ours, ours.listen(spec) as consumer:
        await support.sent(ours, support.frames(where, 2))
        deliveries = list(await consumer.receive())
        await anyio.sleep(2.5)  # the handler
        async with support.transport(kafka, **options) as theirs:
            await support.sent(theirs, [support.frame(where, b"2")])
            while len(deliveries) < 3:
                deliveries += await consumer.receive()
        for delivery in deliveries:
            delivery.accept()
    assert [delivery.value.body for delivery in deliveries] == [b"0", b"1", b"2"]
    assert [delivery.attempt for delivery in deliveries] == [1, 1, 1]
    async with support.transport(kafka) as ours, ours.listen(spec) as consumer:
        await support.sent(ours, [support.frame(where, b"next")])
        (delivery,) = await consumer.receive()
        assert delivery.value.body == b"next"


async def test_a_handler_slower_than_a_handover_does_not_stop_the_group(kafka):
    """Its unsettled deliveries go to another member or stay; none is redelivered to the member that has it."""
    where = support.context()
    spec = support.spec(where, "stubborn", durable=True)
    keys = [f"meter {number}" for number in range(16)]
    ours_left, theirs_done = anyio.Event(), []
    async with support.transport(kafka) as ours, support.transport(kafka) as theirs, ours.listen(spec) as consumer:
        await support.sent(ours, [support.frame(where, b"0", key) for key in keys])
        held = []
        while len(held) < len(keys):
            held += await consumer.receive()

        async with theirs.listen(spec) as other, anyio.create_task_group() as tasks:

            async def receive() -> None:
                while True:
                    for delivery in await other.receive():
                        theirs_done.append(delivery.value.topic.key)
                        assert (delivery.attempt > 1) == (delivery.value.body == b"0")
                        delivery.accept()

            tasks.start_soon(receive)
            await support.sent(theirs, [support.frame(where, b"1", key) for key in keys])
            more = []
            with anyio.fail_after(60):
                # some partitions stayed with us: their keys go on here, behind what we hold
                while not more or not theirs_done:
                    with anyio.move_on_after(0.05):
                        more += await consumer.receive()
            assert {delivery.value.body for delivery in more} == {b"1"}
            assert not {delivery.value.topic.key for delivery in more} & set(theirs_done)
            for delivery in held + more:
                delivery.accept()  # late for those that are lost, and harmless
            ours_left.set()
            tasks.cancel_scope.cancel()


async def test_a_member_that_is_silent_is_replaced_and_comes_back(kafka):
    where = support.context()
    spec = support.spec(where, "silent", durable=True)
    options = {"session": 1, "heartbeat": 0.2, "timeout": 1}
    async with (
        FaultProxy(kafka.proxied, port=kafka.advertised) as proxy,
        support.transport(kafka, port=proxy.port, **options) as ours,
        support.transport(kafka, **options) as theirs,
        ours.listen(spec) as consumer,
    ):
        await support.sent(ours, support.frames(where, 5))
        held = []
        while len(held) < 5:
            held += await consumer.receive()
        with proxy.stalled(), anyio.fail_after(60):
            async with theirs.listen(spec) as other:
                found = []
                while len(found) < 5:
                    for delivery in await other.receive():
                        found.append(delivery.value.body)
                        delivery.accept()
        assert found == [b"0", b"1", b"2", b"3", b"4"]
        held[0].accept()
        await support.sent(theirs, [support.frame(where, b"next")])
        with anyio.fail_after(60):
            while True:  # what it had fetched and not handed over is gone as well
                batch = await consumer.receive()
                if any(delivery.value.body == b"next" for delivery in batch):
                    break


# -- where groups begin -----------------------------------------------------------------------------------------------


async def some(consumer, count: int = 1) -> list[bytes]:
    found: list[bytes] = []
    with anyio.fail_after(60):
        while len(found) < count:
            for delivery in await consumer.receive():
                found.append(delivery.value.body)
                delivery.accept()
    return found


@pytest.mark.parametrize("durable", [True, False])
async def test_a_group_begins_when_its_first_member_comes(kafka, durable):
    where = support.context()
    spec = support.spec(where, "first", durable=durable)
    async with support.transport(kafka) as transport:
        await support.sent(transport, [support.frame(where, b"before")])
        async with transport.listen(spec) as consumer:
            await support.sent(transport, [support.frame(where, b"after")])
            assert await some(consumer) == [b"after"]


async def test_a_group_that_is_not_durable_ends_with_its_last_member(kafka):
    where = support.context()
    spec = support.spec(where, "passing")
    async with support.transport(kafka) as transport:
        for number in range(2):
            async with transport.listen(spec) as consumer:
                await support.sent(transport, [support.frame(where, b"%d" % number)])
                assert await some(consumer) == [b"%d" % number]
            await support.sent(transport, [support.frame(where, b"meanwhile")])


async def test_a_durable_group_finds_topics_that_came_while_it_was_away(kafka):
    """Although there was no topic at all when it began."""
    where = support.context()
    spec = SubscriptionSpec(patterns=(Pattern(context=where),), group=f"open-{where}", durable=True)
    async with support.transport(kafka) as transport, transport.listen(spec):
        pass
    async with support.transport(kafka) as transport:
        await support.sent(transport, [support.frame(where, b"1", noun="New")])
    async with support.transport(kafka) as transport, transport.listen(spec) as consumer:
        assert await some(consumer) == [b"1"]
        await support.sent(transport, [support.frame(where, b"2", noun="Newer")])
        assert await some(consumer) == [b"2"]


async def test_members_find_new_topics_under_load(kafka):
    """Each new topic is a rebalance; nothing is lost in it."""
    where = support.context()
    spec = SubscriptionSpec(patterns=(Pattern(context=where),), group=f"growing-{where}", durable=True)
    found: list[tuple[str, int]] = []
    with anyio.fail_after(60):
        async with (
            support.transport(kafka) as ours,
            support.transport(kafka) as theirs,
            ours.listen(spec) as consumer,
            anyio.create_task_group() as tasks,
        ):

            async def send() -> None:
                for number in range(60):
                    for noun in ("One", "Two", "Three")[: 1 + number // 20]:
                        await support.sent(theirs, [support.frame(where, b"%d" % number, noun=noun)])

            tasks.start_soon(send)
            while len(found) < 60 + 40 + 20:
                for delivery in await consumer.receive():
                    found.append((delivery.value.topic.noun, int(delivery.value.body)))
                    delivery.accept()
    for noun, first in (("One", 0), ("Two", 20), ("Three", 40)):
        assert [number for name, number in found if name == noun] == list(range(first, 60))

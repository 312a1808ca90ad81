"""The memory transport keeps the contract, and what it promises beyond it."""

from __future__ import annotations

import asyncio
import threading

import anyio
import pytest

from cimbus.errors import ClosedError, ConnectError, SendError
from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.memory import MemoryTransport
from cimbus.middleware.transport import SubscriptionSpec
from cimbus.testing import TransportContract

pytestmark = pytest.mark.anyio

EVERYTHING = (Pattern(),)


def frame(key="k", body=b""):
    return Frame(topic=Topic("production", "events", "EndDeviceEvents", "created", key), body=body)


class TestMemoryContract(TransportContract):
    def transport(self):
        return MemoryTransport.from_url("memory:contract")


async def test_a_bare_url_is_private():
    ours, theirs = MemoryTransport.from_url("memory:"), MemoryTransport.from_url("memory:")
    async with ours, theirs, ours.listen(SubscriptionSpec(patterns=EVERYTHING)) as consumer:
        await theirs.send([frame(body=b"theirs")])
        await ours.send([frame(body=b"ours")])
        (delivery,) = await consumer.receive()

    assert delivery.value.body == b"ours"


async def test_full_means_that_send_waits_and_nothing_is_dropped():
    found = []
    sent = []

    async def send(transport):
        for number in range(50):
            await transport.send([frame(body=b"%d" % number)])
            sent.append(number)

    async with (
        MemoryTransport(backlog=5) as transport,
        transport.listen(SubscriptionSpec(patterns=EVERYTHING)) as consumer,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(send, transport)
        await anyio.wait_all_tasks_blocked()
        assert len(sent) == 5
        while len(found) < 50:
            for delivery in await consumer.receive():
                found.append(int(delivery.value.body))
                delivery.accept()

    assert list(range(50)) == found


async def test_a_full_backlog_of_an_absent_group_refuses_and_says_so():
    spec = SubscriptionSpec(patterns=EVERYTHING, group="away", durable=True)
    async with MemoryTransport(backlog=3) as transport:
        async with transport.listen(spec):
            pass
        results = await transport.send([frame(body=b"%d" % n) for n in range(4)])
        assert list(results[:3]) == [None] * 3
        assert isinstance(results[3], SendError)
        assert "away" in str(results[3])
        async with transport.listen(spec) as consumer:
            bodies = [delivery.value.body for delivery in await consumer.receive()]

    assert bodies == [b"0", b"1", b"2"]


async def test_a_sender_that_waits_is_refused_when_the_last_member_leaves():
    spec = SubscriptionSpec(patterns=EVERYTHING, group="leaves", durable=True)
    results = []
    async with MemoryTransport(backlog=1) as transport, anyio.create_task_group() as tasks:

        async def send():
            results.extend(await transport.send([frame(), frame()]))

        async with transport.listen(spec):
            tasks.start_soon(send)
            await anyio.wait_all_tasks_blocked()
            assert not results

    assert results[0] is None
    assert isinstance(results[1], SendError)


async def test_a_sender_that_waits_goes_on_when_a_private_consumer_closes():
    async with (
        MemoryTransport(backlog=1) as transport,
        anyio.create_task_group() as tasks,
        transport.listen(SubscriptionSpec(patterns=EVERYTHING)),
    ):
        tasks.start_soon(transport.send, [frame(), frame(), frame()])
        await anyio.wait_all_tasks_blocked()


async def test_a_sender_that_waits_is_told_when_its_transport_closes():
    told = anyio.Event()

    async def send(transport):
        with pytest.raises(ClosedError):
            await transport.send([frame(), frame()])
        told.set()

    async with (
        MemoryTransport("told", backlog=1) as theirs,
        theirs.listen(SubscriptionSpec(patterns=EVERYTHING)),
        anyio.create_task_group() as tasks,
    ):
        async with MemoryTransport("told") as transport:
            tasks.start_soon(send, transport)
            await anyio.wait_all_tasks_blocked()
        await told.wait()


async def test_a_sender_without_receivers_can_be_cancelled():
    async with MemoryTransport() as transport:
        with anyio.move_on_after(0.01):
            while True:
                await transport.send([frame()])


async def test_a_durable_backlog_outlives_every_transport_of_the_process():
    spec = SubscriptionSpec(patterns=EVERYTHING, group="survives", durable=True)
    async with MemoryTransport("survives") as transport, transport.listen(spec):
        await transport.send([frame(body=b"kept")])
    async with MemoryTransport("survives") as transport, transport.listen(spec) as consumer:
        (delivery,) = await consumer.receive()
        delivery.accept()

    assert (delivery.value.body, delivery.attempt) == (b"kept", 1)


async def test_a_group_is_shared_evenly_while_both_members_wait():
    spec = SubscriptionSpec(patterns=EVERYTHING, group="even")
    async with MemoryTransport() as transport, transport.listen(spec) as one, transport.listen(spec) as two:
        await transport.send([frame(str(number)) for number in range(40)])
        counts = [len(await one.receive()), len(await two.receive())]

    assert all(count >= 10 for count in counts)


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_news_for_a_receiver_that_is_cancelled_goes_to_another(anyio_backend):
    spec = SubscriptionSpec(patterns=EVERYTHING, group="cancelled")
    async with MemoryTransport() as transport, transport.listen(spec) as one, transport.listen(spec) as two:
        doomed = asyncio.create_task(one.receive())  # asyncio's own cancellation comes even after the news
        await anyio.wait_all_tasks_blocked()
        heir = asyncio.create_task(two.receive())
        await anyio.wait_all_tasks_blocked()
        await transport.send([frame(body=b"news")])  # for the one that waited first
        doomed.cancel()
        with anyio.fail_after(60):
            (delivery,) = await heir

    assert doomed.cancelled()
    assert delivery.value.body == b"news"


async def test_groups_are_listed_and_deleted():
    wide = SubscriptionSpec(patterns=EVERYTHING, group="g", durable=True)
    narrow = SubscriptionSpec(patterns=(Pattern(noun="X"),), group="g", durable=True)
    async with MemoryTransport() as transport:
        async with transport.listen(wide), transport.listen(narrow) as consumer:
            await transport.send([frame()])
            await transport.send([Frame(topic=Topic("c", "events", "X", "created"), body=b"x")])
            (delivery,) = await consumer.receive()
            there = {group.receives: (group.consumers, group.backlog) for group in await transport.groups()}

            assert await transport.forget("g") == 0  # both have consumers
        away = {group.receives: group for group in await transport.groups()}

        assert delivery.value.body == b"x"
        assert there == {("+/+/+/+/+",): (1, 2), ("+/+/X/+/+",): (1, 1)}
        assert [group.abandoned for group in away.values()] == [True, True]
        assert await transport.forget(away["+/+/X/+/+",].name) == 1
        assert [group.receives for group in await transport.groups()] == [("+/+/+/+/+",)]
        assert await transport.forget("g") == 2
        assert await transport.groups() == []


async def test_an_address_that_is_no_topic_is_refused():
    async with MemoryTransport() as transport:
        (result,) = await transport.send([Frame(topic=frame().topic, body=b"", address="queue:somewhere")])

    assert isinstance(result, SendError)


async def test_an_exchange_stays_on_one_thread():
    errors = []

    async def open_it():
        try:
            async with MemoryTransport("thread"):
                pass
        except ConnectError as exc:
            errors.append(exc)

    async with MemoryTransport("thread"):
        thread = threading.Thread(target=anyio.run, args=(open_it,))
        thread.start()
        await anyio.to_thread.run_sync(thread.join)

    assert len(errors) == 1


async def test_a_transport_opens_once():
    async with MemoryTransport() as transport:
        with pytest.raises(ConnectError):
            async with transport:
                pass
        assert transport.ready

"""Transactions in memory: everything is checked first, then done at once."""

from __future__ import annotations

import anyio
import pytest

from cimbus.errors import ClosedError, SendError, UsageError
from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.memory import MemoryTransport
from cimbus.middleware.transport import SubscriptionSpec

pytestmark = pytest.mark.anyio

INPUT = SubscriptionSpec(patterns=(Pattern(noun="In"),))
OUTPUT = SubscriptionSpec(patterns=(Pattern(noun="Out"),))


def frame(noun, body=b""):
    return Frame(topic=Topic("production", "events", noun, "created", "k"), body=body)


async def test_a_commit_waits_for_room_for_all_its_frames():
    done = anyio.Event()

    async def work(transport):
        async with transport.transaction() as transaction:
            await transaction.send([frame("Out", b"2"), frame("Out", b"3")])
        done.set()

    async with (
        MemoryTransport(backlog=2) as transport,
        transport.listen(OUTPUT) as output,
        anyio.create_task_group() as tasks,
    ):
        await transport.send([frame("Out", b"1")])
        tasks.start_soon(work, transport)
        await anyio.wait_all_tasks_blocked()
        assert not done.is_set()
        first = [delivery.value.body for delivery in await output.receive()]
        await done.wait()
        second = [delivery.value.body for delivery in await output.receive()]

    assert (first, second) == ([b"1"], [b"2", b"3"])


async def test_a_transaction_larger_than_a_backlog_is_refused():
    async with MemoryTransport(backlog=2) as transport, transport.listen(OUTPUT), transport.listen(INPUT) as consumer:
        await transport.send([frame("In")])
        (delivery,) = await consumer.receive()
        with pytest.raises(SendError, match="backlog"):
            async with transport.transaction(consumer, [delivery]) as transaction:
                await transaction.send([frame("Out")] * 3)

        assert delivery.outcome is None


async def test_a_delivery_of_another_consumer_is_refused():
    async with MemoryTransport() as transport, transport.listen(OUTPUT) as other, transport.listen(INPUT) as consumer:
        await transport.send([frame("In")])
        deliveries = await consumer.receive()
        with pytest.raises(UsageError):
            async with transport.transaction(other, deliveries):
                pass
        with pytest.raises(UsageError):
            async with transport.transaction(None, deliveries):
                pass


async def test_a_delivery_that_is_settled_in_the_block_undoes_it():
    async with MemoryTransport() as transport, transport.listen(OUTPUT) as output, transport.listen(INPUT) as consumer:
        await transport.send([frame("In")])
        (delivery,) = await consumer.receive()

        async def run():
            async with transport.transaction(consumer, [delivery]) as transaction:
                await transaction.send([frame("Out", b"never")])
                delivery.accept()

        with pytest.raises(UsageError):
            await run()
        await transport.send([frame("Out", b"next")])

        assert [found.value.body for found in await output.receive()] == [b"next"]


async def test_a_refused_frame_that_is_caught_undoes_the_transaction():
    async with MemoryTransport() as transport, transport.listen(OUTPUT) as output:

        async def run():
            async with transport.transaction() as transaction:
                await transaction.send([frame("Out", b"never")])
                with pytest.raises(SendError):
                    await transaction.send([Frame(topic=frame("Out").topic, body=b"", address="queue:x")])

        with pytest.raises(SendError, match="destination"):
            await run()
        await transport.send([frame("Out", b"next")])

        assert [found.value.body for found in await output.receive()] == [b"next"]


async def test_a_consumer_that_is_closed_in_the_block_undoes_it():
    async with MemoryTransport() as transport, transport.listen(OUTPUT) as output:
        async with transport.listen(INPUT) as consumer:
            await transport.send([frame("In")])
            deliveries = await consumer.receive()

            async def run():
                async with transport.transaction(consumer, deliveries) as transaction:
                    await transaction.send([frame("Out", b"never")])
                    consumer.close()

            with pytest.raises(ClosedError):
                await run()
        await transport.send([frame("Out", b"next")])

        assert [found.value.body for found in await output.receive()] == [b"next"]

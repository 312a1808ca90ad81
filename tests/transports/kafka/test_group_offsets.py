"""What a group commits: initial offsets, and only what moved."""

from __future__ import annotations

from types import SimpleNamespace

import anyio
import anyio.to_thread
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import OffsetAndMetadata

from cimbus.middleware.group import patterns_digest
from cimbus.middleware.net import AssignedPartition, SettledOffsets
from cimbus_kafka.aiokafka_types import CommitFailed, Committed, KafkaError, Partition
from cimbus_kafka.group_offsets import OffsetCommitter, has_initial_offsets
from cimbus_kafka.options import group_id

from . import support

HERE = Partition("topic", 0)


def test_a_group_has_begun_where_it_has_a_position():
    assert has_initial_offsets({HERE: Committed(0, "0/")})
    assert has_initial_offsets({HERE: Committed(7, "")})  # set by Kafka's own tools
    assert not has_initial_offsets({HERE: Committed(-1, "0/")})
    assert not has_initial_offsets({})


async def slow_to_load(broker, group: str) -> None:
    """Commit so much for a group that a coordinator needs about a second to load it."""

    async def work() -> None:
        partitions = [TopicPartition("slow", number) for number in range(100)]
        async with AIOKafkaConsumer(
            bootstrap_servers=broker.address, group_id=group, enable_auto_commit=False
        ) as consumer:
            consumer.assign(partitions)
            for number in range(300):
                await consumer.commit(dict.fromkeys(partitions, OffsetAndMetadata(number, "x" * 4000)))

    await support.make(broker, "slow", {}, partitions=100)
    await support.bare(work)


@pytest.mark.anyio
@pytest.mark.broker
@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # it is slow, and the same on trio
async def test_a_coordinator_that_loads_offsets_is_waited_for(new_kafka):
    """It answers as if there were none: a durable group that took this for an answer would lose its backlog."""
    where = support.context()
    broker = new_kafka()
    spec = support.spec(where, "slow", durable=True)
    with anyio.fail_after(60):
        async with support.transport(broker) as transport:
            async with transport.listen(spec):
                pass
            await support.sent(transport, support.frames(where, 3))
        await slow_to_load(broker, group_id(spec.group, patterns_digest(spec.patterns)))
        await anyio.to_thread.run_sync(broker.restart)
        async with support.transport(broker) as transport, transport.listen(spec) as consumer:
            found = await support.receive(consumer, 3)
    assert [delivery.value.body for delivery in found] == [b"0", b"1", b"2"]


on_asyncio = pytest.mark.parametrize("anyio_backend", ["asyncio"])


class Client:
    """A consumer of aiokafka that only commits."""

    def __init__(self):
        self.commits = []
        self.error = None

    async def commit(self, offsets):
        if self.error is not None:
            raise self.error
        self.commits.append(offsets)


def member():
    """Return a committer with one partition, of which three records were delivered."""
    here = AssignedPartition(HERE, 0)
    for offset in range(3):
        here.tracker.came(offset)
    here.seen = 3
    settled = SettledOffsets(lambda: None)
    return OffsetCommitter("cimbus-g", settled, {HERE: here}, SimpleNamespace(ready=True)), here, settled


@pytest.mark.anyio
@on_asyncio
async def test_what_is_settled_is_committed_once():
    committer, here, settled = member()
    client = Client()
    settled.put((here, 0))
    settled.put((here, 1))

    assert await committer.commit(client, 1)
    assert await committer.commit(client, 1)

    ((position, text),) = [offsets[HERE] for offsets in client.commits]

    assert position == here.committed == 2
    assert text.startswith("3/")


@pytest.mark.anyio
@on_asyncio
async def test_a_delivery_is_noted_before_it_is_settled():
    committer, here, _ = member()
    client = Client()
    await committer.commit(client, 1)
    here.tracker.came(3)
    here.seen = 4
    await committer.commit(client, 1)

    assert [offsets[HERE][0] for offsets in client.commits] == [0, 0]
    assert client.commits[1][HERE][1].startswith("4/")


@pytest.mark.anyio
@on_asyncio
@pytest.mark.parametrize("error", [CommitFailed(), KafkaError(), TimeoutError(), OSError()])
async def test_a_commit_that_fails_is_done_again(error):
    committer, here, settled = member()
    client = Client()
    settled.put((here, 0))
    client.error = error

    assert not await committer.commit(client, 1)
    assert here.committed is None

    client.error = None

    assert await committer.commit(client, 1)
    assert here.committed == 1


@pytest.mark.anyio
@on_asyncio
async def test_a_partition_that_another_member_committed_is_known():
    committer, here, settled = member()
    client = Client()
    settled.put((here, 0))
    await committer.commit(client, 1)
    position, text = client.commits[0][HERE]

    assert committer.was_last(here, Committed(position, text))
    assert not committer.was_last(here, Committed(position, "3/another"))
    assert not committer.was_last(here, Committed(position + 1, text))
    assert not committer.was_last(here, None)

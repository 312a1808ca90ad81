"""Records are read as aiokafka's C code makes them, by consumers of ours and by no others."""

from __future__ import annotations

import asyncio

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer import fetcher
from aiokafka.consumer.subscription_state import Assignment
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords

from cimbus_kafka.fetched_records import PRIVATE, PlainRecords

from . import support

WHERE = TopicPartition("topic", 0)


def batch(count):
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 1_000_000)
    for number in range(count):
        builder.append(number, 0, b"key", b"%d" % number, [("Verb", b"created"), ("none", None)])
    return bytes(builder.build())


async def read(kind, data, first=0):
    assignment = Assignment([WHERE])
    assignment.state_value(WHERE).reset_to(first)
    result = fetcher.FetchResult(
        WHERE,
        assignment=assignment,
        partition_records=kind(WHERE, MemoryRecords(data), [], first, None, None, True, fetcher.READ_UNCOMMITTED),
        backoff=0,
    )
    found = []
    while result.has_more():
        found += result.getall(2)
    return [(each.offset, each.key, each.value, tuple(each.headers)) for each in found]


@pytest.mark.parametrize("first", [0, 3])
def test_they_say_what_aiokafkas_own_say(first):
    found = asyncio.run(read(PlainRecords, batch(5), first))

    assert found == asyncio.run(read(fetcher.PartitionRecords, batch(5), first))
    assert [offset for offset, *_ in found] == list(range(first, 5))


def test_damage_is_still_found():
    data = bytearray(batch(2))
    data[-1] ^= 0xFF
    with pytest.raises(CorruptRecordException):
        asyncio.run(read(PlainRecords, bytes(data)))


def test_the_private_names_are_there():
    owners = {"fetcher": fetcher, "Fetcher": fetcher.Fetcher, "PartitionRecords": fetcher.PartitionRecords}
    for owner, names in PRIVATE.items():
        assert all(hasattr(owners[owner], name) for name in names), owner
    code = fetcher.Fetcher._proc_fetch_request.__code__
    assert "PartitionRecords" in code.co_names
    assert not code.co_freevars


@pytest.mark.broker
@pytest.mark.anyio
async def test_aiokafkas_classes_are_not_changed(kafka):
    where = support.context()
    async with support.transport(kafka) as transport, transport.listen(support.spec(where)) as consumer:
        assert not any(await transport.send([support.frame(where, b"1")]))
        (delivery,) = await support.receive(consumer, 1)
        assert delivery.value.body == b"1"
        assert fetcher.PartitionRecords is not PlainRecords

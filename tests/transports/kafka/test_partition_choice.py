"""Partitions are where Kafka's own clients look for a key."""

from __future__ import annotations

import pytest
from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from cimbus.middleware.net.murmur2 import partition_hash

from . import support

VECTORS = {  # of org.apache.kafka.common.utils.UtilsTest
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}


@pytest.mark.parametrize("key", VECTORS)
def test_hashes_are_kafkas(key):
    assert partition_hash(key) == VECTORS[key] & 0x7FFF_FFFF


@given(st.binary(max_size=100), st.integers(1, 100))
def test_the_partition_of_any_key_is_the_one_of_aiokafkas_partitioner(key, count):
    partitions = list(range(count))

    assert DefaultPartitioner()(key, partitions, partitions) == partition_hash(key) % count


@pytest.mark.anyio
@pytest.mark.broker
async def test_two_clients_send_a_key_to_one_place(kafka):
    where = support.context()
    keys = [f"meter {number} ü" for number in range(40)]
    async with support.transport(kafka) as transport:
        await support.sent(transport, [support.frame(where, b"ours", key) for key in keys])
    await support.produce(kafka, support.topic(where), *((key.encode(), b"theirs", []) for key in keys))
    places: dict[bytes, set[int]] = {}
    for partition, key, _ in await support.log(kafka, support.topic(where)):
        places.setdefault(key, set()).add(partition)

    assert len(places) == 40
    assert {len(found) for found in places.values()} == {1}
    assert len(set().union(*places.values())) == 4


@pytest.mark.anyio
@pytest.mark.broker
async def test_librdkafka_and_we_send_a_key_to_one_place(kafka):
    confluent = pytest.importorskip("confluent_kafka")
    where = support.context()
    keys = [f"meter {number} ü" for number in range(40)]
    async with support.transport(kafka) as transport:
        await support.sent(transport, [support.frame(where, b"ours", key) for key in keys])
    # Java's default partitioner is librdkafka's murmur2_random
    producer = confluent.Producer({"bootstrap.servers": kafka.address, "partitioner": "murmur2_random"})
    for key in keys:
        producer.produce(support.topic(where), key=key.encode(), value=b"theirs")
    assert producer.flush(10) == 0
    places: dict[bytes, set[int]] = {}
    for partition, key, _ in await support.log(kafka, support.topic(where)):
        places.setdefault(key, set()).add(partition)

    assert {len(found) for found in places.values()} == {1}

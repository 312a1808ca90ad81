"""Clients of aiokafka, as they are configured."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from cimbus.errors import UsageError
from cimbus_kafka import KafkaTransport
from cimbus_kafka.aiokafka_clients import committed_offsets, new_topic
from cimbus_kafka.aiokafka_types import Committed, KafkaError, Partition


@pytest.mark.parametrize("name", ["snappy", "lz4", "zstd"])
def test_a_compression_whose_library_is_missing_says_so(name):
    from aiokafka import codec

    if getattr(codec, f"has_{name}")():
        pytest.skip("it is installed")
    with pytest.raises(UsageError, match="pip install"):
        KafkaTransport.from_url(f"kafka://localhost/?compression={name}")


def test_a_number_that_is_left_to_the_broker_is_minus_one():
    topic = new_topic("name", 0, 0)

    assert (topic.num_partitions, topic.replication_factor) == (-1, -1)


def test_numbers_that_are_given_are_asked_for():
    topic = new_topic("name", 6, 3)

    assert (topic.num_partitions, topic.replication_factor) == (6, 3)


class Admin:
    """An admin client whose coordinator answers this."""

    def __init__(self, response):
        self.response = response

    async def find_coordinator(self, group_id):
        return 1

    async def _send_request(self, request, node_id):
        return self.response


async def offsets(error_code=0, partition_error=0):
    topics = [("topic", [(0, 7, "note", partition_error)])] if not error_code else []
    return await committed_offsets(Admin(SimpleNamespace(error_code=error_code, topics=topics)), "group")


@pytest.mark.anyio
async def test_committed_offsets_are_read_with_their_metadata():
    assert await offsets() == {Partition("topic", 0): Committed(7, "note")}


@pytest.mark.anyio
@pytest.mark.parametrize("errors", [{"error_code": 14}, {"error_code": 16}, {"partition_error": 3}])
async def test_a_coordinator_that_is_not_ready_is_an_error_and_not_a_group_without_offsets(errors):
    with pytest.raises(KafkaError):
        await offsets(**errors)


def test_the_private_name_is_there():
    assert callable(AIOKafkaAdminClient._send_request)

"""Clients are stopped in a bounded time, and what cannot be cancelled is left behind."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from cimbus.middleware.net import Address
from cimbus_kafka import client_lifecycle
from cimbus_kafka.aiokafka_clients import new_consumer
from cimbus_kafka.client_lifecycle import silence_aiokafka, start_client, start_or_stop, stop_client
from cimbus_kafka.cluster import Cluster
from cimbus_kafka.options import KafkaOptions

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("anyio_backend", ["asyncio"])]


class Client:
    """A client whose start and stop take so many seconds."""

    def __init__(self, start=0.0, stop=0.0):
        self.starting, self.stopping = start, stop
        self.steps = []

    async def start(self):
        await asyncio.sleep(self.starting)
        self.steps.append("started")

    async def stop(self):
        await asyncio.sleep(self.stopping)
        self.steps.append("stopped")


async def test_a_stopped_client_makes_no_connection_and_closes_one_that_is_being_made(kafka):
    cluster = Cluster(Address(scheme="kafka", host="127.0.0.1", port=kafka.port), KafkaOptions(), None)
    client: Any = new_consumer(cluster, group_id=None)
    await start_client(client, 10)
    connections = client._client
    (broker,) = connections.cluster.brokers()
    making = asyncio.ensure_future(connections.ready(broker.nodeId, group=7))
    await asyncio.sleep(0)
    await stop_client(client)
    await making

    assert (broker.nodeId, 7) in connections._conns
    assert not any(connection.connected() for connection in connections._conns.values())
    assert not await connections.ready(broker.nodeId, group=8)


async def test_a_client_that_starts_in_time_is_started():
    client = Client()
    await start_client(client, 1)

    assert client.steps == ["started"]


async def test_a_client_that_does_not_start_is_given_up(monkeypatch):
    monkeypatch.setattr(client_lifecycle, "UNREACHABLE_STOP_TIMEOUT", 0.01)
    client = Client(start=60)
    with pytest.raises(TimeoutError):
        await start_client(client, 0.01)

    assert client.steps == []


async def test_a_client_that_does_not_start_is_stopped_where_that_is_wanted(monkeypatch):
    monkeypatch.setattr(client_lifecycle, "UNREACHABLE_STOP_TIMEOUT", 0.01)
    client = Client(start=60)
    with pytest.raises(TimeoutError):
        await start_or_stop(client, 0.01)

    assert client.steps == ["stopped"]


async def test_stopping_a_client_that_hangs_ends_all_the_same():
    await stop_client(Client(stop=60), 0.01)


async def test_a_client_whose_stopping_is_cancelled_by_its_caller_leaves_no_connection(kafka, monkeypatch):
    cluster = Cluster(Address(scheme="kafka", host="127.0.0.1", port=kafka.port), KafkaOptions(), None)
    client: Any = new_consumer(cluster, group_id=None)
    await start_client(client, 10)
    await client.topics()  # opens a connection
    connections = list(client._client._conns.values())
    stop, begun = client.stop, asyncio.Event()

    async def hang():
        begun.set()
        await asyncio.sleep(60)

    monkeypatch.setattr(client, "stop", hang)
    stopping = asyncio.ensure_future(stop_client(client, 60))
    await begun.wait()
    stopping.cancel()
    await asyncio.wait({stopping}, timeout=20)

    assert stopping.cancelled()
    assert connections
    assert not any(connection.connected() for connection in connections)

    await stop()


async def test_a_client_whose_own_stopping_is_cancelled_leaves_no_connection_and_no_fetch(kafka):
    # aiokafka cancels its fetches and waits for each: one that had not begun ends the stopping before its connections
    cluster = Cluster(Address(scheme="kafka", host="127.0.0.1", port=kafka.port), KafkaOptions(), None)
    client: Any = new_consumer(cluster, group_id=None)
    await start_client(client, 10)
    await client.topics()  # opens a connection
    fetches = [asyncio.ensure_future(asyncio.sleep(60)) for _ in range(2)]
    client._fetcher._pending_tasks.update(fetches)
    connections = list(client._client._conns.values())
    await stop_client(client)

    assert connections
    assert not any(connection.connected() for connection in connections)
    assert all(fetch.cancelled() for fetch in fetches)


async def test_aiokafkas_loggers_are_silent_unless_a_level_is_set(monkeypatch):
    logger = logging.getLogger("aiokafka")
    monkeypatch.setattr(logger, "level", logging.NOTSET)
    silence_aiokafka()

    assert not logger.isEnabledFor(logging.CRITICAL)

    logger.setLevel(logging.INFO)
    silence_aiokafka()

    assert logger.level == logging.INFO

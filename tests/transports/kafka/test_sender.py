"""Sending: what shares a batch, what is too large, and what happens to order when brokers and connections fail."""

from __future__ import annotations

import os

import anyio
import anyio.to_thread
import pytest

from cimbus.errors import MessageTooLargeError
from cimbus.testing.proxy import FaultProxy
from cimbus_kafka import sender as sender_module

from . import support

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


async def test_many_who_send_one_frame_share_batches(kafka, monkeypatch):
    batches: list[int] = []
    fill = sender_module.fill_batch

    def counted(producer, queue):
        taken, batch = fill(producer, queue)
        batches.append(len(taken))
        return taken, batch

    monkeypatch.setattr(sender_module, "fill_batch", counted)
    where = support.context()
    async with support.transport(kafka) as transport:
        await support.sent(transport, [support.frame(where, b"")])
        batches.clear()
        async with anyio.create_task_group() as tasks:
            for number in range(200):
                tasks.start_soon(support.sent, transport, [support.frame(where, b"%d" % number, f"k{number}")])
    assert sum(batches) == 200
    assert len(batches) < 40


async def test_what_the_broker_finds_too_large_is_refused_alone(kafka):
    """Its limit is lower than ours: it refuses batches, which are halved until it is known which frame it is."""
    where = support.context()
    await support.make(kafka, support.topic(where), {"max.message.bytes": "20000"})
    small = [support.frame(where, b"%d" % number + b"x" * 3000) for number in range(20)]
    large = support.frame(where, b"x" * 30_000)
    async with support.transport(kafka) as transport:
        results = await transport.send([*small[:10], large, *small[10:]])
        assert results[:10] == results[11:] == [None] * 10
        assert isinstance(results[10], MessageTooLargeError)
        assert "max.message.bytes" in str(results[10])
        await support.sent(transport, [support.frame(where, b"afterwards")])
    values = [value for _, _, value in await support.log(kafka, support.topic(where))]
    assert values == [*(frame.body for frame in small), b"afterwards"]


async def test_large_frames_go_where_both_sides_allow_them(kafka):
    where = support.context()
    await support.make(kafka, support.topic(where), {"max.message.bytes": "9000000"})
    body = bytes(range(256)) * 32_000
    async with (
        support.transport(kafka, max_message=9_000_000) as transport,
        transport.listen(support.spec(where)) as consumer,
    ):
        assert transport.traits.max_body > len(body)
        await support.sent(
            transport, [support.frame(where, b"1"), support.frame(where, body), support.frame(where, b"2")]
        )
        found = []
        with anyio.fail_after(60):
            while len(found) < 3:
                for delivery in await consumer.receive():
                    found.append(delivery.value.body)
                    delivery.accept()
    assert found == [b"1", body, b"2"]


async def test_a_frame_counts_as_large_as_it_is_compressed(kafka):
    """The broker's limit is on batches, which are compressed as a whole."""
    where = support.context()
    body, dense = bytes(3_000_000), os.urandom(1_500_000)
    async with (
        support.transport(kafka, compression="gzip") as transport,
        transport.listen(support.spec(where)) as consumer,
    ):
        sent, refused = await transport.send([support.frame(where, body), support.frame(where, dense)])
        with anyio.fail_after(20):
            (delivery,) = await consumer.receive()
    assert (sent, delivery.value.body) == (None, body)
    assert isinstance(refused, MessageTooLargeError)
    assert "compressed" in str(refused)
    assert refused.size > refused.limit == 1_048_588


async def test_frames_are_compressed_if_asked(kafka):
    where = support.context()
    async with (
        support.transport(kafka, compression="gzip") as transport,
        transport.listen(support.spec(where)) as consumer,
    ):
        await support.sent(transport, [support.frame(where, b"x" * 10_000)])
        (delivery,) = await consumer.receive()
        assert delivery.value.body == b"x" * 10_000


async def test_a_send_that_is_cancelled_does_not_delay_others(kafka):
    where = support.context()
    async with support.transport(kafka) as transport:
        for _ in range(20):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(transport.send, support.frames(where, 50, key="gone"))
                await anyio.lowlevel.checkpoint()
                tasks.cancel_scope.cancel()
        await support.sent(transport, support.frames(where, 10))
    kept = [value for _, key, value in await support.log(kafka, support.topic(where)) if key == b"k"]
    assert kept == [b"%d" % number for number in range(10)]


def in_order(values: list[int], count: int) -> bool:
    """Return whether all are there, and each came first after all before it."""
    firsts = list(dict.fromkeys(values))
    return firsts == list(range(count))


async def check(broker, where: str, counts: dict[str, int]) -> int:
    """Look for everything, in order; return how many are there twice."""
    found: dict[bytes, list[int]] = {}
    for _, key, value in await support.log(broker, support.topic(where)):
        found.setdefault(key, []).append(int(value))
    for key, count in counts.items():
        assert in_order(found[key.encode()], count), key
    return sum(map(len, found.values())) - sum(counts.values())


async def test_a_broker_that_is_killed_twice_loses_nothing(new_kafka):
    """Senders wait, and go on; the order of keys is kept, with one and with several frames in a call."""
    broker = new_kafka()
    where = support.context()
    counts = {f"one {number}": 120 for number in range(8)} | {f"many {number}": 1200 for number in range(4)}
    with anyio.fail_after(150):
        # within the time-out, aiokafka repeats a batch itself, and the broker knows what it has of it
        async with support.transport(broker, timeout=120) as transport, anyio.create_task_group() as tasks:
            for key, count in counts.items():
                tasks.start_soon(stream_paced(transport, where, key, count))
            for _ in range(2):
                await anyio.sleep(0.3)  # in the middle of it
                await anyio.to_thread.run_sync(broker.restart)
    assert await check(broker, where, counts) == 0


def stream_paced(transport, where, key, count):
    async def run() -> None:
        for first in range(0, count, count // 40):
            await support.sent(transport, support.frames(where, count // 40, key=key, first=first))
            await anyio.sleep(0.02)

    return run


async def test_connections_that_are_cut_again_and_again_lose_nothing(kafka):
    where = support.context()
    counts = {f"key {number}": 400 for number in range(6)}
    with anyio.fail_after(60):
        async with (
            FaultProxy(kafka.proxied, port=kafka.advertised) as proxy,
            support.transport(kafka, port=proxy.port, timeout=120) as transport,
            anyio.create_task_group() as tasks,
        ):

            async def cut() -> None:
                while True:
                    await anyio.sleep(0.1)
                    proxy.cut()

            tasks.start_soon(cut)
            async with anyio.create_task_group() as sending:
                for key, count in counts.items():
                    sending.start_soon(stream_paced(transport, where, key, count))
            tasks.cancel_scope.cancel()
    assert await check(kafka, where, counts) == 0


async def test_a_network_that_stalls_is_waited_for(kafka):
    where = support.context()
    async with (
        FaultProxy(kafka.proxied, port=kafka.advertised) as proxy,
        support.transport(kafka, port=proxy.port, timeout=1) as transport,
    ):
        await support.sent(transport, support.frames(where, 1))
        async with anyio.create_task_group() as tasks:
            with proxy.stalled():
                tasks.start_soon(support.sent, transport, support.frames(where, 9, first=1))
                with anyio.fail_after(60):
                    await support.until(lambda: not transport.ready)
        with anyio.fail_after(60):
            await support.until(lambda: transport.ready)
    assert await check(kafka, where, {"k": 10}) >= 0

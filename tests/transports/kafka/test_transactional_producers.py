"""Producers of transactions: used again, several at a time, and replaced when they are broken."""

from __future__ import annotations

from contextlib import ExitStack

import anyio
import anyio.to_thread
import pytest

from cimbus.errors import ClosedError, TransportError
from cimbus.testing.proxy import FaultProxy
from cimbus_kafka import transactional_producers

from . import support

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


def idle(transport):
    return transport._side._producers


async def committed(broker, where: str) -> list[bytes | None]:
    return sorted(value for _, _, value in await support.log(broker, support.topic(where), isolation="read_committed"))


async def test_a_producer_is_used_by_one_transaction_after_the_other(kafka):
    where = support.context()
    async with support.transport(kafka) as transport:
        for number in range(5):
            async with transport.transaction() as transaction:
                await transaction.send([support.frame(where, b"%d" % number)])
        assert idle(transport)._count == 1
    assert await committed(kafka, where) == [b"0", b"1", b"2", b"3", b"4"]


async def test_transactions_at_the_same_time_have_producers_of_their_own(kafka):
    where = support.context()
    async with support.transport(kafka) as transport:
        async with transport.transaction() as one:
            await one.send([support.frame(where, b"1")])
            async with transport.transaction() as two:
                await two.send([support.frame(where, b"2")])
            with pytest.raises(LookupError):
                async with transport.transaction():
                    raise LookupError
        assert idle(transport)._count == 2
    assert await committed(kafka, where) == [b"1", b"2"]


async def test_a_transport_that_is_closed_ends_its_open_transactions(kafka):
    where = support.context()

    async def work() -> None:
        async with support.transport(kafka) as transport, transport.transaction() as transaction:
            await transaction.send([support.frame(where, b"never")])
            await transport.__aexit__(None, None, None)

    with anyio.fail_after(60), pytest.raises((ClosedError, TransportError)):
        await work()
    async with support.transport(kafka) as transport:
        await support.sent(transport, [support.frame(where, b"next")])
    assert await committed(kafka, where) == [b"next"]


async def test_a_broker_that_is_killed_in_a_transaction_sends_all_of_it_or_nothing(new_kafka):
    where = support.context()
    broker = new_kafka()
    attempts = 0
    succeeded: list[int] = []
    with anyio.fail_after(60):
        async with support.transport(broker) as transport:
            while len(succeeded) < 4:
                attempts += 1
                try:
                    async with transport.transaction() as transaction:
                        await transaction.send([support.frame(where, b"%d a" % attempts, "one")])
                        if attempts == 2:
                            await anyio.to_thread.run_sync(broker.restart)
                        await transaction.send([support.frame(where, b"%d b" % attempts, "two")])
                except TransportError:
                    continue
                succeeded.append(attempts)
        found = [value.split() for value in await committed(broker, where)]
    halves = {half: {int(number) for number, its in found if its == half} for half in (b"a", b"b")}
    assert halves[b"a"] == halves[b"b"]
    assert set(succeeded) <= halves[b"a"]


@pytest.mark.parametrize("stalls", ["send", "commit"])
async def test_brokers_that_do_not_answer_end_a_transaction_within_a_bounded_time(kafka, stalls):
    """aiokafka would wait until they do."""
    where, later = support.context(), support.context()

    async def work() -> None:
        with ExitStack() as stack:
            async with transport.transaction() as transaction:
                if stalls == "send":
                    stack.enter_context(proxy.stalled())
                await transaction.send([support.frame(where, b"1")])
                stack.enter_context(proxy.stalled())

    async with (
        FaultProxy(kafka.proxied, port=kafka.advertised) as proxy,
        support.transport(kafka, port=proxy.port, timeout=1) as transport,
    ):
        with anyio.fail_after(60):
            with pytest.raises(TransportError):
                await work()
            await support.until(lambda: transport.ready)
            async with transport.transaction() as transaction:
                await transaction.send([support.frame(later, b"next")])
    assert await committed(kafka, later) == [b"next"]


async def test_a_producer_that_is_ready_after_the_end_is_stopped(kafka, monkeypatch):
    """The transport is closed while a transaction begins."""
    started: list[object] = []
    start = transactional_producers.start_transactional

    async def start_and_close(cluster, name):
        client = await start(cluster, name)
        started.append(client)
        await side._producers.close()
        return client

    monkeypatch.setattr(transactional_producers, "start_transactional", start_and_close)
    with anyio.fail_after(60):
        async with support.transport(kafka) as transport:
            side = transport._side
            with pytest.raises(ClosedError):
                async with transport.transaction():
                    pass
            assert not idle(transport)._producers
            (client,) = started
            assert client._closed

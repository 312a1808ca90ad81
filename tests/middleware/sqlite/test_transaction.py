"""Transactions in a file: one of SQLite for frames and deliveries together."""

from __future__ import annotations

import contextlib
import sqlite3

import anyio
import pytest

from cimbus.errors import ClosedError, SendError, UsageError
from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.sqlite import SqliteTransport
from cimbus.middleware.transport import SubscriptionSpec

pytestmark = pytest.mark.anyio

INPUT = SubscriptionSpec(patterns=(Pattern(noun="In"),), group="input", durable=True)
OUTPUT = SubscriptionSpec(patterns=(Pattern(noun="Out"),), group="output", durable=True)


def frame(noun, body=b""):
    return Frame(topic=Topic("production", "events", noun, "created", "k"), body=body)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "bus.db"


def rows(path):
    """Return how many frames wait for each group."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        return dict(
            db.execute(
                "SELECT CAST(name AS TEXT), count(frame) FROM subscription"
                " LEFT JOIN waiting ON waiting.subscription = subscription.id GROUP BY name"
            ).fetchall()
        )


async def test_frames_and_deliveries_are_written_together(path):
    async with SqliteTransport(path) as transport, transport.listen(OUTPUT), transport.listen(INPUT) as consumer:
        await transport.send([frame("In")])
        deliveries = await consumer.receive()
        async with transport.transaction(consumer, deliveries) as transaction:
            await transaction.send([frame("Out"), frame("Out")])
            before = rows(path)
        after = rows(path)

    assert before == {"input": 1, "output": 0}
    assert after == {"input": 0, "output": 2}


async def test_a_full_file_takes_neither(path):
    async with (
        SqliteTransport(path, max_size=200_000) as transport,
        transport.listen(OUTPUT),
        transport.listen(INPUT) as consumer,
    ):
        await transport.send([frame("In")])
        (delivery,) = await consumer.receive()
        with pytest.raises(SendError, match="full"):
            async with transport.transaction(consumer, [delivery]) as transaction:
                await transaction.send([frame("Out"), frame("Out", bytes(300_000))])

        assert rows(path) == {"input": 1, "output": 0}
        assert delivery.accept()


async def test_a_delivery_of_another_consumer_is_refused(path):
    async with (
        SqliteTransport(path) as transport,
        transport.listen(OUTPUT) as other,
        transport.listen(INPUT) as consumer,
    ):
        await transport.send([frame("In")])
        deliveries = await consumer.receive()
        with pytest.raises(UsageError):
            async with transport.transaction(other, deliveries) as transaction:
                await transaction.send([frame("Out")])
        with pytest.raises(UsageError):
            async with transport.transaction(None, deliveries):
                pass

        assert rows(path) == {"input": 1, "output": 0}


async def test_a_delivery_that_is_settled_in_the_block_undoes_it(path):
    async with SqliteTransport(path) as transport, transport.listen(OUTPUT), transport.listen(INPUT) as consumer:
        await transport.send([frame("In")])
        (delivery,) = await consumer.receive()

        async def run():
            async with transport.transaction(consumer, [delivery]) as transaction:
                await transaction.send([frame("Out")])
                delivery.accept()

        with pytest.raises(UsageError):
            await run()

        assert rows(path)["output"] == 0


async def test_credit_is_free_again_after_a_commit(path):
    spec = SubscriptionSpec(patterns=(Pattern(noun="In"),), group="input", durable=True, credit=1)
    async with SqliteTransport(path) as transport, transport.listen(spec) as consumer:
        await transport.send([frame("In", b"1"), frame("In", b"2")])
        found = []
        with anyio.fail_after(60):
            for _ in range(2):
                (delivery,) = await consumer.receive()
                async with transport.transaction(consumer, [delivery]):
                    found.append(delivery.value.body)

    assert found == [b"1", b"2"]


async def test_a_refused_frame_that_is_caught_undoes_the_transaction(path):
    async with SqliteTransport(path) as transport, transport.listen(OUTPUT):

        async def run():
            async with transport.transaction() as transaction:
                await transaction.send([frame("Out")])
                with pytest.raises(SendError):
                    await transaction.send([Frame(topic=frame("Out").topic, body=b"", address="queue:x")])

        with pytest.raises(SendError, match="destination"):
            await run()

        assert rows(path) == {"output": 0}


async def test_a_transport_that_is_closed_in_the_block_undoes_it(path):
    async with SqliteTransport(path) as other, other.listen(OUTPUT):

        async def run():
            async with contextlib.AsyncExitStack() as stack:
                transport = await stack.enter_async_context(SqliteTransport(path))
                async with transport.transaction() as transaction:
                    await transaction.send([frame("Out")])
                    await stack.aclose()

        with pytest.raises(ClosedError):
            await run()

        assert rows(path) == {"output": 0}


async def test_another_process_sees_the_frames_of_a_commit(path):
    async with SqliteTransport(path) as ours, SqliteTransport(path) as theirs, theirs.listen(OUTPUT) as output:
        async with ours.transaction() as transaction:
            await transaction.send([frame("Out", b"x")])
        with anyio.fail_after(60):
            (delivery,) = await output.receive()

    assert delivery.value.body == b"x"

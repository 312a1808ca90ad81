"""Transactions: frames are seen and deliveries settled, both or neither, whatever fails in between."""

from __future__ import annotations

import anyio
import anyio.to_thread
import pytest

from cimbus.errors import ClosedError, SendError, TransportError, UsageError
from cimbus_kafka.transaction import ProducerTransaction

from . import support

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


async def receive(consumer, count):
    found = []
    with anyio.fail_after(60):
        while len(found) < count:
            found += await consumer.receive()
    return found


async def seen(kafka, where: str) -> list[bytes | None]:
    """Return what readers of committed frames can see of the output."""
    return [value for _, _, value in await support.log(kafka, support.topic(where, "Out"), isolation="read_committed")]


def out(where: str, body: bytes, key: str = "k"):
    return support.frame(where, body, key, noun="Out")


async def test_what_is_sent_is_seen_when_the_block_ends(kafka):
    where = support.context()
    spec = support.spec(where, "work", durable=True)
    outputs = support.spec(where, noun="Out")
    async with support.transport(kafka, isolation="read_committed") as transport:
        async with transport.listen(outputs) as output, transport.listen(spec) as consumer:
            await support.sent(transport, support.frames(where, 3))
            deliveries = await receive(consumer, 3)
            async with transport.transaction(consumer, deliveries) as transaction:
                await transaction.send([out(where, b"1"), out(where, b"2", "other")])
                assert await seen(kafka, where) == []
            assert all(not delivery.release() for delivery in deliveries)  # they are settled
            assert sorted(found.value.body for found in await receive(output, 2)) == [b"1", b"2"]
            await support.sent(transport, [support.frame(where, b"3")])
            (later,) = await receive(consumer, 1)
            async with transport.transaction(consumer, [later]) as transaction:
                await transaction.send([out(where, b"3")])
            assert [found.value.body for found in await receive(output, 1)] == [b"3"]
        async with transport.listen(spec) as consumer:
            await support.sent(transport, [support.frame(where, b"next")])
            assert [delivery.value.body for delivery in await receive(consumer, 1)] == [b"next"]


async def test_a_caller_who_is_cancelled_while_it_begins_leaves_no_transaction_open(kafka, monkeypatch):
    """Not even one that has begun in that moment: its producer would be in use until the end of the process."""
    async with support.transport(kafka) as transport:
        begin, scope = ProducerTransaction.begin, anyio.CancelScope()

        async def begin_then_cancel(self):
            await begin(self)
            transport._side.portal.to_caller(scope.cancel)

        monkeypatch.setattr(ProducerTransaction, "begin", begin_then_cancel)
        with anyio.fail_after(60):
            with scope:
                async with transport.transaction():
                    await anyio.sleep_forever()
            assert scope.cancelled_caught
            (producer,) = transport._side._producers._producers.values()
            assert not producer.turn.locked()


async def test_what_is_sent_is_never_seen_when_the_block_raises(kafka):
    where = support.context()
    spec = support.spec(where, "fail", durable=True)
    async with (
        support.transport(kafka, isolation="read_committed") as transport,
        transport.listen(support.spec(where, noun="Out")) as outputs,
        transport.listen(spec) as consumer,
    ):
        await support.sent(transport, support.frames(where, 1))
        (delivery,) = await receive(consumer, 1)

        async def fail(body: bytes) -> None:
            async with transport.transaction(consumer, [delivery]) as transaction:
                await transaction.send([out(where, body)])
                raise LookupError

        with pytest.raises(LookupError):
            await fail(b"never")
        with anyio.move_on_after(0.1) as scope:
            async with transport.transaction(consumer, [delivery]) as transaction:
                await transaction.send([out(where, b"nor this")])
                await anyio.sleep(5)
        assert scope.cancelled_caught
        assert delivery.outcome is None
        async with transport.transaction(consumer, [delivery]) as transaction:
            await transaction.send([out(where, b"at last")])
        assert [found.value.body for found in await receive(outputs, 1)] == [b"at last"]
    assert await seen(kafka, where) == [b"at last"]


async def test_what_cannot_be_settled_together_is_refused(kafka):
    where = support.context()
    async with support.transport(kafka) as transport:
        async with transport.listen(support.spec(where, "order")) as consumer:
            await support.sent(transport, support.frames(where, 3))
            one, two, three = await receive(consumer, 3)
            with pytest.raises(UsageError, match="came before"):
                async with transport.transaction(consumer, [two]):
                    pass
            with pytest.raises(UsageError, match="one partition"):
                async with transport.transaction(consumer, []):
                    pass
            two.accept()
            async with transport.transaction(consumer, [one]) as transaction:
                with pytest.raises(SendError, match="max_message"):
                    await transaction.send([out(where, bytes(2_000_000))])
                await transaction.send([out(where, b"1")])
            with pytest.raises(UsageError):
                async with transport.transaction(consumer, [one]):
                    pass
            three.accept()
        with pytest.raises(ClosedError):
            transport.transaction(consumer, [three])
        async with transport.listen(support.spec(where)) as private:
            with pytest.raises(UsageError, match="private"):
                transport.transaction(private, [])


async def test_members_that_come_and_go_do_everything_once(kafka):
    """Consume, process and produce by members that leave in the middle: each input makes one output, in order."""
    where = support.context()
    spec = support.spec(where, "once", durable=True, credit=8)
    keys = [f"meter {number}" for number in range(8)]
    each = 15
    done: set[tuple[str, bytes]] = set()
    async with support.transport(kafka) as transport, transport.listen(spec):
        pass

    async def work() -> None:
        patience = 0.3
        while len(done) < each * len(keys):
            async with support.transport(kafka) as transport, transport.listen(spec) as consumer:
                for _ in range(6):
                    with anyio.move_on_after(patience):
                        await handle(transport, consumer)
            patience *= 1.2  # on a busy machine a transaction may take longer

    async def handle(transport, consumer) -> None:
        parts: dict[object, list] = {}
        for delivery in await consumer.receive():
            parts.setdefault(delivery.token.mark[0], []).append(delivery)
        for deliveries in parts.values():
            try:
                async with transport.transaction(consumer, deliveries) as transaction:
                    await transaction.send([out(where, d.value.body, d.value.topic.key) for d in deliveries])
            except (TransportError, UsageError):
                for delivery in deliveries:
                    delivery.release()
            else:
                done.update((d.value.topic.key, d.value.body) for d in deliveries)

    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(work)
            tasks.start_soon(work)
            async with support.transport(kafka) as transport:
                for number in range(each):
                    await support.sent(transport, [support.frame(where, b"%d" % number, key) for key in keys])
    found: dict[bytes, list[int]] = {}
    for _, key, value in await support.log(kafka, support.topic(where, "Out"), isolation="read_committed"):
        found.setdefault(key, []).append(int(value))
    assert found == {key.encode(): list(range(each)) for key in keys}


async def test_a_broker_that_is_killed_in_a_transaction_ends_it_or_not(new_kafka):
    where = support.context()
    broker = new_kafka()
    spec = support.spec(where, "killed", durable=True)
    with anyio.fail_after(60):
        async with support.transport(broker) as transport, transport.listen(spec) as consumer:
            await support.sent(transport, support.frames(where, 5))
            left = 5
            while left:
                for delivery in await consumer.receive():
                    try:
                        async with transport.transaction(consumer, [delivery]) as transaction:
                            await transaction.send([out(where, delivery.value.body)])
                            if delivery.value.body == b"2" and delivery.attempt == 1:
                                await anyio.to_thread.run_sync(broker.restart)
                    except (TransportError, UsageError):
                        delivery.release()
                    else:
                        left -= 1
        assert await seen(broker, where) == [b"%d" % number for number in range(5)]

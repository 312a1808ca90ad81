"""Transactions: frames and deliveries together, committed, rolled back, or ended by a lost connection."""

from __future__ import annotations

import contextlib

import anyio
import pytest

from cimbus.errors import ClosedError, SendError, TransportError, UsageError
from cimbus.middleware.delivery import Outcome
from cimbus.middleware.frame import Frame
from cimbus.testing.proxy import FaultProxy
from cimbus.testing.support import bodies, sent

from .support import PATIENCE, context, frames, got, spec, transport

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


async def broken_off(bus, *batches, inbox=None, deliveries=(), then=None):
    """Do something in a transaction, and leave its block with an error."""
    async with bus.transaction(inbox, deliveries) as transaction:
        if then is not None:
            then()
        for batch in batches:
            await transaction.send(batch)
        raise LookupError


async def test_a_transaction_is_all_or_nothing(artemis):
    """What it sends is not seen before its end, and never if its block raises."""
    ours = context()
    async with transport(artemis) as bus, bus.listen(spec(ours)) as inbox:
        with pytest.raises(LookupError):
            await broken_off(bus, frames(ours, 3))
        async with bus.transaction() as transaction:
            await transaction.send(frames(ours, 3, first=20))
            await sent(bus, frames(ours, 1, first=99))
            assert bodies(await got(inbox, 1)) == [b"99"]
        assert bodies(await got(inbox, 3)) == [b"20", b"21", b"22"]


async def test_a_frame_that_is_refused_ends_its_transaction(artemis):
    """Also where its block goes on as if nothing had been."""
    ours = context()
    bad = Frame(topic=frames(ours, 1)[0].topic, body=b"", properties={"JMSPriority": "ten"})

    async def go_on(bus):
        async with bus.transaction() as transaction:
            await transaction.send(frames(ours, 3))
            with pytest.raises(SendError):
                await transaction.send([bad])

    async with transport(artemis) as bus, bus.listen(spec(ours)) as inbox:
        with pytest.raises(SendError):
            await go_on(bus)
        await sent(bus, frames(ours, 1, first=9))
        assert bodies(await got(inbox, 1)) == [b"9"]


async def test_deliveries_are_part_of_a_transaction(artemis):
    """Accepted and sent together: rolled back, they are still unsettled; committed, they are not redelivered."""
    ours, theirs = context(), context()
    wanted = spec(ours, "both", durable=True)
    async with transport(artemis) as bus, bus.listen(spec(theirs)) as results:
        assert bus.traits.transactions
        assert bus.traits.transactional_settlement
        async with bus.listen(wanted) as inbox:
            await sent(bus, frames(ours, 2))
            held = await got(inbox, 2, accept=False)
            with pytest.raises(LookupError):
                await broken_off(bus, frames(theirs, 1), inbox=inbox, deliveries=held[:1])
            assert [delivery.outcome for delivery in held] == [None, None]
            held[0].release()
            (again,) = await got(inbox, 1, accept=False)
            assert (again.value.body, again.attempt) == (b"0", 2)
            async with bus.transaction(inbox, [again]) as transaction:
                await transaction.send(frames(theirs, 1, first=7))
                with pytest.raises(UsageError, match="already"):
                    await broken_off(bus, inbox=inbox, deliveries=[again])
                assert again.outcome is None
            assert again.outcome is Outcome.ACCEPTED
            assert bodies(await got(results, 1)) == [b"7"]
        async with bus.listen(wanted) as inbox:
            assert bodies(await got(inbox, 1)) == [b"1"]
        with pytest.raises(ClosedError):
            await broken_off(bus, inbox=inbox)


async def test_a_delivery_that_was_settled_meanwhile_ends_its_transaction(artemis):
    ours, theirs = context(), context()

    async def accept_both(bus, inbox, held):
        async with bus.transaction(inbox, [held]) as transaction:
            await transaction.send(frames(theirs, 1))
            assert held.accept()

    async with transport(artemis) as bus, bus.listen(spec(ours)) as inbox, bus.listen(spec(theirs)) as results:
        await sent(bus, frames(ours, 1))
        (held,) = await got(inbox, 1, accept=False)
        with pytest.raises(UsageError, match="settled already"):
            await accept_both(bus, inbox, held)
        with pytest.raises(UsageError, match="settled already"):
            await broken_off(bus, inbox=inbox, deliveries=[held])
        with pytest.raises(UsageError, match="consumer"):
            await broken_off(bus, deliveries=[held])
        await sent(bus, frames(theirs, 1, first=9))
        assert bodies(await got(results, 1)) == [b"9"]


async def test_a_transaction_whose_connection_is_lost_has_not_happened(artemis):
    """Neither what it sent, nor what it would have accepted, which is still unsettled and can be released."""
    ours, theirs = context(), context()
    wanted = spec(ours, "lost", durable=True)

    async def lose(way, bus, inbox, delivery):
        async with bus.transaction(inbox, [delivery]) as transaction:
            await transaction.send(frames(theirs, 2))
            way.cut()
            await transaction.send(frames(theirs, 1, first=5))

    async def accept(bus, inbox, delivery):
        async with bus.transaction(inbox, [delivery]) as transaction:
            await transaction.send(frames(theirs, 1, first=9))

    async with (
        FaultProxy(artemis.amqp) as way,
        transport(artemis, port=way.port) as bus,
        transport(artemis) as other,
        other.listen(spec(theirs)) as results,
    ):
        async with bus.listen(wanted) as inbox:
            await sent(other, frames(ours, 1))
            (held,) = await got(inbox, 1, accept=False)
            with pytest.raises(TransportError, match="rolled back"):
                await lose(way, bus, inbox, held)
            assert held.outcome is None
            held.release()
            (again,) = await got(inbox, 1, accept=False)
            with anyio.fail_after(PATIENCE):
                while again.outcome is None:  # until the broker has redelivered it on the new connection
                    with contextlib.suppress(TransportError):
                        await accept(bus, inbox, again)
                    await anyio.sleep(0.02)
            assert bodies(await got(results, 1)) == [b"9"]
        async with bus.listen(wanted) as inbox:
            await sent(other, frames(ours, 1, first=1))
            assert bodies(await got(inbox, 1)) == [b"1"]

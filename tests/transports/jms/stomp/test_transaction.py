"""Transactions: frames and deliveries together, committed, rolled back, or ended by a lost connection."""

from __future__ import annotations

import contextlib

import anyio
import pytest

from cimbus.errors import ClosedError, SendError, TransportError, UnsupportedError, UsageError
from cimbus.interface.topic import Topic
from cimbus.middleware.delivery import Outcome
from cimbus.middleware.frame import Frame
from cimbus.testing.proxy import FaultProxy
from cimbus.testing.support import bodies, sent
from cimbus_jms.stomp import StompTransport

from .support import PATIENCE, context, frames, got, spec

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


@pytest.fixture(params=["activemq", "artemis"])
def broker(request):
    return request.getfixturevalue(request.param)


async def transact(transport, *batches, inbox=None, deliveries=(), then=None, error=None):
    """Send in one transaction, do something, and perhaps fail."""
    async with transport.transaction(inbox, deliveries) as transaction:
        for batch in batches:
            await transaction.send(batch)
        if then is not None:
            await then()
        if error is not None:
            raise error


async def test_a_transaction_is_all_or_nothing(broker):
    ours = context()
    large = Frame(topic=frames(ours, 1)[0].topic, body=bytes(33 * 1024 * 1024))
    async with StompTransport(broker.url()) as transport, transport.listen(spec(ours)) as inbox:
        await transact(transport, frames(ours, 2))
        with pytest.raises(LookupError):
            await transact(transport, frames(ours, 2, first=10), error=LookupError())
        with pytest.raises(SendError, match="max_body"):
            await transact(transport, frames(ours, 2, first=20), [large])
        await sent(transport, frames(ours, 1, first=2))
        assert bodies(await got(inbox, 3)) == [b"0", b"1", b"2"]


async def test_a_transaction_ends_with_its_connection(broker):
    ours = context()
    async with (
        FaultProxy(broker.port) as way,
        StompTransport(broker.url(port=way.port)) as transport,
        StompTransport(broker.url()) as other,
        other.listen(spec(ours)) as inbox,
    ):

        async def cut():
            way.cut()

        with pytest.raises(TransportError, match="connection was lost"):
            await transact(transport, frames(ours, 2), then=cut)
        await transact(transport, frames(ours, 1, first=2))
        assert bodies(await got(inbox, 1)) == [b"2"]


@pytest.mark.parametrize("group", ["", "worker"])
async def test_deliveries_of_a_transaction_that_is_rolled_back_are_not_accepted(activemq, group):
    """They are still unsettled; released, they are redelivered. Committed, they are not, and nothing is sent twice."""
    ours = context()
    done = Topic(ours, "events", "EndDeviceEvents", "closed")
    async with (
        StompTransport(activemq.url()) as transport,
        transport.listen(spec(ours, group, durable=bool(group), verb="created")) as inbox,
        transport.listen(spec(ours, verb="closed")) as results,
    ):
        assert transport.traits.transactions
        assert transport.traits.transactional_settlement
        await sent(transport, frames(ours, 2))
        held = await got(inbox, 2, accept=False)
        wrong = [Frame(topic=done, body=b"wrong")]
        with pytest.raises(LookupError):
            await transact(transport, wrong, inbox=inbox, deliveries=held, error=LookupError())
        assert {delivery.outcome for delivery in held} == {None}
        for delivery in held:
            delivery.release()
        again = await got(inbox, 2, accept=False)
        assert bodies(again) == [b"0", b"1"]
        assert {delivery.attempt for delivery in again} == {2}
        async with transport.transaction(inbox, again) as transaction:
            with pytest.raises(UsageError, match="already"):
                await transact(transport, inbox=inbox, deliveries=again[:1])
            await transaction.send([Frame(topic=done, body=b"right")])
            assert {delivery.outcome for delivery in again} == {None}
        assert {delivery.outcome for delivery in again} == {Outcome.ACCEPTED}
        assert bodies(await got(results, 1)) == [b"right"]
        await sent(transport, frames(ours, 1, first=2))
        assert bodies(await got(inbox, 1)) == [b"2"]
    async with (
        StompTransport(activemq.url()) as transport,
        transport.listen(spec(ours, group, durable=bool(group), verb="created")) as inbox,
    ):
        await sent(transport, frames(ours, 1, first=3))
        assert bodies(await got(inbox, 1)) == [b"3"]


async def test_a_delivery_that_was_settled_meanwhile_ends_its_transaction(activemq):
    ours, theirs = context(), context()
    async with (
        StompTransport(activemq.url()) as transport,
        transport.listen(spec(ours)) as inbox,
        transport.listen(spec(theirs)) as results,
    ):
        await sent(transport, frames(ours, 1))
        (held,) = await got(inbox, 1, accept=False)

        async def accept():
            assert held.accept()

        with pytest.raises(UsageError, match="settled already"):
            await transact(transport, frames(theirs, 1), inbox=inbox, deliveries=[held], then=accept)
        with pytest.raises(UsageError, match="settled already"):
            await transact(transport, inbox=inbox, deliveries=[held])
        with pytest.raises(UsageError, match="consumer"):
            await transact(transport, deliveries=[held])
        await sent(transport, frames(theirs, 1, first=9))
        assert bodies(await got(results, 1)) == [b"9"]
    with pytest.raises(ClosedError):
        await transact(transport)


async def test_deliveries_whose_connection_is_lost_are_still_unsettled(activemq):
    """Nothing of the transaction happens; they can be accepted in the next one, as soon as they were redelivered."""
    ours, theirs = context(), context()
    async with (
        FaultProxy(activemq.port) as way,
        StompTransport(activemq.url(port=way.port)) as transport,
        StompTransport(activemq.url()) as other,
        other.listen(spec(theirs)) as results,
    ):
        async with transport.listen(spec(ours, "cut", durable=True)) as inbox:
            await sent(other, frames(ours, 1))
            held = await got(inbox, 1, accept=False)

            async def cut():
                way.cut()

            with pytest.raises(TransportError, match=r"(is|was) lost"):
                await transact(transport, frames(theirs, 2), inbox=inbox, deliveries=held, then=cut)
            assert held[0].outcome is None
            with anyio.fail_after(PATIENCE):
                while held[0].outcome is None:
                    with contextlib.suppress(TransportError):
                        await transact(transport, frames(theirs, 1, first=9), inbox=inbox, deliveries=held)
                    await anyio.sleep(0.02)
        assert bodies(await got(results, 1)) == [b"9"]
        async with transport.listen(spec(ours, "cut", durable=True)) as inbox:
            await sent(other, frames(ours, 1, first=1))
            assert bodies(await got(inbox, 1)) == [b"1"]


async def test_artemis_does_not_acknowledge_in_transactions(artemis):
    ours = context()
    async with StompTransport(artemis.url()) as transport, transport.listen(spec(ours)) as inbox:
        assert transport.traits.transactions
        assert not transport.traits.transactional_settlement
        await sent(transport, frames(ours, 1))
        held = await got(inbox, 1, accept=False)
        with pytest.raises(UnsupportedError, match="Artemis"):
            await transact(transport, inbox=inbox, deliveries=held)

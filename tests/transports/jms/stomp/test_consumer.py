"""What is unsettled when a connection or a consumer ends, and what a group is at each broker."""

from __future__ import annotations

import logging

import anyio
import pytest

from cimbus.testing.proxy import FaultProxy
from cimbus.testing.support import bodies, sent
from cimbus_jms.stomp import StompTransport

from .support import PATIENCE, context, frames, got, peer, spec

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


@pytest.fixture(params=["activemq", "artemis"])
def broker(request):
    return request.getfixturevalue(request.param)


async def test_what_is_unsettled_when_the_connection_breaks_is_delivered_once(activemq):
    """It stays unsettled and is acknowledged when the broker has redelivered it; what waited comes from the broker."""
    ours = context()
    wanted = spec(ours, "inhand", durable=True, credit=3)
    async with FaultProxy(activemq.port) as way, StompTransport(activemq.url(port=way.port)) as transport:
        async with transport.listen(wanted) as inbox:
            await sent(transport, frames(ours, 6))
            held = await got(inbox, 3, accept=False)
            way.cut()
            held[0].accept()
            held[1].release()
            order = [delivery.value.body for delivery in held]
            while sorted(set(order)) != [b"%d" % number for number in range(6)] or order.count(b"1") < 2:
                batch = await got(inbox, 1)
                order += bodies(batch)
            held[2].accept()
            with anyio.fail_after(PATIENCE):
                while inbox._known:  # until the broker has sent it again, and heard what became of it
                    await way.news()
        assert order.count(b"0") == order.count(b"2") == 1
        async with transport.listen(wanted) as inbox:
            await sent(transport, frames(ours, 1, first=9))
            assert bodies(await got(inbox, 1)) == [b"9"]


async def test_a_private_inbox_settles_what_came_before_a_cut(broker):
    """The broker has forgotten it, and must not hear of it: that would end the new connection."""
    ours = context()
    async with (
        FaultProxy(broker.port) as way,
        StompTransport(broker.url(port=way.port)) as transport,
        StompTransport(broker.url()) as other,
        transport.listen(spec(ours, credit=2)) as inbox,
    ):
        await sent(other, frames(ours, 2))
        held = await got(inbox, 2, accept=False)
        held[0].release()
        way.cut()
        await way.until(4)
        held[1].accept()
        assert bodies(await got(inbox, 1)) == [b"0"]
        with anyio.fail_after(PATIENCE):
            while not transport.ready:
                await way.news()
        found = []
        while b"2" not in found:
            await sent(other, frames(ours, 1, first=2))
            with anyio.move_on_after(0.1):
                found += bodies(await got(inbox, 1))
        assert way.accepted == 4


@pytest.mark.parametrize("leaving", ["in order", "cut off"])
async def test_a_consumer_that_comes_and_goes_loses_nothing(broker, leaving):
    """Eleven consumers that settle nothing: it all stays, in order, and nothing is dead-lettered.

    Whether they leave or crash; at Artemis only if they leave: it counts the first message of a connection that ends
    badly as delivered in vain, ten times at most.
    """
    if leaving == "cut off" and broker.name == "artemis":
        pytest.skip("not promised: counted by the broker")
    ours = context()
    wanted = spec(ours, "loop", durable=True)
    async with FaultProxy(broker.port) as way, StompTransport(broker.url()) as sender:
        async with sender.listen(wanted):
            await sent(sender, frames(ours, 3))
        for _ in range(11):
            async with StompTransport(broker.url(port=way.port)) as transport, transport.listen(wanted) as inbox:
                assert bodies(await got(inbox, 3, accept=False)) == [b"0", b"1", b"2"]
                if leaving == "cut off":
                    way.cut()
        async with sender.listen(wanted) as inbox:
            assert bodies(await got(inbox, 3)) == [b"0", b"1", b"2"]


async def test_a_group_that_is_not_durable_ends_with_its_last_member(artemis):
    """At Artemis; ActiveMQ Classic keeps the queue, and says so."""
    ours = context()
    wanted = spec(ours, "passing")
    async with StompTransport(artemis.url()) as transport:
        async with transport.listen(wanted) as one, transport.listen(wanted):
            await sent(transport, frames(ours, 1))
            assert len(await got(one, 1)) == 1
        await sent(transport, frames(ours, 1, first=1))
        async with transport.listen(wanted) as inbox:
            await sent(transport, frames(ours, 1, first=2))
            assert bodies(await got(inbox, 1)) == [b"2"]


async def test_what_activemq_keeps_of_a_group_that_is_not_durable_is_said_once(activemq, caplog):
    caplog.set_level(logging.WARNING, logger="cimbus.jms")
    async with StompTransport(activemq.url()) as transport:
        for durable in (True, False, False):
            async with transport.listen(spec(context(), "kept", durable=durable)):
                pass
        async with transport.listen(wanted := spec(context(), "kept")), transport.listen(wanted) as inbox:
            name = inbox.subscription.name
    assert caplog.text.count("keeps the queue") == 3
    assert caplog.text.count(name) == 1


async def test_a_member_written_in_another_language_shares(activemq):
    """A group is a queue with a name: a client that knows it gets its share, and what it leaves comes to us."""
    ours = context()
    async with StompTransport(activemq.url()) as transport, transport.listen(spec(ours, "team")) as inbox:
        name = inbox.subscription.name
        async with peer(activemq) as java:
            await java.ask("SUBSCRIBE", id="1", destination=f"/queue/{name}", ack="client-individual")
            await sent(transport, frames(ours, 1, key="a"))
            await sent(transport, frames(ours, 1, key="b", first=1))
            theirs = await java.next()
            mine = await got(inbox, 1)
            assert {theirs.body, *bodies(mine)} == {b"0", b"1"}
        assert bodies(await got(inbox, 1)) == [theirs.body]

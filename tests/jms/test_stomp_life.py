"""Connections that end, hang, or are given up: found again, with everything where it was."""

from __future__ import annotations

import logging

import anyio
import pytest

from cimbus.delivery import Outcome
from cimbus.errors import SendError, TransportError, UnsupportedError, UsageError
from cimbus.frame import Frame
from cimbus.testing.proxy import FaultProxy
from cimbus.testing.support import bodies, sent
from cimbus.topic import Topic
from cimbus_jms.stomp import StompTransport

from .stomp import PATIENCE, context, frames, got, intake, peer

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


@pytest.fixture(params=["activemq", "artemis"])
def broker(request):
    return request.getfixturevalue(request.param)


async def test_a_broker_that_hangs_is_given_up_and_found_again(broker):
    """Nothing ends the connections but our own clock; what was on its way arrives."""
    ours = context()
    wanted = intake(ours, "hung", durable=True)
    async with (
        FaultProxy(broker.port) as way,
        StompTransport(broker.url(port=way.port, heartbeat=0.4, connect_timeout=0.5)) as transport,
        transport.listen(wanted) as inbox,
    ):
        assert way.accepted == 2
        async with anyio.create_task_group() as tasks:
            with way.stalled(), anyio.fail_after(PATIENCE):
                tasks.start_soon(sent, transport, frames(ours, 5))
                while transport.ready:
                    await way.news() if way.accepted < 4 else await anyio.sleep(0.01)
            found = []
            while len(set(found)) < 5:  # what hung on its way is sent again, and may come twice
                found += bodies(await got(inbox, 1))
            assert list(dict.fromkeys(found)) == [b"%d" % number for number in range(5)]
        assert transport.ready
        assert way.accepted >= 4


async def test_a_quiet_connection_lives(broker):
    """Heartbeats go both ways: longer than either side would wait for the other."""
    ours = context()
    async with (
        FaultProxy(broker.port) as way,
        StompTransport(broker.url(port=way.port, heartbeat=1)) as transport,
        transport.listen(intake(ours)) as inbox,
    ):
        passed = way.passed
        await anyio.sleep(2.1)  # the passing of time is what is tested
        assert way.passed >= passed + 8
        assert way.accepted == 2
        await sent(transport, frames(ours, 1))
        assert bodies(await got(inbox, 1)) == [b"0"]


async def test_what_is_in_hand_when_the_connection_breaks_comes_once(activemq):
    """It stays in hand and is acknowledged when the broker has sent it again; what waited comes from the broker."""
    ours = context()
    wanted = intake(ours, "inhand", durable=True, credit=3)
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
        transport.listen(intake(ours, credit=2)) as inbox,
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
async def test_who_comes_and_goes_for_ever_loses_nothing(broker, leaving):
    """Eleven consumers that settle nothing: it all stays, in order, and nothing becomes a dead letter.

    Whether they leave or crash; at Artemis only if they leave: it counts the first message of a connection that ends
    badly as delivered in vain, ten times at most.
    """
    if leaving == "cut off" and broker.name == "artemis":
        pytest.skip("not promised: counted by the broker")
    ours = context()
    wanted = intake(ours, "loop", durable=True)
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
    wanted = intake(ours, "passing")
    async with StompTransport(artemis.url()) as transport:
        async with transport.listen(wanted) as one, transport.listen(wanted):
            await sent(transport, frames(ours, 1))
            assert len(await got(one, 1)) == 1
        await sent(transport, frames(ours, 1, first=1))
        async with transport.listen(wanted) as inbox:
            await sent(transport, frames(ours, 1, first=2))
            assert bodies(await got(inbox, 1)) == [b"2"]


async def transact(transport, *batches, inbox=None, then=None, error=None):
    """Send in one transaction, do something, and perhaps fail."""
    async with transport.transaction(inbox) as transaction:
        for batch in batches:
            await transaction.send(batch)
        if then is not None:
            await then()
        if error is not None:
            raise error


async def test_what_activemq_keeps_of_a_group_that_is_not_durable_is_said_once(activemq, caplog):
    caplog.set_level(logging.WARNING, logger="cimbus.jms")
    async with StompTransport(activemq.url()) as transport:
        for durable in (True, False, False):
            async with transport.listen(intake(context(), "kept", durable=durable)):
                pass
        async with transport.listen(wanted := intake(context(), "kept")), transport.listen(wanted) as inbox:
            name = inbox.subscription.name
    assert caplog.text.count("keeps the queue") == 3
    assert caplog.text.count(name) == 1


async def test_a_transaction_is_all_or_nothing(broker):
    ours = context()
    large = Frame(topic=frames(ours, 1)[0].topic, body=bytes(33 * 1024 * 1024))
    async with StompTransport(broker.url()) as transport, transport.listen(intake(ours)) as inbox:
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
        other.listen(intake(ours)) as inbox,
    ):

        async def cut():
            way.cut()

        with pytest.raises(TransportError, match="connection was lost"):
            await transact(transport, frames(ours, 2), then=cut)
        await transact(transport, frames(ours, 1, first=2))
        assert bodies(await got(inbox, 1)) == [b"2"]


@pytest.mark.parametrize("group", ["", "worker"])
async def test_what_is_accepted_in_a_transaction_comes_again_if_it_is_given_up(activemq, group):
    ours = context()
    done = Topic(ours, "events", "EndDeviceEvents", "closed")
    async with (
        StompTransport(activemq.url()) as transport,
        transport.listen(intake(ours, group, durable=bool(group), verb="created")) as inbox,
        transport.listen(intake(ours, verb="closed")) as results,
    ):
        await sent(transport, frames(ours, 2))

        async def accept():
            await got(inbox, 2)

        wrong = [Frame(topic=done, body=b"wrong")]
        with pytest.raises(LookupError):
            await transact(transport, wrong, inbox=inbox, then=accept, error=LookupError())
        again = await got(inbox, 2, accept=False)
        assert bodies(again) == [b"0", b"1"]
        assert {delivery.attempt for delivery in again} == {2}
        async with transport.transaction(inbox) as transaction:
            with pytest.raises(UsageError, match="already"):
                async with transport.transaction(inbox):
                    pass
            for delivery in again:
                delivery.accept()
            await transaction.send([Frame(topic=done, body=b"right")])
        assert bodies(await got(results, 1)) == [b"right"]
        await sent(transport, frames(ours, 1, first=2))
        assert bodies(await got(inbox, 1)) == [b"2"]
    assert again[0].outcome is Outcome.ACCEPTED


async def test_artemis_does_not_acknowledge_in_transactions(artemis):
    async with StompTransport(artemis.url()) as transport, transport.listen(intake(context())) as inbox:
        with pytest.raises(UnsupportedError, match="Artemis"):
            async with transport.transaction(inbox):
                pass


async def test_a_member_written_in_another_language_shares(activemq):
    """A group is a queue with a name: whoever knows that gets its share, and what it leaves comes to us."""
    ours = context()
    async with StompTransport(activemq.url()) as transport, transport.listen(intake(ours, "team")) as inbox:
        name = inbox.subscription.name
        async with peer(activemq) as java:
            await java.ask("SUBSCRIBE", id="1", destination=f"/queue/{name}", ack="client-individual")
            await sent(transport, frames(ours, 1, key="a"))
            await sent(transport, frames(ours, 1, key="b", first=1))
            theirs = await java.next()
            mine = await got(inbox, 1)
            assert {theirs.body, *bodies(mine)} == {b"0", b"1"}
        assert bodies(await got(inbox, 1)) == [theirs.body]

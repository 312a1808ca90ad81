"""Connections that end, hang or are refused; what is set aside; and transactions."""

from __future__ import annotations

import ssl

import anyio
import pytest

from cimbus.delivery import Outcome
from cimbus.errors import ClosedError, ConnectError, SendError, TransportError, UsageError
from cimbus.frame import Frame
from cimbus.testing.proxy import FaultProxy
from cimbus.testing.support import bodies, sent
from cimbus.topic import Pattern, Topic
from cimbus.transport import Intake

from .amqp import PATIENCE, AmqpTransport, context, frames, got, intake, peer, transport

pytestmark = [pytest.mark.anyio, pytest.mark.broker]

# -- connections that end or hang -----------------------------------------------------------------------------------


async def test_a_broker_that_hangs_is_given_up_and_found_again(artemis):
    """Nothing ends the connections but our own clock; what was on its way arrives, in order."""
    ours = context()
    async with (
        FaultProxy(artemis.amqp) as way,
        transport(artemis, port=way.port, heartbeat=0.3, connect_timeout=0.5) as bus,
        bus.listen(intake(ours, "hung", durable=True)) as inbox,
        anyio.create_task_group() as tasks,
    ):
        assert way.accepted == 2
        with way.stalled(), anyio.fail_after(PATIENCE):
            tasks.start_soon(sent, bus, frames(ours, 5))
            while way.accepted < 4:
                await way.news()
            assert not bus.ready
        found = []
        while len(set(found)) < 5:  # what hung on its way is sent again, and may come twice
            found += bodies(await got(inbox, 1))
        assert list(dict.fromkeys(found)) == [b"%d" % number for number in range(5)]
        assert bus.ready


async def test_a_quiet_connection_lives(artemis):
    """The broker is asked to speak often enough, and hears of us as often as it asks."""
    ours = context()
    async with (
        FaultProxy(artemis.amqp) as way,
        transport(artemis, port=way.port, heartbeat=0.25) as bus,
        bus.listen(intake(ours)) as inbox,
    ):
        passed = way.passed
        await anyio.sleep(1.2)  # the passing of time is what is tested
        assert way.passed > passed
        assert way.accepted == 2
        await sent(bus, frames(ours, 1))
        assert bodies(await got(inbox, 1)) == [b"0"]


async def test_what_is_in_hand_when_the_connection_breaks_comes_once(artemis):
    """It stays in hand and is settled when the broker has sent it again; what waited comes from the broker."""
    ours = context()
    wanted = intake(ours, "inhand", durable=True, credit=3)
    async with FaultProxy(artemis.amqp) as way, transport(artemis, port=way.port) as bus:
        async with bus.listen(wanted) as inbox:
            await sent(bus, frames(ours, 6))
            held = await got(inbox, 3, accept=False)
            way.cut()
            held[0].accept()
            held[1].release()
            order = []
            while len(order) < 4:
                order += bodies(await got(inbox, 1))
            assert order == [b"1", b"3", b"4", b"5"]
            held[2].accept()
        async with bus.listen(wanted) as inbox:
            await sent(bus, frames(ours, 1, first=9))
            assert bodies(await got(inbox, 1)) == [b"9"]


async def test_many_that_send_at_once_are_answered_each(artemis):
    """Through a cut: each frame once and in the order of its sender, or again from before the cut."""
    ours = context()
    async with (
        FaultProxy(artemis.amqp) as way,
        transport(artemis, port=way.port, window=16) as bus,
        transport(artemis) as other,
        other.listen(intake(ours)) as inbox,
        anyio.create_task_group() as tasks,
    ):

        async def send_ten(key):
            for frame in frames(ours, 10, key=key):
                await sent(bus, [frame])

        keys = [f"key{number}" for number in range(20)]
        for key in keys:
            tasks.start_soon(send_ten, key)
        found = await got(inbox, 50)
        way.cut()
        while len({(d.value.topic.key, d.value.body) for d in found}) < 200:
            found += await got(inbox, 1)
    for key in keys:
        order = [delivery.value.body for delivery in found if delivery.value.topic.key == key]
        assert list(dict.fromkeys(order)) == [b"%d" % number for number in range(10)]


async def test_a_send_that_is_cancelled_forgets_what_had_not_left(artemis):
    """And whoever sends next is answered."""
    ours = context()
    async with FaultProxy(artemis.amqp) as way, transport(artemis, port=way.port) as bus:
        with way.refusing():
            way.cut()
            await way.until(way.accepted + 1)
            with anyio.move_on_after(0.1):
                await bus.send(frames(ours, 1))
        async with bus.listen(intake(ours)) as inbox:
            await sent(bus, frames(ours, 1, first=1))
            assert bodies(await got(inbox, 1)) == [b"1"]


# -- what is set aside ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reject", ["accept", "nack"])
async def test_what_is_rejected(artemis, reject):
    """Is done by default; with ``nack`` the broker has it among its dead letters, and among them only."""
    ours = context()
    wanted = intake(ours, "rejects", durable=True)
    async with transport(artemis, reject=reject) as bus, peer(artemis) as java:
        await java.listen("DLQ", capabilities=("queue",), selector=f"Context = '{ours}'")
        async with bus.listen(wanted) as inbox:
            await sent(bus, frames(ours, 2, Context=ours))
            for delivery in await got(inbox, 2, accept=False):
                delivery.reject()
        if reject == "nack":
            assert [(await java.receive()).body for _ in range(2)] == [b"0", b"1"]
        async with bus.listen(wanted) as inbox:
            await sent(bus, frames(ours, 1, first=9))
            assert bodies(await got(inbox, 1)) == [b"9"]
        assert not java.letters


async def test_leaving_is_no_reason_to_set_a_message_aside(artemis):
    """Many more times than the broker's ten deliveries: it stays, in order, and says that it came before."""
    ours = context()
    wanted = intake(ours, "leaving", durable=True)
    async with transport(artemis) as bus:
        async with bus.listen(wanted):
            await sent(bus, frames(ours, 3))
        for _ in range(14):
            async with bus.listen(wanted) as inbox:
                held = await got(inbox, 3, accept=False)
                held[1].release()
        async with bus.listen(wanted) as inbox:
            found = await got(inbox, 3)
    assert bodies(found) == [b"0", b"1", b"2"]
    assert [delivery.attempt for delivery in found] == [4, 4, 4]


async def test_one_subscription_keeps_the_order_of_a_key_over_patterns(artemis):
    """Two nouns, one group: a member has the frames of a key in the order in which they were sent."""
    ours = context()
    patterns = tuple(Pattern(context=ours, noun=noun) for noun in ("A", "B"))
    order = []
    async with transport(artemis) as bus, bus.listen(Intake(patterns=patterns, group=ours, durable=True)) as inbox:
        for number in range(40):
            noun = "CAB"[number % 3]
            await sent(bus, [Frame(topic=Topic(ours, "events", noun, "created", "k"), body=b"%d" % number)])
        while len(order) < 26:
            order += bodies(await got(inbox, 1))
    assert order == [b"%d" % number for number in range(40) if number % 3]


async def test_a_group_with_other_patterns_is_refused_while_its_members_are_there(artemis):
    """JMS: another selector makes another subscription; it takes the old one's place when nobody is left."""
    ours = context()

    def wanted(noun):
        return Intake(patterns=(Pattern(context=ours, noun=noun),), group=f"changed-{ours}", durable=True)

    async with transport(artemis) as bus:
        async with bus.listen(wanted("A")):
            with pytest.raises(ConnectError, match="refuses a link"):
                async with bus.listen(wanted("B")):
                    pass
        async with bus.listen(wanted("B")) as inbox:
            await sent(bus, [Frame(topic=Topic(ours, "events", noun, "created"), body=noun.encode()) for noun in "AB"])
            assert bodies(await got(inbox, 1)) == [b"B"]


# -- refusals -------------------------------------------------------------------------------------------------------


async def test_who_is_refused_is_told(new_artemis):
    """Without waiting for a broker that will never want us; and no text has the password."""
    broker = new_artemis(users={"ana": "s3cr3t"})
    for user, password in (("ana", "wrong"), ("eve", "s3cr3t"), ("", None)):
        with pytest.raises(ConnectError, match="refuses us") as found:
            async with AmqpTransport(broker.url(user, password, wire="amqp")):
                pass
        assert "s3cr3t" not in str(found.value)
        assert "wrong" not in str(found.value)


async def test_what_is_no_broker_is_told(artemis):
    """A port where nobody is, one where STOMP is spoken, and one that says nothing."""
    async with FaultProxy(artemis.amqp) as way:
        with way.refusing(), pytest.raises(ConnectError, match="closed the connection"):
            async with transport(artemis, port=way.port):
                pass
        with way.stalled(), pytest.raises(ConnectError, match="does not speak AMQP"):
            async with transport(artemis, port=way.port, connect_timeout=0.2):
                pass
        port = way.port
    with pytest.raises(ConnectError, match="cannot be reached"):
        async with transport(artemis, port=port):
            pass
    with pytest.raises(ConnectError):
        async with transport(artemis, port=artemis.port, connect_timeout=1):
            pass


async def test_a_stranger_is_not_trusted(new_artemis, certificates):
    broker = new_artemis(certificates=certificates)
    url = broker.url(wire="amqp", ca="")
    with pytest.raises(ConnectError, match="not trusted"):
        async with AmqpTransport(url):
            pass
    trusting = ssl.create_default_context(cafile=str(certificates.ca))
    async with AmqpTransport(url, tls=trusting) as bus:
        assert bus.ready


async def test_what_cannot_be_sent_is_told_alone(artemis):
    """Half a character, a priority that is none, an address that is none: each for itself."""
    ours = context()
    topic = Topic(ours, "events", "EndDeviceEvents", "created")
    async with transport(artemis) as bus, bus.listen(intake(ours)) as inbox:
        results = await bus.send(
            [
                Frame(topic=topic, body=b"1", properties={"Source": "\ud800"}),
                Frame(topic=topic, body=b"2", properties={"JMSPriority": "ten"}),
                Frame(topic=topic, body=b"3", address="topic:"),
                Frame(topic=topic, body=b"4"),
            ]
        )
        assert [isinstance(result, SendError) for result in results] == [True, True, True, False]
        assert bodies(await got(inbox, 1)) == [b"4"]


@pytest.mark.parametrize("url", ["?qos=1", "/path", "?heartbeat=-1", "?template={{noun}}", "?priority=10", "?ca=x"])
async def test_what_a_url_cannot_say(url):
    with pytest.raises(UsageError):
        AmqpTransport(f"jms+amqp://127.0.0.1{url if url[0] == '/' else '/' + url}")


# -- transactions ---------------------------------------------------------------------------------------------------


async def broken_off(bus, *batches, inbox=None, accept=()):
    """Do something in a transaction, and leave its block with an error."""
    async with bus.transaction(inbox) as transaction:
        for delivery in accept:
            delivery.accept()
        for batch in batches:
            await transaction.send(batch)
        raise LookupError


async def test_a_transaction_is_all_or_nothing(artemis):
    """What it sends is not seen before its end, and never if its block raises."""
    ours = context()
    async with transport(artemis) as bus, bus.listen(intake(ours)) as inbox:
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

    async with transport(artemis) as bus, bus.listen(intake(ours)) as inbox:
        with pytest.raises(SendError):
            await go_on(bus)
        await sent(bus, frames(ours, 1, first=9))
        assert bodies(await got(inbox, 1)) == [b"9"]


async def test_deliveries_are_part_of_a_transaction(artemis):
    """Accepted and sent together: rolled back, they come again; committed, they do not."""
    ours, theirs = context(), context()
    wanted = intake(ours, "both", durable=True)
    async with transport(artemis) as bus, bus.listen(intake(theirs)) as results:
        async with bus.listen(wanted) as inbox:
            await sent(bus, frames(ours, 2))
            held = await got(inbox, 2, accept=False)
            with pytest.raises(LookupError):
                await broken_off(bus, frames(theirs, 1), inbox=inbox, accept=held[:1])
            (again,) = await got(inbox, 1, accept=False)
            assert (again.value.body, again.attempt) == (b"0", 2)
            async with bus.transaction(inbox) as transaction:
                assert again.settle(Outcome.ACCEPTED)
                await transaction.send(frames(theirs, 1, first=7))
                with pytest.raises(UsageError):
                    await broken_off(bus, inbox=inbox)
            assert bodies(await got(results, 1)) == [b"7"]
        async with bus.listen(wanted) as inbox:
            assert bodies(await got(inbox, 1)) == [b"1"]
        with pytest.raises(ClosedError):
            await broken_off(bus, inbox=inbox)


async def test_a_transaction_whose_connection_is_lost_has_not_happened(artemis):
    """Neither what it sent, nor what it accepted, which comes again."""
    ours, theirs = context(), context()
    wanted = intake(ours, "lost", durable=True)

    async def lose(way, bus, inbox, delivery):
        async with bus.transaction(inbox) as transaction:
            delivery.accept()
            await transaction.send(frames(theirs, 2))
            way.cut()
            await transaction.send(frames(theirs, 1, first=5))

    async with (
        FaultProxy(artemis.amqp) as way,
        transport(artemis, port=way.port) as bus,
        transport(artemis) as other,
        other.listen(intake(theirs)) as results,
        bus.listen(wanted) as inbox,
    ):
        await sent(other, frames(ours, 1))
        (held,) = await got(inbox, 1, accept=False)
        with pytest.raises(TransportError, match="rolled back"):
            await lose(way, bus, inbox, held)
        (again,) = await got(inbox, 1, accept=False)
        async with bus.transaction(inbox) as transaction:
            again.accept()
            await transaction.send(frames(theirs, 1, first=9))
        assert bodies(await got(results, 1)) == [b"9"]

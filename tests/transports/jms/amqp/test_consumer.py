"""What is unsettled when a connection or a consumer ends, what is rejected, and what a group is at the broker."""

from __future__ import annotations

import pytest

from cimbus.errors import ConnectError
from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.transport import SubscriptionSpec
from cimbus.testing.proxy import FaultProxy
from cimbus.testing.support import bodies, sent

from .support import context, frames, got, peer, spec, transport

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


async def test_what_is_unsettled_when_the_connection_breaks_is_delivered_once(artemis):
    """It stays unsettled and is settled at the broker when that has redelivered it; what waited comes from the
    broker."""
    ours = context()
    wanted = spec(ours, "inhand", durable=True, credit=3)
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


@pytest.mark.parametrize("reject", ["accept", "nack"])
async def test_what_is_rejected(artemis, reject):
    """Is done by default; with ``nack`` the broker has it among its dead letters, and among them only."""
    ours = context()
    wanted = spec(ours, "rejects", durable=True)
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
        assert not java.messages


async def test_leaving_is_no_reason_to_dead_letter_a_message(artemis):
    """Many more times than the broker's ten deliveries: it stays, in order, and says that it came before."""
    ours = context()
    wanted = spec(ours, "leaving", durable=True)
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
    async with (
        transport(artemis) as bus,
        bus.listen(SubscriptionSpec(patterns=patterns, group=ours, durable=True)) as inbox,
    ):
        for number in range(40):
            noun = "CAB"[number % 3]
            await sent(bus, [Frame(topic=Topic(ours, "events", noun, "created", "k"), body=b"%d" % number)])
        while len(order) < 26:
            order += bodies(await got(inbox, 1))
    assert order == [b"%d" % number for number in range(40) if number % 3]


async def test_a_group_with_another_selector_is_refused_while_its_members_are_there(artemis):
    """JMS: another selector makes another subscription; it takes the old one's place when no member is left."""
    ours = context()
    wanted = spec(ours, f"changed-{ours}", durable=True)

    def frames(*areas):
        topic = Topic(ours, "events", "EndDeviceEvents", "created")
        return [Frame(topic=topic, body=area.encode(), properties={"Area": area}) for area in areas]

    async with transport(artemis, selector="Area = 'a'") as one, transport(artemis, selector="Area = 'b'") as two:
        async with one.listen(wanted):
            with pytest.raises(ConnectError, match="refuses a link"):
                async with two.listen(wanted):
                    pass
        async with two.listen(wanted) as inbox:
            await sent(two, frames("a", "b"))
            assert bodies(await got(inbox, 1)) == [b"b"]

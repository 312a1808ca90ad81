"""What is sent by many at once, is cancelled, or cannot be sent."""

from __future__ import annotations

from types import SimpleNamespace

import anyio
import pytest

from cimbus.errors import MessageTooLargeError, SendError
from cimbus.interface.topic import Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.net import SendResults
from cimbus.testing.proxy import FaultProxy
from cimbus.testing.support import bodies, sent
from cimbus_jms.amqp.sender import AmqpSender

from .support import context, frames, got, spec, transport

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


async def test_many_that_send_at_once_are_answered_each(artemis):
    """Through a cut: each frame once and in the order of its sender, or again from before the cut."""
    ours = context()
    async with (
        FaultProxy(artemis.amqp) as way,
        transport(artemis, port=way.port, window=16) as bus,
        transport(artemis) as other,
        other.listen(spec(ours)) as inbox,
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
    """And the next sender is answered."""
    ours = context()
    async with FaultProxy(artemis.amqp) as way, transport(artemis, port=way.port) as bus:
        with way.refusing():
            way.cut()
            await way.until(way.accepted + 1)
            with anyio.move_on_after(0.1):
                await bus.send(frames(ours, 1))
        async with bus.listen(spec(ours)) as inbox:
            await sent(bus, frames(ours, 1, first=1))
            assert bodies(await got(inbox, 1)) == [b"1"]


async def test_what_cannot_be_sent_is_told_alone(artemis):
    """Half a character, a priority that is none, an address that is none: each for itself."""
    ours = context()
    topic = Topic(ours, "events", "EndDeviceEvents", "created")
    async with transport(artemis) as bus, bus.listen(spec(ours)) as inbox:
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


async def test_a_message_above_the_limit_of_its_link_is_refused():
    """max-message-size of attach (AMQP 1.0, 2.7.3); Artemis announces none, others do."""
    sender, results = AmqpSender(window=10), SendResults(3)
    sender._enqueue([bytes(100), bytes(101), bytes(1)], results)
    sender._link, sender.largest = SimpleNamespace(credit=10, send=len), 100
    sender.write()
    assert list(sender._unacked) == [100, 1]
    for item in sender._unacked.values():
        item.settle(None)
    first, refused, last = await results.settled()

    assert first is last is None
    assert isinstance(refused, MessageTooLargeError)
    assert (refused.size, refused.limit) == (101, 100)

"""Frames on their way: receipts shared by many, and the one that the broker refuses among those that it takes."""

from __future__ import annotations

import anyio
import msgspec
import pytest

from cimbus.errors import MessageTooLargeError, SendError
from cimbus.middleware.frame import Frame
from cimbus.middleware.net.grouped_sender import GROUP_SIZE, MAX_GROUPS
from cimbus.testing.proxy import FaultProxy
from cimbus.testing.support import bodies, sent
from cimbus_jms.stomp import StompTransport
from cimbus_jms.stomp.messages import OutgoingMessage
from cimbus_jms.stomp.sender import StompSender

from .support import PATIENCE, context, frames, got, peer, spec

pytestmark = pytest.mark.anyio

REFUSED = OutgoingMessage(b"SEND\n", b"")
"""To nowhere."""


@pytest.fixture(params=["activemq", "artemis"])
def broker(request):
    return request.getfixturevalue(request.param)


async def arrived(inbox, last):
    """Receive until something arrives; return what came, without what came twice, in order."""
    found = {}
    while last not in found:
        found.update(dict.fromkeys(bodies(await got(inbox, 1))))
    return list(found)


@pytest.mark.broker
@pytest.mark.parametrize("count", [0, 40])
async def test_one_refused_frame_is_told_from_those_around_it(broker, count):
    """The broker does not say which it was; those around it go, in order."""
    ours = context()
    all_of_them = frames(ours, 2 * count + 1)
    async with StompTransport(broker.url()) as transport, transport.listen(spec(ours)) as inbox:
        written = [transport._writer.write(frame) for frame in all_of_them]
        written[count] = REFUSED
        with anyio.fail_after(PATIENCE):
            results = await transport._sender.send(written)
        assert [place for place, result in enumerate(results) if result is not None] == [count]
        assert isinstance(results[count], SendError)
        assert await transport.send(frames(ours, 1, first=1000)) == [None]
        found = await arrived(inbox, b"1000")
    assert found == [b"%d" % number for number in (*range(count), *range(count + 1, 2 * count + 1), 1000)]


@pytest.mark.broker
async def test_what_a_broker_closes_the_connection_over_is_refused_in_the_end(activemq):
    """A schedule that is no number ends a connection to ActiveMQ without an ERROR; everything else goes."""
    ours = context()
    culprit = OutgoingMessage(b"SEND\ndestination:/topic/x\nAMQ_SCHEDULED_DELAY:nonsense\n", b"")
    async with StompTransport(activemq.url()) as transport, transport.listen(spec(ours)) as inbox:
        written = [transport._writer.write(frame) for frame in frames(ours, 11)]
        written[5] = culprit
        with anyio.fail_after(PATIENCE):
            results = await transport._sender.send(written)
        assert [place for place, result in enumerate(results) if result is not None] == [5]
        assert "closes the connection" in str(results[5])
        found = await arrived(inbox, b"10")
    assert found == [b"%d" % number for number in range(11) if number != 5]


@pytest.mark.broker
async def test_commands_of_the_broker_cannot_be_given_as_properties(broker):
    """They arrive as the properties that they are."""
    ours = context()
    odd = {"AMQ_SCHEDULED_DELAY": "60000", "receipt": "r", "transaction": "t", "destination": "/queue/x", "id": "7"}
    async with StompTransport(broker.url()) as transport, transport.listen(spec(ours)) as inbox:
        await sent(transport, frames(ours, 1, **odd))
        (delivery,) = await got(inbox, 1)
    assert dict(delivery.value.properties) == {**odd, "Key": "k"}


@pytest.mark.broker
async def test_nothing_is_sent_where_nothing_can_be(broker):
    (frame,) = frames(context(), 1)
    bad = [Frame(topic=frame.topic, body=b"", address=address) for address in ("queue:", "topic:A.>", "A\nB")]
    bad.append(Frame(topic=frame.topic, body=b"", properties={"Source": "\ud800"}))
    async with StompTransport(broker.url()) as transport:
        results = await transport.send([*bad, frame])
    assert [type(result) for result in results[:-1]] == [SendError] * len(bad)
    assert results[-1] is None


@pytest.mark.broker
async def test_a_thousand_senders_share_receipts(activemq):
    """One receipt each would be a thousand writes to the broker's disk."""
    ours = context()
    async with StompTransport(activemq.url()) as transport, transport.listen(spec(ours, credit=1000)) as inbox:
        async with anyio.create_task_group() as tasks:
            for frame in frames(ours, 1000):
                tasks.start_soon(sent, transport, [frame])
        assert transport._sender._number <= MAX_GROUPS + 1 + 1000 // GROUP_SIZE
        assert len(await got(inbox, 1000)) == 1000


@pytest.mark.broker
async def test_a_send_that_is_cancelled_leaves_the_others(activemq):
    ours = context()
    async with (
        FaultProxy(activemq.port) as way,
        StompTransport(activemq.url(port=way.port)) as transport,
        StompTransport(activemq.url()) as other,
        other.listen(spec(ours)) as inbox,
    ):
        async with anyio.create_task_group() as tasks:
            with way.stalled():
                with anyio.move_on_after(0.05):
                    await transport.send(frames(ours, 10 * GROUP_SIZE))
                tasks.start_soon(sent, transport, frames(ours, 1, first=-1))
                await anyio.wait_all_tasks_blocked()
        found = await arrived(inbox, b"-1")
    assert found == [b"%d" % number for number in (*range(GROUP_SIZE * MAX_GROUPS), -1)]


@pytest.mark.broker
async def test_what_is_sent_is_persistent_unless_told_otherwise(broker):
    ours = context()
    name = f"{ours.upper()}.EVENTS.EndDeviceEvents.created"
    place = f"/topic/VirtualTopic.{name}" if broker.name == "activemq" else f"/topic/{name}"
    async with peer(broker) as other:
        await other.ask("SUBSCRIBE", id="1", destination=place, ack="auto")
        for persistent in ("true", "false"):
            async with StompTransport(broker.url(persistent=persistent)) as transport:
                assert transport.traits.persistent is (persistent == "true")
                await sent(transport, frames(ours, 1))
            assert (await other.next()).headers.get("persistent", "false") == persistent


async def test_the_window_bounds_what_is_on_its_way():
    """Pure: a connection that says nothing."""

    class Written:
        lost = None

        def __init__(self):
            self.written = []

        def write(self, data):
            self.written.append(data)

    for window, expected in ((1, 1), (100, 100), (65_535, GROUP_SIZE * MAX_GROUPS)):
        sender, connection = StompSender(window), Written()
        await sender.connected(connection)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(sender.send, [OutgoingMessage(b"SEND\n", b"")] * 2000)
            await anyio.wait_all_tasks_blocked()
            assert sender.in_flight == len(connection.written) == expected
            assert sum(b"receipt:" in data for data in connection.written) == min(MAX_GROUPS, window)
            tasks.cancel_scope.cancel()


@pytest.mark.broker
async def test_a_body_above_the_limit_of_activemq_is_refused_as_too_large(new_activemq):
    broker = new_activemq(wire_format="maxDataLength=20000")
    ours = context()
    small, large = frames(ours, 2)
    async with StompTransport(broker.url()) as transport, transport.listen(spec(ours)) as inbox:
        with anyio.fail_after(PATIENCE):
            first, second = await transport.send([small, msgspec.structs.replace(large, body=bytes(30_000))])
        found = await arrived(inbox, b"0")
    assert (first, found) == (None, [b"0"])
    assert isinstance(second, MessageTooLargeError)
    assert all(way in str(second) for way in ("max_body", "compress", "split", "claim_store"))

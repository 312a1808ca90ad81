"""What a broker and a URL allow: packet size, window, QoS 0, groups, options."""

from __future__ import annotations

import anyio
import pytest

from cimbus.errors import MessageTooLargeError, SendError, UnsupportedError, UsageError
from cimbus.interface.topic import Pattern
from cimbus.middleware.frame import Frame
from cimbus.middleware.transport import SubscriptionSpec, Transactional
from cimbus.testing.support import bodies, collect, sent
from cimbus_mqtt import MqttTransport

from .support import Relay, context, frames, spec

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


async def test_the_brokers_packet_size_is_respected(new_mosquitto):
    """CONNACK's Maximum Packet Size: that frame alone is refused, before the broker would disconnect us."""
    broker = new_mosquitto(lines=["max_packet_size 2000"])
    ours = context()
    small, large, last = frames(ours, 3)
    large = Frame(topic=large.topic, body=bytes(3000))
    async with MqttTransport(broker.url()) as transport, transport.listen(spec(ours)) as inbox:
        first, second, third = await transport.send([small, large, last])
        assert (first, third) == (None, None)
        assert isinstance(second, MessageTooLargeError)
        assert (second.limit, second.size > 3000) == (2000, True)
        assert all(way in str(second) for way in ("at most 2000", "compress", "split", "claim_store"))
        assert bodies(await collect(inbox, 2)) == [b"0", b"2"]


@pytest.mark.parametrize(("option", "limit"), [(5, 5), (1024, 7)])
async def test_the_window_is_ours_and_the_brokers(new_mosquitto, option, limit):
    broker = new_mosquitto(lines=["max_inflight_messages 7"])
    ours = context()
    async with (
        Relay(broker.port) as way,
        MqttTransport(broker.url(port=way.port, window=option)) as transport,
        anyio.create_task_group() as tasks,
    ):
        way.stall()
        tasks.start_soon(sent, transport, frames(ours, 20))
        await anyio.wait_all_tasks_blocked()
        assert transport._sender.in_flight == limit
        way.resume()


async def test_what_cannot_be_published(mosquitto):
    (frame,) = frames(context(), 1)
    bad = [
        Frame(topic=frame.topic, body=b"", address=address)
        for address in ("queue:orders", "topic:", "topic:a/+/b", "topic:a/#", "a\0b")
    ]
    bad.append(Frame(topic=frame.topic, body=b"", properties={"Source": "x" * 70_000}))
    async with MqttTransport(mosquitto.url()) as transport:
        results = await transport.send([*bad, frame])
    assert [type(result) for result in results[:-1]] == [SendError] * len(bad)
    assert results[-1] is None


async def test_qos_0(mosquitto):
    """No durable groups; what is not received in time is lost, the oldest first, and counted."""
    ours = context()
    async with MqttTransport(mosquitto.url(qos=0, backlog=10)) as transport:
        assert not transport.traits.durable
        with pytest.raises(UnsupportedError, match="qos"):
            async with transport.listen(spec(ours, "g", durable=True)):
                pass
        async with transport.listen(spec(ours)) as inbox, transport.listen(spec(ours)) as other:
            await sent(transport, frames(ours, 30))
            while len(await _take(other)) < 1:
                pass
            while inbox.lost < 20:
                await sent(transport, [])
                await anyio.lowlevel.checkpoint()
            assert bodies(await collect(inbox, 10)) == [b"%d" % number for number in range(20, 30)]


async def _take(inbox):
    return await inbox.receive()


async def test_a_durable_group_is_open_once_per_transport(mosquitto):
    wanted = spec(context(), "once", durable=True)
    async with MqttTransport(mosquitto.url()) as transport, transport.listen(wanted):
        with pytest.raises(UsageError, match="already"):
            async with transport.listen(wanted):
                pass


async def test_overlapping_patterns_deliver_once(mosquitto):
    ours = context()
    wanted = SubscriptionSpec(
        patterns=(
            Pattern(context=ours, noun="EndDeviceEvents"),
            Pattern(context=ours, kind="events"),
            Pattern(context=ours, key="k"),
        )
    )
    async with MqttTransport(mosquitto.url()) as transport, transport.listen(wanted) as inbox:
        await sent(transport, frames(ours, 5))
        await sent(transport, frames(ours, 1, key="other", first=5))
        assert bodies(await collect(inbox, 6)) == [b"%d" % number for number in range(6)]


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("mqtt://h/?qoss=1", "unknown option 'qoss'; there are backlog, ca"),
        ("mqtt://h/?qos=3", "qos"),
        ("mqtt://h/?version=4", "version"),
        ("mqtt://h/topic", "path"),
        ("mqtt://h/?ca=x", "mqtts"),
        ("mqtts://h/?ca=/does/not/exist", "ca"),
        ("mqtts://h/?key=x", "cert"),
        ("mqtt://h/?template={noun", "template"),
        ("mqtt://user:s3cret@h:port/", "URL"),
        ("http://h", "scheme"),
    ],
)
def test_urls_that_are_refused(url, text):
    with pytest.raises(UsageError, match=text) as caught:
        MqttTransport.from_url(url)
    assert "s3cret" not in str(caught.value)


async def test_whether_it_has_transactions():
    transport = MqttTransport("mqtt://localhost")
    assert isinstance(transport, Transactional) is transport.traits.transactions is False

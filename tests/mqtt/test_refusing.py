"""What the broker or the network refuses: named, one frame at a time where it is one frame, and without passwords."""

from __future__ import annotations

import logging

import anyio
import pytest

from cimbus.errors import ClosedError, ConnectError, SendError, UnsupportedError, UsageError
from cimbus.frame import Frame
from cimbus.testing.support import bodies, collect, sent
from cimbus.topic import Pattern, Topic
from cimbus.transport import Intake
from cimbus_mqtt import MqttTransport

from .support import Relay, context, frames, intake

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


@pytest.mark.parametrize("version", ["5", "3.1.1"])
async def test_a_wrong_password_is_named(mosquitto_password, caplog, version):
    caplog.set_level(logging.DEBUG)
    transport = MqttTransport(mosquitto_password.url("ana", "wr0ng-secret", version=version))
    with pytest.raises(ConnectError, match="user name and password") as caught:
        await transport.__aenter__()
    assert "wr0ng-secret" not in f"{caught.value!r} {transport!r} {transport._place.address!r} {caplog.text}"
    async with MqttTransport(mosquitto_password.url("ana", version=version)) as transport:
        assert await transport.send(frames(context(), 1)) == [None]


async def test_nobody_there(mosquitto):
    async with Relay(mosquitto.port) as way:
        port = way.port
    with pytest.raises(ConnectError, match=f"127[.]0[.]0[.]1:{port} cannot be reached"):
        await MqttTransport(f"mqtt://127.0.0.1:{port}").__aenter__()


async def test_no_answer(mosquitto):
    async with Relay(mosquitto.port) as way:
        way.stall()
        with pytest.raises(ConnectError, match="does not answer"):
            await MqttTransport(mosquitto.url(port=way.port, connect_timeout=0.3)).__aenter__()


async def test_no_broker_but_something_else():
    async def serve(client):
        async with client:
            await client.receive()
            await client.send(b"HTTP/1.1 400 Bad Request\r\n".ljust(200, b"\n"))

    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=0) as listener,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(listener.serve, serve)
        port = listener.extra(anyio.abc.SocketAttribute.local_port)
        with pytest.raises(ConnectError, match="no MQTT broker"):
            await MqttTransport(f"mqtt://127.0.0.1:{port}/?connect_timeout=5").__aenter__()
        tasks.cancel_scope.cancel()


async def test_a_broker_that_speaks_3_1_1_only():
    """It refuses 5.0 in the way of 3.1.1; we go on in its version, unless 5.0 was prescribed."""
    levels = []

    async def serve(client):
        async with client:
            level = (await client.receive())[8]
            levels.append(level)
            await client.send(b"\x20\x02\x00\x01" if level == 5 else b"\x20\x02\x00\x00")
            try:
                while True:
                    await client.receive()
            except (anyio.EndOfStream, anyio.BrokenResourceError):
                pass

    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=0) as listener,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(listener.serve, serve)
        port = listener.extra(anyio.abc.SocketAttribute.local_port)
        async with MqttTransport(f"mqtt://127.0.0.1:{port}/") as transport:
            assert levels == [5, 4]
            assert transport.ready
        with pytest.raises(ConnectError, match=r"does not speak MQTT 5\.0"):
            await MqttTransport(f"mqtt://127.0.0.1:{port}/?version=5").__aenter__()
        tasks.cancel_scope.cancel()


async def test_a_broker_that_is_not_trusted(mosquitto_tls):
    with pytest.raises(ConnectError, match="not trusted"):
        await MqttTransport(f"mqtts://127.0.0.1:{mosquitto_tls.port}/").__aenter__()


async def test_a_client_certificate(mosquitto_mtls, certificates):
    async with MqttTransport(mosquitto_mtls.url()) as transport:
        assert await transport.send(frames(context(), 1)) == [None]
    for mine in ({"cert": "", "key": ""}, {"cert": certificates.stranger, "key": certificates.stranger_key}):
        with pytest.raises(ConnectError):
            await MqttTransport(mosquitto_mtls.url(**mine)).__aenter__()


async def test_a_subscription_that_is_refused_is_named(new_mosquitto, tmp_path):
    acl = tmp_path / "acl"
    acl.write_text("topic readwrite open/#\ntopic write half/#\n")
    broker = new_mosquitto(lines=[f"acl_file {acl}"])
    async with MqttTransport(broker.url()) as transport:
        refused = Frame(topic=Topic("closed", "events", "X", "created"), body=b"")
        allowed = Frame(topic=Topic("open", "events", "X", "created"), body=b"yes")
        first, second = await transport.send([refused, allowed])
        assert isinstance(first, SendError)
        assert "Not authorized" in str(first)
        assert second is None
        assert transport.ready


async def test_a_subscription_that_the_broker_denies(monkeypatch, mosquitto):
    """Mosquitto 2.0 grants every subscription and filters later; its answer is changed on the way here."""
    from cimbus_mqtt.engine import Engine

    feed = Engine.feed
    monkeypatch.setattr(Engine, "feed", lambda self, raw: feed(self, raw[:-1] + b"\x87" if raw[0] == 0x90 else raw))
    ours = context()
    async with MqttTransport(mosquitto.url()) as transport:
        with pytest.raises(ConnectError, match=f"{ours}/#.*Not authorized"):
            async with transport.listen(intake(ours)):
                pytest.fail("the subscription was refused")
        assert transport.ready


async def test_a_subscription_that_is_denied_later_ends_the_inbox(monkeypatch, mosquitto):
    from cimbus_mqtt.engine import Engine

    feed = Engine.feed
    ours = context()
    async with (
        Relay(mosquitto.port) as way,
        MqttTransport(mosquitto.url(port=way.port)) as transport,
        transport.listen(intake(ours)) as inbox,
    ):
        monkeypatch.setattr(Engine, "feed", lambda self, raw: feed(self, raw[:-1] + b"\x87" if raw[0] == 0x90 else raw))
        way.cut()
        with pytest.raises(ClosedError, match=f"{ours}/#.*Not authorized"):
            await inbox.receive()


async def test_the_brokers_packet_size_is_respected(new_mosquitto):
    """CONNACK's Maximum Packet Size: that frame alone is refused, before the broker would disconnect us."""
    broker = new_mosquitto(lines=["max_packet_size 2000"])
    ours = context()
    small, large, last = frames(ours, 3)
    large = Frame(topic=large.topic, body=bytes(3000))
    async with MqttTransport(broker.url()) as transport, transport.listen(intake(ours)) as inbox:
        first, second, third = await transport.send([small, large, last])
        assert (first, third) == (None, None)
        assert isinstance(second, SendError)
        assert "at most 2000" in str(second)
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
    """No durable groups; what nobody takes in time is lost, the oldest first, and counted."""
    ours = context()
    async with MqttTransport(mosquitto.url(qos=0, backlog=10)) as transport:
        assert not transport.traits.durable
        with pytest.raises(UnsupportedError, match="qos"):
            async with transport.listen(intake(ours, "g", durable=True)):
                pass
        async with transport.listen(intake(ours)) as inbox, transport.listen(intake(ours)) as other:
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
    wanted = intake(context(), "once", durable=True)
    async with MqttTransport(mosquitto.url()) as transport, transport.listen(wanted):
        with pytest.raises(UsageError, match="already"):
            async with transport.listen(wanted):
                pass


async def test_overlapping_patterns_deliver_once(mosquitto):
    ours = context()
    wanted = Intake(
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

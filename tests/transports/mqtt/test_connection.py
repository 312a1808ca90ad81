"""Brokers that refuse a client or a subscription, do not answer, or are none."""

from __future__ import annotations

import logging

import anyio
import pytest

from cimbus.errors import ClosedError, ConnectError, SendError
from cimbus.interface.topic import Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.net import pausing
from cimbus_mqtt import MqttTransport

from .support import Relay, context, frames, spec

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


@pytest.mark.parametrize("version", ["5", "3.1.1"])
async def test_a_wrong_password_is_named(mosquitto_password, caplog, version):
    caplog.set_level(logging.DEBUG)
    transport = MqttTransport(mosquitto_password.url("ana", "wr0ng-secret", version=version))
    with pytest.raises(ConnectError, match="user name and password") as caught:
        await transport.__aenter__()
    assert "wr0ng-secret" not in f"{caught.value!r} {transport!r} {transport._address!r} {caplog.text}"
    async with MqttTransport(mosquitto_password.url("ana", version=version)) as transport:
        assert await transport.send(frames(context(), 1)) == [None]


async def test_no_server_there(mosquitto):
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
            async with transport.listen(spec(ours)):
                pytest.fail("the subscription was refused")
        assert transport.ready


async def test_a_subscription_that_is_denied_later_ends_the_inbox(monkeypatch, mosquitto):
    from cimbus_mqtt.engine import Engine

    feed = Engine.feed
    ours = context()
    async with (
        Relay(mosquitto.port) as way,
        MqttTransport(mosquitto.url(port=way.port)) as transport,
        transport.listen(spec(ours)) as inbox,
    ):
        monkeypatch.setattr(Engine, "feed", lambda self, raw: feed(self, raw[:-1] + b"\x87" if raw[0] == 0x90 else raw))
        way.cut()
        with pytest.raises(ClosedError, match=f"{ours}/#.*Not authorized"):
            await inbox.receive()


async def test_a_mute_broker_is_not_ready_although_a_consumer_that_is_full_does_not_read(new_mosquitto, monkeypatch):
    """What a slow handler leaves unread is no silence of the broker; other connections notice that it is mute."""
    monkeypatch.setattr(pausing, "MAX_WAITING_BYTES", 0)
    broker, ours = new_mosquitto(), context()
    async with (
        MqttTransport(broker.url(keepalive=1, connect_timeout=5)) as transport,
        transport.listen(spec(ours)) as slow,
    ):
        assert await transport.send(frames(ours, 5)) == [None] * 5
        while not slow.full:  # noqa: ASYNC110  # it has no event
            await anyio.sleep(0.01)
        broker.pause()
        try:
            with anyio.fail_after(60):
                while transport.ready:  # noqa: ASYNC110  # it has no event
                    await anyio.sleep(0.02)
        finally:
            broker.resume()
        with anyio.fail_after(60):
            while not transport.ready:  # noqa: ASYNC110  # it has no event
                await anyio.sleep(0.02)
            for delivery in await slow.receive():
                delivery.accept()

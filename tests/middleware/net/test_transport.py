"""A transport made of connections: its URL, its block, and that of a consumer."""

from __future__ import annotations

import logging

import anyio
import pytest

from cimbus.errors import ClosedError, ConnectError, SendError, UsageError
from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.net import BrokerOptions, ConnectedConsumer, ConnectedTransport, ReconnectingSession
from cimbus.middleware.transport import SubscriptionSpec
from cimbus_mqtt.subscription import MQTT_NAMING

from .lines import LineSender, broker

pytestmark = pytest.mark.anyio

log = logging.getLogger("cimbus.test")
TOPIC = Topic("c", "events", "N", "created")


class LineConsumer(ConnectedConsumer):
    """Receives lines that begin with MSG."""

    async def connected(self, connection):
        self.current.set(connection)
        connection.write(b"SUBSCRIBE\n")

    def disconnected(self, lost):
        self.current.clear()

    def received(self, packets):
        for packet in packets:
            self._buffer.backlog.put(Frame(topic=TOPIC, body=packet.encode()), packet)
        self._buffer.look()

    def _settled(self, item, outcome):
        self.current.connection.write(f"ACK {item.mark}\n".encode())


class LineTransport(ConnectedTransport):
    """A transport over the protocol of lines."""

    ports = {"lines": 1, "liness": 2}
    options_type = BrokerOptions
    default_naming = MQTT_NAMING
    there = None

    def _session(self, user, *, patient=False):
        return ReconnectingSession(lambda: self.there.opened(user), patient=patient, name="me", log=log)

    def _begin(self):
        sender = LineSender(10)
        return sender, self._session(sender)

    def _message(self, frame):
        if not frame.body.isdigit():
            raise ValueError("not a number")
        return int(frame.body)

    def listen(self):
        consumer = LineConsumer(SubscriptionSpec(patterns=(Pattern(),)), log)
        return self._listen(consumer, self._session(consumer, patient=True))


def frames(*bodies):
    return [Frame(topic=TOPIC, body=body) for body in bodies]


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("lines://h/path", "leave it out"),
        (
            "lines://h/?nope=1",
            "there are ca, cert, connect_timeout, insecure, key, password_file, reconnect_backoff_max, template",
        ),
        ("lines://h/?ca=x", "liness://"),
        ("lines://h/?template={noun", "template"),
        ("mqtt://h", "scheme"),
    ],
)
async def test_urls_that_are_refused(url, text):
    with pytest.raises(UsageError, match=text):
        LineTransport.from_url(url)


async def test_the_naming_is_the_default_or_the_options():
    assert LineTransport("lines:").naming is MQTT_NAMING
    assert LineTransport("lines://h/?template={noun}/{verb}").naming.address(TOPIC) == "N/created"


async def test_sending_has_one_result_per_frame():
    async with broker() as there:
        LineTransport.there = there
        async with LineTransport("lines:") as transport:
            assert transport.ready
            assert await transport.send([]) == []
            first, second, third = await transport.send(frames(b"1", b"x", b"2"))
            assert (first, third) == (None, None)
            assert isinstance(second, SendError)
            with pytest.raises(ConnectError, match="open already"):
                await transport.__aenter__()
        assert not transport.ready
        with pytest.raises(ClosedError):
            await transport.send(frames(b"1"))


async def test_a_consumer_is_open_while_its_block_lasts():
    async with broker() as there:
        LineTransport.there = there
        async with LineTransport("lines:") as transport, transport.listen() as consumer:
            await there.until(lambda: "SUBSCRIBE" in there.lines)
            await there.say(b"MSG 1\n")
            with anyio.fail_after(20):
                (delivery,) = await consumer.receive()
            delivery.accept()
            await there.until(lambda: "ACK MSG 1" in there.lines)
        with pytest.raises(ClosedError):
            await consumer.receive()


async def test_leaving_the_transport_closes_its_consumers():
    errors = []

    async def receive(transport, *, task_status):
        async with transport.listen() as consumer:
            task_status.started()
            try:
                await consumer.receive()
            except ClosedError as exc:
                errors.append(str(exc))

    async with broker() as there, anyio.create_task_group() as tasks:
        LineTransport.there = there
        async with LineTransport("lines:") as transport:
            await tasks.start(receive, transport)
    assert errors == ["the transport was closed"]

"""A message that ends each connection is acknowledged at the third one, and is a delivery with what is known of it."""

from __future__ import annotations

import contextlib

import anyio
import pytest
from anyio.abc import SocketAttribute

from cimbus.middleware.delivery import Outcome
from cimbus_jms.stomp import StompTransport
from cimbus_jms.stomp.frame_parser import FrameParser

from .support import PATIENCE, context, spec

pytestmark = pytest.mark.anyio


class Broker:
    """Sends one message whose body is longer than it says, until that is acknowledged; then a good one."""

    def __init__(self, context):
        self.topic = f"VirtualTopic.{context.upper()}.EVENTS.EndDeviceEvents.created"
        self.connections = 0
        self.acked = []

    async def serve(self, stream):
        parser = FrameParser()
        with contextlib.suppress(anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
            async with stream:
                while True:
                    for frame in parser.feed(await stream.receive()):
                        await self.answer(stream, frame)

    async def answer(self, stream, frame):
        if frame.command == "CONNECT":
            await stream.send(b"CONNECTED\nversion:1.2\nserver:ActiveMQ/5\n\n\0")
        if receipt := frame.headers.get("receipt"):
            await stream.send(f"RECEIPT\nreceipt-id:{receipt}\n\n\0".encode())
        if frame.command in ("ACK", "NACK"):
            self.acked.append(frame.headers["id"])
        if frame.command == "SUBSCRIBE":
            self.connections += 1
            if "bad" not in self.acked:
                await stream.send(self.message("bad", b"content-length:2\n", b"longer than that"))
            await stream.send(self.message("good", b"", b"good"))

    def message(self, name, length, body):
        head = f"MESSAGE\nmessage-id:{name}\nack:{name}\ndestination:/topic/{self.topic}\n".encode()
        return b"%b%b\n%b\0" % (head, length, body)


async def test_it_is_given_up():
    mine = context()
    broker = Broker(mine)
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=0)
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, broker.serve)
        port = listener.extra(SocketAttribute.local_port)
        async with (
            StompTransport(f"jms+stomp://127.0.0.1:{port}/?dialect=activemq") as transport,
            transport.listen(spec(mine, "group", durable=True)) as inbox,
        ):
            with anyio.fail_after(PATIENCE):
                bad, good = await both(inbox)
            assert "it ended 3 connections in a row" in bad.defect
            assert bad.value.body == b""
            assert (good.value.body, good.defect) == (b"good", "")
            assert broker.connections == 4
            assert broker.acked[0] == "bad"
            bad.settle(Outcome.REJECTED)
            good.accept()
        tasks.cancel_scope.cancel()


async def both(inbox):
    found = []
    while len(found) < 2:
        found += await inbox.receive()
    return sorted(found, key=lambda delivery: not delivery.defect)

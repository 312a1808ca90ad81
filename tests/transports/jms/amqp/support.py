"""What the AMQP tests share: the transport, if proton is there, and a client of AMQP that knows nothing of cimbus."""

from __future__ import annotations

import os
import uuid
from contextlib import asynccontextmanager

import anyio
import pytest

from cimbus.errors import MissingExtraError
from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.net import Address
from cimbus.middleware.transport import SubscriptionSpec
from cimbus.testing.support import collect

try:
    from cimbus_jms.amqp import AmqpTransport
except MissingExtraError as exc:
    if os.environ.get("CI", "").lower() in ("true", "1"):
        raise
    pytest.skip(f"NOT TESTED: {exc}", allow_module_level=True)

import proton.utils as utils

from cimbus_jms.amqp.connection import AmqpConnection
from cimbus_jms.amqp.links import ACCEPTED, OpenOptions, Source
from cimbus_jms.amqp.proton_names import proton

PATIENCE = 60
"""Seconds after which a test has failed."""


class Peer:
    """A client of AMQP: whole messages as they are on the wire, one receiving link and a relay."""

    def __init__(self):
        self.connection = self.relay = self.link = None
        self.messages = []
        self.answers = []
        self._news = anyio.Event()

    # -- what a connection calls

    async def connected(self, connection):
        self.connection = connection
        self.relay = connection.engine.sender_link("peer", self)
        await connection.attached(self.relay)

    def disconnected(self, _lost):
        pass

    def check_links(self):
        self._tell()

    def write(self):
        pass

    async def leave(self, _connection):
        pass

    def credited(self):
        self._tell()

    def answered(self, _handle, state, fault, _data):
        self.answers.append((state, fault))

    def arrived(self, messages):
        self.messages += messages

    def _tell(self):
        self._news.set()
        self._news = anyio.Event()

    # -- what tests want of it

    async def until(self, true):
        with anyio.fail_after(PATIENCE):
            while not true():
                await self._news.wait()

    async def send(self, message):
        """Send a proton message (or bytes), and return what the broker said."""
        data = message if isinstance(message, bytes) else bytes(message.encode())
        await self.until(lambda: self.relay.credit > 0)
        self.answers.clear()
        self.relay.send(data)
        self.connection.wake()
        await self.until(lambda: self.answers)
        return self.answers[0]

    async def listen(self, address, **source):
        self.link = self.connection.engine.receiver_link(
            f"peer-{address}", Source(address=address, **source), self, credit=100
        )
        await self.connection.attached(self.link)

    async def receive(self):
        """Return the next message, accepted."""
        await self.until(lambda: self.messages)
        handle, data = self.messages.pop(0)
        self.link.settle(handle, ACCEPTED)
        self.connection.wake()
        message = proton.Message()
        message.decode(data)
        if isinstance(message.body, memoryview):
            message.body = bytes(message.body)  # what proton shows is its own memory
        return message


@asynccontextmanager
async def peer(broker):
    found = Peer()
    address = Address(scheme="jms+amqp", host="127.0.0.1", port=broker.amqp)
    options = OpenOptions(container=f"peer-{uuid.uuid4().hex}", host="127.0.0.1", idle=30)

    def make(stream):
        return AmqpConnection(stream, found, PATIENCE, options)

    async with AmqpConnection.opened(make, address, None, PATIENCE) as connection, connection.running():
        yield found
        await connection.finish()


async def got(inbox, count, **how):
    """Collect deliveries, within a time limit."""
    with anyio.fail_after(PATIENCE):
        return await collect(inbox, count, **how)


def transport(broker, **options):
    return AmqpTransport(broker.url(wire="amqp", **options))


def context():
    return f"test{uuid.uuid4().hex[:12]}"


def frames(context, count, *, key="k", first=0, **properties):
    topic = Topic(context, "events", "EndDeviceEvents", "created", key)
    return [Frame(topic=topic, body=b"%d" % number, properties=properties) for number in range(first, first + count)]


def spec(context, group="", *, durable=False, credit=256, **levels):
    name = f"{group}-{context}" if group else ""
    return SubscriptionSpec(patterns=(Pattern(context=context, **levels),), group=name, durable=durable, credit=credit)


__all__ = [
    "ACCEPTED",
    "PATIENCE",
    "AmqpTransport",
    "context",
    "frames",
    "got",
    "peer",
    "proton",
    "spec",
    "transport",
    "utils",
]

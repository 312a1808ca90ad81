"""What the AMQP tests share: the transport, if proton is there, and a client of AMQP that knows nothing of cimbus."""

from __future__ import annotations

import os
import uuid
from contextlib import asynccontextmanager

import anyio
import pytest

from cimbus.errors import MissingExtraError
from cimbus.frame import Frame
from cimbus.net import Address
from cimbus.testing.support import collect
from cimbus.topic import Pattern, Topic
from cimbus.transport import Intake

try:
    from cimbus_jms.amqp import AmqpTransport
except MissingExtraError as exc:
    if os.environ.get("CI", "").lower() in ("true", "1"):
        raise
    pytest.skip(f"NOT TESTED: {exc}", allow_module_level=True)

import proton.utils as utils

from cimbus_jms.amqp.ends import ACCEPTED, Source
from cimbus_jms.amqp.engine import Hello
from cimbus_jms.amqp.native import proton
from cimbus_jms.amqp.place import Place

PATIENCE = 15
"""Seconds after which a test has failed."""


class Peer:
    """A client of AMQP: whole messages as they are on the wire, one receiving link and a relay."""

    def __init__(self):
        self.line = self.relay = self.inlet = None
        self.letters = []
        self.answers = []
        self._news = anyio.Event()

    # -- what a connection wants of whoever lives on it

    async def connected(self, line):
        self.line = line
        self.relay = line.engine.outlet("peer", self)
        await line.attached(self.relay)

    def disconnected(self):
        pass

    def look(self):
        self._tell()

    def write(self):
        pass

    async def leave(self):
        pass

    def credited(self):
        self._tell()

    def answered(self, _handle, state, fault, _data):
        self.answers.append((state, fault))

    def arrived(self, letters):
        self.letters += letters

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
        self.line.wake()
        await self.until(lambda: self.answers)
        return self.answers[0]

    async def listen(self, address, **source):
        self.inlet = self.line.engine.inlet(f"peer-{address}", Source(address=address, **source), self, credit=100)
        await self.line.attached(self.inlet)

    async def receive(self):
        """Return the next message, accepted."""
        await self.until(lambda: self.letters)
        handle, data = self.letters.pop(0)
        self.inlet.settle(handle, ACCEPTED)
        self.line.wake()
        message = proton.Message()
        message.decode(data)
        if isinstance(message.body, memoryview):
            message.body = bytes(message.body)  # what proton shows is its own memory
        return message


@asynccontextmanager
async def peer(broker):
    found = Peer()
    place = Place(Address(scheme="jms+amqp", host="127.0.0.1", port=broker.amqp), None, PATIENCE)
    hello = Hello(container=f"peer-{uuid.uuid4().hex}", host="127.0.0.1", idle=30)
    async with place.link(hello, found) as link, link.running():
        yield found
        await link.finish()


async def got(inbox, count, **how):
    """Collect deliveries, but not for ever."""
    with anyio.fail_after(PATIENCE):
        return await collect(inbox, count, **how)


def transport(broker, **options):
    return AmqpTransport(broker.url(wire="amqp", **options))


def context():
    return f"test{uuid.uuid4().hex[:12]}"


def frames(context, count, *, key="k", first=0, **properties):
    topic = Topic(context, "events", "EndDeviceEvents", "created", key)
    return [Frame(topic=topic, body=b"%d" % number, properties=properties) for number in range(first, first + count)]


def intake(context, group="", *, durable=False, credit=256, **levels):
    name = f"{group}-{context}" if group else ""
    return Intake(patterns=(Pattern(context=context, **levels),), group=name, durable=durable, credit=credit)


__all__ = [
    "ACCEPTED",
    "PATIENCE",
    "AmqpTransport",
    "context",
    "frames",
    "got",
    "intake",
    "peer",
    "proton",
    "transport",
    "utils",
]

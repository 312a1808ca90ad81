"""What the STOMP tests share: a client that says what any other would say, and frames with topics of their own."""

from __future__ import annotations

import contextlib
import itertools
import uuid

import anyio

from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.transport import SubscriptionSpec
from cimbus.testing.support import collect
from cimbus_jms.stomp.codec import write_frame
from cimbus_jms.stomp.frame_parser import FrameParser

PATIENCE = 60
"""Seconds after which a test has failed."""


class Peer:
    """A client of STOMP that knows nothing of cimbus: frames as they are on the wire."""

    def __init__(self, stream):
        self._stream = stream
        self._scanner = FrameParser()
        self._frames = []
        self._numbers = itertools.count()

    async def next(self):
        with anyio.fail_after(PATIENCE):
            while not self._frames:
                self._frames += self._scanner.feed(await self._stream.receive())
        return self._frames.pop(0)

    async def say(self, command, body=b"", *, measured=False, **headers):
        """Write a frame; ``_`` in names of headers is ``-``, and what stands under ``more`` is as it is."""
        more = headers.pop("more", {})
        pairs = [(name.replace("_", "-"), value) for name, value in headers.items()] + list(more.items())
        await self._stream.send(write_frame(command, pairs, body, measured=measured))

    async def ask(self, command, body=b"", **headers):
        """Write a frame and wait until the broker has done what it says; return what came meanwhile."""
        receipt = f"r{next(self._numbers)}"
        await self.say(command, body, receipt=receipt, **headers)
        meanwhile = []
        while (found := await self.next()).command != "RECEIPT":
            assert found.command != "ERROR", found
            meanwhile.append(found)
        self._frames = meanwhile + self._frames


@contextlib.asynccontextmanager
async def peer(broker, port=None, **headers):
    async with await anyio.connect_tcp("127.0.0.1", port or broker.port) as stream:
        found = Peer(stream)
        await found.say("CONNECT", accept_version="1.2", host="test", **headers)
        assert (await found.next()).command == "CONNECTED"
        yield found


async def got(inbox, count, **how):
    """Collect deliveries, within a time limit."""
    with anyio.fail_after(PATIENCE):
        return await collect(inbox, count, **how)


def context():
    return f"test{uuid.uuid4().hex[:12]}"


def frames(context, count, *, key="k", first=0, **properties):
    topic = Topic(context, "events", "EndDeviceEvents", "created", key)
    return [Frame(topic=topic, body=b"%d" % number, properties=properties) for number in range(first, first + count)]


def spec(context, group="", *, durable=False, credit=256, **levels):
    name = f"{group}-{context}" if group else ""
    return SubscriptionSpec(patterns=(Pattern(context=context, **levels),), group=name, durable=durable, credit=credit)

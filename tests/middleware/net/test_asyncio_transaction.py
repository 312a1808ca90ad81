"""The course of a transaction across two threads: committed, aborted, or refused."""

from __future__ import annotations

import asyncio

import anyio
import pytest

from cimbus.errors import ClosedError, SendError
from cimbus.interface.topic import Topic
from cimbus.middleware.delivery import Delivery, Outcome
from cimbus.middleware.frame import Frame
from cimbus.middleware.net.asyncio_thread import open_portal
from cimbus.middleware.net.asyncio_transaction import transacted_on_asyncio

pytestmark = pytest.mark.anyio

FRAME = Frame(topic=Topic("production", "events", "EndDeviceEvents", "created"), body=b"one")


class Half:
    """The asyncio half, which notes its calls."""

    def __init__(self, fails=""):
        self.calls = []
        self._fails = fails

    async def _call(self, name, *args):
        asyncio.get_running_loop()  # it runs on asyncio, whatever the caller's loop is
        self.calls.append((name, *args))
        if name == self._fails:
            raise SendError(name)

    async def begin(self):
        await self._call("begin")

    async def send(self, messages):
        await self._call("send", *messages)

    async def commit(self):
        await self._call("commit")

    async def abort(self):
        await self._call("abort")


def names(half):
    return [name for name, *_ in half.calls]


def delivery():
    return Delivery(FRAME, lambda *_: None)


async def test_what_is_sent_is_committed_and_then_the_deliveries_are_accepted():
    half, answered = Half(), delivery()
    async with (
        open_portal() as portal,
        transacted_on_asyncio(portal, half, [answered], lambda frame: frame.body) as block,
    ):
        await block.send([FRAME, FRAME])
        assert answered.outcome is None
    assert half.calls == [("begin",), ("send", b"one", b"one"), ("commit",)]
    assert answered.outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("fails", ["begin", "send", "commit"])
async def test_what_fails_is_aborted_and_the_deliveries_are_unsettled(fails):
    half, answered = Half(fails), delivery()
    async with open_portal() as portal:
        with pytest.raises(SendError, match=fails):
            async with transacted_on_asyncio(portal, half, [answered], lambda frame: frame.body) as block:
                await block.send([FRAME])
    assert names(half)[-1] == "abort"
    assert answered.outcome is None


async def test_a_frame_that_cannot_be_written_is_refused():
    def write(frame):
        raise ValueError("half a character")

    half = Half()
    async with open_portal() as portal:
        with pytest.raises(SendError, match="half a character"):
            async with transacted_on_asyncio(portal, half, [], write) as block:
                await block.send([FRAME])
    assert names(half) == ["begin", "abort"]


async def test_a_block_that_is_cancelled_is_aborted():
    half = Half()
    async with open_portal() as portal:
        with anyio.move_on_after(0.01):
            async with transacted_on_asyncio(portal, half, [], lambda frame: frame.body):
                await anyio.sleep_forever()
    assert names(half) == ["begin", "abort"]


async def test_a_transport_that_was_closed_has_aborted_it():
    class Closed(Half):
        async def abort(self):
            await super().abort()
            raise ClosedError("the transport was closed")

    half = Closed()
    async with open_portal() as portal:
        with pytest.raises(LookupError):
            async with transacted_on_asyncio(portal, half, [], lambda frame: frame.body):
                raise LookupError
    assert names(half) == ["begin", "abort"]

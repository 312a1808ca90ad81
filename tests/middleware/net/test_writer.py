"""The writing half of a connection: what several tasks write is sent together."""

from __future__ import annotations

import anyio
import pytest
from anyio.abc import ByteStream

from cimbus.middleware.net import BROKEN, Writer
from cimbus.middleware.tasks import background

pytestmark = pytest.mark.anyio


class Sink(ByteStream):
    """Notes each send; waits in it until it may go on."""

    def __init__(self):
        self.sends = []
        self.may = anyio.Event()
        self.may.set()
        self.error = None

    async def send(self, item):
        await self.may.wait()
        if self.error:
            raise self.error
        self.sends.append(item)

    async def receive(self, max_bytes=65536):
        raise NotImplementedError

    async def send_eof(self):
        raise NotImplementedError

    async def aclose(self):
        raise NotImplementedError


async def test_what_many_write_leaves_in_one_send():
    sink = Sink()
    writer = Writer(sink)
    async with background() as tasks:
        tasks.start_soon(writer.run)
        for number in range(100):
            writer.write(b"%d," % number)
        assert await writer.flush()
    assert sink.sends == [b"".join(b"%d," % number for number in range(100))]


async def test_what_is_written_while_one_send_waits_leaves_in_the_next():
    sink = Sink()
    sink.may = anyio.Event()
    writer = Writer(sink)
    async with background() as tasks:
        tasks.start_soon(writer.run)
        writer.write(b"a")
        await anyio.wait_all_tasks_blocked()
        writer.write(b"b")
        writer.write(b"c")
        sink.may.set()
        assert await writer.flush()
    assert sink.sends == [b"a", b"bc"]


async def test_no_flush_waits_beyond_the_end():
    writer = Writer(Sink())
    writer.write(b"never")
    results = []

    async def wait():
        results.append(await writer.flush())

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wait)
        await anyio.wait_all_tasks_blocked()
        writer.end()
    await writer.run()  # returns
    assert results == [False]


async def test_a_break_is_for_the_task_that_runs():
    sink = Sink()
    sink.error = anyio.BrokenResourceError()
    writer = Writer(sink)
    writer.write(b"x")
    with pytest.raises(BROKEN):
        await writer.run()

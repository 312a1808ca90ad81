"""A stream without a task between the socket and the function that takes the bytes; asyncio has it, trio does not."""

from __future__ import annotations

import socket
import struct
from contextlib import asynccontextmanager

import anyio
import pytest
from anyio.abc import SocketAttribute

from cimbus.middleware.net import Address, Writer, open_stream
from cimbus.middleware.net.asyncio_stream import AsyncioStream
from cimbus.middleware.tasks import background

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("anyio_backend", ["asyncio"])]


@asynccontextmanager
async def pair():
    """A stream of ours, and the other side."""
    accepted, ready = [], anyio.Event()
    over = anyio.Event()

    async def accept(stream):
        accepted.append(stream)
        ready.set()
        await over.wait()

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    async with listener, background() as tasks:
        tasks.start_soon(listener.serve, accept)
        address = Address(scheme="x", host="127.0.0.1", port=listener.extra(SocketAttribute.local_port))
        async with await open_stream(address, None, 5) as stream:
            assert isinstance(stream, AsyncioStream)
            await ready.wait()
            try:
                yield stream, accepted[0]
            finally:
                over.set()
                await accepted[0].aclose()


async def test_feed_goes_on_until_the_function_has_enough_and_loses_nothing():
    async with pair() as (stream, other):
        taken = bytearray()

        def take(data):
            taken.extend(data)
            return len(taken) < 100_000

        async with background() as tasks:
            tasks.start_soon(other.send, b"x" * 300_000)
            await stream.feed(take)
            assert 100_000 <= len(taken) < 300_000
            while len(taken) < 300_000:  # now one piece for each call
                await stream.feed(taken.extend)
        assert len(taken) == 300_000


async def test_receive_returns_no_more_than_was_asked_for():
    async with pair() as (stream, other):
        await other.send(b"abcdef")
        assert [await stream.receive(4), await stream.receive(4)] == [b"abcd", b"ef"]


async def test_what_the_function_raises_is_raised_and_later_bytes_stay():
    def refuse(data):
        raise ValueError(data.decode())

    async with pair() as (stream, other):
        await other.send(b"bad")
        with pytest.raises(ValueError, match="bad"):
            await stream.feed(refuse)
        await other.send(b"good")
        assert await stream.receive() == b"good"


async def test_a_feed_that_is_cancelled_loses_nothing():
    async with pair() as (stream, other):
        with anyio.move_on_after(0.01) as scope:
            await stream.feed(lambda data: True)
        assert scope.cancelled_caught
        await other.send(b"later")
        assert await stream.receive() == b"later"


async def test_all_that_came_before_the_end_is_taken_first_and_writing_still_works():
    async with pair() as (stream, other):
        await other.send(b"last")
        await other.send_eof()
        taken = []
        with pytest.raises(anyio.EndOfStream):
            await stream.feed(lambda data: taken.append(data) or True)
        assert taken == [b"last"]
        await stream.send(b"answer")
        assert await other.receive() == b"answer"


async def test_a_reset_is_a_broken_stream():
    async with pair() as (stream, other):
        other.extra(SocketAttribute.raw_socket).setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await other.aclose()  # with this option it resets the connection
        with pytest.raises(anyio.BrokenResourceError) as caught:
            await stream.feed(lambda data: True)
        assert isinstance(caught.value.__cause__, ConnectionResetError)
        assert not stream.write_now(b"x")
        with pytest.raises(anyio.BrokenResourceError):
            await stream.send(b"x")


async def test_closing_ends_what_waits():
    async with pair() as (stream, _):
        async with background() as tasks:
            ended = anyio.Event()

            async def feed():
                with pytest.raises(anyio.ClosedResourceError):
                    await stream.feed(lambda data: True)
                ended.set()

            tasks.start_soon(feed)
            await anyio.wait_all_tasks_blocked()
            await stream.aclose()
            await ended.wait()
        with pytest.raises(anyio.ClosedResourceError):
            await stream.send(b"x")


async def test_a_writer_waits_where_the_other_side_does_not_read_and_keeps_the_order():
    async with pair() as (stream, other), background() as tasks:
        writer = Writer(stream)
        tasks.start_soon(writer.run)
        tasks.start_soon(stream.send, b"x")
        assert await other.receive() == b"x"  # anyio reads only while it is asked for more, once it has waited
        whole = b"".join(number.to_bytes(4, "big") * 1_000 for number in range(4_000))  # 16 MB: no buffer has it
        for start in range(0, len(whole), 100_000):
            writer.write(whole[start : start + 100_000])
        with anyio.move_on_after(0.1) as scope:
            await writer.flush()
        assert scope.cancelled_caught, "the system took all of it"
        writer.write(b"the end")
        taken = bytearray()
        while not taken.endswith(b"the end"):
            taken += await other.receive(1 << 20)
        assert bytes(taken) == whole + b"the end"
        assert await writer.flush()
        writer.end()


async def test_acknowledgements_wait_for_each_other_but_not_for_long(monkeypatch):
    async with pair() as (stream, other), background() as tasks:
        written, write = [], stream.write_now
        monkeypatch.setattr(stream, "write_now", lambda data: written.append(data) or write(data))
        writer = Writer(stream)
        tasks.start_soon(writer.run)
        await anyio.wait_all_tasks_blocked()
        for number in range(3):
            writer.write(b"%d" % number, 3)  # together with others
        assert await other.receive() == b"012"
        writer.write(b"3", 3)
        assert await other.receive() == b"3"  # none came in time
        writer.write(b"4", 3)
        writer.write(b"5")  # at once, and what waits with it
        assert await other.receive() == b"45"
        writer.write(b"6", 3)
        assert await writer.flush()
        assert written == [b"012", b"3", b"45", b"6"]
        writer.end()

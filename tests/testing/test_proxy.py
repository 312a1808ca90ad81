"""The fault proxy does what it says, so that what other tests see is the fault and not the proxy."""

from __future__ import annotations

from contextlib import asynccontextmanager

import anyio
import pytest
from anyio.abc import SocketAttribute

from cimbus.middleware.tasks import background
from cimbus.testing.proxy import FaultProxy

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def echo():
    """A server that sends back what it gets; yields its port."""

    async def serve(stream):
        async with stream:
            try:
                async for data in stream:
                    await stream.send(data)
            except (anyio.BrokenResourceError, anyio.ClosedResourceError):
                pass

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=0)
    async with listener, background() as tasks:
        tasks.start_soon(listener.serve, serve)
        yield listener.extra(SocketAttribute.local_port)


@asynccontextmanager
async def through():
    """A proxy before an echo, and a connection through it that has been used."""
    async with echo() as port, FaultProxy(port) as proxy, await anyio.connect_tcp("127.0.0.1", proxy.port) as stream:
        await stream.send(b"hello")
        assert await stream.receive() == b"hello"
        yield proxy, stream


async def receive(stream, count):
    data = b""
    while len(data) < count:
        data += await stream.receive()
    return data


async def test_bytes_pass_unchanged():
    async with through() as (proxy, stream):
        data = bytes(range(256)) * 2000
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(stream.send, data)

            assert await receive(stream, len(data)) == data

        assert proxy.passed == 2 * (len(data) + len(b"hello"))


async def test_a_cut_ends_a_connection_in_order_and_the_next_one_works():
    async with through() as (proxy, stream):
        assert proxy.cut() == 1
        with pytest.raises(anyio.EndOfStream):
            await stream.receive()
        async with await anyio.connect_tcp("127.0.0.1", proxy.port) as again:
            await again.send(b"again")

            assert await again.receive() == b"again"
            assert proxy.accepted == 2


async def test_a_reset_breaks_a_connection():
    async with through() as (proxy, stream):
        assert proxy.reset() == 1
        with pytest.raises(anyio.BrokenResourceError):
            await stream.receive()


async def test_a_stall_holds_everything_back_and_loses_nothing():
    async with through() as (proxy, stream):
        with proxy.stalled():
            await stream.send(b"later")
            await anyio.wait_all_tasks_blocked()
            with anyio.move_on_after(0.05) as scope:
                await stream.receive()

            assert scope.cancelled_caught
            assert proxy.open == 1
        assert await stream.receive() == b"later"


async def test_a_cut_ends_a_stalled_connection_too():
    async with through() as (proxy, stream):
        with proxy.stalled():
            await stream.send(b"lost")
            proxy.cut()
            with pytest.raises(anyio.EndOfStream):
                await stream.receive()


async def test_a_slow_way_passes_piece_by_piece():
    async with through() as (proxy, stream):
        with proxy.slow(chunk=3, pause=0.001):
            await stream.send(b"0123456789")
            pieces = [await stream.receive()]
            while sum(map(len, pieces)) < 10:
                pieces.append(await stream.receive())
        assert b"".join(pieces) == b"0123456789"
        assert len(pieces[0]) <= 3


async def test_a_proxy_that_refuses_ends_new_connections_only():
    async with through() as (proxy, stream):
        with proxy.refusing():
            async with await anyio.connect_tcp("127.0.0.1", proxy.port) as refused:
                with pytest.raises(anyio.EndOfStream):
                    await refused.receive()
            await stream.send(b"still there")
            assert await stream.receive() == b"still there"


async def test_a_target_that_is_down_ends_the_connection():
    async with echo() as port:
        pass
    async with FaultProxy(port) as proxy, await anyio.connect_tcp("127.0.0.1", proxy.port) as stream:
        with pytest.raises(anyio.EndOfStream):
            await stream.receive()


async def test_one_can_wait_for_connections():
    async with through() as (proxy, _), anyio.create_task_group() as tasks:
        tasks.start_soon(proxy.until, 2)
        await anyio.wait_all_tasks_blocked()
        async with await anyio.connect_tcp("127.0.0.1", proxy.port):
            pass

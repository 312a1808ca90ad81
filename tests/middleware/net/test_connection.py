"""A connection from its first byte to its end: accepted in time, one reason for its end, and a user that is told."""

from __future__ import annotations

import socket

import anyio
import pytest
from anyio.abc import SocketAttribute

from cimbus.errors import ConnectError
from cimbus.middleware.net import ClosedByBrokerError, ConnectionLostError, RefusedError
from cimbus.middleware.net.stream import QUICK

from .lines import Listener, broker

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("welcome", "timeout", "error", "text"),
    [
        (b"NO\n", 20, RefusedError, "refuses the connection"),
        (b"WHAT\n", 20, ConnectError, "an answer that is none: WHAT"),
        (b"\xff\n", 20, ConnectError, "no LINES broker: a line that is not ASCII"),
        (None, 0.5, ConnectError, "does not answer: it does not speak LINES within 0.5 s"),
    ],
)
async def test_an_attempt_that_fails_says_why_and_where(welcome, timeout, error, text):
    async with broker() as there:
        there.welcome = welcome
        with pytest.raises(error, match=text) as caught:
            async with there.opened(Listener(), timeout=timeout):
                pass
    assert str(there.address) in str(caught.value)


async def test_a_broker_that_closes_before_it_accepts():
    async with broker() as there, anyio.create_task_group() as tasks:
        there.welcome = None

        async def cut():
            await there.until(lambda: there.lines)
            await there.cut()

        tasks.start_soon(cut)
        with pytest.raises(ConnectError, match="closed the connection before it accepted"):
            async with there.opened(Listener()):
                pass


async def test_what_came_with_the_answer_is_received_after_connected():
    user = Listener()
    async with broker() as there:
        there.welcome = b"WELCOME\none\ntwo\nthr"
        async with there.opened(user) as connection, connection.running():
            await there.say(b"ee\n")
            await there.until(lambda: "three" in user.events)
    assert user.events == ["connected", "one", "two", "three", "disconnected: this side closed the connection"]


@pytest.mark.skipif(QUICK is None, reason="Linux only")
async def test_each_read_is_acknowledged_at_once():
    user = Listener()
    async with broker() as there, there.opened(user) as connection, connection.running():
        raw = connection._stream.extra(SocketAttribute.raw_socket)
        for word in ("one", "two"):
            raw.setsockopt(socket.IPPROTO_TCP, QUICK, 0)  # as Linux does by itself (tcp(7))
            assert not raw.getsockopt(socket.IPPROTO_TCP, QUICK)
            await there.say(f"{word}\n".encode())
            await there.until(lambda word=word: word in user.events)
            assert raw.getsockopt(socket.IPPROTO_TCP, QUICK)


async def test_finishing_writes_the_last_commands_and_waits_for_the_broker():
    user = Listener()
    async with broker() as there, there.opened(user) as connection, connection.running():
        connection.write(b"some\n")
        await connection.finish()
        assert there.lines == ["HELLO", "some", "LAST", "BYE"]
        assert isinstance(connection.lost, ClosedByBrokerError)


async def test_the_first_reason_of_an_end_stays():
    user = Listener()
    async with broker() as there, there.opened(user) as connection:
        async with connection.running():
            await there.cut()
            await connection.over.wait()
            connection.fail(ConnectionLostError("later"))
            assert isinstance(connection.lost, ClosedByBrokerError)
            connection.write(b"x\n")
            with pytest.raises(ClosedByBrokerError):
                await connection.flush()
        assert user.events == ["connected", "disconnected: the broker closed the connection"]


async def test_what_cannot_be_read_ends_the_connection():
    async with broker() as there, there.opened(Listener()) as connection, connection.running():
        await there.say(b"\xff\n")
        await connection.over.wait()
        assert "cannot be read: a line that is not ASCII" in str(connection.lost)


async def test_a_user_that_is_not_set_up_in_time_ends_the_connection():
    class Slow(Listener):
        async def connected(self, connection):
            await anyio.sleep_forever()

    user = Slow()
    async with broker() as there, there.opened(user) as connection:
        connection._timeout = 0.1
        with pytest.raises(ConnectionLostError, match=r"did not answer within 0\.1 s"):
            async with connection.running():
                pytest.fail("it was not set up")
    assert user.events == ["disconnected: this side closed the connection"]

"""A protocol of lines, for tests of what all protocols share: a connection that speaks it, and a broker on loopback.

The client writes ``HELLO`` and gets ``WELCOME``; the broker answers ``PUT n`` with ``GOT n``, ``BYE`` by closing the
connection, and a heartbeat ``.`` not at all.
"""

from __future__ import annotations

from contextlib import asynccontextmanager

import anyio
from anyio.abc import SocketAttribute

from cimbus.errors import ConnectError
from cimbus.middleware.net import (
    Address,
    ConnectionLostError,
    MalformedError,
    PacketConnection,
    RefusedError,
    SendWindow,
)


class LineParser:
    """Cuts bytes into lines of ASCII."""

    def __init__(self):
        self._rest = b""

    def feed(self, data):
        *lines, self._rest = (self._rest + data).split(b"\n")
        if any(not line.isascii() for line in lines):
            raise MalformedError("a line that is not ASCII")
        return [line.decode() for line in lines]


class LineConnection(PacketConnection):
    """A connection of the protocol."""

    protocol = "LINES"
    heartbeat = b".\n"

    def __init__(self, stream, user, timeout=20.0, *, hear=0.0, speak=0.0):
        super().__init__(stream, user, timeout, LineParser())
        self._hear, self._speak = hear, speak

    async def greet(self):
        await self._stream.send(b"HELLO\n")
        answer = await self._first_packet()
        if answer == "NO":
            raise RefusedError("the broker refuses the connection")
        if answer != "WELCOME":
            raise ConnectError(f"an answer that is none: {answer}")

    def _dispatch(self, packets):
        self._user.received(packets)

    async def _disconnect(self):
        self.write(b"BYE\n")
        await self.over.wait()


class Listener:
    """A user of connections that notes what happens."""

    def __init__(self):
        self.events = []
        self.connection = None

    async def connected(self, connection):
        self.connection = connection
        self.events.append("connected")

    def disconnected(self, lost):
        self.events.append(f"disconnected: {lost}")

    def received(self, packets):
        self.events += packets

    async def leave(self, connection):
        connection.write(b"LAST\n")


class LineSender(SendWindow):
    """Sends numbers; ``GOT n`` acknowledges one."""

    async def leave(self, connection):
        pass

    def _fill_window(self):
        connection = self.current.connection
        while connection is not None and len(self._unacked) < self._window and (item := self._next()) is not None:
            item.written = True
            self._unacked[item.message] = item
            connection.write(f"PUT {item.message}\n".encode())

    def received(self, packets):
        for packet in packets:
            word, _, number = packet.partition(" ")
            if word in ("GOT", "BAD"):
                self._settle(int(number), None if word == "GOT" else ValueError("refused"))
        self._fill_window()


class Broker:
    """The other side."""

    def __init__(self, listener):
        self._listener = listener
        self._streams = []
        self._writing = anyio.Lock()
        self.address = Address(scheme="lines", host="127.0.0.1", port=listener.extra(SocketAttribute.local_port))
        self.lines = []
        self.welcome = b"WELCOME\n"
        self.silent = False
        """Acknowledge nothing."""
        self.accepted = 0

    async def handle(self, stream):
        self.accepted += 1
        self._streams.append(stream)
        parser = LineParser()
        try:
            async with stream:
                while True:
                    for line in parser.feed(await stream.receive()):
                        self.lines.append(line)
                        if line == "HELLO" and self.welcome is not None:
                            await self._send(stream, self.welcome)
                        elif line.startswith("PUT") and not self.silent:
                            await self._send(stream, line.replace("PUT", "GOT").encode() + b"\n")
                        elif line == "BYE":
                            return
        except (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
            pass

    async def cut(self):
        """Close every connection."""
        streams, self._streams = self._streams, []
        for stream in streams:
            await stream.aclose()

    async def say(self, data):
        for stream in self._streams:
            await self._send(stream, data)

    async def _send(self, stream, data):
        async with self._writing:
            await stream.send(data)

    async def until(self, true):
        with anyio.fail_after(20):
            while not true():  # noqa: ASYNC110  # the other side is a socket, not an event
                await anyio.sleep(0.005)

    @asynccontextmanager
    async def opened(self, user, timeout=20.0, **how):
        def make(stream):
            return LineConnection(stream, user, timeout, **how)

        async with LineConnection.opened(make, self.address, None, timeout) as connection:
            yield connection


@asynccontextmanager
async def broker():
    async with await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=0) as listener:
        found = Broker(listener)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listener.serve, found.handle)
            yield found
            tasks.cancel_scope.cancel()


LOST = ConnectionLostError("lost")

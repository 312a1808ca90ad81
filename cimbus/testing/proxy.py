"""A TCP proxy on the loopback address with the faults of a network: cut, reset, stalled, slow, refused connections.

::

    async with FaultProxy(broker.port) as proxy:
        transport = MqttTransport.from_url(f"mqtt://127.0.0.1:{proxy.port}/")
        ...
        proxy.cut()

Rules: bytes that pass are passed unchanged and in order; what a cut catches inside the proxy is lost, as it would be
in a network. A fault with a duration is a ``with`` block. The proxy is of one event loop and ends with its own block,
and so does every connection through it.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Final, Self

import anyio
from anyio import AsyncContextManagerMixin
from anyio.abc import SocketAttribute, SocketStream

from cimbus.middleware.tasks import background

HOST: Final = "127.0.0.1"
CHUNK: Final = 64 * 1024
"""Bytes read at once: anyio's own default for a receive."""
_OVER: Final = (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError, OSError)


class FaultProxy(AsyncContextManagerMixin):
    """A proxy in front of a port, whose connections can be made to fail.

    Args:
        target: the port that connections are passed on to.
        host: where it is.
        port: where to listen, for brokers that advertise a port to their clients; any free port unless given.

    Attributes:
        port: where the proxy listens, once its block is entered.
        accepted: how many connections came so far, refused ones too.
        passed: how many bytes went through so far, both directions together.
    """

    def __init__(self, target: int, host: str = HOST, *, port: int = 0) -> None:
        self.target = target
        self.host = host
        self.port = port
        self.accepted = 0
        self.passed = 0
        self._scopes: dict[anyio.CancelScope, SocketStream] = {}
        """What ends each open connection, and its client's side."""
        self._news = anyio.Event()
        self._gate = _Gate()
        self._refusing = False
        self._pace: tuple[int, float] | None = None

    @asynccontextmanager
    async def __asynccontextmanager__(self) -> AsyncGenerator[Self]:
        listener = await anyio.create_tcp_listener(local_host=HOST, local_port=self.port)
        async with listener, background() as tasks:
            self.port = listener.extra(SocketAttribute.local_port)  # noqa: S610  # anyio's extra, not Django's
            tasks.start_soon(listener.serve, self._serve)
            yield self

    # -- faults ---------------------------------------------------------------------------------------------------

    @property
    def open(self) -> int:
        """How many connections there are now."""
        return len(self._scopes)

    def cut(self) -> int:
        """Close every connection (FIN) and drop the data in flight; return how many there were."""
        for scope in self._scopes:
            scope.cancel()
        return len(self._scopes)

    def reset(self) -> int:
        """Reset every connection (RST), as a host does that has restarted; return how many there were."""
        for client in self._scopes.values():
            # closing a socket with a linger time of 0 sends RST
            raw = client.extra(SocketAttribute.raw_socket)  # noqa: S610  # anyio's extra, not Django's
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return self.cut()

    @contextmanager
    def stalled(self) -> Generator[None]:
        """Pass nothing, not even a close, while the block runs; what was held passes after it."""
        self._gate.shut()
        try:
            yield
        finally:
            self._gate.open()

    @contextmanager
    def slow(self, chunk: int = 64, pause: float = 0.01) -> Generator[None]:
        """Pass at most ``chunk`` bytes at a time and pause after each, in each direction, while the block runs."""
        before, self._pace = self._pace, (chunk, pause)
        try:
            yield
        finally:
            self._pace = before

    @contextmanager
    def refusing(self) -> Generator[None]:
        """Close new connections at once while the block runs; those that exist go on."""
        before, self._refusing = self._refusing, True
        try:
            yield
        finally:
            self._refusing = before

    async def news(self) -> None:
        """Wait for the next connection, or for bytes that passed."""
        await self._news.wait()

    async def until(self, accepted: int) -> None:
        """Wait until so many connections have come in all."""
        while self.accepted < accepted:
            await self.news()

    def _tell(self) -> None:
        self._news.set()
        self._news = anyio.Event()

    # -- connections ----------------------------------------------------------------------------------------------

    async def _serve(self, client: SocketStream) -> None:
        self.accepted += 1
        self._tell()
        async with client:
            if self._refusing:
                return
            with anyio.CancelScope() as scope:
                self._scopes[scope] = client
                try:
                    await self._connect(client)
                finally:
                    del self._scopes[scope]

    async def _connect(self, client: SocketStream) -> None:
        try:
            server = await anyio.connect_tcp(self.host, self.target)
        except OSError:
            return  # the target is down: the client sees a connection that closes
        async with server, background() as tasks:
            ended = anyio.Event()
            tasks.start_soon(self._pump, client, server, ended)
            tasks.start_soon(self._pump, server, client, ended)
            await ended.wait()

    async def _pump(self, source: SocketStream, sink: SocketStream, ended: anyio.Event) -> None:
        """Pass bytes until either side ends; both directions end then."""
        try:
            while True:
                data = await source.receive(CHUNK)
                await self._pass(data, sink)
        except _OVER:
            await self._gate.wait()  # while stalled, a close is not passed on either
            ended.set()

    async def _pass(self, data: bytes, sink: SocketStream) -> None:
        at = 0
        while at < len(data):
            await self._gate.wait()
            chunk, pause = self._pace or (CHUNK, 0.0)
            part = data[at : at + chunk]
            at += len(part)
            await sink.send(part)
            self.passed += len(part)
            self._tell()
            if pause:
                await anyio.sleep(pause)


class _Gate:
    """Open, unless it was shut; it opens again when every ``shut`` was followed by an ``open``."""

    def __init__(self) -> None:
        self._shut = 0
        self._event = anyio.Event()

    def shut(self) -> None:
        self._shut += 1

    def open(self) -> None:
        self._shut -= 1
        if not self._shut:
            self._event.set()
            self._event = anyio.Event()

    async def wait(self) -> None:
        while self._shut:
            await self._event.wait()

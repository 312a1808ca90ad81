"""A connection whose protocol consists of packets, with heartbeats in both directions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from anyio.abc import ByteStream

from .connection import CHUNK, StreamConnection
from .connection_user import ConnectionUser
from .errors import ConnectionLostError

P = TypeVar("P")
P_co = TypeVar("P_co", covariant=True)
U = TypeVar("U", bound=ConnectionUser[Any])  # Any: of the connection that is defined with it


class Parser(Protocol[P_co]):
    """Cuts a stream of bytes into packets."""

    def feed(self, data: bytes, /) -> Sequence[P_co]:
        """Take bytes and return the packets that they complete.

        Raises:
            MalformedError: they are not of this protocol.
        """
        ...


class PacketConnection(StreamConnection[U], Generic[U, P]):
    """A connection whose protocol consists of packets, with heartbeats in both directions.

    Args:
        stream: an open stream to the broker.
        user: the sender or consumer that uses this connection.
        timeout: how long the user may take to set up what it needs, in seconds.
        parser: cuts what is read into packets.

    >>> import anyio
    >>> class Lines:  # a Parser; each line is complete here
    ...     def feed(self, data): return data.decode().split()
    >>> class LineConnection(PacketConnection):
    ...     protocol, heartbeat = "LINES", b"."
    ...     def _dispatch(self, packets): print(packets)
    >>> class Server:  # a stream: its other side says two lines and leaves
    ...     answers = [b"WELCOME READY"]
    ...     async def send(self, data): ...
    ...     async def receive(self, size):
    ...         if not self.answers:
    ...             raise anyio.EndOfStream
    ...         return self.answers.pop()
    >>> class User:
    ...     async def connected(self, connection): ...
    ...     def disconnected(self, lost): print(lost)
    ...     async def leave(self, connection): ...
    >>> async def main():
    ...     async with (connection := LineConnection(Server(), User(), 10, Lines())).running():
    ...         await connection.serve()
    >>> anyio.run(main)
    ['WELCOME', 'READY']
    the broker closed the connection
    """

    heartbeat: ClassVar[bytes]
    """What is written when it has been quiet."""

    def __init__(self, stream: ByteStream, user: U, timeout: float, parser: Parser[P]) -> None:
        super().__init__(stream, user, timeout)
        self._parser = parser
        self._early: list[P] = []
        """What came together with the answer to the greeting."""
        self._speak = self._hear = 0.0
        """How often we have to write, and how long the broker may be silent, in seconds; 0: without limit."""

    def _dispatch(self, packets: Sequence[P]) -> None:
        """Take packets that came."""
        raise NotImplementedError

    async def _first_packet(self) -> P:
        """Wait for the first packet and return it; what came with it is dispatched when reading begins."""
        while not self._early:
            self._early = list(self._parser.feed(await self._stream.receive(CHUNK)))
        return self._early.pop(0)

    def _received(self, data: bytes) -> None:
        packets = self._parser.feed(data) if data else self._early
        if packets:
            self._dispatch(packets)

    @property
    def _quiet_since(self) -> float:
        """Since when nothing was written that shows the broker that this client is there."""
        return self._writer.last_write

    def _keep_alive(self, now: float) -> float:
        if self._hear and not self.paused and now - self._last_read > self._hear:
            self.fail(ConnectionLostError(f"the broker has been silent for {now - self._last_read:.1f} s"))
        elif self._speak and now - self._quiet_since >= self._speak / 2:
            self.write(self.heartbeat)
        # four looks per interval: a heartbeat is written after at most 3/4 of it, well before the broker misses it
        return min(filter(None, (self._speak / 4, self._hear / 6)), default=0.0)

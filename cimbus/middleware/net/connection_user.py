"""The two sides of a connection: what its user sees of it, and what it tells its user.

A *user* is a sender or a consumer. These protocols are the same for every broker; a plug-in adds to its own what only
its broker's protocol has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from .errors import ConnectionLostError


class Connection(Protocol):
    """A connection as its user and its session see it.

    >>> class Lines:
    ...     lost = None
    ...     def write(self, data): print(data)
    ...     async def flush(self): ...
    ...     def fail(self, lost): self.lost = lost
    >>> connection: Connection = Lines()
    >>> connection.write(b"HELLO")
    b'HELLO'
    """

    @property
    def lost(self) -> ConnectionLostError | None:
        """Why it is over; None while it is not."""
        ...

    def write(self, data: bytes) -> None:
        """Write soon, together with what others write."""
        ...

    async def flush(self) -> None:
        """Wait until the operating system has everything written so far.

        Raises:
            ConnectionLostError: the connection ended first.
        """
        ...

    def fail(self, lost: ConnectionLostError) -> None:
        """End the connection; the first reason stays."""
        ...


C_contra = TypeVar("C_contra", contravariant=True)
P_contra = TypeVar("P_contra", contravariant=True)


class ConnectionUser(Protocol[C_contra]):
    """The sender or consumer that uses a connection.

    >>> class Greeter:
    ...     async def connected(self, connection): connection.write(b"HELLO")
    ...     def disconnected(self, lost): print(lost)
    ...     async def leave(self, connection): connection.write(b"BYE")
    >>> user: ConnectionUser[Connection] = Greeter()
    >>> user.disconnected(ConnectionLostError("the broker closed the connection"))
    the broker closed the connection
    """

    async def connected(self, connection: C_contra, /) -> None:
        """Begin with a new connection; return when everything needed from the broker is set up.

        Raises:
            RefusedError: the broker does not allow it.
            ConnectionLostError: the connection ended meanwhile.
        """
        ...

    def disconnected(self, lost: ConnectionLostError, /) -> None:
        """End with the connection; another one may follow."""
        ...

    async def leave(self, connection: C_contra, /) -> None:
        """Write the last commands, before the connection is ended in order.

        Raises:
            RefusedError: the broker refused one of them.
            ConnectionLostError: the connection ended meanwhile.
        """
        ...


class PacketUser(ConnectionUser[C_contra], Protocol[C_contra, P_contra]):
    """The user of a connection whose protocol consists of packets.

    >>> class Printer:
    ...     async def connected(self, connection): connection.write(b"HELLO")
    ...     def disconnected(self, lost): print(lost)
    ...     async def leave(self, connection): connection.write(b"BYE")
    ...     def received(self, packets): print(*packets)
    >>> user: PacketUser[Connection, str] = Printer()
    >>> user.received(["WELCOME", "READY"])
    WELCOME READY
    """

    def received(self, packets: Sequence[P_contra], /) -> None:
        """Take packets that came."""
        ...

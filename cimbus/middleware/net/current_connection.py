"""The connection that its user has at the moment, and how to wait for one."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

import anyio

from cimbus.errors import ClosedError

from .errors import ConnectionLostError


class CanBeLost(Protocol):
    """A connection that may be over before its user is told."""

    @property
    def lost(self) -> ConnectionLostError | None:
        """Why it is over; None while it is not."""
        ...


L = TypeVar("L", bound=CanBeLost)


class CurrentConnection(Generic[L]):
    """A slot for the connection of the moment, which is lost and replaced.

    Attributes:
        connection: the connection; None between two.

    >>> from types import SimpleNamespace
    >>> async def main():
    ...     current = CurrentConnection()
    ...     current.set(SimpleNamespace(name="first", lost=None))  # in ConnectionUser.connected
    ...     print((await current.wait()).name)                     # wherever one is needed
    ...     current.clear()                                        # in ConnectionUser.disconnected
    ...     print(current.connection)
    >>> anyio.run(main)
    first
    None
    """

    def __init__(self) -> None:
        self.connection: L | None = None
        self._closed = ""
        """Why there will be no connection any more; empty while there may be."""
        self._changed = anyio.Event()
        """Set at each change, and then replaced."""

    def set(self, connection: L) -> None:
        """Note a new connection."""
        self.connection = connection
        self._tell()

    def clear(self) -> None:
        """Note that the connection is over; another one may follow."""
        self.connection = None

    def close(self, reason: str) -> None:
        """Note that no connection will follow; the first reason stays."""
        self._closed = self._closed or reason
        self._tell()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = anyio.Event()

    async def wait(self) -> L:
        """Return the connection as soon as there is one that is not lost.

        Raises:
            ClosedError: there will be none.
        """
        while not self._closed:
            if self.connection is not None and self.connection.lost is None:
                return self.connection
            await self._changed.wait()
        raise ClosedError(self._closed)

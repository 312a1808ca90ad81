"""The connection of those who live on one, and how to wait until there is one."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

import anyio

from cimbus.errors import ClosedError

from .session import Lost


class Mortal(Protocol):
    """A connection that can end before those who live on it are told."""

    @property
    def lost(self) -> Lost | None:
        """Why it is over; None while it is not."""
        ...


L = TypeVar("L", bound=Mortal)


class Presence(Generic[L]):
    """A connection that comes and goes.

    Attributes:
        line: the connection, while there is one.
    """

    def __init__(self) -> None:
        self.line: L | None = None
        self._closed = ""
        self._news = anyio.Event()

    def come(self, line: L) -> None:
        """Note that there is one."""
        self.line = line
        self._tell()

    def go(self) -> None:
        """Note that it is over; another may come."""
        self.line = None

    def close(self, reason: str) -> None:
        """Note that none will come any more."""
        self._closed = self._closed or reason
        self._tell()

    def _tell(self) -> None:
        self._news.set()
        self._news = anyio.Event()

    async def wait(self) -> L:
        """Return the connection, as soon as there is one.

        Raises:
            ClosedError: there will be none.
        """
        while not self._closed:
            if self.line is not None and self.line.lost is None:
                return self.line
            await self._news.wait()
        raise ClosedError(self._closed)

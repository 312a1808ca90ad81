"""The connection of those who live on one, and how to wait until there is one."""

from __future__ import annotations

import anyio

from cimbus.errors import ClosedError

from .handler import Line


class Presence:
    """A connection that comes and goes.

    Attributes:
        line: the connection, while there is one.
    """

    def __init__(self) -> None:
        self.line: Line | None = None
        self._closed = ""
        self._news = anyio.Event()

    def come(self, line: Line) -> None:
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

    async def wait(self) -> Line:
        """Return the connection, as soon as there is one.

        Raises:
            ClosedError: there will be none.
        """
        while self.line is None or self._closed:
            if self._closed:
                raise ClosedError(self._closed)
            await self._news.wait()
        return self.line

"""Who lives on a connection: what ``link`` and its handlers know of each other."""

from __future__ import annotations

from typing import Protocol

from cimbus_jms.session import Lost

from .ends import End
from .engine import Engine


class Line(Protocol):
    """A connection as its handler sees it."""

    @property
    def lost(self) -> Lost | None:
        """Why it is over; None while it is not."""
        ...

    @property
    def engine(self) -> Engine:
        """What links are made with; who used it calls ``wake``."""
        ...

    async def news(self) -> None:
        """Wait until something comes.

        Raises:
            Lost: the connection is over.
        """
        ...

    def wake(self) -> None:
        """Have written soon what the engine has to say, and what the handler has (``Handler.write``)."""
        ...

    def fail(self, lost: Lost) -> None:
        """End the connection; the first reason stays."""
        ...

    async def attached(self, end: End) -> None:
        """Wait until the other side has its end of a link.

        Raises:
            Refused: the broker does not let us have it.
            Lost: the connection ended first.
        """
        ...

    async def ended(self, end: End) -> None:
        """Wait until the other side has ended a link, or the connection is over."""
        ...


class Handler(Protocol):
    """Who lives on a connection."""

    async def connected(self, line: Line) -> None:
        """Begin with a new connection; return when its links are there.

        Raises:
            Refused: the broker does not let us have one of them.
            Lost: the connection ended meanwhile.
        """
        ...

    def disconnected(self) -> None:
        """End with the connection; another may come. No handle of it may be used after this."""
        ...

    def look(self) -> None:
        """Look at one's links: something came.

        Raises:
            Lost: the broker has ended one that is needed.
        """
        ...

    def write(self) -> None:
        """Give the engine what was noted, just before its bytes are taken."""
        ...

    async def leave(self) -> None:
        """End one's links in order, while the connection is still there."""
        ...

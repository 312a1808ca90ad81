"""Who lives on a STOMP connection: what ``link`` and its handlers know of each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from cimbus_jms.session import Lost

from .codec import Frame


class Broken(Lost):
    """The broker answered with an ERROR.

    Attributes:
        receipt: of the frame that was wrong, where the broker says so.
    """

    def __init__(self, reason: str, receipt: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.receipt = receipt


class Closed(Lost):
    """The broker closed the connection, and said nothing."""


class Line(Protocol):
    """A connection as its handler sees it."""

    lost: Lost | None
    """Why it is over; None while it is not."""

    def write(self, data: bytes) -> None:
        """Have bytes written soon, together with what others write."""
        ...

    async def flush(self) -> None:
        """Wait until everything written so far is with the operating system.

        Raises:
            Lost: the connection ended first.
        """
        ...

    def fail(self, lost: Lost) -> None:
        """End the connection; the first reason stays."""
        ...

    async def ask(self, command: str, headers: Iterable[tuple[str, str]]) -> None:
        """Write a frame and wait until the broker has done what it says.

        Raises:
            Refused: it answered with an ERROR.
            Lost: the connection ended first.
        """
        ...


class Handler(Protocol):
    """Who lives on a connection."""

    async def connected(self, line: Line) -> None:
        """Begin with a new connection; return when everything that is needed there is there.

        Raises:
            Refused: the broker does not let us have it.
            Lost: the connection ended meanwhile.
        """
        ...

    def disconnected(self, lost: Lost) -> None:
        """End with the connection; another may come."""
        ...

    def messages(self, frames: Sequence[Frame]) -> None:
        """Take messages."""
        ...

    def receipt(self, receipt: str) -> None:
        """Take a RECEIPT that nobody asked for in ``Line.ask``."""
        ...

    async def leave(self, line: Line) -> None:
        """Say the last words, before DISCONNECT.

        Raises:
            Refused: the broker answered with an ERROR.
            Lost: the connection ended meanwhile.
        """
        ...

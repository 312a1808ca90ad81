"""Who lives on a connection, and how a connection ends: what ``link`` and its handlers know of each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .engine import Welcome
from .packets import Ack, Publish


class Lost(Exception):  # noqa: N818  # an end, not always an error
    """The connection is over.

    Attributes:
        silent: the broker closed it in order, but without a DISCONNECT.
        code: the reason code of its DISCONNECT.
    """

    def __init__(self, reason: str, *, silent: bool = False, code: int | None = None) -> None:
        super().__init__(reason)
        self.silent = silent
        self.code = code


class Handler(Protocol):
    """Who lives on a connection."""

    @property
    def full(self) -> bool:
        """Whether nothing more should be read for now."""
        ...

    async def drained(self) -> None:
        """Wait until it is not full any more."""
        ...

    def connected(self, line: Line) -> None:
        """Begin with a new connection."""
        ...

    def disconnected(self) -> None:
        """End with the connection; another may come."""
        ...

    def packets(self, packets: Sequence[Publish | Ack]) -> None:
        """Take what came."""
        ...


class Line(Protocol):
    """A connection as its handler sees it."""

    @property
    def v5(self) -> bool:
        """Whether MQTT 5.0 is spoken."""
        ...

    @property
    def welcome(self) -> Welcome:
        """What the broker said in CONNACK."""
        ...

    def write(self, data: bytes) -> None:
        """Have bytes written soon."""
        ...

    async def flush(self) -> None:
        """Wait until everything written so far is with the operating system.

        Raises:
            Lost: the connection ended first.
        """
        ...

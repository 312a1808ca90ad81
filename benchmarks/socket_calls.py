"""System calls on sockets, counted where asyncio makes them."""

from __future__ import annotations

import socket
from typing import Any, Self


class SocketCalls:
    """Counts the system calls on network sockets of this process, which asyncio makes by the methods of ``socket``.

    Attributes:
        sends, reads: calls that wrote or read something, or said that it would block.
        written: bytes that were written.
    """

    def __init__(self) -> None:
        self.sends = self.reads = self.written = 0

    def __enter__(self) -> Self:
        counts = self

        class Counted(socket.socket):
            def send(self, data: Any, *flags: int) -> int:
                done = super().send(data, *flags)
                if self.family != socket.AF_UNIX:  # with which the event loop wakes itself
                    counts.sends += 1
                    counts.written += done
                return done

            def recv(self, size: int, *flags: int) -> bytes:
                if self.family != socket.AF_UNIX:
                    counts.reads += 1
                return super().recv(size, *flags)

            def recv_into(self, buffer: Any, *more: int) -> int:
                if self.family != socket.AF_UNIX:
                    counts.reads += 1
                return super().recv_into(buffer, *more)

        self._kept = socket.socket
        socket.socket = Counted  # type: ignore[misc]
        return self

    def __exit__(self, *_: object) -> None:
        socket.socket = self._kept  # type: ignore[misc]

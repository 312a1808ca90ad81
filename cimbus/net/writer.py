"""The writing half of a connection: what many write leaves together.

Rules: ``write`` never waits; whoever must bound what is written waits for ``flush`` or for the peer's answers. One task
is in ``run`` as long as the connection lives, and learns of its end.
"""

from __future__ import annotations

import time

import anyio
from anyio.abc import ByteStream


class Writer:
    """Bytes on their way into a stream.

    Attributes:
        spoke: when something was last written, as ``time.monotonic()`` says it (seconds).
    """

    def __init__(self, stream: ByteStream) -> None:
        self.spoke = time.monotonic()
        self._stream = stream
        self._outward: list[bytes] = []
        self._wake: anyio.Event | None = None
        """Set by whoever writes; there only while ``run`` has nothing to do."""
        self._flushed = anyio.Event()
        self._written = self._wanted = 0
        """How many pieces are with the operating system, and how many should be."""
        self._over = False

    def write(self, data: bytes) -> None:
        """Have bytes written soon, together with what others write."""
        self._outward.append(data)
        self._wanted += 1
        if self._wake is not None:
            self._wake.set()
            self._wake = None

    async def flush(self) -> bool:
        """Wait until everything written so far is with the operating system; return False if the end came first."""
        goal = self._wanted
        while self._written < goal and not self._over:
            await self._flushed.wait()
        return self._written >= goal

    def end(self) -> None:
        """Let nobody wait any longer: the connection is over."""
        self._over = True
        self._flushed.set()
        if self._wake is not None:
            self._wake.set()

    async def run(self) -> None:
        """Write until ``end``.

        Raises:
            OSError: the connection broke; so do anyio's errors of a stream that is over (``BROKEN``).
        """
        while not self._over:
            if not self._outward:
                self._wake = anyio.Event()
                await self._wake.wait()
                continue
            batch, self._outward = self._outward, []
            await self._stream.send(batch[0] if len(batch) == 1 else b"".join(batch))
            self._written += len(batch)
            self.spoke = time.monotonic()
            self._flushed.set()
            self._flushed = anyio.Event()

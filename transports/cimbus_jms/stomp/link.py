"""One STOMP connection, from CONNECT to its end.

Rules: the reader hands frames over and never waits for what is done with them; how much comes is bounded by what the
subscriptions say. Writing never waits: what is written by whomever leaves together in one call of the stream. An ERROR
ends the connection, whatever the broker thinks of it: what was written behind the frame that was wrong may be lost.
Whatever ends the connection ends in ``over``; tasks here raise nothing.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final

import anyio
from anyio.abc import ByteStream

from cimbus.errors import ConnectError
from cimbus.net import BROKEN, Address, Writer, why
from cimbus.tasks import background
from cimbus_jms.session import Lost, Refused

from .codec import HEARTBEAT, Frame, Limits, MalformedError, Scanner, write_frame
from .dialect import Headers
from .handler import Broken, Closed, Handler
from .options import StompOptions

CHUNK: Final = 256 * 1024
FAREWELL: Final = 3.0
"""How long the broker may take to let us go."""
BEATS: Final = 3
"""How many heartbeats fit into a silence that ends a connection; ActiveMQ leaves one out after anything it says."""
SHOWN: Final = 300
"""How much of what a broker says is told, in characters."""


class Link:
    """A connection."""

    def __init__(self, stream: ByteStream, handler: Handler, options: StompOptions) -> None:
        self.over = anyio.Event()
        self.lost: Lost | None = None
        self._stream = stream
        self._handler = handler
        self._writer = Writer(stream)
        self._scanner = Scanner(Limits(body=options.max_body))
        self._early: list[Frame] = []
        self._asked: dict[str, anyio.Event] = {}
        """Who waits for which receipt."""
        self._numbers = itertools.count(1)
        self._silence = options.heartbeat
        self._speak = self._hear = 0.0
        """How often we speak, and how long the broker may be silent, in seconds; 0: no matter."""
        self._heard = time.monotonic()

    def fail(self, lost: Lost) -> None:
        """End the connection; the first reason stays."""
        if self.lost is None:
            self.lost = lost
        self.over.set()
        self._writer.end()
        for event in self._asked.values():
            event.set()

    # -- beginning ------------------------------------------------------------------------------------------------

    async def greet(self, address: Address, more: Headers) -> str:
        """Say CONNECT, wait for CONNECTED, and return what the broker says that it is.

        Raises:
            Refused: the broker does not want us.
            ConnectError: it says nothing, or nothing that is STOMP 1.2.
        """
        beat = max(1, int(self._silence * 1000 / BEATS))
        headers = [("accept-version", "1.2"), ("host", address.host), ("heart-beat", f"{beat},{beat}"), *more]
        if address.user is not None:
            headers += [("login", address.user), ("passcode", address.password or "")]
        try:
            hello = write_frame("CONNECT", headers)
        except ValueError as exc:
            raise Refused(f"STOMP cannot say that user name or password: {exc}") from None
        try:
            await self._stream.send(hello)
            while not self._early:
                self._early = self._scanner.feed(await self._stream.receive(CHUNK))
        except BROKEN as exc:
            raise ConnectError("the broker closed the connection before it answered to CONNECT") from exc
        except MalformedError as exc:
            raise ConnectError(f"what answers is no STOMP broker: {exc}") from exc
        first = self._early.pop(0)
        if first.command == "ERROR":
            raise Refused(f"the broker refuses the connection: {_said(first)} (check user name and password)")
        if first.command != "CONNECTED" or first.headers.get("version") != "1.2":
            raise ConnectError(f"what answers speaks no STOMP 1.2: {first.command} {first.headers.get('version', '')}")
        self._beats(first.headers.get("heart-beat", "0,0"), beat)
        return first.headers.get("server", "")

    def _beats(self, theirs: str, beat: int) -> None:
        """Agree on heartbeats (STOMP 1.2, Heart-beating): the slower one of each direction."""
        sends, _, wants = theirs.partition(",")
        if sends.isascii() and sends.isdigit() and int(sends):
            self._hear = max(int(sends), beat) / 1000 * BEATS
        if wants.isascii() and wants.isdigit() and int(wants):
            self._speak = max(int(wants), beat) / 1000

    # -- writing --------------------------------------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        """Have bytes written soon, together with what others write."""
        self._writer.write(data)

    async def flush(self) -> None:
        """Wait until everything written so far is with the operating system.

        Raises:
            Lost: the connection ended first.
        """
        if not await self._writer.flush():
            raise self.lost or Lost("the connection is over")

    async def ask(self, command: str, headers: Iterable[tuple[str, str]]) -> None:
        """Write a frame and wait until the broker has done what it says.

        Raises:
            Refused: it answered with an ERROR.
            Lost: the connection ended first.
        """
        receipt = f"ask-{next(self._numbers)}"
        event = self._asked[receipt] = anyio.Event()
        try:
            self.write(write_frame(command, [*headers, ("receipt", receipt)]))
            if self.lost is None:
                await event.wait()
            if receipt not in self._asked:
                return
        finally:
            self._asked.pop(receipt, None)
        if isinstance(self.lost, Broken):
            raise Refused(f"the broker refuses {command}: {self.lost.reason}")
        if self.lost is not None:
            raise self.lost

    async def _write_all(self) -> None:
        try:
            await self._writer.run()
        except BROKEN as exc:
            await self._last_frames()
            self.fail(Lost(f"the connection broke while writing: {why(exc)}"))

    async def _last_frames(self) -> None:
        """Give the reader a moment: what the broker said before it closed is worth more than that it did."""
        with anyio.move_on_after(0.2):
            await self.over.wait()

    # -- reading --------------------------------------------------------------------------------------------------

    async def _read_all(self) -> None:
        try:
            self._dispatch(self._early)
            self._early = []
            while not self.over.is_set():
                data = await self._stream.receive(CHUNK)
                self._heard = time.monotonic()
                if frames := self._scanner.feed(data):
                    self._dispatch(frames)
        except anyio.EndOfStream:
            self.fail(Closed("the broker closed the connection"))
        except BROKEN as exc:
            self.fail(Lost(f"the connection broke: {why(exc)}"))
        except MalformedError as exc:
            self._dispatch(exc.frames)
            self.fail(Lost(f"what the broker sent cannot be read: {exc}"))

    def _dispatch(self, frames: Sequence[Frame]) -> None:
        messages = [frame for frame in frames if frame.command == "MESSAGE"]
        if messages:
            self._handler.messages(messages)
            if len(messages) == len(frames):
                return
        for frame in frames:
            if frame.command == "RECEIPT":
                receipt = frame.headers.get("receipt-id", "")
                if (event := self._asked.pop(receipt, None)) is not None:
                    event.set()
                else:
                    self._handler.receipt(receipt)
            elif frame.command == "ERROR":
                self.fail(Broken(_said(frame), frame.headers.get("receipt-id", "")))
                return  # a receipt that comes behind it may be of what failed, too

    async def _beat(self) -> None:
        """Speak when it is quiet; give a peer up that has been silent for too long."""
        step = min(filter(None, (self._speak / 2, self._hear / 4)), default=0.0)
        while step and not self.over.is_set():
            await anyio.sleep(step)
            now = time.monotonic()
            if self._hear and now - self._heard > self._hear:
                self.fail(Lost(f"the broker has been silent for {now - self._heard:.1f} s"))
            elif self._speak and now - self._writer.spoke >= self._speak / 2:
                self.write(HEARTBEAT)

    # -- ending ---------------------------------------------------------------------------------------------------

    async def finish(self) -> None:
        """Let the handler say its last words, DISCONNECT, and wait for the receipt of that.

        Closing first would be a race: what we have not read makes the operating system reset the connection, and the
        broker loses what we wrote last (STOMP 1.2, DISCONNECT).
        """
        with anyio.move_on_after(FAREWELL), suppress(Lost, Refused):
            await self._handler.leave(self)
            await self.ask("DISCONNECT", ())
        self.fail(Lost("the connection was closed here"))

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Return the block in which the connection is read, written and kept alive, and its handler is there.

        Raises:
            Refused: the broker does not let the handler have what it needs.
            Lost: the connection ended before that was settled.
        """
        async with background() as tasks:
            try:
                tasks.start_soon(self._write_all)
                tasks.start_soon(self._read_all)
                tasks.start_soon(self._beat)
                await self._handler.connected(self)
                yield
            finally:
                self.fail(Lost("the connection was closed here"))
                self._handler.disconnected(self.lost or Lost("the connection is over"))


def _said(error: Frame) -> str:
    """Return what an ERROR says, on one line: its message, else the first line of its body."""
    text = error.headers.get("message", "") or error.body[: 4 * SHOWN].decode(errors="replace").partition("\n")[0]
    return " ".join(text.split())[:SHOWN] or "no reason given"

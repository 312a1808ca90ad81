"""One connection to the broker, from CONNECT to its end.

Rules: the reader hands packets over and never waits for what is done with them; only where a broker ignores our
Receive Maximum it stops reading until there is room (and goes on with PINGREQ meanwhile). Writing never waits: what is
written by whomever leaves together in one call of the stream. Whatever ends the connection ends in ``over``; tasks
here raise nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Final

import anyio
from anyio.abc import ByteStream

from cimbus.errors import ConnectError
from cimbus.net import BROKEN, Writer, why
from cimbus.tasks import background

from .engine import Engine, Goodbye, Hello, Welcome, reason_name
from .handler import Handler, Lost
from .options import Options
from .packets import PINGREQ, MalformedError, Other, Packet, Scanner
from .place import Place, Refused, VersionRefused

log = logging.getLogger("cimbus.mqtt")

CHUNK: Final = 256 * 1024
FAREWELL: Final = 3.0
"""How long the broker may take to close the connection after our DISCONNECT."""
SUBACK: Final = 9
TAKEN_OVER: Final = 0x8E
_WRONG_VERSION: Final = (1, 0x84)
_CREDENTIALS: Final = (0x86, 0x87, 4, 5)


class Link:
    """A connection that was accepted."""

    def __init__(self, stream: ByteStream, hello: Hello, options: Options) -> None:
        self.hello = hello
        self.qos = options.qos
        self.v5 = hello.v5
        self.welcome = Welcome(code=0, reason="")
        self.over = anyio.Event()
        self.lost: Lost | None = None
        self.worked = False
        """Something of a message came over it."""
        self._stream = stream
        self._engine = Engine(hello)
        self._scanner = Scanner(v5=hello.v5, limit=options.max_packet)
        self._early: list[Packet] = []
        self._writer = Writer(stream)
        self._answer = anyio.Event()
        self._paused = False
        self._heard = time.monotonic()

    def fail(self, lost: Lost) -> None:
        """End the connection; the first reason stays."""
        if self.lost is None:
            self.lost = lost
        self.over.set()
        self._answer.set()
        self._writer.end()

    # -- beginning ------------------------------------------------------------------------------------------------

    async def greet(self) -> None:
        """Write CONNECT and wait for CONNACK.

        Raises:
            Refused: the broker does not want us.
            ConnectError: it says nothing, or nothing that is MQTT.
        """
        try:
            await self._stream.send(self._engine.take())
            while not self._early:
                self._early = self._scanner.feed(await self._stream.receive(CHUNK))
            first = self._early.pop(0)
            if not isinstance(first, Other) or first.kind != 2:
                raise ConnectError("what answers is no MQTT broker: its first packet is no CONNACK")
            self._engine.feed(first.data)
        except BROKEN as exc:
            raise ConnectError("the broker closed the connection before it answered to CONNECT") from exc
        except MalformedError as exc:
            raise ConnectError(f"what answers is no MQTT broker: {exc}") from exc
        welcome = self._engine.welcome
        if welcome is None or welcome.code in _WRONG_VERSION:
            raise VersionRefused(f"the broker does not speak MQTT {'5.0' if self.hello.v5 else '3.1.1'}", 0x84)
        if welcome.code:
            hint = " (check user name and password)" if welcome.code in _CREDENTIALS else ""
            raise Refused(f"the broker refuses the connection: {welcome.reason}{hint}", welcome.code)
        if welcome.max_qos < self.qos:
            raise Refused(f"the broker takes no QoS {self.qos}; ask for ?qos={welcome.max_qos}", 0x9B)
        self.welcome = welcome

    def subscribe(self, filters: Sequence[str], qos: int) -> int:
        """Write SUBSCRIBE and return its packet identifier."""
        packet_id = self._engine.subscribe(filters, qos)
        self.write(self._engine.take())
        return packet_id

    async def granted(self, packet_id: int, *, unless_paused: bool = False) -> list[int] | None:
        """Wait for SUBACK and return the broker's codes, one per filter.

        ``unless_paused``: or return None as soon as the reader pauses, behind which the SUBACK has to wait.

        Raises:
            Lost: the connection ended first.
        """
        while packet_id not in self._engine.granted:
            if self.lost is not None:
                raise self.lost
            if unless_paused and self._paused:
                return None
            self._answer = anyio.Event()
            await self._answer.wait()
        return self._engine.granted.pop(packet_id)

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

    async def _write_all(self) -> None:
        try:
            await self._writer.run()
        except BROKEN as exc:
            self.fail(Lost(f"the connection broke while writing: {why(exc)}"))

    # -- reading --------------------------------------------------------------------------------------------------

    async def _read_all(self, handler: Handler) -> None:
        try:
            self._dispatch(self._early, handler)
            self._early = []
            while not self.over.is_set():
                data = await self._stream.receive(CHUNK)
                self._heard = time.monotonic()
                self._dispatch(self._scanner.feed(data), handler)
                if handler.full:
                    await self._pause(handler)
        except anyio.EndOfStream:
            self.fail(Lost("the broker closed the connection", silent=True))
        except BROKEN as exc:
            self.fail(Lost(f"the connection broke: {why(exc)}"))
        except MalformedError as exc:
            self.fail(Lost(f"what the broker sent cannot be read: {exc}"))

    async def _pause(self, handler: Handler) -> None:
        self._paused = True
        self._answer.set()
        try:
            await handler.drained()
        finally:
            self._heard = time.monotonic()
            self._paused = False

    def _dispatch(self, packets: Sequence[Packet], handler: Handler) -> None:
        mine = [packet for packet in packets if not isinstance(packet, Other)]
        if mine:
            self.worked = True
            handler.packets(mine)
        if len(mine) < len(packets):
            for packet in packets:
                if isinstance(packet, Other):
                    self._engine.feed(packet.data)
            if data := self._engine.take():
                self.write(data)
            self._answer.set()
            if self._engine.goodbye is not None:
                self._fail_with(self._engine.goodbye)

    def _fail_with(self, goodbye: Goodbye) -> None:
        self.fail(Lost(f"the broker disconnected us: {goodbye.reason}", code=goodbye.code))

    async def _beat(self) -> None:
        """Say PINGREQ when it is quiet; give a peer up that has been silent for too long (MQTT 5.0, 3.1.2.10)."""
        keepalive = self.welcome.keepalive if self.welcome.keepalive is not None else self.hello.keepalive
        while keepalive and not self.over.is_set():
            await anyio.sleep(keepalive / 4)
            now = time.monotonic()
            if not self._paused and now - self._heard > keepalive * 1.5:
                self.fail(Lost(f"the broker has been silent for {now - self._heard:.1f} s"))
            elif now - min(self._writer.spoke, self._heard) >= keepalive / 2:
                self.write(PINGREQ)

    # -- ending ---------------------------------------------------------------------------------------------------

    async def finish(self, *, forget: bool) -> None:
        """Write what is to be written, DISCONNECT, and wait for the broker to close.

        Closing first would be a race: bytes that we have not read make the operating system reset the connection, and
        the broker loses what we wrote last.
        """
        self._engine.disconnect(forget=forget)
        self.write(self._engine.take())
        with anyio.move_on_after(FAREWELL):
            await self.over.wait()

    @asynccontextmanager
    async def running(self, handler: Handler) -> AsyncGenerator[None]:
        """Return the block in which the connection is read, written and kept alive."""
        async with background() as tasks:
            handler.connected(self)
            try:
                tasks.start_soon(self._write_all)
                tasks.start_soon(self._read_all, handler)
                tasks.start_soon(self._beat)
                yield
            finally:
                self.fail(Lost("the connection was closed here"))
                handler.disconnected()


@asynccontextmanager
async def open_link(place: Place, hello: Hello) -> AsyncGenerator[Link]:
    """Return the block in which a connection is open that the broker has accepted.

    Raises:
        ConnectError: the broker cannot be reached, or refuses us.
    """
    async with await place.open() as stream:
        link = Link(stream, hello, place.options)
        try:
            with anyio.fail_after(place.options.connect_timeout):
                await link.greet()
        except TimeoutError as exc:
            raise ConnectError(f"{place.address} does not answer to CONNECT") from exc
        except Refused as exc:
            raise type(exc)(f"{place.address}: {exc}", exc.code) from None
        except ConnectError as exc:
            raise ConnectError(f"{place.address}: {exc}") from exc
        yield link


def refusal(code: int) -> str:
    """Return the standard's name of a SUBACK's reason code."""
    return reason_name(SUBACK, code)

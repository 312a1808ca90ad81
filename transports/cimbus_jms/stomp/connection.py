"""One STOMP connection, from CONNECT to its end.

Rules: how much comes is bounded by what the subscriptions ask for, so reading never pauses. An ERROR ends the
connection, even if the broker would go on: what was written behind the frame that was wrong may be lost.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Final

import anyio
from anyio.abc import ByteStream

from cimbus.errors import ConnectError
from cimbus.middleware.net import Address, ConnectionLostError, PacketConnection, PacketUser, Refusals, RefusedError
from cimbus_jms.options import StompOptions

from .codec import HEARTBEAT, FrameLimits, MalformedFrameError, StompFrame, write_frame
from .dialect import Headers
from .frame_parser import FrameParser

HEARTBEATS_PER_TIMEOUT: Final = 3
"""How many heartbeats fit into the silence that ends a connection: STOMP 1.2 wants a margin (Heart-beating), and
ActiveMQ leaves one heartbeat out after everything else that it writes."""
ERRORS: Final = Refusals[str](
    final={
        "artemis VersionedStompFrameHandler, activemq SimpleAuthenticationBroker": ("or password is invalid",),
        "activemq AuthorizationBroker": ("is not authorized to",),
        "activemq StompCodec": ("Invalid Protocol version",),
        "activemq TopicRegion": ("Couldn't create",),  # no subscription, as for a wrong selector
        # no such version of STOMP; no subscription, for whatever reason
        "artemis ActiveMQStompProtocolMessageBundle": ("AMQ339002", "AMQ339016"),
    },
    passing={
        # the connection is destroyed, has no session, or is not valid
        "artemis ActiveMQStompProtocolMessageBundle": ("AMQ339007", "AMQ339009", "AMQ339010"),
        "activemq BrokerService": ("has been stopped",),
        "activemq AbstractRegion": ("has already been reached",),  # too many destinations
        "activemq Queue": ("Persistent store is Full", "Usage Manager Memory Limit reached"),
    },
    unknown=True,
)
"""Which ERRORs are final, by a part of their text, as STOMP has no codes. Each row names the broker and the class that
has the text (Artemis 2.40, ActiveMQ Classic 5.17)."""
MAX_ERROR_TEXT: Final = 300
"""How much of a broker's error text is passed on, in characters: ActiveMQ puts whole stack traces there."""


class BrokerError(ConnectionLostError):
    """The broker answered with an ERROR.

    Attributes:
        receipt: of the frame that was wrong, where the broker says so.
    """

    def __init__(self, reason: str, receipt: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.receipt = receipt


class StompConnection(PacketConnection[PacketUser["StompConnection", StompFrame], StompFrame]):
    """A connection.

    Args:
        stream: an open stream to the broker.
        user: the sender or consumer that uses the connection.
        options: of the URL.
        address: of the broker, with user and password.
        more: further headers of CONNECT.

    Attributes:
        server: what the broker says that it is, in CONNECTED.
    """

    protocol = "STOMP"
    heartbeat = HEARTBEAT

    def __init__(
        self,
        stream: ByteStream,
        user: PacketUser[StompConnection, StompFrame],
        options: StompOptions,
        address: Address,
        more: Headers = (),
    ) -> None:
        parser = FrameParser(FrameLimits(body=options.max_body), read_over=True)
        super().__init__(stream, user, options.connect_timeout, parser)
        self.server = ""
        self._address = address
        self._more = more
        self._silence = options.heartbeat
        self._asked: dict[str, anyio.Event] = {}
        """The receipts that ``ask`` waits for."""
        self._numbers = itertools.count(1)

    def fail(self, lost: ConnectionLostError) -> None:
        """End the connection; the first reason stays."""
        super().fail(lost)
        for event in self._asked.values():
            event.set()

    async def greet(self) -> None:
        """Write CONNECT and wait for CONNECTED.

        Raises:
            RefusedError: the broker refuses this client.
            ConnectError: it does so for now, or the answer is not STOMP 1.2.
        """
        address = self._address
        beat = max(1, int(self._silence * 1000 / HEARTBEATS_PER_TIMEOUT))
        headers = [("accept-version", "1.2"), ("host", address.host), ("heart-beat", f"{beat},{beat}"), *self._more]
        if address.user is not None:
            headers += [("login", address.user), ("passcode", address.password or "")]
        try:
            connect = write_frame("CONNECT", headers)
        except ValueError as exc:
            raise RefusedError(f"STOMP cannot write that user name or password: {exc}") from None
        await self._stream.send(connect)
        first = await self._first_packet()
        if first.command == "ERROR":
            kind = RefusedError if ERRORS.final_text(_text(first)) else ConnectError
            raise kind(f"the broker refuses the connection: {_text(first)} (check user name and password)")
        if first.command != "CONNECTED" or first.headers.get("version") != "1.2":
            version = first.headers.get("version", "")
            raise ConnectError(f"what answers speaks no STOMP 1.2: {first.command} {version}")
        self._agree_on_heartbeats(first.headers.get("heart-beat", "0,0"), beat)
        self.server = first.headers.get("server", "")

    def _agree_on_heartbeats(self, theirs: str, beat: int) -> None:
        """Take the slower offer for each direction (STOMP 1.2, Heart-beating); times are in milliseconds."""
        sends, _, wants = theirs.partition(",")
        if sends.isascii() and sends.isdigit() and int(sends):
            self._hear = max(int(sends), beat) / 1000 * HEARTBEATS_PER_TIMEOUT
        if wants.isascii() and wants.isdigit() and int(wants):
            self._speak = max(int(wants), beat) / 1000

    async def ask(self, command: str, headers: Iterable[tuple[str, str]]) -> None:
        """Write a frame and wait for its receipt: then the broker has done what it asks for.

        Raises:
            RefusedError: the broker answered with an ERROR that is final.
            ConnectionLostError: the connection ended first, or with another ERROR.
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
        if isinstance(self.lost, BrokerError) and ERRORS.final_text(self.lost.reason):
            raise RefusedError(f"the broker refuses {command}: {self.lost.reason}")
        if self.lost is not None:
            raise self.lost

    def _received(self, data: bytes) -> None:
        try:
            super()._received(data)
        except MalformedFrameError as exc:
            self._dispatch(exc.frames)
            raise

    def _dispatch(self, packets: Sequence[StompFrame]) -> None:
        mine: list[StompFrame] = []
        error: StompFrame | None = None
        for frame in packets:
            if frame.command == "MESSAGE":
                mine.append(frame)
            elif frame.command == "RECEIPT":
                if (event := self._asked.pop(frame.headers.get("receipt-id", ""), None)) is not None:
                    event.set()
                else:
                    mine.append(frame)
            elif frame.command == "ERROR":
                error = frame
                break  # a receipt behind it may be of what failed, too
        if mine:
            self._user.received(mine)
        if error is not None:
            self.fail(BrokerError(_text(error), error.headers.get("receipt-id", "")))

    async def _disconnect(self) -> None:
        await self.ask("DISCONNECT", ())  # its receipt says that all before it was processed (STOMP 1.2, DISCONNECT)


def _text(error: StompFrame) -> str:
    """Return the text of an ERROR on one line: its message, else the first line of its body."""
    text = (
        error.headers.get("message", "") or error.body[: 4 * MAX_ERROR_TEXT].decode(errors="replace").partition("\n")[0]
    )
    return " ".join(text.split())[:MAX_ERROR_TEXT] or "no reason given"

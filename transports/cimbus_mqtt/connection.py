"""One MQTT connection, from CONNECT to its end.

Rule: reading waits for nothing but a user that is full: one whose broker ignores our Receive Maximum. PINGREQ goes on
meanwhile, and the silence that we cause ourselves is not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import anyio
from anyio.abc import ByteStream

from cimbus.errors import ConnectError
from cimbus.middleware.net import (
    ConnectionLostError,
    MalformedError,
    PausingConnection,
    PausingUser,
    Refusals,
    RefusedError,
)
from cimbus.middleware.safe_log import safe_logger

from .engine import NO_RETAINED, ConnAck, Connect, Engine, reason_name
from .options import MqttOptions
from .packets import CONNACK, PINGREQ, SUBACK, Ack, Other, Packet, PacketParser, Publish

log = safe_logger("cimbus.mqtt")

_WRONG_VERSION: Final = 0x84
"""Unsupported Protocol Version (MQTT 5.0, 3.2.2.2)."""
_CREDENTIALS: Final = (0x86, 0x87)
"""Bad user name or password, not authorized (3.2.2.2)."""
TAKEN_OVER: Final = 0x8E
"""The reason code of a DISCONNECT to a client whose session another one took over (3.14.2.1); it has its own rules."""
CONNECT_REFUSALS: Final = Refusals[int](
    # Server unavailable, Server busy, Quota exceeded, Use another server (for now), Connection rate exceeded
    final={}, passing={"MQTT 5.0, 3.2.2.2": (0x88, 0x89, 0x97, 0x9C, 0x9F)}, unknown=True
)  # fmt: skip
"""Of CONNACK, by reason code; paho gives the codes of MQTT 3.1.1 as those of 5.0."""
SUBSCRIBE_REFUSALS: Final = Refusals[int](
    # Packet Identifier in use, Quota exceeded
    final={}, passing={"MQTT 5.0, 3.9.3": (0x91, 0x97)}, unknown=True
)  # fmt: skip
"""Of SUBACK."""
DISCONNECTIONS: Final = Refusals[int](
    # Topic Filter invalid; QoS, Shared or Wildcard Subscriptions not supported; Server moved (for good)
    final={"MQTT 5.0, 3.14.2.1": (0x8F, 0x9B, 0x9E, 0xA2, 0x9D)}, passing={}, unknown=False
)  # fmt: skip
"""Of DISCONNECT."""


class VersionRefusedError(RefusedError):
    """The broker does not speak this version of MQTT."""


class DisconnectedError(ConnectionLostError):
    """The broker sent DISCONNECT.

    Attributes:
        code: its reason code (MQTT 5.0, 3.14.2.1).
    """

    def __init__(self, reason: str, code: int) -> None:
        super().__init__(f"the broker disconnected us: {reason}")
        self.code = code


class MqttConnection(PausingConnection["MqttUser", Packet]):
    """A connection.

    Args:
        stream: an open stream to the broker.
        user: the sender or consumer that uses the connection.
        connect: the CONNECT packet to begin with.
        options: of the URL.
        forget: whether the session ends with this connection.

    Attributes:
        connack: the broker's answer to CONNECT.
    """

    protocol = "MQTT"
    heartbeat = PINGREQ

    def __init__(
        self, stream: ByteStream, user: MqttUser, connect: Connect, options: MqttOptions, *, forget: bool
    ) -> None:
        parser = PacketParser(v5=connect.v5, limit=options.max_packet, read_over=True)
        super().__init__(stream, user, options.connect_timeout, parser)
        self.v5 = connect.v5
        self.connack = ConnAck(code=0, reason="")
        self.worked = False  # until a PUBLISH or an acknowledgement came
        self._connect = connect
        self._options = options
        self._forget = forget
        self._engine = Engine(connect)
        self._answered = anyio.Event()
        """Set when the engine has seen a packet, and when reading pauses; then replaced."""
        self._late: tuple[int, Sequence[str]] | None = None
        """A SUBSCRIBE whose answer waits behind what the user has no room for."""

    def fail(self, lost: ConnectionLostError) -> None:
        """End the connection; the first reason stays."""
        super().fail(lost)
        self._answered.set()

    async def greet(self) -> None:
        """Write CONNECT and wait for CONNACK.

        Raises:
            RefusedError: the broker refuses this client, and will do so again.
            ConnectError: it refuses this client for now.
            MalformedError: the answer is not MQTT.
        """
        await self._stream.send(self._engine.take())
        first = await self._first_packet()
        if not isinstance(first, Other) or first.kind != CONNACK:
            raise MalformedError("its first packet is no CONNACK")
        self._engine.feed(first.data)
        connack, qos = self._engine.connack, self._options.qos
        if connack is None or connack.code == _WRONG_VERSION:
            raise VersionRefusedError(f"the broker does not speak MQTT {'5.0' if self.v5 else '3.1.1'}")
        if connack.code:
            hint = " (check user name and password)" if connack.code in _CREDENTIALS else ""
            kind = RefusedError if CONNECT_REFUSALS.final(connack.code) else ConnectError
            raise kind(f"the broker refuses the connection: {connack.reason}{hint}")
        if connack.max_qos < qos:
            raise RefusedError(f"the broker does not support QoS {qos}; write ?qos={connack.max_qos}")
        self.connack = connack
        keepalive = self._connect.keepalive if connack.keepalive is None else connack.keepalive
        # one and a half times the Keep Alive is what a broker waits for us (3.1.2.10); we wait as long for it
        self._speak, self._hear = float(keepalive), keepalive * 1.5

    # -- subscribing --------------------------------------------------------------------------------------------------

    async def subscribe(self, filters: Sequence[str], *, retain_handling: int = NO_RETAINED) -> None:
        """Subscribe, and wait for the broker's answer; ``retain_handling``: see ``engine``.

        What a session has kept may come first, and be more than the user has room for. Then the answer is awaited in
        ``serve``: a session that kept something has its subscriptions already.

        Raises:
            RefusedError: the broker refuses one of them.
            ConnectionLostError: the connection ended first.
        """
        packet_id = self._engine.subscribe(filters, self._options.qos, retain_handling=retain_handling)
        self.write(self._engine.take())
        codes = await self._granted(packet_id, unless_paused=self.connack.session_present)
        if codes is None:
            self._late = packet_id, filters
        else:
            self._check(filters, codes)

    async def serve(self) -> None:
        """Wait for the end of the connection.

        Raises:
            RefusedError: the broker refuses a subscription, whose answer came late.
        """
        if self._late is not None:
            packet_id, filters = self._late
            self._check(filters, await self._granted(packet_id) or ())
        await super().serve()

    async def _granted(self, packet_id: int, *, unless_paused: bool = False) -> list[int] | None:
        """Wait for SUBACK and return its reason codes, one per filter; None if reading pauses before it comes."""
        while packet_id not in self._engine.granted:
            if self.lost is not None:
                raise self.lost
            if unless_paused and self.paused:
                return None
            self._answered = anyio.Event()
            await self._answered.wait()
        return self._engine.granted.pop(packet_id)

    def _check(self, filters: Sequence[str], codes: Sequence[int]) -> None:
        """Look at the reason codes of a SUBACK (MQTT 5.0, 3.9.3): a granted QoS, or at least 0x80 for a refusal."""
        for wanted, code in zip(filters, codes, strict=False):
            if code >= 0x80:
                kind = RefusedError if SUBSCRIBE_REFUSALS.final(code) else ConnectionLostError
                raise kind(f"the broker refuses the subscription to {wanted!r}: {reason_name(SUBACK, code)}")
            if code < self._options.qos:
                log.warning("%s: the broker grants only QoS %d for %r", self._connect.client_id, code, wanted)

    # -- reading ------------------------------------------------------------------------------------------------------

    def _pausing(self) -> None:
        self._answered.set()

    def _dispatch(self, packets: Sequence[Packet]) -> None:
        mine = [packet for packet in packets if not isinstance(packet, Other)]
        if mine:
            self.worked = True
            self._user.received(mine)
        if len(mine) == len(packets):
            return
        for packet in packets:
            if isinstance(packet, Other):
                self._engine.feed(packet.data)
        if data := self._engine.take():
            self.write(data)
        self._answered.set()
        if (end := self._engine.disconnected) is not None:
            self.fail(DisconnectedError(end.reason, end.code))

    @property
    def _quiet_since(self) -> float:
        # PINGREQ also makes the broker answer, so it is due when either side has been quiet (MQTT 5.0, 3.12)
        return min(self._writer.last_write, self._last_read)

    async def _disconnect(self) -> None:
        self._engine.disconnect(forget=self._forget)
        self.write(self._engine.take())
        await self.over.wait()  # the broker closes (MQTT 5.0, 3.14.4)


MqttUser = PausingUser[MqttConnection, Publish | Ack]
"""The sender or consumer that uses a connection."""

"""The MQTT session of a sender or a consumer: what is added to a connection that is made again, and the broker.

Rules: MQTT 3.1.1 has no session expiry: a session is kept without limit or not at all, so one that QoS 2 needed is
erased at the end. A broker gives a client id to the client that connects last, and closes the other one's connection
(MQTT 5.0, 3.1.4); some send no reason to the one that loses (Mosquitto before 2.1, every broker in MQTT 3.1.1). A
connection that another client takes over ends the session instead of being made again (``TakeoverDetector``).
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

import anyio
import msgspec
from anyio.abc import ByteStream

from cimbus.errors import ConnectError
from cimbus.middleware.net import Address, ConnectionLostError, ReconnectingSession, RefusedError, TakeoverDetector
from cimbus.middleware.safe_log import safe_logger

from .connection import DISCONNECTIONS, TAKEN_OVER, DisconnectedError, MqttConnection, MqttUser, VersionRefusedError
from .engine import Connect
from .options import MqttOptions
from .subscription import Identity

log = safe_logger("cimbus.mqtt")

ERASE_TIMEOUT: Final = 3.0
"""How long erasing a session may take, in seconds: as long as leaving a connection in order."""


class MqttEndpoint:
    """One broker, as all connections of a transport see it, and the version of MQTT that it speaks.

    Attributes:
        v5: whether MQTT 5.0 is spoken; becomes False if the broker refuses it and the version is not prescribed.
    """

    def __init__(self, address: Address, options: MqttOptions, tls: ssl.SSLContext | None) -> None:
        self.address = address
        self.options = options
        self.tls = tls
        self.v5 = options.version != "3.1.1"
        self._settled = bool(options.version)
        """Whether the version is known."""

    @asynccontextmanager
    async def connect(
        self, user: MqttUser, connect: Callable[[], Connect], *, forget: bool = True
    ) -> AsyncGenerator[MqttConnection]:
        """Return the block in which a connection is open that the broker has accepted, in the version that it speaks.

        Args:
            user: the sender or consumer that uses the connection.
            connect: returns the CONNECT packet for the version of the moment.
            forget: whether the session ends with this connection.

        Raises:
            RefusedError: the broker refuses this client.
            ConnectError: it cannot be reached, or does not speak MQTT.
        """

        def make(stream: ByteStream) -> MqttConnection:
            return MqttConnection(stream, user, connect(), self.options, forget=forget)

        async with AsyncExitStack() as stack:
            where = self.address, self.tls, self.options.connect_timeout
            try:
                connection = await stack.enter_async_context(MqttConnection.opened(make, *where))
            except VersionRefusedError:
                if self._settled:
                    raise
                log.info("%s does not speak MQTT 5.0; trying 3.1.1", self.address)
                self.v5, self._settled = False, True
                connection = await stack.enter_async_context(MqttConnection.opened(make, *where))
            self._settled = True
            yield connection


class TakenOverError(RefusedError):
    """Another client is connected with our client id."""


class MqttSession(ReconnectingSession[MqttConnection]):
    """One identity at one broker.

    Args:
        endpoint: the broker.
        identity: as which client to connect.
        user: the sender or consumer that uses the connections.
        patient: the first attempt, too, waits for a broker that cannot be reached.
        witness: another session at the same broker, if there is one: what ends both is no takeover.
    """

    def __init__(
        self,
        endpoint: MqttEndpoint,
        identity: Identity,
        user: MqttUser,
        *,
        patient: bool,
        witness: MqttSession | None = None,
    ) -> None:
        backoff = endpoint.options.backoff()
        super().__init__(self._open, patient=patient, name=identity.client_id, log=log, backoff=backoff)
        self.identity = identity
        self._endpoint = endpoint
        self._user = user
        self._takeover = TakeoverDetector(witness)

    @contextlib.asynccontextmanager
    async def _open(self) -> AsyncGenerator[MqttConnection]:
        forget = not self.identity.durable
        async with self._endpoint.connect(self._user, self._connect_packet, forget=forget) as connection:
            expiry = self.identity.expiry
            if not self.began and expiry > (kept := connection.connack.session_expiry or expiry):
                log.warning("%s: the broker keeps the session for %d s only", self.name, kept)
            yield connection

    def _connect_packet(self) -> Connect:
        identity, endpoint = self.identity, self._endpoint
        # MQTT 3.1.1 keeps a session without limit or not at all (3.1.2.4); of a sender, QoS 2 needs it to be exact
        clean = not (identity.durable or (self.began if endpoint.v5 else self._must_be_erased))
        return Connect(
            v5=endpoint.v5,
            client_id=identity.client_id,
            clean=clean,
            keepalive=endpoint.options.keepalive,
            session_expiry=identity.expiry,
            receive_maximum=identity.receive_maximum,
            max_packet=endpoint.options.max_packet,
            user=endpoint.address.user,
            password=endpoint.address.password,
            will=identity.will,
        )

    # -- takeover -----------------------------------------------------------------------------------------------------

    def _ended(self, lost: ConnectionLostError, life: float) -> float:
        if isinstance(lost, DisconnectedError):
            if self.identity.guarded and lost.code == TAKEN_OVER:
                if not self._takeover.may_reclaim(life):
                    raise self._taken_over()
                log.warning("%s: another process has connected under this name; taking it back", self.name)
            if DISCONNECTIONS.final(lost.code):
                raise RefusedError(str(lost))
        return self._takeover.ended(lost, life)

    def _failed(self) -> None:
        self._takeover.failed()

    def _paused(self) -> None:
        if self._takeover.confirmed() and self.identity.guarded:
            raise self._taken_over()

    def _taken_over(self) -> TakenOverError:
        return TakenOverError(
            f"another process is connected as {self.name!r}: a durable group has one member per instance; give each "
            "process an instance of its own (?instance=NAME)"
        )

    # -- ending -------------------------------------------------------------------------------------------------------

    @property
    def _must_be_erased(self) -> bool:
        """Whether an MQTT 3.1.1 broker would keep a session that is not used any more: that of a QoS 2 sender."""
        return not self._endpoint.v5 and self._endpoint.options.qos == 2 and not self.identity.filters

    async def stop(self) -> None:
        """End the connection in order, and then the session; the broker forgets one that is not durable."""
        await super().stop()
        if not self.identity.durable and self._must_be_erased:
            with anyio.move_on_after(ERASE_TIMEOUT), contextlib.suppress(ConnectError):
                await self._erase()

    async def _erase(self) -> None:
        """Have the broker forget the session: one clean connection does it (MQTT 3.1.1, 3.1.2.4)."""

        def clean() -> Connect:
            return msgspec.structs.replace(self._connect_packet(), clean=True, will=None)

        async with self._endpoint.connect(self._user, clean):
            pass

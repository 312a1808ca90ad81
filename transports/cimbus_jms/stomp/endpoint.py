"""The broker that connections are made to, and which of the known ones it is."""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from anyio.abc import ByteStream

from cimbus.middleware.naming import Naming
from cimbus.middleware.net import Address, PacketUser, RefusedError
from cimbus_jms.options import StompOptions

from .artemis import Artemis
from .classic import Classic
from .codec import StompFrame
from .connection import StompConnection
from .dialect import Dialect, Headers

DIALECTS: Final[dict[str, Dialect]] = {"activemq": Classic(), "artemis": Artemis()}


def detect(server: str) -> Dialect | None:
    """Return the dialect of a broker by the ``server`` header of its CONNECTED; None: it is unknown.

    >>> detect("ActiveMQ-Artemis/2.40.0 ActiveMQ Artemis Messaging Engine").title
    'ActiveMQ Artemis'
    """
    product = server.partition("/")[0].lower()
    if product == "activemq-artemis":
        return DIALECTS["artemis"]
    return DIALECTS["activemq"] if product == "activemq" else None


class StompEndpoint:
    """One broker, as all connections of a transport see it.

    Until the first connection it is the one that the option ``dialect`` names, else ActiveMQ Classic; from then on it
    is what it says of itself, unless the option is given. The naming follows.
    """

    def __init__(self, address: Address, options: StompOptions, tls: ssl.SSLContext | None) -> None:
        self.address = address
        self.options = options
        self.tls = tls
        self._known = bool(options.dialect)
        self.dialect: Dialect = DIALECTS[options.dialect or "activemq"]
        self.naming: Naming = Naming.from_option(options.template, self.dialect.naming)

    @asynccontextmanager
    async def connect(
        self, user: PacketUser[StompConnection, StompFrame], more: Headers = ()
    ) -> AsyncGenerator[StompConnection]:
        """Return the block in which a connection is open that the broker has accepted.

        Args:
            user: the sender or consumer that uses it.
            more: further headers of CONNECT.

        Raises:
            RefusedError: the broker answers, and refuses this client.
            ConnectError: it cannot be reached.
        """

        def make(stream: ByteStream) -> StompConnection:
            return StompConnection(stream, user, self.options, self.address, more)

        where = self.address, self.tls, self.options.connect_timeout
        async with StompConnection.opened(make, *where) as connection:
            self._detect(connection.server)
            yield connection

    def _detect(self, server: str) -> None:
        if self._known:
            return
        dialect = detect(server)
        if dialect is None:
            names = " or ".join(f"?dialect={name}" for name in DIALECTS)
            raise RefusedError(
                f"{self.address}: an unknown broker ({server!r}); if it is like a known one, write {names}"
            )
        self.dialect, self._known = dialect, True
        self.naming = Naming.from_option(self.options.template, dialect.naming)

"""Where the broker is, which one it is, and how a connection to it is opened. No password in any text.

Rule: until we have connected, a broker is what the option ``dialect`` says, else ActiveMQ Classic; from the first
connection on it is what it says of itself, unless the option is given. Naming follows.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio

from cimbus.errors import ConnectError
from cimbus.naming import Naming
from cimbus.net import Address, open_stream
from cimbus_jms.destinations import naming_of
from cimbus_jms.session import Refused

from .dialect import Dialect, Headers
from .dialects import DIALECTS, detect
from .handler import Handler
from .link import Link
from .options import StompOptions


class Place:
    """One broker, as all connections of a transport see it."""

    def __init__(self, address: Address, options: StompOptions, tls: ssl.SSLContext | None) -> None:
        self.address = address
        self.options = options
        self.tls = tls
        self._known = bool(options.dialect)
        self.dialect: Dialect = DIALECTS[options.dialect or "activemq"]
        self.naming: Naming = naming_of(options.template, self.dialect.naming)

    @asynccontextmanager
    async def link(self, handler: Handler, more: Headers = ()) -> AsyncGenerator[Link]:
        """Return the block in which a connection is open that the broker has accepted.

        Args:
            handler: who lives on it.
            more: headers of CONNECT.

        Raises:
            Refused: the broker answers, and does not want us.
            ConnectError: it cannot be reached.
        """
        timeout = self.options.connect_timeout
        async with await open_stream(self.address, self.tls, timeout) as stream:
            link = Link(stream, handler, self.options)
            try:
                with anyio.fail_after(timeout):
                    server = await link.greet(self.address, more)
                self._recognise(server)
            except TimeoutError as exc:
                raise ConnectError(f"{self.address} does not answer to CONNECT within {timeout:g} s") from exc
            except Refused as exc:
                raise Refused(f"{self.address}: {exc}") from None
            except ConnectError as exc:
                raise ConnectError(f"{self.address}: {exc}") from exc
            yield link

    def _recognise(self, server: str) -> None:
        if self._known:
            return
        dialect = detect(server)
        if dialect is None:
            names = " or ".join(f"?dialect={name}" for name in DIALECTS)
            raise Refused(f"a broker that we do not know ({server!r}); if it is one of ours, say which: {names}")
        self.dialect, self._known = dialect, True
        self.naming = naming_of(self.options.template, dialect.naming)

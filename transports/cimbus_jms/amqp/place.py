"""Where the broker is, and how a connection to it is opened. No password in any text."""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio

from cimbus.errors import ConnectError
from cimbus.net import Address, open_stream
from cimbus_jms.session import Refused

from .engine import Hello
from .handler import Handler
from .link import Link


class Place:
    """One broker, as all connections of a transport see it; ``timeout`` is in seconds."""

    def __init__(self, address: Address, tls: ssl.SSLContext | None, timeout: float) -> None:
        self.address = address
        self.tls = tls
        self.timeout = timeout

    @asynccontextmanager
    async def link(self, hello: Hello, handler: Handler) -> AsyncGenerator[Link]:
        """Return the block in which a connection is open that the broker has accepted, for whom lives on it.

        Raises:
            Refused: the broker answers, and does not want us.
            ConnectError: it cannot be reached.
        """
        async with await open_stream(self.address, self.tls, self.timeout) as stream:
            link = Link(stream, hello, handler, self.timeout)
            try:
                with anyio.fail_after(self.timeout):
                    await link.greet()
            except TimeoutError as exc:
                raise ConnectError(f"{self.address} does not speak AMQP within {self.timeout:g} s") from exc
            except Refused as exc:
                raise Refused(f"{self.address}: {exc}") from None
            except ConnectError as exc:
                raise ConnectError(f"{self.address}: {exc}") from exc
            yield link

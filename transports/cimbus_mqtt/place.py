"""Where the broker is, and how a stream to it is opened. No protocol here, and no password in any text."""

from __future__ import annotations

import ssl

from anyio.abc import ByteStream

from cimbus.errors import ConnectError
from cimbus.net import Address, open_stream

from .options import Options


class Refused(ConnectError):  # noqa: N818  # a ConnectError with a reason code
    """The broker answered, and does not want us.

    Attributes:
        code: the reason code (MQTT 5.0, 3.2.2.2).
    """

    def __init__(self, reason: str, code: int) -> None:
        super().__init__(reason)
        self.code = code


class VersionRefused(Refused):
    """The broker does not speak this version of MQTT."""


class Place:
    """One broker, as all connections of a transport see it.

    Attributes:
        v5: whether MQTT 5.0 is spoken; goes to False when the broker refuses it and the version is not prescribed.
    """

    def __init__(self, address: Address, options: Options, tls: ssl.SSLContext | None) -> None:
        self.address = address
        self.options = options
        self.tls = tls
        self.v5 = options.version != "3.1.1"
        self.settled = bool(options.version)
        """Whether the version is known."""

    async def open(self) -> ByteStream:
        """Open a stream, with TLS if this place has it.

        Raises:
            ConnectError: it cannot be reached, or its certificate is not to be trusted.
        """
        return await open_stream(self.address, self.tls, self.options.connect_timeout)

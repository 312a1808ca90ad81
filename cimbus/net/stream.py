"""A stream to a broker, with TLS or without. No protocol here, and no password in any text."""

from __future__ import annotations

import ssl

import anyio
from anyio.abc import ByteStream

from cimbus.errors import ConnectError

from .url import Address

BROKEN = (OSError, anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream)
"""What using a stream raises when the connection is over."""


async def open_stream(address: Address, tls: ssl.SSLContext | None, timeout: float) -> ByteStream:
    """Open a stream to an address within ``timeout`` seconds; ``tls`` None: in the clear.

    Raises:
        ConnectError: it cannot be reached, or its certificate is not to be trusted.
    """
    try:
        with anyio.fail_after(timeout):
            if tls is None:
                return await anyio.connect_tcp(address.host, address.port)
            return await anyio.connect_tcp(address.host, address.port, ssl_context=tls, tls_standard_compatible=False)
    except TimeoutError as exc:
        raise ConnectError(f"{address} does not answer within {timeout:g} s") from exc
    except ssl.SSLCertVerificationError as exc:
        raise ConnectError(f"{address} shows a certificate that is not trusted: {exc.verify_message}") from exc
    except BROKEN as exc:
        raise ConnectError(f"{address} cannot be reached: {exc.__cause__ or exc}") from exc


def why(error: BaseException) -> str:
    """Return the reason of a stream's error, which is often only in its cause."""
    return str(error) or str(error.__cause__ or "") or type(error).__name__

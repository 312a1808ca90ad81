"""A stream to a broker, with TLS or without. Nothing here knows a protocol or shows a password."""

from __future__ import annotations

import ssl

import anyio
from anyio.abc import ByteStream

from cimbus.errors import ConnectError

from .asyncio_stream import AsyncioStream
from .url import Address

BROKEN = (OSError, anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream)
"""What using a stream raises when the connection is over."""


async def open_stream(address: Address, tls: ssl.SSLContext | None, timeout: float) -> ByteStream:
    """Open a stream to an address.

    Args:
        address: host and port.
        tls: None for a stream in the clear.
        timeout: for the connection and the TLS handshake together, in seconds.

    Raises:
        ConnectError: it cannot be reached, or its certificate is not trusted.

    >>> async def greet(stream):
    ...     async with stream:
    ...         await stream.send(b"hello")
    >>> async def main():
    ...     listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    ...     async with listener, anyio.create_task_group() as tasks:
    ...         tasks.start_soon(listener.serve, greet)
    ...         port = listener.extra(anyio.abc.SocketAttribute.local_port)
    ...         async with await open_stream(Address(scheme="mine", host="127.0.0.1", port=port), None, 5) as stream:
    ...             print(await stream.receive())
    ...         tasks.cancel_scope.cancel()
    >>> anyio.run(main)
    b'hello'
    """
    try:
        with anyio.fail_after(timeout):
            if tls is None and AsyncioStream.usable():
                return await AsyncioStream.connect(address.host, address.port)
            if tls is None:
                return await anyio.connect_tcp(address.host, address.port)
            # brokers and clients close the socket without a TLS close_notify; the protocols have ends of their own
            return await anyio.connect_tcp(address.host, address.port, ssl_context=tls, tls_standard_compatible=False)
    except TimeoutError as exc:
        raise ConnectError(f"{address} does not answer within {timeout:g} s") from exc
    except ssl.SSLCertVerificationError as exc:
        raise ConnectError(f"{address} shows a certificate that is not trusted: {exc.verify_message}") from exc
    except UnicodeError as exc:  # the codec "idna" of Python: an empty label, one above 63 octets, a lone surrogate
        raise ConnectError(f"{address} is not the name of a host: {exc}") from exc
    except BROKEN as exc:
        raise ConnectError(f"{address} cannot be reached: {exc.__cause__ or exc}") from exc


def why(error: BaseException) -> str:
    """Return the reason of a stream's error, which is often only in its cause.

    >>> why(anyio.BrokenResourceError())
    'BrokenResourceError'
    """
    return str(error) or str(error.__cause__ or "") or type(error).__name__

"""A stream to a broker, with TLS or without. Nothing here knows a protocol or shows a password."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from typing import Final

import anyio
from anyio.abc import ByteStream, SocketAttribute
from anyio.streams.tls import TLSStream

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
            connect = AsyncioStream.connect if AsyncioStream.usable() else anyio.connect_tcp
            stream = await connect(address.host, address.port)
            return stream if tls is None else await _encrypted(stream, address.host, tls)
    except TimeoutError as exc:
        raise ConnectError(f"{address} does not answer within {timeout:g} s") from exc
    except ssl.SSLCertVerificationError as exc:
        raise ConnectError(f"{address} shows a certificate that is not trusted: {exc.verify_message}") from exc
    except UnicodeError as exc:  # the codec "idna" of Python: an empty label, one above 63 octets, a lone surrogate
        raise ConnectError(f"{address} is not the name of a host: {exc}") from exc
    except BROKEN as exc:
        raise ConnectError(f"{address} cannot be reached: {exc.__cause__ or exc}") from exc


async def _encrypted(stream: ByteStream, host: str, tls: ssl.SSLContext) -> ByteStream:
    try:
        # brokers and clients close the socket without a TLS close_notify; the protocols have ends of their own
        return await TLSStream.wrap(stream, hostname=host, ssl_context=tls, standard_compatible=False)
    except BaseException:
        await anyio.aclose_forcefully(stream)
        raise


QUICK: Final[int | None] = getattr(socket, "TCP_QUICKACK", None)  # Linux only


def quick_acknowledgement(stream: ByteStream) -> Callable[[], None] | None:
    """Return what has the system acknowledge at once what was read from a stream; None: that is not possible.

    A broker without TCP_NODELAY, as Mosquitto is by default, holds back its second small packet until the first one is
    acknowledged, and Linux waits 40 ms with that if we have nothing to write: 40 ms for each batch of messages. The
    option is none that stays (tcp(7)): it is to be set after each read.

    >>> class Pipe(ByteStream):  # a stream without a socket
    ...     send = receive = send_eof = aclose = None
    >>> print(quick_acknowledgement(Pipe()))
    None
    """
    raw = stream.extra(SocketAttribute.raw_socket, None)  # noqa: S610  # anyio's extra, not Django's
    if raw is None or QUICK is None:
        return None
    option: int = QUICK

    def acknowledge() -> None:
        raw.setsockopt(socket.IPPROTO_TCP, option, 1)

    try:
        acknowledge()
    except (OSError, TypeError):  # no TCP, or a loop that shows no socket
        return None
    return acknowledge


def why(error: BaseException) -> str:
    """Return the reason of a stream's error, which is often only in its cause.

    >>> why(anyio.BrokenResourceError())
    'BrokenResourceError'
    """
    return str(error) or str(error.__cause__ or "") or type(error).__name__

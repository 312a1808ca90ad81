"""A small HTTP/1.1 server for GET and HEAD, on h11 (the protocol) and anyio (the sockets).

It serves probes and scrapers: no bodies of requests, a bounded number of connections, and no answer takes longer than
its endpoint. Anything else (TLS, authentication) is the business of a proxy in front.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Final, NamedTuple

import anyio
import anyio.abc
import h11

from cimbus.errors import CimbusError
from cimbus.middleware.safe_log import safe_logger
from cimbus.middleware.tasks import unwrap_single_error

from .address import HttpAddress

log: Final = safe_logger("cimbus")

MOST_CONNECTIONS: Final = 64
"""How many connections are served at once; some probes and scrapers need a handful. Others are closed at once."""
IDLE_TIMEOUT: Final = 75.0
"""After how many seconds without a request a connection is closed: longer than the scrape interval of a minute that is
usual for Prometheus."""
ACCEPT_PAUSE: Final = 0.1
"""Seconds until connections are accepted again after one could not be; what it needs may be free then."""
CHUNK: Final = 4096
"""Octets read at once: more than a request of a probe has."""


class HttpResponse(NamedTuple):
    """What an endpoint returns."""

    status: int
    body: bytes
    content_type: str = "text/plain; charset=utf-8"


Endpoint = Callable[[], Awaitable[HttpResponse]]
"""Makes the response of one path."""


class HttpServer:
    """Serves endpoints by path.

    Args:
        endpoints: by path, such as ``/live``.
    """

    def __init__(self, endpoints: Mapping[str, Endpoint]) -> None:
        self._endpoints = endpoints
        self._open = 0

    async def serve(
        self, address: HttpAddress, *, task_status: anyio.abc.TaskStatus[int] = anyio.TASK_STATUS_IGNORED
    ) -> None:
        """Serve until cancelled; ``task_group.start`` returns the port when the server listens.

        Raises:
            CimbusError: it cannot listen there.
        """
        try:
            listeners = await anyio.create_tcp_listener(local_host=address.host or None, local_port=address.port)
        except OSError as error:
            raise CimbusError(f"cannot listen on {address}: {error.strerror or error}") from error
        async with listeners:
            task_status.started(listeners.extra(anyio.abc.SocketAttribute.local_port))  # noqa: S610  # anyio's extra
            while True:
                try:
                    with unwrap_single_error():
                        await listeners.serve(self._serve_bounded)
                except (OSError, anyio.BrokenResourceError) as error:  # no file descriptor is free, for example
                    log.warning("a connection to %s could not be accepted: %r", address, error)
                    await anyio.sleep(ACCEPT_PAUSE)

    async def _serve_bounded(self, stream: anyio.abc.ByteStream) -> None:
        if self._open >= MOST_CONNECTIONS:
            await stream.aclose()
            return
        self._open += 1
        try:
            await self.serve_connection(stream)
        finally:
            self._open -= 1

    async def serve_connection(self, stream: anyio.abc.ByteStream, timeout: float | None = IDLE_TIMEOUT) -> None:
        """Serve one connection until the client closes it.

        Args:
            stream: the connection.
            timeout: seconds in which the client has to send a request, and to take a response.
        """
        connection = h11.Connection(h11.SERVER)
        try:
            async with stream:
                while await self._serve_request(stream, connection, timeout):
                    connection.start_next_cycle()
        except (anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream):
            return  # the client has gone
        except h11.LocalProtocolError:  # a mistake of ours, which must not end the program
            log.exception("a response to %s could not be written", connection.their_state)

    async def _serve_request(
        self, stream: anyio.abc.ByteStream, connection: h11.Connection, timeout: float | None
    ) -> bool:
        """Serve one request; return whether there may be another one."""
        request: h11.Request | None = None
        with anyio.move_on_after(timeout):
            try:
                request = await _next_request(stream, connection)
            except h11.RemoteProtocolError as error:
                await _send(stream, connection, HttpResponse(error.error_status_hint, f"{error}\n".encode()))
        if request is None:
            return False
        response = await self._response(request)
        with anyio.move_on_after(timeout) as sending:
            await _send(stream, connection, response, head=request.method == b"HEAD")
        if sending.cancelled_caught:
            return False
        return connection.our_state is h11.DONE and connection.their_state is h11.DONE

    async def _response(self, request: h11.Request) -> HttpResponse:
        path = request.target.partition(b"?")[0].decode("ascii", "replace")
        endpoint = self._endpoints.get(path)
        if request.method not in (b"GET", b"HEAD"):
            return HttpResponse(HTTPStatus.METHOD_NOT_ALLOWED, b"only GET and HEAD\n")
        if endpoint is None:
            return HttpResponse(HTTPStatus.NOT_FOUND, f"there are {', '.join(self._endpoints)}\n".encode())
        try:
            return await endpoint()
        except Exception:  # what one request finds must not end the program
            log.exception("%s failed", path)
            return HttpResponse(HTTPStatus.INTERNAL_SERVER_ERROR, b"it failed; the log says why\n")


async def _next_request(stream: anyio.abc.ByteStream, connection: h11.Connection) -> h11.Request | None:
    """Return the next request, its body (which is ignored) read; None: the client has closed the connection."""
    request: h11.Request | None = None
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            try:
                connection.receive_data(await stream.receive(CHUNK))
            except anyio.EndOfStream:
                connection.receive_data(b"")
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.EndOfMessage):
            return request
        elif isinstance(event, h11.ConnectionClosed) or event is h11.PAUSED:
            return None


async def _send(
    stream: anyio.abc.ByteStream, connection: h11.Connection, response: HttpResponse, *, head: bool = False
) -> None:
    headers = [
        ("content-type", response.content_type),
        ("content-length", str(len(response.body))),
        ("cache-control", "no-store"),
    ]
    if connection.their_state is h11.ERROR:
        headers.append(("connection", "close"))
    data = connection.send(h11.Response(status_code=response.status, headers=headers)) or b""
    if not head:
        data += connection.send(h11.Data(data=response.body)) or b""
    data += connection.send(h11.EndOfMessage()) or b""
    await stream.send(data)

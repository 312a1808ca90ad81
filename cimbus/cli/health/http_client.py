"""GET over one connection: how a supervisor asks its workers."""

from __future__ import annotations

import anyio
import anyio.abc
import h11

from .http_server import CHUNK, HttpResponse


class HttpChannel:
    """A connection to an HTTP server; requests are sent one after the other.

    Args:
        stream: the connection.
    """

    def __init__(self, stream: anyio.abc.ByteStream) -> None:
        self._stream = stream
        self._connection = h11.Connection(h11.CLIENT)
        self._lock = anyio.Lock()

    async def get(self, path: str) -> HttpResponse:
        """Send a request and return the response; of a caller that is cancelled, the response is read by the next one.

        Raises:
            anyio.EndOfStream: the server has closed the connection.
            anyio.BrokenResourceError: the connection was lost.
        """
        async with self._lock:
            if self._connection.our_state is h11.DONE:  # an earlier caller was cancelled: its response comes first
                await self._receive()
                self._connection.start_next_cycle()
            if self._connection.our_state is not h11.IDLE:
                raise anyio.BrokenResourceError
            data = self._connection.send(h11.Request(method="GET", target=path, headers=[("host", "worker")])) or b""
            data += self._connection.send(h11.EndOfMessage()) or b""
            with anyio.CancelScope(shield=True):  # few octets, one request at a time: it is sent whole, at once
                await self._stream.send(data)
            response = await self._receive()
            self._connection.start_next_cycle()
            return response

    async def _receive(self) -> HttpResponse:
        status, content_type, body = 0, "", bytearray()
        while True:
            event = self._connection.next_event()
            if event is h11.NEED_DATA:
                self._connection.receive_data(await self._stream.receive(CHUNK))
            elif isinstance(event, h11.Response):
                status = event.status_code
                content_type = dict(event.headers).get(b"content-type", b"").decode()
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                return HttpResponse(status, bytes(body), content_type)
            else:
                raise anyio.BrokenResourceError

    async def aclose(self) -> None:
        """Close the connection."""
        await self._stream.aclose()

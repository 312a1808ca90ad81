"""Health over HTTP, asked by Python's own client and by octets on a socket."""

from __future__ import annotations

import http.client
import json
from contextlib import asynccontextmanager

import anyio
import anyio.to_thread
import pytest
from application.support import LIMIT

from cimbus import CimbusError
from cimbus.cli.health.address import HttpAddress
from cimbus.cli.health.endpoints import health_server
from cimbus.cli.health.health_check import HealthCheck
from cimbus.cli.health.http_client import HttpChannel
from cimbus.cli.health.http_server import MOST_CONNECTIONS, HttpResponse, HttpServer

pytestmark = pytest.mark.anyio


class Program:
    """A program that is alive, not ready, and has one metric."""

    def live(self):
        return HealthCheck()

    def ready(self):
        return HealthCheck(("APP does not run",))

    async def metrics(self):
        return b"up 1\n", "text/plain; version=0.0.4"


@asynccontextmanager
async def serving(server):
    with anyio.fail_after(LIMIT):
        async with anyio.create_task_group() as tasks:
            yield await tasks.start(server.serve, HttpAddress("127.0.0.1", 0))
            tasks.cancel_scope.cancel()


def ask(port, *requests):
    """Send requests over one connection; return (status, content type, body) of each."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
    found = []
    for method, path in requests:
        connection.request(method, path)
        response = connection.getresponse()
        found.append((response.status, response.headers["content-type"], response.read()))
    connection.close()
    return found


async def test_probes_and_scrapers_are_answered_over_one_connection():
    paths = ("/live", "/ready?verbose", "/metrics", "/", "/other")
    async with serving(health_server(Program())) as port:
        requests = [("GET", path) for path in paths] + [("HEAD", "/ready"), ("POST", "/live"), ("GET", "/live")]
        found = await anyio.to_thread.run_sync(lambda: ask(port, *requests))

    assert [status for status, *_ in found] == [200, 503, 200, 200, 404, 503, 405, 200]
    assert json.loads(found[0][2]) == {"ok": True, "problems": []}
    assert json.loads(found[1][2]) == {"ok": False, "problems": ["APP does not run"]}
    assert found[2][1:] == ("text/plain; version=0.0.4", b"up 1\n")
    assert found[5][2] == b""


async def test_what_is_not_http_is_refused_and_the_server_goes_on():
    async with serving(health_server(Program())) as port:
        answers = []
        for octets in (b"\x16\x03\x01 not HTTP\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET /live HT"):
            stream = await anyio.connect_tcp("127.0.0.1", port)
            await stream.send(octets)
            await stream.send_eof()
            answers.append(b"".join([part async for part in stream]))
            await stream.aclose()
        found = await anyio.to_thread.run_sync(lambda: ask(port, ("GET", "/live")))

    assert found[0][0] == 200
    assert [answer[:12] for answer in answers] == [b"HTTP/1.1 400"] * 3


async def test_connections_are_bounded():
    async with serving(health_server(Program())) as port:
        streams = []
        for _ in range(MOST_CONNECTIONS):
            stream = await anyio.connect_tcp("127.0.0.1", port)
            channel = HttpChannel(stream)
            assert (await channel.get("/live")).status == 200
            streams.append(channel)
        refused = HttpChannel(await anyio.connect_tcp("127.0.0.1", port))
        with pytest.raises((anyio.EndOfStream, anyio.BrokenResourceError)):
            await refused.get("/live")
        await refused.aclose()
        for each in streams:
            await each.aclose()


async def test_an_endpoint_that_fails_is_a_500_and_a_line_of_the_log(caplog):
    async def fail():
        raise ValueError("no")

    async with serving(HttpServer({"/": fail})) as port:
        found = await anyio.to_thread.run_sync(lambda: ask(port, ("GET", "/")))

    assert found[0][0] == 500
    assert "/ failed" in caplog.text


async def test_an_idle_connection_is_closed():
    client, server = await _pair()
    with anyio.fail_after(LIMIT):
        async with client:
            await health_server(Program()).serve_connection(server, timeout=0.01)
            with pytest.raises(anyio.EndOfStream):
                await client.receive()


async def _pair():
    import socket

    first, second = socket.socketpair()
    return await anyio.abc.SocketStream.from_socket(first), await anyio.abc.SocketStream.from_socket(second)


async def test_an_address_in_use_is_one_line():
    async with serving(health_server(Program())) as port:
        with pytest.raises(CimbusError, match=f"cannot listen on 127.0.0.1:{port}: "):
            await health_server(Program()).serve(HttpAddress("127.0.0.1", port))


async def test_a_caller_that_is_cancelled_leaves_the_connection_of_use():
    asked, go = anyio.Event(), anyio.Event()

    async def slow():
        asked.set()
        await go.wait()
        return HttpResponse(200, b"slow")

    async def fast():
        return HttpResponse(200, b"fast")

    with anyio.fail_after(LIMIT):
        async with (
            serving(HttpServer({"/slow": slow, "/fast": fast})) as port,
            await anyio.connect_tcp("127.0.0.1", port) as stream,
        ):
            channel = HttpChannel(stream)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(channel.get, "/slow")
                await asked.wait()
                tasks.cancel_scope.cancel()
            go.set()
            assert (await channel.get("/fast")).body == b"fast"

"""A server on loopback that gives one answer to whatever it is sent."""

from __future__ import annotations

import contextlib

import anyio
from anyio.abc import SocketAttribute

from cimbus_jms.stomp.frame_parser import FrameParser


@contextlib.asynccontextmanager
async def answering(answer):
    """Something that answers to whatever it is told; yields its URL and the frames that it read."""
    heard = []

    async def serve(client):
        scanner = FrameParser()
        async with client:
            with contextlib.suppress(anyio.EndOfStream, anyio.BrokenResourceError):
                while True:
                    heard.extend(scanner.feed(await client.receive()))
                    await client.send(answer)

    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=0) as listener,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(listener.serve, serve)
        yield f"jms+stomp://127.0.0.1:{listener.extra(SocketAttribute.local_port)}/", heard
        tasks.cancel_scope.cancel()

"""A session replaces its client, and leaves nothing behind of the old one."""

from __future__ import annotations

import asyncio

import anyio
import pytest

from . import support

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


async def test_a_member_that_is_closed_while_its_client_is_being_replaced_leaves_no_connection(kafka, monkeypatch):
    where = support.context()
    async with support.transport(kafka) as transport:
        async with transport.listen(support.spec(where, "replaced")) as consumer:
            session = transport._sessions[consumer]
            connections = list(session._client._client._conns.values())
            stopping = anyio.Event()

            async def commit(*_):
                transport._side.portal.to_caller(stopping.set)
                await asyncio.sleep(60)

            monkeypatch.setattr(session._committer, "commit", commit)

            async def fail() -> None:
                session._fail(OSError("the connection broke"))

            await support.over(transport, fail)
            with anyio.fail_after(60):
                await stopping.wait()
        assert connections
        assert not any(connection.connected() for connection in connections)


async def test_a_member_whose_client_cannot_be_stopped_in_order_is_closed(kafka, monkeypatch):
    """An error then takes the place of the cancellation that ends the session."""
    where = support.context()
    async with support.transport(kafka) as transport:
        with anyio.fail_after(60):
            async with transport.listen(support.spec(where, "closed")) as consumer:
                session = transport._sessions[consumer]

                async def fail(*_):
                    raise OSError("the connection broke")

                monkeypatch.setattr(session._committer, "commit", fail)

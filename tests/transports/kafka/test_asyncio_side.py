"""Closing the asyncio side ends what waits for it."""

from __future__ import annotations

import anyio
import anyio.to_thread
import pytest

from cimbus.errors import ClosedError
from cimbus_kafka import asyncio_side

from . import support

pytestmark = pytest.mark.broker


@pytest.mark.anyio
async def test_sending_ends_with_the_transport(new_kafka, monkeypatch):
    """A sender that waits for a broker that is down gets a ClosedError when the transport is closed."""
    monkeypatch.setattr(asyncio_side, "CLOSE_TIMEOUT", 0.5)
    broker = new_kafka()
    where = support.context()
    errors = []

    async def send():
        with pytest.raises(ClosedError) as caught:
            await transport.send([support.frame(where, b"never")])
        errors.append(caught.value)

    async with anyio.create_task_group() as tasks, support.transport(broker) as transport:
        await support.sent(transport, [support.frame(where, b"x")])
        await anyio.to_thread.run_sync(broker.kill)
        tasks.start_soon(send)
        await anyio.wait_all_tasks_blocked()
    assert len(errors) == 1
    assert not transport.ready

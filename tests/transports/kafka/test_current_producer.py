"""A producer that is stuck is replaced."""

from __future__ import annotations

import pytest

from cimbus_kafka import sender

from . import support

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


async def test_a_producer_that_sends_nothing_is_replaced(kafka, monkeypatch):
    monkeypatch.setattr(sender, "STALLED", 0.3)
    where = support.context()
    async with support.transport(kafka, timeout=1) as transport:
        await support.sent(transport, support.frames(where, 3))

        async def stop_sending() -> None:
            active = await transport._side.sender.producers.get()
            active.producer._sender.sender_task.cancel()

        await support.over(transport, stop_sending)
        await support.sent(transport, support.frames(where, 3, first=3))
    values = [int(value) for _, _, value in await support.log(kafka, support.topic(where))]
    assert list(dict.fromkeys(values)) == list(range(6))

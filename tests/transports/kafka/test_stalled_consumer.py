"""A consumer of aiokafka that is alive and fetches nothing is replaced."""

from __future__ import annotations

import anyio
import pytest

from cimbus.middleware.net import stall_watchdog
from cimbus_kafka import session

from . import support

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


async def receive(consumer, count):
    found = []
    with anyio.fail_after(60):
        while len(found) < count:
            for delivery in await consumer.receive():
                found.append(delivery.value.body)
                delivery.accept()
    return found


@pytest.mark.parametrize("group", ["", "stuck"])
async def test_a_consumer_that_gets_nothing_is_replaced(kafka, monkeypatch, group):
    made = []

    def noted(cluster, **more):
        made.append(new(cluster, **more))
        return made[-1]

    new = session.new_consumer
    monkeypatch.setattr(session, "new_consumer", noted)
    monkeypatch.setattr(stall_watchdog, "CHECK_INTERVAL", 0.3)
    where = support.context()
    async with (
        support.transport(kafka) as transport,
        transport.listen(support.spec(where, group, durable=bool(group))) as consumer,
    ):
        await support.sent(transport, support.frames(where, 3))
        assert await receive(consumer, 3) == [b"0", b"1", b"2"]

        async def stop_fetching() -> None:
            made[0]._fetcher._fetch_task.cancel()

        await support.over(transport, stop_fetching)
        await support.sent(transport, support.frames(where, 3, first=3))
        assert await receive(consumer, 3) == [b"3", b"4", b"5"]
    assert len(made) == 2

"""What waits in a consumer is bounded, and what is settled is not kept."""

from __future__ import annotations

import anyio
import pytest

from cimbus.middleware.net import partitioned_consumer
from cimbus_kafka import record_fetcher

from . import support

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


@pytest.mark.parametrize("group", ["", "bounded"])
async def test_what_waits_is_bounded_and_what_is_settled_is_forgotten(kafka, group):
    where = support.context()
    most = partitioned_consumer.MIN_BUFFERED + record_fetcher.MAX_RECORDS
    async with (
        support.transport(kafka) as transport,
        transport.listen(support.spec(where, group, credit=1)) as consumer,
    ):
        for first in range(0, 5000, 500):
            await support.sent(transport, support.frames(where, 500, first=first))
        found = []
        while len(found) < 5000:
            for delivery in await consumer.receive():
                found.append(int(delivery.value.body))
                delivery.accept()
                assert consumer.queue.waiting <= most
        (part,) = [part for part in transport._sessions[consumer].assigned.values() if part.tracker.end]
        with anyio.fail_after(60):
            await support.until(lambda: part.tracker.unsettled == 0 and not len(consumer.settled))
    assert found == list(range(5000))


async def test_what_waits_is_bounded_in_bytes(kafka):
    where = support.context()
    body = bytes(100_000)
    async with (
        support.transport(kafka, buffer=1_000_000) as transport,
        transport.listen(support.spec(where, credit=1)) as consumer,
    ):
        for _ in range(10):
            await support.sent(transport, [support.frame(where, body) for _ in range(10)])
        for _ in range(100):
            (delivery,) = await consumer.receive()
            # one answer of the broker may come on top: a megabyte for each of four partitions
            assert consumer.queue.size <= 1_000_000 + 4 * 1_048_576
            delivery.accept()

"""A consumer without a group reads everything that is sent after it was opened."""

from __future__ import annotations

import pytest

from cimbus.interface.topic import Pattern
from cimbus.middleware.transport import SubscriptionSpec

from . import support

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


async def some(consumer, count: int = 1) -> list[bytes]:
    return sorted(delivery.value.body for delivery in await support.receive(consumer, count))


async def test_reading_begins_where_the_topics_end(kafka):
    where = support.context()
    async with support.transport(kafka) as transport:
        await support.sent(transport, support.frames(where, 3))
        async with transport.listen(support.spec(where)) as one, transport.listen(support.spec(where)) as two:
            await support.sent(transport, [support.frame(where, b"after")])

            assert await some(one) == await some(two) == [b"after"]


async def test_a_topic_that_appears_later_is_read_from_its_beginning(kafka):
    where = support.context()
    everything = SubscriptionSpec(patterns=(Pattern(context=where),))
    async with support.transport(kafka) as transport, transport.listen(everything) as consumer:
        await support.sent(transport, [support.frame(where, b"1", noun="One")])
        await support.sent(transport, [support.frame(where, b"2", noun="Two")])

        assert await some(consumer, 2) == [b"1", b"2"]


async def test_nothing_is_committed(kafka):
    where = support.context()
    groups: list[str] = []

    async def list_groups(admin) -> None:
        groups.extend(name for name, _ in await admin.list_consumer_groups())

    async with support.transport(kafka) as transport, transport.listen(support.spec(where)) as consumer:
        await support.sent(transport, support.frames(where, 1))
        await some(consumer)
        await support.administer(kafka, list_groups)

    assert not [name for name in groups if where in name]

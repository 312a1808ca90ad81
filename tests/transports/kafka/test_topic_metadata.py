"""Topics that are missing, added to, or created anew."""

from __future__ import annotations

import pytest

from cimbus.errors import SendError
from cimbus.interface.topic import Pattern
from cimbus.middleware.transport import SubscriptionSpec

from . import support

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


async def some(consumer, count: int = 1) -> list[bytes]:
    return [delivery.value.body for delivery in await support.receive(consumer, count)]


async def test_partitions_that_are_added_are_read(kafka):
    where = support.context()
    everything = SubscriptionSpec(patterns=(Pattern(context=where),))
    async with support.transport(kafka) as transport, transport.listen(everything) as consumer:
        await support.sent(transport, [support.frame(where, b"before")])
        assert await some(consumer) == [b"before"]
        await support.grow(kafka, support.topic(where), 6)
        for partition in (4, 5):
            await support.produce(kafka, support.topic(where), (b"k", b"%d" % partition, []), partition=partition)
        assert sorted(await some(consumer, 2)) == [b"4", b"5"]


async def test_a_missing_topic_is_not_made_if_the_options_say_so(kafka):
    where = support.context()
    async with support.transport(kafka, create="false") as transport:
        (error,) = await transport.send([support.frame(where, b"x")])
        assert isinstance(error, SendError)
        assert "create" in str(error)
        async with support.transport(kafka) as other:
            await support.sent(other, [support.frame(where, b"x")])
        await support.sent(transport, [support.frame(where, b"x")])


async def test_a_topic_that_is_made_anew_is_read_from_its_beginning(kafka):
    where = support.context()
    async with support.transport(kafka) as transport, transport.listen(support.spec(where)) as consumer:
        await support.sent(transport, support.frames(where, 5))
        assert len(await some(consumer, 5)) == 5
        await support.remake(kafka, support.topic(where))
        await support.sent(transport, support.frames(where, 3))
        assert await some(consumer, 3) == [b"0", b"1", b"2"]

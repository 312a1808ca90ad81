"""Which queues frames are put into."""

from __future__ import annotations

import anyio
import pytest

from cimbus.errors import SendError
from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.memory.exchange import Exchange
from cimbus.middleware.transport import SubscriptionSpec

pytestmark = pytest.mark.anyio  # an event is made where a queue is full


def frame(noun):
    return Frame(topic=Topic("production", "events", noun, "created", "k"), body=b"")


def spec(*nouns, group="", durable=False):
    return SubscriptionSpec(patterns=tuple(Pattern(noun=noun) for noun in nouns), group=group, durable=durable)


async def test_patterns_of_one_subscription_that_overlap_are_one_queue():
    exchange = Exchange()
    consumer = exchange.join(SubscriptionSpec(patterns=(Pattern(), Pattern(noun="A"))), 10)

    assert exchange.offer(frame("A")) is None
    assert consumer.queue.size == 1


async def test_frames_are_put_into_all_their_queues_or_into_none():
    exchange = Exchange()
    small, large = exchange.join(spec("A", "B"), 1), exchange.join(spec("A"), 10)

    assert exchange.offer(frame("B")) is None
    assert isinstance(exchange.offer(frame("A")), anyio.Event)
    assert (small.queue.size, large.queue.size) == (1, 0)


async def test_several_frames_wait_until_there_is_room_for_all():
    exchange = Exchange()
    consumer = exchange.join(spec("A"), 2)

    assert exchange.offer(frame("A")) is None

    space = exchange.offer_all([frame("A"), frame("A")])

    assert isinstance(space, anyio.Event)
    assert consumer.queue.size == 1

    await consumer.receive()

    assert space.is_set()
    assert exchange.offer_all([frame("A"), frame("A")]) is None
    assert consumer.queue.size == 2


async def test_more_frames_than_a_queue_can_ever_hold_are_refused():
    exchange = Exchange()
    exchange.join(spec("A"), 2)

    assert isinstance(exchange.offer_all([frame("A")] * 3), SendError)


async def test_a_queue_ends_with_its_last_member_unless_it_is_durable():
    exchange = Exchange()
    for durable in (False, True):
        exchange.join(spec("A", group="g", durable=durable), 10).close()

        assert [name for name, _ in exchange.groups] == ["g"] * durable


async def test_a_group_with_other_patterns_is_another_group():
    exchange = Exchange()
    one, two = exchange.join(spec("A", "B", group="g"), 10), exchange.join(spec("B", group="g"), 10)
    same = exchange.join(spec("B", "A", group="g"), 10)

    assert one.queue is same.queue
    assert one.queue is not two.queue
    assert len({group.name for group in exchange.describe()}) == 2

"""A consumer without its worker: when it wakes it, and what it ignores."""

from __future__ import annotations

import pytest

from cimbus.errors import ClosedError
from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.delivery import Delivery, Outcome
from cimbus.middleware.frame import Frame
from cimbus.middleware.sqlite.consumer import FLUSH_AT, SqliteConsumer
from cimbus.middleware.transport import SubscriptionSpec

pytestmark = pytest.mark.anyio

FRAME = Frame(topic=Topic("production", "events", "N", "created", "k"), body=b"")


def filled(count, *, credit=1000):
    """Return a consumer with so many deliveries, and a list that grows whenever it wakes its worker."""
    woken = []
    spec = SubscriptionSpec(patterns=(Pattern(),), credit=credit)
    consumer = SqliteConsumer(spec, lambda: woken.append(True))
    consumer.taken = count
    consumer.arrived.extend(Delivery(FRAME, consumer.settle, token=number) for number in range(count))
    return consumer, woken


async def test_settlements_wake_the_worker_when_there_are_many():
    consumer, woken = filled(FLUSH_AT)
    *most, last = await consumer.receive()
    for delivery in most:
        delivery.accept()

    assert not woken

    last.accept()

    assert len(woken) == 1
    assert consumer.room == consumer.spec.credit


async def test_a_receiver_without_credit_wakes_the_worker_at_once():
    consumer, woken = filled(2, credit=2)
    one, _ = await consumer.receive()
    consumer.wants = True
    one.release()

    assert len(woken) == 1
    assert list(consumer.settlements) == [(0, Outcome.RELEASED, 1)]


async def test_what_a_transaction_accepted_is_not_written_again():
    consumer, _ = filled(2, credit=2)
    deliveries = await consumer.receive()
    consumer.note_accepted(deliveries)

    assert not consumer.settlements
    assert consumer.room == 2
    assert not deliveries[0].release()


async def test_settling_after_close_is_ignored():
    consumer, _ = filled(1)
    (delivery,) = await consumer.receive()
    consumer.close("the test is over")
    delivery.accept()

    assert not consumer.settlements
    with pytest.raises(ClosedError, match="the test is over"):
        await consumer.receive()

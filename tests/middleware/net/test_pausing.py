"""A connection is read again as soon as its consumer has room, and what waits there is bounded."""

from __future__ import annotations

import logging

import anyio
import pytest

from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.net import PausingConnection, PausingConsumer, pausing
from cimbus.middleware.transport import SubscriptionSpec

pytestmark = pytest.mark.anyio

TOPIC = Topic("c", "events", "N", "created")


class Filled(PausingConsumer):
    """A consumer that acknowledges nothing."""

    def __init__(self, credit):
        super().__init__(SubscriptionSpec(patterns=(Pattern(),), credit=credit), logging.getLogger("cimbus.test"))

    def fill(self, count, body=b""):
        for number in range(count):
            self._buffer.backlog.put(Frame(topic=TOPIC, body=body), number)

    def _settled(self, item, outcome):
        pass


class Noted(PausingConnection):
    """A connection that notes when it pauses."""

    pauses = 0

    def _pausing(self):
        self.pauses += 1


async def test_reading_pauses_until_frames_have_left():
    consumer = Filled(credit=2)
    consumer.fill(2 + pausing.EXTRA_FRAMES + 1)
    connection = Noted(None, consumer, 10, None)
    connection._last_read = 0.0
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(connection._before_read)
        await anyio.wait_all_tasks_blocked()
        assert (connection.paused, connection.pauses) == (True, 1)
        assert len(await consumer.receive()) == 2
    assert not connection.paused
    assert connection._last_read > 0.0  # the pause is no silence of the broker


async def test_closing_a_consumer_ends_the_pause():
    consumer = Filled(credit=2)
    consumer.fill(100)
    with anyio.fail_after(20):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(consumer.wait_for_room)
            await anyio.wait_all_tasks_blocked()
            consumer.close()


def test_bytes_are_bounded_and_what_has_a_bound_of_its_own_is_not_counted(monkeypatch):
    monkeypatch.setattr(pausing, "MAX_WAITING_BYTES", 1_000)
    consumer = Filled(credit=100)
    consumer.fill(2, bytes(400))
    assert not consumer.full
    consumer.fill(1, bytes(400))
    assert consumer.full
    consumer._uncounted = 3
    assert not consumer.full

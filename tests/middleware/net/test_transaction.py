"""The course of a transaction, and the deliveries that are part of it."""

from __future__ import annotations

import logging

import pytest

from cimbus.errors import ClosedError, SendError, TransportError, UsageError
from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.delivery import Outcome
from cimbus.middleware.frame import Frame
from cimbus.middleware.net import ConnectedConsumer, ConnectionTransaction, transacted
from cimbus.middleware.transport import SubscriptionSpec

from .lines import LineSender

pytestmark = pytest.mark.anyio

FRAME = Frame(topic=Topic("c", "events", "N", "created", "k"), body=b"x")


class Some:
    """A connection of which nothing matters."""

    lost = None


class Holding(ConnectedConsumer):
    """A consumer that notes what it would acknowledge."""

    def __init__(self):
        super().__init__(SubscriptionSpec(patterns=(Pattern(),)), logging.getLogger("cimbus.test"))
        self.acknowledged = []
        self.current.set(Some())

    def _settled(self, item, outcome):
        self.acknowledged.append((item.mark, outcome))

    async def held(self, *marks):
        for mark in marks:
            self._buffer.backlog.put(FRAME, mark)
        return await self.receive()


class Noted(ConnectionTransaction):
    """A transaction that notes what is called."""

    error = None

    def __init__(self):
        super().__init__(Some(), lambda frame: SendError("too large") if len(frame.body) > 10 else frame.body)
        self.calls = []

    async def begin(self):
        self.calls.append("begin")

    async def _send(self, messages):
        self.calls += messages

    async def commit(self, items):
        self.calls.append(("commit", [item.mark for item in items]))
        if self.error is not None:
            raise self.error

    async def roll_back(self):
        self.calls.append("roll back")


def sender():
    found = LineSender(1)
    found.current.set(Some())
    return found


async def test_a_block_that_ends_commits_with_its_deliveries():
    consumer, noted = Holding(), Noted()
    deliveries = await consumer.held("a", "b", "c")
    async with transacted(lambda _: noted, sender(), consumer, deliveries[:2]) as transaction:
        await transaction.send([FRAME])
        assert deliveries[0].outcome is None
    assert noted.calls == ["begin", b"x", ("commit", ["a", "b"])]
    assert [delivery.outcome for delivery in deliveries] == [Outcome.ACCEPTED, Outcome.ACCEPTED, None]
    assert not deliveries[0].reject()
    deliveries[2].accept()
    assert consumer.acknowledged == [("c", Outcome.ACCEPTED)]


async def test_a_block_that_raises_rolls_back_and_leaves_its_deliveries():
    consumer, noted = Holding(), Noted()
    deliveries = await consumer.held("a")
    with pytest.raises(LookupError):
        async with transacted(lambda _: noted, sender(), consumer, deliveries):
            raise LookupError
    assert noted.calls == ["begin", "roll back"]
    assert deliveries[0].accept()
    assert consumer.acknowledged == [("a", Outcome.ACCEPTED)]


async def test_a_refused_frame_rolls_back_even_if_the_block_goes_on():
    noted = Noted()

    async def go_on():
        async with transacted(lambda _: noted, sender(), None, ()) as transaction:
            with pytest.raises(SendError):
                await transaction.send([FRAME, Frame(topic=FRAME.topic, body=bytes(11))])

    with pytest.raises(SendError, match="too large"):
        await go_on()
    assert noted.calls == ["begin", "roll back"]


async def test_a_commit_that_fails_leaves_its_deliveries():
    consumer, noted = Holding(), Noted()
    noted.error = TransportError("not known")
    deliveries = await consumer.held("a")
    with pytest.raises(TransportError, match="not known"):
        async with transacted(lambda _: noted, sender(), consumer, deliveries):
            pass
    assert "roll back" not in noted.calls
    assert deliveries[0].accept()


async def _transact(consumer, deliveries):
    async with transacted(lambda _: Noted(), sender(), consumer, deliveries):
        pass


async def test_deliveries_that_cannot_be_part_of_a_transaction():
    consumer, other = Holding(), Holding()
    one, two, three = await consumer.held("a", "b", "c")
    (foreign,) = await other.held("d")
    two.accept()
    for wrong, text in (([one, one], "once"), ([one, two], "settled already"), ([foreign], "another consumer")):
        with pytest.raises(UsageError, match=text):
            await _transact(consumer, wrong)
    noted = Noted()

    async def accept_meanwhile():
        async with transacted(lambda _: noted, sender(), consumer, [one, three]):
            with pytest.raises(UsageError, match="part of a transaction already"):
                await _transact(consumer, [three])
            one.accept()

    with pytest.raises(UsageError, match="settled already"):
        await accept_meanwhile()
    assert noted.calls == ["begin", "roll back"]
    await _transact(consumer, [three])
    consumer.close()
    with pytest.raises(ClosedError):
        await _transact(consumer, ())

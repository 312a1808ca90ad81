"""Clients of aiokafka that are alive and do nothing are replaced, and inboxes hold no more than they say."""

from __future__ import annotations

import anyio
import pytest

from cimbus_kafka import inbox as inboxes
from cimbus_kafka import outgoing, session, watch

from . import support

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


async def receive(inbox, count):
    found = []
    with anyio.fail_after(20):
        while len(found) < count:
            for delivery in await inbox.receive():
                found.append(delivery.value.body)
                delivery.accept()
    return found


@pytest.mark.parametrize("group", ["", "stuck"])
async def test_a_consumer_that_gets_nothing_is_replaced(kafka, monkeypatch, group):
    made = []

    def noted(place, **more):
        made.append(new(place, **more))
        return made[-1]

    new = session.new_consumer
    monkeypatch.setattr(session, "new_consumer", noted)
    monkeypatch.setattr(watch, "WATCH", 0.3)
    where = support.context()
    async with (
        support.transport(kafka) as transport,
        transport.listen(support.intake(where, group, durable=bool(group))) as inbox,
    ):
        await support.sent(transport, support.frames(where, 3))
        assert await receive(inbox, 3) == [b"0", b"1", b"2"]

        async def stop_fetching() -> None:
            made[0]._fetcher._fetch_task.cancel()

        await support.over(transport, stop_fetching)
        await support.sent(transport, support.frames(where, 3, first=3))
        assert await receive(inbox, 3) == [b"3", b"4", b"5"]
    assert len(made) == 2


async def test_a_producer_that_sends_nothing_is_replaced(kafka, monkeypatch):
    monkeypatch.setattr(outgoing, "STALLED", 0.3)
    where = support.context()
    async with support.transport(kafka, timeout=1) as transport:
        await support.sent(transport, support.frames(where, 3))

        async def stop_sending() -> None:
            live = await transport._engine.sender.producers.current()
            live.producer._sender.sender_task.cancel()

        await support.over(transport, stop_sending)
        await support.sent(transport, support.frames(where, 3, first=3))
    values = [int(value) for _, _, value in await support.log(kafka, support.topic(where))]
    assert list(dict.fromkeys(values)) == list(range(6))


@pytest.mark.parametrize("group", ["", "bounded"])
async def test_what_waits_is_bounded_and_what_is_settled_is_forgotten(kafka, group):
    where = support.context()
    most = inboxes.LEAST + session.MOST
    async with (
        support.transport(kafka) as transport,
        transport.listen(support.intake(where, group, credit=1)) as inbox,
    ):
        for first in range(0, 5000, 500):
            await support.sent(transport, support.frames(where, 500, first=first))
        found = []
        while len(found) < 5000:
            for delivery in await inbox.receive():
                found.append(int(delivery.value.body))
                delivery.accept()
                assert inbox.shelf.waiting <= most
        (part,) = [part for part in transport._listening[inbox].parts.values() if part.tracker.end]
        with anyio.fail_after(5):
            await support.until(lambda: part.tracker.unsettled == 0 and not inbox.settled)
    assert found == list(range(5000))


async def test_what_waits_is_bounded_in_bytes(kafka):
    where = support.context()
    body = bytes(100_000)
    async with (
        support.transport(kafka, buffer=1_000_000) as transport,
        transport.listen(support.intake(where, credit=1)) as inbox,
    ):
        for _ in range(10):
            await support.sent(transport, [support.frame(where, body) for _ in range(10)])
        for _ in range(100):
            (delivery,) = await inbox.receive()
            # one answer of the broker may come on top: a megabyte for each of four partitions
            assert inbox.shelf.size <= 1_000_000 + 4 * 1_048_576
            delivery.accept()

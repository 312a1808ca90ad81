"""A retention: old frames that are not delivered are removed, counted and logged; all others stay."""

from __future__ import annotations

import logging
import time

import anyio
import pytest

from cimbus import Frame, Pattern, SubscriptionSpec, Topic
from cimbus.middleware.sqlite import SqliteTransport
from cimbus.middleware.sqlite.store import Store

pytestmark = pytest.mark.anyio

SPEC = SubscriptionSpec(patterns=(Pattern(),), group="away", durable=True)


def frames(count):
    topic = Topic("production", "events", "EndDeviceEvents", "created", "k")
    return [Frame(topic=topic, body=b"%d" % number) for number in range(count)]


async def test_what_is_old_and_not_delivered_is_removed(tmp_path):
    path = tmp_path / "bus.db"
    async with SqliteTransport(path) as transport:
        async with transport.listen(
            SubscriptionSpec(patterns=(Pattern(),), group="away", durable=True, credit=1)
        ) as consumer:
            await transport.send(frames(5))
            with anyio.fail_after(60):
                (unsettled,) = await consumer.receive()
            store = Store(path, 0, lambda: True)
            kept = store.expire(time.time() - 60), store.expire(0)
            removed = store.expire(time.time() + 60)
            left = store.db.execute("SELECT count(*) FROM frame").fetchone()[0]
            unsettled.accept()
        after = store.db.execute("SELECT count(*) FROM frame").fetchone()[0]
        store.close()

    assert kept == (0, 0)
    assert removed == 4
    assert (left, after) == (1, 0)


async def test_young_frames_stay_beside_old_ones(tmp_path, monkeypatch):
    path = tmp_path / "bus.db"
    now = time.time()
    async with SqliteTransport(path) as transport:
        async with transport.listen(SPEC):
            pass
        await transport.send(frames(3))
        monkeypatch.setattr("cimbus.middleware.sqlite.store.time.time", lambda: now + 1000)
        await transport.send(frames(2))
    store = Store(path, 0, lambda: True)
    removed = store.expire(now + 500)
    left = store.db.execute("SELECT count(*) FROM waiting").fetchone()[0]
    store.close()

    assert (removed, left) == (3, 2)


async def test_a_bus_with_a_retention_says_what_it_gave_up(tmp_path, monkeypatch, caplog):
    path = tmp_path / "bus.db"
    async with SqliteTransport(path) as transport:
        async with transport.listen(SPEC):
            pass
        await transport.send(frames(3))
    later = time.time() + 1000
    monkeypatch.setattr("cimbus.middleware.sqlite.rounds.time.time", lambda: later)
    with caplog.at_level(logging.WARNING, "cimbus.middleware.sqlite"):
        async with SqliteTransport.from_url(f"sqlite:///{path}?retention=60") as transport:
            await transport.send(frames(1))

    assert "3 deliveries given up, older than retention=60" in caplog.text

"""Records that need a library which is not installed: they wait, and others are received."""

from __future__ import annotations

import anyio
import pytest
from aiokafka import codec

from cimbus_kafka import record_fetcher
from cimbus_kafka.record_fetcher import RecordFetcher

from . import support

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


def warnings(caplog):
    return [line.getMessage() for line in caplog.records if "nothing is skipped" in line.getMessage()]


@pytest.mark.skipif(codec.has_snappy(), reason="the library is installed")
@pytest.mark.parametrize("group", ["", "group"])
async def test_a_partition_waits_and_another_one_is_received(kafka, caplog, group):
    """The broker compresses what comes for the topic."""
    where = support.context()
    compressed = support.topic(where, "MeterReadings")
    await support.make(kafka, compressed, {"compression.type": "snappy"})
    async with (
        support.transport(kafka) as transport,
        transport.listen(support.spec(where, group, noun=None)) as consumer,
    ):
        await support.sent(transport, [support.frame(where, b"compressed", noun="MeterReadings")])
        with anyio.fail_after(60):
            await support.until(lambda: not transport.ready)
        for first in range(3):
            await support.sent(transport, support.frames(where, 1, first=first))
            assert [each.value.body for each in await support.receive(consumer, 1)] == [b"%d" % first]
        session = transport._sessions[consumer]

        assert session.assigned[(compressed, 0)].tracker.end == 0
        assert not transport.ready
    (line,) = warnings(caplog)
    assert "snappy" in line
    assert f"partition 0 of {compressed!r}" in line
    assert "pip install 'aiokafka[all]'" in line


async def test_they_are_received_once_they_can_be_read(kafka, caplog, monkeypatch):
    monkeypatch.setattr(record_fetcher, "BLOCKED_FOR", 0.3)
    where = support.context()
    await support.make(kafka, support.topic(where), {"compression.type": "gzip"})
    async with support.transport(kafka) as transport, transport.listen(support.spec(where, "group")) as consumer:
        with monkeypatch.context() as patch:
            patch.setattr(codec, "has_gzip", lambda: False)
            await support.sent(transport, support.frames(where, 3))
            blocked = transport._sessions[consumer]._fetcher._blocked
            with anyio.fail_after(60):
                until = 0.0
                for _ in range(3):  # it is tried again
                    await support.until(lambda until=until: max(blocked.values(), default=0.0) > until)
                    until = max(blocked.values())
            assert not transport.ready
            assert len(warnings(caplog)) == 1
        found = await support.receive(consumer, 3)
        with anyio.fail_after(60):
            await support.until(lambda: transport.ready)

    assert [each.value.body for each in found] == [b"0", b"1", b"2"]


async def test_what_cannot_be_told_blocks_every_partition(kafka, monkeypatch):
    """As if aiokafka's private names had changed."""
    monkeypatch.setattr(record_fetcher, "failed_partition", lambda _: None)
    where = support.context()
    await support.make(kafka, support.topic(where), {"compression.type": "gzip"})
    monkeypatch.setattr(codec, "has_gzip", lambda: False)
    async with support.transport(kafka) as transport, transport.listen(support.spec(where)) as consumer:
        await support.sent(transport, support.frames(where, 1))
        with anyio.fail_after(60):
            await support.until(lambda: not transport.ready)
        fetcher: RecordFetcher = transport._sessions[consumer]._fetcher

        assert set(fetcher._blocked) == set(transport._sessions[consumer].assigned)

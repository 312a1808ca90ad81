"""An outbox between an application and a middleware that comes and goes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import pytest

from cimbus import CimbusError, OutboxFullError, UsageError
from cimbus.middleware import group_commit
from cimbus.middleware.outbox import Outbox, forwarder

from .support import Far, frame, opened

pytestmark = pytest.mark.anyio


@pytest.fixture
def path(tmp_path):
    return tmp_path / "outbox.db"


async def test_messages_wait_until_the_far_side_is_there_and_keep_their_order(path):
    outbox, far = Outbox(path), Far(there=False)
    async with opened(outbox, far):
        before = datetime.now(UTC)
        for number in range(10):
            assert await outbox.add([frame(number)]) == [None]

        assert await outbox.backlog() == 10
        assert await outbox.bytes() > 10 * 64
        assert abs(await outbox.oldest() - before) < timedelta(minutes=1)

        far.there.set()
        await outbox.flush()

        assert await outbox.backlog() == await outbox.bytes() == 0
        assert await outbox.oldest() is None
    assert far.numbers == list(range(10))


async def test_what_was_not_sent_is_sent_after_a_restart_before_what_is_new(path):
    async with opened(Outbox(path), Far(there=False)):
        pass
    outbox = Outbox(path)
    async with opened(outbox, Far(there=False)):
        await outbox.add([frame(number) for number in range(5)])
    outbox, far = Outbox(path), Far()
    async with opened(outbox, far):
        await outbox.add([frame(5)])
        await outbox.flush()
    assert far.numbers == list(range(6))
    assert outbox.forwarded == 0  # not open any more
    assert path.stat().st_mode & 0o777 == 0o600


async def test_what_the_far_side_refuses_becomes_a_dead_letter_and_stops_nothing(path):
    outbox, far = Outbox(path), Far()
    far.refuses = {1, 3}
    async with opened(outbox, far):
        await outbox.add([frame(number) for number in range(5)])
        await outbox.flush()

        assert (outbox.forwarded, outbox.rejected) == (3, 2)
    assert far.numbers == [0, 2, 4]
    assert far.rejected == [(1, "1 is refused"), (3, "3 is refused")]


async def test_a_failure_of_the_transport_keeps_the_messages_and_is_tried_again(path, monkeypatch, caplog):
    monkeypatch.setattr(forwarder.Backoff, "pause", lambda self: 0.01)
    outbox, far = Outbox(path), Far()
    far.closed_at = 2
    async with opened(outbox, far):
        await outbox.add([frame(number) for number in range(5)])
        await outbox.flush()
    assert far.numbers == [0, 1, 2, 3, 4]
    assert "waits: the transport was closed" in caplog.text


async def test_a_dead_letter_that_cannot_be_written_keeps_the_message_and_repeats_none(path, monkeypatch):
    monkeypatch.setattr(forwarder.Backoff, "pause", lambda self: 0.01)
    outbox, far = Outbox(path), Far()
    far.refuses = {1}
    failures, reject = iter([CimbusError("the disk is full")] * 3), far.reject

    async def failing(frame, reason):
        for error in failures:
            raise error
        await reject(frame, reason)

    far.reject = failing
    async with opened(outbox, far):
        await outbox.add([frame(number) for number in range(3)])
        await outbox.flush()
    assert far.numbers[:1] == [0]
    assert far.numbers.count(0) == 1
    assert far.rejected == [(1, "1 is refused")]


@pytest.mark.parametrize("full", ["refuse", "drop_oldest"])
async def test_an_outbox_that_is_full(path, full, caplog):
    outbox, far = Outbox(path, max_bytes=1_000, full=full), Far(there=False)
    async with opened(outbox, far):
        results = [(await outbox.add([frame(number, 100)]))[0] for number in range(8)]
        kept = await outbox.backlog()
        far.there.set()
        await outbox.flush()
    if full == "refuse":
        refused = [number for number, result in enumerate(results) if isinstance(result, OutboxFullError)]
        assert refused == list(range(kept, 8))
        assert sorted(set(far.numbers)) == list(range(kept))
        assert outbox.dropped == 0
    else:
        assert results == [None] * 8
        assert far.numbers[-1] == 7
        assert outbox.dropped == 8 - kept > 0
        assert "is full: the oldest" in caplog.text


async def test_a_message_that_is_too_old_is_removed_and_counted(path, caplog):
    outbox, far = Outbox(path, max_age=timedelta(hours=1)), Far(there=False)
    async with opened(outbox, far):
        await outbox.add([frame(1)])
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("update cimbus_outbox set time = time - 3601")
        await outbox.add([frame(2)])

        assert await outbox.backlog() == 1
        assert outbox.expired == 1
    assert "older than outbox_max_age" in caplog.text


async def test_many_tasks_share_transactions(path):
    outbox, far = Outbox(path), Far(there=False)
    async with opened(outbox, far):
        file = outbox._file
        batches, write = [], file._commits._write
        file._commits._write = lambda entries: (batches.append(len(entries)), write(entries))
        async with anyio.create_task_group() as tasks:
            for number in range(640):
                tasks.start_soon(outbox.add, [frame(number)])
        assert sum(batches) == 640
        assert len(batches) <= 5
        assert await outbox.backlog() == 640


async def test_a_disk_that_is_full_delays_and_loses_nothing(path, monkeypatch, caplog):
    monkeypatch.setattr(group_commit.Backoff, "pause", lambda self: 0.01)
    outbox, far = Outbox(path), Far()
    async with opened(outbox, far):
        transact, failures = outbox._file._transact, iter(range(3))

        def failing(entries):
            for _ in failures:
                error = sqlite3.OperationalError("database or disk is full")
                error.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise error
            transact(entries)

        outbox._file._transact = failing
        assert await outbox.add([frame(1)]) == [None]
        await outbox.flush()
    assert far.numbers == [1]
    assert "waits: database or disk is full" in caplog.text


async def test_an_outbox_has_one_user_and_must_be_open(path):
    outbox, far = Outbox(path), Far()
    with pytest.raises(CimbusError, match="not open"):
        await outbox.add([frame(1)])
    with pytest.raises(CimbusError, match="not open"):
        await outbox.backlog()
    async with opened(outbox, far):
        with pytest.raises(UsageError, match="open already"):
            async with outbox.opened(far.send, far.reject):
                raise AssertionError


async def test_a_file_that_cannot_be_made_is_an_error_at_once(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CimbusError, match="cannot be opened"):
        async with opened(Outbox(tmp_path / "file" / "outbox.db"), Far()):
            raise AssertionError


@pytest.mark.parametrize("options", [{"max_bytes": -1}, {"max_age": -1}, {"full": "explode"}])
async def test_impossible_options_are_refused(options):
    with pytest.raises(ValueError, match=r"negative|refuse or drop_oldest"):
        Outbox(Path("outbox.db"), **options)

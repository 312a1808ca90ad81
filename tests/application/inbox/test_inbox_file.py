"""An inbox whose file cannot be used for a while."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import anyio
import pytest

from application.support import LIMIT, event, mrid_of, outages, running, until
from cimbus import CimbusError, Component, Retry, UnitOfWork
from cimbus.application.inbox import inbox_file
from cimbus.middleware import group_commit
from cimbus.nouns import EndDeviceEvents

pytestmark = pytest.mark.anyio

FEW = Retry(attempts=2, initial_delay=0.001, jitter=0.0)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "inbox.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("create table outage (mrid)")
    return path


@pytest.mark.parametrize("locked", ["writing", "reading"])
async def test_an_inbox_that_cannot_be_written_or_read_pauses_and_the_handler_runs_once(
    path, locked, monkeypatch, caplog
):
    """A lock of another process, held for longer than SQLite waits; a full disk is the same to the inbox."""
    monkeypatch.setattr(inbox_file, "BUSY_TIMEOUT", 0.01)
    monkeypatch.setattr(group_commit.Backoff, "pause", lambda self: 0.01)
    app, calls = Component("APP", inbox=path, retry=FEW), []

    @app.on(EndDeviceEvents, name="h")
    async def handle(message, work: UnitOfWork):
        calls.append(mrid_of(message))
        work.execute("insert into outage values (?)", mrid_of(message))

    async with running(app) as bus:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            if locked == "reading":
                find = app.inbox._file.digests
                failures = iter([sqlite3.SQLITE_IOERR] * 3)

                def digests(*names):
                    for code in failures:
                        error = sqlite3.OperationalError("disk I/O error")
                        error.sqlite_errorcode = code
                        raise CimbusError("the inbox cannot be read") from error
                    return find(*names)

                monkeypatch.setattr(app.inbox._file, "digests", digests)
            else:
                other.execute("begin immediate")
            await bus.publish(event("1"))
            if locked == "writing":
                with anyio.fail_after(LIMIT):
                    await until(lambda: app.waiting)
                assert app.counters["h"].handled == 0
                assert list(app.waiting) == ["h"]
                assert not app.ready
                other.execute("rollback")
        with anyio.fail_after(LIMIT):
            await app.counters["h"].reach(handled=1)
        assert app.waiting == {}
        assert app.ready
        assert await bus.dead_letters.letters() == []
    assert calls == ["1"]
    assert outages(path) == ["1"]
    assert "waits: " in caplog.text

"""Several processes of one program: one group, and one that ends is started again."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime

import anyio
import pytest

from cimbus import Bus
from cimbus.nouns import EndDeviceEvent, EndDeviceEvents, IdentifiedObject, Reference
from cli.conftest import LIMIT, started
from cli.probing import Probe

pytestmark = [pytest.mark.skipif(not hasattr(os, "fork"), reason="needs POSIX"), pytest.mark.timeout(300)]

APPLICATION = '''
"""Writes each event into the inbox's file, with its mark, and its process and mRID into a file."""

import os

from cimbus import Component, Message, UnitOfWork
from cimbus.nouns import EndDeviceEvents

app = Component("APP", inbox="inbox.db")
seen = os.open("seen", os.O_WRONLY | os.O_CREAT | os.O_APPEND)


@app.on(EndDeviceEvents, name="events", concurrency=4)
async def handle(message: Message[EndDeviceEvents], work: UnitOfWork) -> None:
    mrid = message.payload.EndDeviceEvent[0].mRID
    work.execute("create table if not exists seen (mrid text)")
    work.execute("insert into seen values (?)", mrid)
    os.write(seen, f"{os.getpid()} {mrid}\\n".encode())
'''


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "application.py").write_text(APPLICATION)
    (tmp_path / "seen").touch()
    monkeypatch.setenv("CIMBUS_DEAD_LETTERS", str(tmp_path / "letters.db"))
    return tmp_path


class Work:
    """Publishes events, and looks at who handled them."""

    def __init__(self, url, folder, context):
        self.url = url
        self.context = context
        self.folder = folder
        self.published = []

    def publish(self):
        """Publish an event of each of 32 usage points."""

        async def send():
            async with Bus(self.url, source="HES", context=self.context) as bus:
                for key in range(32):
                    mrid = f"E-{len(self.published)}"
                    one = EndDeviceEvent(
                        mRID=mrid,
                        createdDateTime=datetime(2026, 3, 1, tzinfo=UTC),
                        EndDeviceEventType=Reference(ref="3.26.0.47"),
                        UsagePoint=IdentifiedObject(mRID=f"UP-{key}"),
                    )
                    self.published.append(mrid)
                    await bus.publish(EndDeviceEvents(EndDeviceEvent=[one]))

        anyio.run(send)

    def processes(self, skip=0):
        """Return which processes have handled events, those of the first lines left out."""
        lines = (self.folder / "seen").read_text().splitlines()
        return {int(line.split()[0]) for line in lines[skip:]}

    def publish_until(self, condition):
        """Publish events until something is so; brokers assign partitions when they want to."""
        ends = time.monotonic() + 2 * LIMIT
        while not condition():
            assert time.monotonic() < ends, (self.folder / "seen").read_text()
            self.publish()
            time.sleep(0.2)

    def handled(self):
        """Return the mRIDs that the handlers' transactions have written."""
        with closing(sqlite3.connect(self.folder / "inbox.db")) as db:
            return [mrid for (mrid,) in db.execute("select mrid from seen")]

    def until_all_are_handled(self):
        ends = time.monotonic() + 2 * LIMIT
        while len(self.handled()) < len(self.published):
            assert time.monotonic() < ends, sorted(set(self.published) - set(self.handled()))
            time.sleep(0.1)


@pytest.mark.parametrize(
    ("kind", "backend"), [("sqlite", "trio"), pytest.param("kafka", "asyncio", marks=pytest.mark.broker)]
)
def test_two_workers_share_the_work_and_one_that_is_killed_is_started_again(kind, backend, request, folder):
    # on Kafka a member that was killed is removed after its session; 6 s is the least that Kafka allows by default
    bus = f"sqlite://{folder}/bus.db" if kind == "sqlite" else request.getfixturevalue("kafka").url(session=6)
    options = ("--workers", 2, "--health", "127.0.0.1:0", "--backend", backend, "--context", f"workers-{os.getpid()}")
    work = Work(bus, folder, options[-1])
    with started("run", "application:app", "--bus", bus, *options, cwd=folder) as running:
        probe = Probe(running)
        running.until("in 2 processes")
        probe.until("ready", 200)
        work.publish_until(lambda: len(work.processes()) == 2)
        killed, other = sorted(work.processes())
        before = len((folder / "seen").read_text().splitlines())
        os.kill(killed, signal.SIGKILL)
        work.publish_until(lambda: other in work.processes(before) and len(work.processes()) == 3)
        work.until_all_are_handled()
        assert probe.ask("live") == (200, [])
        probe.until("ready", 200)
        running.process.send_signal(signal.SIGTERM)
        code, out, err = running.result()

    assert sorted(work.handled()) == sorted(work.published)  # none lost, none twice
    assert code == 0
    assert f"(process {killed}) ended with -9; it is started again" in err
    assert out.count("APP.events: handled=") == 2
    assert err.count("messages left, which are redelivered: ") == 2


def test_a_program_that_cannot_start_ends_with_its_code(folder):
    with started("run", "application:nothing", "--bus", f"sqlite://{folder}/bus.db", "--workers", 2, cwd=folder) as one:
        code, _, err = one.result()

    assert code == 2
    assert "no 'nothing' in it; its components: app" in err


@pytest.mark.broker
def test_workers_end_when_their_supervisor_is_killed(folder, new_mosquitto):
    url = new_mosquitto().url() + "?instance=w-{worker}"  # without, MQTT lets one of them in
    with started("run", "application:app", "--bus", url, "--workers", 2, cwd=folder) as one:
        one.until("in 2 processes")
        one.process.kill()
        code, out, _ = one.result()  # which waits until no worker has stdout open

    assert code == -signal.SIGKILL
    assert out.count("APP.events: handled=0") == 2


def test_a_change_of_a_file_starts_the_program_again(folder):
    pytest.importorskip("watchfiles", reason="the extra reload is not installed")
    with started("run", "application:app", "--bus", f"sqlite://{folder}/bus.db", "--reload", cwd=folder) as running:
        running.until("in 1 process")
        (folder / "application.py").write_text("def broken(:\n")
        assert "application.py changed" in running.until("changed")
        running.until("ended with 2; it is started again when a file changes")
        (folder / "application.py").write_text(APPLICATION.replace('"APP"', '"NEW"'))
        running.until("running NEW on")
        running.process.send_signal(signal.SIGTERM)
        code, out, _ = running.result()

    assert code == 0
    assert "NEW.events: handled=0" in out

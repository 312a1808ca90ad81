"""The SQLite transport keeps the contract, and what it promises beyond it about its file."""

from __future__ import annotations

import contextlib
import sqlite3
import time

import anyio
import pytest

from cimbus.errors import ClosedError, SendError
from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.sqlite import SqliteTransport
from cimbus.middleware.sqlite.rounds import Rounds
from cimbus.middleware.transport import SubscriptionSpec
from cimbus.testing import TransportContract

pytestmark = pytest.mark.anyio

EVERYTHING = (Pattern(),)
GROUP = SubscriptionSpec(patterns=EVERYTHING, group="group", durable=True, credit=8)


def frame(key="k", body=b""):
    return Frame(topic=Topic("production", "events", "EndDeviceEvents", "created", key), body=body)


class TestSqliteContract(TransportContract):
    @pytest.fixture(autouse=True)
    def _file(self, tmp_path):
        self.file = tmp_path / "bus.db"

    def transport(self):
        return SqliteTransport.from_url(self.file.as_uri().replace("file:", "sqlite:"))

    can_cut = True

    async def cut(self):
        """Another program has the lock for a moment: nothing can be sent, settled or taken."""
        await anyio.to_thread.run_sync(self._lock)

    def _lock(self):
        with contextlib.closing(sqlite3.connect(self.file, isolation_level=None, timeout=10)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(0.2)
            other.execute("ROLLBACK")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "bus.db"


@pytest.fixture
def query(path):
    """Ask the file itself."""

    def ask(statement):
        with contextlib.closing(sqlite3.connect(path)) as db:
            return db.execute(statement).fetchall()

    return ask


async def receive(consumer, count):
    found = []
    while len(found) < count:
        for delivery in await consumer.receive():
            delivery.accept()
            found.append(int(delivery.value.body))
    return found


async def test_what_no_subscription_wants_is_not_written(path, query):
    async with SqliteTransport(path) as transport:
        async with transport.listen(SubscriptionSpec(patterns=(Pattern(noun="Other"),), group="g", durable=True)):
            pass
        await transport.send([frame()])

    assert query("SELECT id FROM frame") == []


async def test_a_frame_leaves_the_file_when_the_last_has_settled_it(path, query):
    other = SubscriptionSpec(patterns=EVERYTHING, group="other", durable=True)
    async with SqliteTransport(path) as transport:
        async with transport.listen(other), transport.listen(GROUP) as consumer:
            await transport.send([frame(body=b"%d" % n) for n in range(5)])
            await receive(consumer, 5)
        assert query("SELECT count(*) FROM frame") == [(5,)]
        async with transport.listen(other) as consumer:
            assert list(range(5)) == await receive(consumer, 5)

    assert query("SELECT count(*) FROM frame") == [(0,)]
    assert query("SELECT count(*) FROM waiting") == [(0,)]
    assert query("SELECT count(*) FROM member") == [(0,)]


async def test_a_group_that_will_not_come_back_can_be_forgotten(path, query):
    other = SubscriptionSpec(patterns=(Pattern(key="a"),), group="other", durable=True)
    async with SqliteTransport(path) as transport:
        async with transport.listen(GROUP):
            assert await transport.forget("group") == 0  # it is here
            async with transport.listen(other):
                pass
        await transport.send([frame("a"), frame("b")])
        assert await transport.forget("group") == 2
        assert await transport.forget("group") == 0

    assert query("SELECT count(*) FROM frame") == [(1,)]
    assert query("SELECT name FROM subscription") == [(b"other",)]


async def test_nothing_but_the_bus_is_left_when_all_have_closed(path):
    async with SqliteTransport(path) as one, SqliteTransport(path) as two, one.listen(GROUP), two.listen(GROUP):
        pass

    assert [path] == list(path.parent.iterdir())


async def test_a_file_that_is_full_refuses_and_takes_again_when_it_was_emptied(path):
    body = bytes(50_000)
    async with SqliteTransport(path, max_size=1_000_000) as transport:
        async with transport.listen(GROUP):
            pass
        results = await transport.send([frame(body=body) for _ in range(40)])
        taken = results.count(None)
        assert 10 < taken < 20
        assert all(isinstance(result, SendError) for result in results if result)
        assert "full" in str(results[-1])
        async with transport.listen(GROUP) as consumer:  # to come back and to settle needs room, and has it
            count = 0
            while count < taken:
                for delivery in await consumer.receive():
                    delivery.accept()
                    count += 1
        assert await transport.send([frame(body=body)]) == [None]


async def test_a_lock_of_another_program_is_waited_for(path):
    async with SqliteTransport(path) as transport, transport.listen(GROUP) as consumer:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as backup:
            backup.execute("BEGIN IMMEDIATE")
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(transport.send, [frame(body=b"1")])
                with anyio.fail_after(60):
                    while transport.ready:  # noqa: ASYNC110  (a property that another thread sets)
                        await anyio.sleep(0.01)
                backup.execute("ROLLBACK")
        assert await receive(consumer, 1) == [1]
        assert transport.ready


async def test_closing_finishes_what_was_begun(path):
    results = []

    async def send(transport, number):
        results.extend(await transport.send([frame(body=b"%d" % number)]))

    async with anyio.create_task_group() as tasks:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as backup:
            async with SqliteTransport(path) as transport:
                async with transport.listen(GROUP):
                    pass
                backup.execute("BEGIN IMMEDIATE")
                for number in range(3):
                    tasks.start_soon(send, transport, number)
                    await anyio.wait_all_tasks_blocked()
                assert not results
                tasks.start_soon(unlock, backup)

    assert results == [None] * 3


async def unlock(backup):
    await anyio.wait_all_tasks_blocked()  # the transport is closing
    backup.execute("ROLLBACK")


async def test_an_error_that_does_not_pass_ends_its_consumers_with_the_reason(path):
    """Trying again would not bring the table back."""
    async with SqliteTransport(path) as transport, transport.listen(GROUP) as consumer:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("DROP TABLE waiting")
        with anyio.fail_after(60), pytest.raises(ClosedError, match="no such table"):
            await consumer.receive()


async def test_a_file_that_breaks_ends_its_consumers_with_the_reason(path, monkeypatch):
    def broken(*_, **__):
        raise sqlite3.DatabaseError("database disk image is malformed")

    async with SqliteTransport(path) as transport, transport.listen(GROUP) as consumer:
        monkeypatch.setattr(Rounds, "serve", broken)
        with anyio.fail_after(60), pytest.raises(ClosedError, match="malformed"):
            await consumer.receive()
        with pytest.raises(ClosedError, match="malformed"):
            await transport.send([frame()])
        assert not transport.ready

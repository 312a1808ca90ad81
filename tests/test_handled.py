"""The durable inbox: one message, one consumer, once - through crashes, repetitions and several processes."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing

import anyio
import pytest

from cimbus import CimbusError, Handled, Work

pytestmark = pytest.mark.anyio


@pytest.fixture
def path(tmp_path):
    return tmp_path / "inbox.db"


def rows(path, sql="select value from effect order by rowid"):
    with closing(sqlite3.connect(path)) as db:
        return [row[0] for row in db.execute(sql)]


def table(path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("create table effect (value)")


def effect(*values):
    work = Work()
    for value in values:
        work.execute("insert into effect values (?)", value)
    return work


async def test_a_message_is_handled_once_by_each_consumer(path):
    async with Handled(path) as inbox:
        assert await inbox.begin("OMS", "1")
        await inbox.finish("OMS", "1")
        assert not await inbox.begin("OMS", "1")
        assert await inbox.begin("MDM", "1")
        assert await inbox.begin("OMS", "2")


async def test_it_is_remembered_by_the_next_process(path):
    async with Handled(path) as inbox:
        assert await inbox.begin("OMS", "1")
        await inbox.finish("OMS", "1")
    async with Handled(path) as inbox:
        assert not await inbox.begin("OMS", "1")


async def test_what_was_abandoned_may_begin_again(path):
    async with Handled(path) as inbox:
        assert await inbox.begin("OMS", "1")
        inbox.abandon("OMS", "1")
        assert await inbox.begin("OMS", "1")


@pytest.mark.parametrize("well", [True, False])
async def test_a_repetition_waits_for_the_first_to_end(path, well):
    results = []

    async def again():
        results.append(await inbox.begin("OMS", "1"))

    async with Handled(path) as inbox, anyio.create_task_group() as tasks:
        assert await inbox.begin("OMS", "1")
        tasks.start_soon(again)
        await anyio.wait_all_tasks_blocked()
        assert not results
        if well:
            await inbox.finish("OMS", "1")
        else:
            inbox.abandon("OMS", "1")
    assert results == [not well]


async def test_work_is_done_with_the_mark(path):
    table(path)
    async with Handled(path) as inbox:
        assert await inbox.begin("OMS", "1")
        await inbox.finish("OMS", "1", effect("a", "b"))
    assert rows(path) == ["a", "b"]


async def test_work_that_fails_leaves_no_mark_and_does_not_touch_others(path):
    table(path)
    bad = effect("half")
    bad.execute("insert into nowhere values (1)")
    errors = []

    async def finish(name, work):
        assert await inbox.begin("OMS", name)
        try:
            await inbox.finish("OMS", name, work)
        except CimbusError as error:
            errors.append((name, str(error)))
            inbox.abandon("OMS", name)

    async with Handled(path) as inbox:
        async with anyio.create_task_group() as tasks:
            for name, work in (("1", effect("one")), ("2", bad), ("3", effect("three"))):
                tasks.start_soon(finish, name, work)
        assert [name for name, _ in errors] == ["2"]
        assert "no such table: nowhere" in errors[0][1]
        assert await inbox.begin("OMS", "2")
        assert not await inbox.begin("OMS", "3")
    assert sorted(rows(path)) == ["one", "three"]


@pytest.mark.parametrize("value", [2**80, object()])
async def test_a_value_that_sqlite_does_not_take_is_the_works_error(path, value):
    table(path)
    async with Handled(path) as inbox:
        assert await inbox.begin("OMS", "1")
        with pytest.raises(CimbusError):
            await inbox.finish("OMS", "1", effect(value))


async def test_many_marks_share_a_transaction(path):
    async with Handled(path) as inbox:
        batches, commit = [], inbox._commit
        inbox._commit = lambda marks: (batches.append(len(marks)), commit(marks))

        async def handle(name):
            assert await inbox.begin("OMS", name)
            await inbox.finish("OMS", name)

        async with anyio.create_task_group() as tasks:
            for number in range(200):
                tasks.start_soon(handle, str(number))
    assert sum(batches) == 200
    assert len(batches) <= 4


async def test_two_stores_on_one_file_do_the_work_once(path):
    """As two processes would: both began before either had finished."""
    table(path)
    async with Handled(path) as one, Handled(path) as two:
        assert await one.begin("OMS", "1")
        assert await two.begin("OMS", "1")
        await one.finish("OMS", "1", effect("by one"))
        await two.finish("OMS", "1", effect("by two"))
        assert not await two.begin("OMS", "1")
    assert rows(path) == ["by one"]


async def test_what_is_old_is_forgotten(path):
    async with Handled(path) as inbox:
        for name in ("old", "older"):
            assert await inbox.begin("OMS", name)
            await inbox.finish("OMS", name)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("update cimbus_handled set time = time - 100")
    async with Handled(path, keep=50) as inbox:
        assert await inbox.begin("OMS", "new")
        await inbox.finish("OMS", "new")
        assert await inbox.begin("OMS", "old")
    assert rows(path, "select message from cimbus_handled") == ["new"]


async def test_a_mark_survives_a_process_that_is_killed(path):
    table(path)
    program = (
        "import anyio, os, sys; from cimbus import Handled, Work\n"
        "async def main():\n"
        "    async with Handled(sys.argv[1]) as inbox:\n"
        "        for n in range(50):\n"
        "            work = Work(); work.execute('insert into effect values (?)', n)\n"
        "            assert await inbox.begin('OMS', str(n)); await inbox.finish('OMS', str(n), work)\n"
        "        os.kill(os.getpid(), 9)\n"
        "anyio.run(main)\n"
    )
    ended = await anyio.run_process([sys.executable, "-c", program, str(path)], check=False, stderr=subprocess.PIPE)
    assert ended.returncode == -9, ended.stderr
    async with Handled(path) as inbox:
        assert not await inbox.begin("OMS", "49")
    assert rows(path) == list(range(50))


async def test_a_store_that_is_not_open_or_cannot_be_says_so(path, tmp_path):
    with pytest.raises(CimbusError, match="not open"):
        await Handled(path).begin("OMS", "1")
    (tmp_path / "file").write_text("no database " * 500)
    with pytest.raises(CimbusError, match="cannot be opened"):
        async with Handled(tmp_path / "file"):
            pass
    with pytest.raises(ValueError, match="more than 0"):
        Handled(path, keep=0)


async def test_users_share_a_store(path):
    inbox = Handled(path)
    async with inbox:
        async with inbox:
            pass
        assert await inbox.begin("OMS", "1")
        await inbox.finish("OMS", "1")

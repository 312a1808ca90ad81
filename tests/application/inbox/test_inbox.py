"""The durable inbox: one message, one consumer, once - through crashes, repetitions and several processes."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from functools import partial

import anyio
import pytest

from cimbus import CimbusError, Inbox
from cimbus.application.inbox import InboxConflictError
from cimbus.interface.identity import MessageIdentity

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


def add_effects(work, *values):
    for value in values:
        work.execute("insert into effect values (?)", value)


async def is_new(inbox, consumer, message_id):
    """Return whether a message is new; it is handled then."""
    async with inbox.once(consumer, message_id) as work:
        return bool(work)


async def test_a_message_is_handled_once_by_each_consumer(path):
    async with Inbox(path) as inbox:
        assert await is_new(inbox, "OMS", "1")
        assert not await is_new(inbox, "OMS", "1")
        assert await is_new(inbox, "MDM", "1")
        assert await is_new(inbox, "OMS", "2")


async def test_it_is_remembered_by_the_next_process(path):
    async with Inbox(path) as inbox:
        assert await is_new(inbox, "OMS", "1")
    async with Inbox(path) as inbox:
        assert not await is_new(inbox, "OMS", "1")


async def test_a_message_whose_block_raises_is_new_again(path):
    async with Inbox(path) as inbox:
        with suppress(LookupError):
            async with inbox.once("OMS", "1") as work:
                assert work
                raise LookupError
        assert await is_new(inbox, "OMS", "1")


@pytest.mark.parametrize("well", [True, False])
async def test_a_duplicate_waits_for_the_first_to_end(path, well):
    results = []

    async def again():
        results.append(await is_new(inbox, "OMS", "1"))

    async with Inbox(path) as inbox, anyio.create_task_group() as tasks:
        with suppress(LookupError):
            async with inbox.once("OMS", "1") as work:
                assert work
                tasks.start_soon(again)
                await anyio.wait_all_tasks_blocked()
                assert not results
                if not well:
                    raise LookupError
    assert results == [not well]


async def test_blocks_with_some_messages_in_common_do_not_wait_for_each_other_without_end(path):
    done = []

    async def handle(*names):
        async with inbox.once("OMS", *names) as work:
            await anyio.sleep(0.001)
            done.extend(each.message_id for each in work.messages)

    with anyio.fail_after(60):
        async with Inbox(path) as inbox, anyio.create_task_group() as tasks:
            for names in (("1", "2"), ("2", "1", "3"), ("3", "1")):
                tasks.start_soon(handle, *names)
    assert sorted(done) == ["1", "2", "3"]


async def test_work_is_done_with_the_mark(path):
    table(path)
    async with Inbox(path) as inbox, inbox.once("OMS", "1") as work:
        add_effects(work, "a", "b")
    assert rows(path) == ["a", "b"]


async def test_work_that_was_cleared_is_not_done(path):
    table(path)
    async with Inbox(path) as inbox, inbox.once("OMS", "1") as work:
        add_effects(work, "a")
        work.clear()
        add_effects(work, "b")
        await work.commit()
        assert rows(path) == ["b"]
    assert rows(path) == ["b"]


async def test_work_of_a_message_without_id_is_done(path):
    table(path)
    async with Inbox(path) as inbox:
        work = inbox.unit_of_work("OMS")
        add_effects(work, "a")
        await work.commit()
    assert rows(path) == ["a"]


async def test_work_that_fails_leaves_no_mark_and_does_not_touch_others(path):
    table(path)
    errors = []

    async def handle(name, *values, also=""):
        try:
            async with inbox.once("OMS", name) as work:
                assert work
                add_effects(work, *values)
                if also:
                    work.execute(also)
        except CimbusError as error:
            errors.append((name, str(error)))

    async with Inbox(path) as inbox:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(handle, "1", "one")
            tasks.start_soon(partial(handle, "2", "half", also="insert into nowhere values (1)"))
            tasks.start_soon(handle, "3", "three")
        assert [name for name, _ in errors] == ["2"]
        assert "no such table: nowhere" in errors[0][1]
        assert await is_new(inbox, "OMS", "2")
        assert not await is_new(inbox, "OMS", "3")
    assert sorted(rows(path)) == ["one", "three"]


@pytest.mark.parametrize("value", [2**80, object()])
async def test_a_value_that_sqlite_does_not_take_is_the_works_error(path, value):
    table(path)
    async with Inbox(path) as inbox:
        with pytest.raises(CimbusError):
            async with inbox.once("OMS", "1") as work:
                add_effects(work, value)


async def test_many_marks_share_a_transaction(path):
    async with Inbox(path) as inbox:
        batches, commits = [], inbox._file._commits
        commit = commits._write
        commits._write = lambda marks: (batches.append(len(marks)), commit(marks))

        async def handle(name):
            assert await is_new(inbox, "OMS", name)

        async with anyio.create_task_group() as tasks:
            for number in range(200):
                tasks.start_soon(handle, str(number))
    assert sum(batches) == 200
    assert len(batches) <= 4


async def test_two_stores_on_one_file_do_the_work_once(path):
    """As two processes would: both began before either had finished."""
    table(path)
    async with Inbox(path) as one, Inbox(path) as two:
        async with one.once("OMS", "1") as first, two.once("OMS", "1") as second:
            assert first
            assert second
            add_effects(first, "by one")
            await first.commit()
            add_effects(second, "by two")
        assert not await is_new(two, "OMS", "1")
    assert rows(path) == ["by one"]


async def test_what_is_old_is_forgotten(path):
    async with Inbox(path) as inbox:
        for name in ("old", "older"):
            assert await is_new(inbox, "OMS", name)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("update cimbus_inbox set time = time - 100")
    async with Inbox(path, keep=50) as inbox:
        assert await is_new(inbox, "OMS", "new")
        assert rows(path, "select message from cimbus_inbox") == ["new"]
        assert await is_new(inbox, "OMS", "old")


async def test_a_mark_survives_a_process_that_is_killed(path):
    table(path)
    program = (
        "import anyio, os, sys; from cimbus import Inbox\n"
        "async def main():\n"
        "    async with Inbox(sys.argv[1]) as inbox:\n"
        "        for n in range(50):\n"
        "            async with inbox.once('OMS', str(n)) as work:\n"
        "                work.execute('insert into effect values (?)', n)\n"
        "        os.kill(os.getpid(), 9)\n"
        "anyio.run(main)\n"
    )
    ended = await anyio.run_process([sys.executable, "-c", program, str(path)], check=False, stderr=subprocess.PIPE)
    assert ended.returncode == -9, ended.stderr
    async with Inbox(path) as inbox:
        assert not await is_new(inbox, "OMS", "49")
    assert rows(path) == list(range(50))


async def test_a_store_that_is_not_open_or_cannot_be_says_so(path, tmp_path):
    with pytest.raises(CimbusError, match="not open"):
        await is_new(Inbox(path), "OMS", "1")
    (tmp_path / "file").write_text("no database " * 500)
    with pytest.raises(CimbusError, match="cannot be opened"):
        async with Inbox(tmp_path / "file"):
            pass
    with pytest.raises(ValueError, match="more than 0"):
        Inbox(path, keep=0)


async def test_users_share_a_store(path):
    inbox = Inbox(path)
    async with inbox:
        async with inbox:
            pass
        assert await is_new(inbox, "OMS", "1")


@pytest.mark.parametrize("first_to_leave", [0, 1])
async def test_tasks_share_a_store_whichever_of_them_leaves_first(path, first_to_leave):
    """Those that go on still have their marks written."""
    inbox, leave, left = Inbox(path), [anyio.Event(), anyio.Event()], [anyio.Event(), anyio.Event()]

    async def use(number: int) -> None:
        async with inbox:
            await leave[number].wait()
            assert await is_new(inbox, "OMS", str(number))
        left[number].set()

    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks:
            for number in range(2):
                tasks.start_soon(use, number)
            for number in (first_to_leave, 1 - first_to_leave):
                leave[number].set()
                await left[number].wait()
    with pytest.raises(CimbusError, match="not open"):
        await is_new(inbox, "OMS", "3")


@pytest.mark.parametrize("conflict", ["handle", "reject"])
async def test_another_body_under_a_known_id_is_handled_with_a_warning_or_refused(path, conflict, caplog):
    known, other = MessageIdentity("1", "HES", "aa"), MessageIdentity("1", "HES", "bb")
    async with Inbox(path, conflict=conflict) as inbox:
        assert await is_new(inbox, "OMS", known)
        assert await is_new(inbox, "OMS", MessageIdentity("1", "SCADA", "aa"))
        if conflict == "handle":
            assert await is_new(inbox, "OMS", other)
            assert "MessageID '1' of 'HES' was handled with another body" in caplog.text
            assert not await is_new(inbox, "OMS", other)
        else:
            with pytest.raises(InboxConflictError, match="with another body"):
                await is_new(inbox, "OMS", other)
        assert inbox.conflicts == 1
        assert not await is_new(inbox, "OMS", known)


def test_a_policy_that_does_not_exist_is_refused(path):
    with pytest.raises(ValueError, match="conflict is handle or reject, not 'ignore'"):
        Inbox(path, conflict="ignore")

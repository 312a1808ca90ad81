"""Entries are written together, and again while their errors pass."""

from __future__ import annotations

import sqlite3

import anyio
import pytest

from cimbus.middleware import group_commit
from cimbus.middleware.group_commit import GROUP, CommitEntry, GroupCommit
from cimbus.middleware.sqlite_errors import is_passing

pytestmark = pytest.mark.anyio


def error(code: int) -> sqlite3.OperationalError:
    found = sqlite3.OperationalError("disk I/O error")
    found.sqlite_errorcode = code
    return found


def test_errors_of_the_disk_pass_and_others_do_not():
    assert is_passing(error(sqlite3.SQLITE_FULL))
    assert is_passing(error(sqlite3.SQLITE_IOERR | 1 << 8))  # an extended code
    assert not is_passing(error(sqlite3.SQLITE_CORRUPT))
    assert not is_passing(sqlite3.OperationalError("no such table"))
    assert not is_passing(None)


async def run(commits: GroupCommit, work) -> None:
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(commits.run)
            await work()
            tasks.cancel_scope.cancel()


async def test_of_several_groups_half_are_written_at_once():
    sizes: list[int] = []
    commits: GroupCommit[CommitEntry] = GroupCommit("the list", lambda entries: sizes.append(len(entries)))
    entries = [CommitEntry() for _ in range(4 * GROUP)]
    for entry in entries:
        commits.add(entry)
    await run(commits, entries[-1].written)

    assert sizes == [2 * GROUP, GROUP, GROUP]
    assert all(entry.group is None for entry in entries)


async def test_an_entry_whose_error_passes_is_written_again_and_the_others_are_told_once(monkeypatch, caplog):
    monkeypatch.setattr(group_commit.Backoff, "pause", lambda self: 0.001)
    ended: list[tuple[str, Exception | None]] = []
    failing, wrong = (
        CommitEntry(lambda e: ended.append(("failing", e))),
        CommitEntry(lambda e: ended.append(("wrong", e))),
    )
    good = CommitEntry(lambda e: ended.append(("good", e)))
    times = iter(range(3))

    def write(entries):
        for entry in entries:
            entry.error = None
            if entry is wrong:
                entry.error = error(sqlite3.SQLITE_CONSTRAINT)
            elif entry is failing and next(times, None) is not None:
                entry.error = error(sqlite3.SQLITE_FULL)

    commits: GroupCommit[CommitEntry] = GroupCommit("the list", write)
    for entry in (good, failing, wrong):
        commits.add(entry)

    async def work() -> None:
        await wrong.written()
        assert failing.group is not None  # those that are written do not wait for it
        await failing.written()

    await run(commits, work)

    assert [name for name, _ in ended] == ["good", "wrong", "failing"]
    assert ended[1][1] is wrong.error
    assert ended[2][1] is None
    assert "the list waits: disk I/O error" in caplog.text


async def test_an_entry_that_waits_does_not_delay_those_behind_it(monkeypatch):
    monkeypatch.setattr(group_commit.Backoff, "pause", lambda self: 0.001)
    failing, behind, full = CommitEntry(), CommitEntry(), True

    def write(entries):
        for entry in entries:
            entry.error = error(sqlite3.SQLITE_FULL) if entry is failing and full else None

    commits: GroupCommit[CommitEntry] = GroupCommit("the list", write)

    async def work() -> None:
        commits.add(failing)
        while failing.error is None:  # noqa: ASYNC110  # it has no event
            await anyio.sleep(0.001)
        commits.add(behind)
        await behind.written()
        assert failing.group is not None
        nonlocal full
        full = False
        await failing.written()

    await run(commits, work)

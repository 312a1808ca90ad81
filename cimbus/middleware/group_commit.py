"""Group commit: what many tasks want to have on disk is written in one transaction, in a worker thread.

A write costs a disk one flush, whatever it holds; with one flush for all that has come meanwhile, the number of tasks
decides how many entries a second there are, and not the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

import anyio
import anyio.to_thread

from cimbus.errors import OutboxFullError
from cimbus.middleware.net import Backoff, ThrottledLog
from cimbus.middleware.one_shot_event import OneShotEvent
from cimbus.middleware.safe_log import safe_logger
from cimbus.middleware.sqlite_errors import is_passing

log: Final = safe_logger("cimbus")

LONGEST_PAUSE: Final = 2.0
"""The longest pause before a write that failed is tried again, in seconds: a disk that has room is found soon."""
GROUP: Final = 64
"""How many entries share a group; of several groups half are written at once. The tasks whose entries are on disk
prepare their next ones while the others are written. Among 64, a flush of 0.3 ms costs each entry about 5 us."""


class CommitEntry:
    """Something to be written.

    Attributes:
        then: called on the event loop at the end, with the error or None.
        error: at the end, why it was not written.
        group: with what it is written next; None when it is written or has failed.
    """

    __slots__ = ("error", "group", "then")

    def __init__(self, then: Callable[[Exception | None], None] | None = None) -> None:
        self.then = then
        self.error: Exception | None = None
        self.group: CommitGroup | None = None

    async def written(self) -> None:
        """Wait until it is written or has failed; ``error`` says which."""
        while self.group is not None:
            await self.group.done.wait()


class CommitGroup:
    """What is written together; ``done`` is set when that was tried."""

    __slots__ = ("count", "done")

    def __init__(self) -> None:
        self.count = 0
        self.done = OneShotEvent()


E = TypeVar("E", bound=CommitEntry)


class GroupCommit(Generic[E]):
    """Writes entries, many at once; an entry whose error passes is written again after a pause.

    Args:
        name: of the file, for the log: ``the inbox /var/lib/oms.db``.
        write: writes entries and sets the ``error`` of each; called in a worker thread, once at a time.

    Attributes:
        waiting: why entries wait now; empty if they do not.

    >>> async def main():
    ...     commits = GroupCommit("the list", lambda entries: print(len(entries), "written"))
    ...     first, second = CommitEntry(), CommitEntry()
    ...     async with anyio.create_task_group() as tasks:
    ...         tasks.start_soon(commits.run)
    ...         commits.add(first)
    ...         commits.add(second)
    ...         await second.written()
    ...         tasks.cancel_scope.cancel()
    >>> anyio.run(main)
    2 written
    """

    def __init__(self, name: str, write: Callable[[Sequence[E]], None]) -> None:
        self.waiting = ""
        self._name = name
        self._write = write
        self._entries: list[E] = []
        self._group = CommitGroup()
        self._wake = anyio.Event()
        self._running = 0
        self._turn = anyio.Lock()
        """Of the ``run`` that writes."""
        self._backoff = Backoff(longest=LONGEST_PAUSE)
        self._throttled = ThrottledLog(log)

    def add(self, entry: E) -> None:
        """Have an entry written soon, with others."""
        if not self._entries:
            self._wake.set()
        if self._group.count >= GROUP:
            self._group = CommitGroup()
        self._group.count += 1
        entry.group = self._group
        self._entries.append(entry)

    async def run(self) -> None:
        """Write what is added, until cancelled; a write that has begun is finished.

        Of several that run, one writes; when it is cancelled, another one goes on.
        """
        if not self._running:
            self._turn = anyio.Lock()  # of this event loop
        self._running += 1
        try:
            async with self._turn:
                await self._run()
        finally:
            self._running -= 1

    async def _run(self) -> None:
        waiting: list[E] = []
        while True:
            if not self._entries:
                self._wake = anyio.Event()
                await self._wake.wait()
            entries = self._take(all_=bool(waiting))  # else those behind what waits would wait, too
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self._write, entries)
            waiting = _conclude(entries)
            self.waiting = str(waiting[0].error) if waiting else ""
            if waiting:
                self._throttled.warning("%s waits: %s", self._name, waiting[0].error)
                self._entries[:0] = waiting
                await anyio.sleep(self._backoff.pause())
            else:
                self._backoff.reset()

    def _take(self, *, all_: bool) -> list[E]:
        """Remove and return half of the entries, in whole groups, or all."""
        entries = self._entries
        count = len(entries) if all_ else max(1, len(entries) // 2)
        while count < len(entries) and entries[count].group is entries[count - 1].group:
            count += 1
        self._entries = entries[count:]
        if not self._entries:
            self._group = CommitGroup()
        return entries[:count]


def _passes(error: Exception) -> bool:
    """Return whether an entry is to be written again; an outbox that is full has room again, too."""
    return isinstance(error, OutboxFullError) or is_passing(error)


def _conclude(entries: Sequence[E]) -> list[E]:
    """Conclude entries that were tried; return those to be written again, which form a group now."""
    again, waiting = CommitGroup(), list[E]()
    groups = {id(entry.group): entry.group for entry in entries}
    for entry in entries:
        if entry.error is not None and _passes(entry.error):
            waiting.append(entry)
            entry.group = again
            again.count += 1
            continue
        entry.group = None
        if entry.then is not None:
            entry.then(entry.error)
    for group in groups.values():
        if group is not None:
            group.done.set()
    return waiting

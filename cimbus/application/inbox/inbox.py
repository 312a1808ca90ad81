"""The durable inbox of a consumer (EIP: Idempotent Receiver): a message that is delivered twice is handled once.

Middleware delivers at least once: after a crash or a lost connection a message is redelivered that had been handled. An
``Inbox`` remembers what was handled, in one SQLite file: consumer, MessageID, Source, and a digest of the body. A
handler that writes its effects through a ``UnitOfWork`` has them in that same file and transaction, so they are there
exactly once. The effects of any other handler (a call to another system) are repeated only if the process dies between
the effect and the mark.

Rules:

* A mark is on disk before its delivery is accepted. Those of many messages share a transaction (group commit).
* The same message at two consumers is two messages; the same at two processes that share the file is one.
* Marks older than ``keep`` are removed: keep them longer than a broker may take to redeliver.
"""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final, Literal, Self, get_args

import anyio

from cimbus.application.unit_of_work import UnitOfWork
from cimbus.errors import CimbusError
from cimbus.interface.identity import MessageIdentity
from cimbus.middleware.group_commit import LONGEST_PAUSE
from cimbus.middleware.net import Backoff
from cimbus.middleware.outbox import Outbox
from cimbus.middleware.safe_log import safe_logger
from cimbus.middleware.sqlite_errors import is_passing

from .inbox_file import InboxFile, Mark

Conflict = Literal["handle", "reject"]
"""What happens to a message with the MessageID of another one."""

log: Final = safe_logger("cimbus")

WEEK: Final = 7 * 24 * 3600.0
"""How long marks are kept by default, in seconds: longer than a weekend's outage of a broker, short enough for a file
of some gigabytes at 100 messages a second."""


class InboxConflictError(CimbusError):
    """A message has the MessageID and Source of one that was handled, and another body.

    >>> raise InboxConflictError("m-1 of HES was handled with another body")
    Traceback (most recent call last):
    cimbus.application.inbox.inbox.InboxConflictError: m-1 of HES was handled with another body
    """


class Inbox:
    """A store of what was handled, open within ``async with``.

    >>> import anyio, tempfile
    >>> async def main(folder):
    ...     async with Inbox(f"{folder}/inbox.db") as inbox:
    ...         for _ in range(2):
    ...             async with inbox.once("OMS", "message-1") as work:
    ...                 print("new" if work else "handled before")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     anyio.run(main, folder)
    new
    handled before

    Args:
        path: an SQLite file; handlers may have tables of their own in it.
        keep: how long a message is remembered, in seconds.
        conflict: what happens to a message with the MessageID and Source of one that was handled, and another body:
            ``"handle"`` it with a warning, or ``"reject"`` it as a dead letter.

    Attributes:
        conflicts: how many such messages there were.

    Raises:
        ValueError: ``keep`` is not positive, or there is no such ``conflict``.
    """

    def __init__(self, path: str | os.PathLike[str], *, keep: float = WEEK, conflict: Conflict = "handle") -> None:
        if keep <= 0:
            raise ValueError(f"keep is how many seconds a message is remembered: more than 0, not {keep}")
        if conflict not in get_args(Conflict):
            raise ValueError(f"conflict is {' or '.join(get_args(Conflict))}, not {conflict!r}")
        self.conflict: Conflict = conflict
        self.conflicts = 0
        self.path = os.fspath(path)
        self.keep = keep
        self._file = InboxFile(self.path, keep)
        self._in_progress: dict[tuple[str, str, str], anyio.Event] = {}
        """Consumer, MessageID and Source of what is handled now, whatever its body; the event is set at the end."""
        self._blocks: dict[int, list[AsyncExitStack]] = {}
        """The blocks that are entered, by the task that is in them: components may share an inbox."""
        self._unreadable = ""

    # -- lifetime -------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        """Open the file; it is closed when the last block that was entered is left.

        Raises:
            CimbusError: it cannot be opened.
        """
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._file.opened())
            self._blocks.setdefault(anyio.get_current_task().id, []).append(stack.pop_all())
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        task = anyio.get_current_task().id
        stack = self._blocks[task].pop()
        if not self._blocks[task]:
            del self._blocks[task]
        await stack.aclose()

    def share(self, outbox: Outbox | None) -> bool:
        """Write units of work into an outbox, too, if it is in this file; return whether it is."""
        if outbox is None or not outbox.share(self.path):
            return False
        self._file.outbox = outbox
        return True

    @property
    def waiting(self) -> str:
        """Why the inbox cannot be used for a while (a full disk, a lock); empty if it can."""
        return self._unreadable or self._file.waiting

    # -- handling -------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def once(self, consumer: str, *messages: MessageIdentity | str) -> AsyncGenerator[UnitOfWork]:
        """Return the block in which messages are handled that this consumer has not handled before.

        It yields a ``UnitOfWork`` with the messages that are new, which is false where none is. It waits while one of
        them is being handled in another such block. At the end of the block the unit of work is committed; if the
        block raises, nothing is written and the messages are as new as before.

        Args:
            consumer: the name under which they are remembered.
            messages: their identities; a text is a MessageID of no Source.

        Raises:
            InboxConflictError: one has the MessageID and Source of another message that was handled, and ``conflict``
                is ``"reject"``.
            CimbusError: the inbox is not open, cannot be read, or the unit of work cannot be written.
        """
        wanted = dict.fromkeys(MessageIdentity(each) if isinstance(each, str) else each for each in messages)
        names = [(consumer, message.message_id, message.source) for message in wanted]
        # All are claimed at once, or none: two blocks that claimed some of each other's would wait without end.
        while event := next((self._in_progress[name] for name in names if name in self._in_progress), None):
            await event.wait()
        ended = anyio.Event()
        self._in_progress.update(dict.fromkeys(names, ended))
        try:
            work = self.unit_of_work(consumer, *await self._new(consumer, wanted))
            yield work
            await work.commit()
        finally:
            for name in set(names):
                del self._in_progress[name]
            ended.set()

    async def _new(self, consumer: str, messages: Iterable[MessageIdentity]) -> list[MessageIdentity]:
        """Return the messages that are not handled; wait while the file cannot be read."""
        backoff = Backoff(longest=LONGEST_PAUSE)
        while True:
            try:
                new = [message for message in messages if not self.is_handled(consumer, message)]
                self._unreadable = ""
                return new  # noqa: TRY300  # what is raised is handled below
            except CimbusError as error:
                if not is_passing(error.__cause__ if isinstance(error.__cause__, Exception) else None):
                    raise
                self._unreadable = str(error)
                log.warning("%s waits: %s", consumer, error)
            await anyio.sleep(backoff.pause())

    def unit_of_work(self, consumer: str, *messages: MessageIdentity) -> UnitOfWork:
        """Return a unit of work that marks these messages; none: statements alone, for a message without MessageID."""

        async def write(work: UnitOfWork) -> None:
            await self._mark(consumer, work)

        return UnitOfWork(messages, write)

    def is_handled(self, consumer: str, message: MessageIdentity) -> bool:
        """Return whether a consumer has handled a message.

        Raises:
            InboxConflictError: it has handled another one with this MessageID and Source, and ``conflict`` is
                ``"reject"``.
            CimbusError: the inbox is not open, or cannot be read.
        """
        if not self._blocks:
            raise CimbusError("the inbox is not open: use it in `async with`")
        digests = self._file.digests(consumer, message)
        if not digests or message.digest in digests:
            return bool(digests)
        self.note_conflict(consumer, message)
        return False

    def note_conflict(self, consumer: str, message: MessageIdentity) -> None:
        """Count a message with the MessageID and Source of another one, and warn of it.

        Raises:
            InboxConflictError: ``conflict`` is ``"reject"``.
        """
        self.conflicts += 1
        text = f"MessageID {message.message_id!r} of {message.source or 'no source'!r} was handled with another body"
        if self.conflict == "reject":
            raise InboxConflictError(text)
        log.warning("%s: %s; this message is handled, too", consumer, text)

    async def _mark(self, consumer: str, work: UnitOfWork) -> None:
        mark = Mark(consumer, work.messages, work.statements, work.frames)
        await self._file.add(mark)
        if mark.error is not None:
            raise CimbusError(f"the inbox {self.path}: {mark.error}") from mark.error
        if work.frames and self._file.outbox is not None:
            self._file.outbox.wake()

    def mark_soon(self, consumer: str, message: MessageIdentity, then: Callable[[Exception | None], None]) -> None:
        """Mark a message as handled without waiting; ``then`` is called when that is on disk, or with the error."""
        self._file.add_soon(Mark(consumer, [message], then=then))

    async def flush(self) -> None:
        """Wait until every mark that was added so far is on disk, or has failed."""
        await self._file.add(Mark("", ()))

    async def check(self) -> None:
        """Write nothing in a transaction; wait while the file is locked or the disk is full.

        Raises:
            CimbusError: the file cannot be written.
        """
        mark = Mark("", ())
        await self._file.add(mark)
        if mark.error is not None:
            raise CimbusError(f"the inbox {self.path}: {mark.error}") from mark.error

    def __repr__(self) -> str:
        return f"Inbox({self.path!r})"

"""What a handler wants written and published together with the mark that its message was handled: all or nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar, Unpack, overload

from cimbus.errors import UsageError
from cimbus.interface.element import XmlElement
from cimbus.interface.header_fields import PublishOptions
from cimbus.interface.identity import MessageIdentity
from cimbus.interface.message import Message
from cimbus.interface.model import Cim
from cimbus.middleware.frame import Frame

N = TypeVar("N", bound=Cim | XmlElement)
M = TypeVar("M")

Statement = tuple[str, Sequence[Any]]
"""SQL and its values."""


class FrameStore(Protocol):
    """Stores what belongs to frames: the large messages of the bus."""

    async def stored(self, frames: Sequence[Frame]) -> list[Frame]:
        """Return frames once what belongs to them is stored."""
        ...


class FrameMaker(Protocol):
    """Makes frames of messages: the bus's publisher."""

    def prepared(self, payload: Any, **options: Any) -> tuple[Message[Any], Frame]:
        """Return a payload as a stamped message and as a frame."""
        ...

    @property
    def large(self) -> FrameStore:
        """What stores large contents."""
        ...


class UnitOfWork:
    """The effects of one handler and the messages that they belong to (Fowler's Unit of Work).

    A handler gets one by declaring it: ``async def power_off(message, work: UnitOfWork)``. ``execute`` only notes a
    statement; all are executed in the inbox's file when the handler has returned, in the transaction that marks the
    message as handled. If the handler raises, nothing is written.

    A unit of work is false where all its messages were handled before.

    Attributes:
        messages: those that have not been handled before; they are marked by ``commit``.
        statements: what ``execute`` has noted.
        frames: what ``publish`` has noted.
        publisher: makes frames of messages; None where the inbox is not in the file of an outbox.

    >>> import anyio, tempfile
    >>> from cimbus import Inbox
    >>> async def main(folder):
    ...     async with Inbox(f"{folder}/inbox.db") as inbox:
    ...         async with inbox.once("OMS", "message-1") as work:
    ...             if work:
    ...                 work.execute("create table outage (meter text)")
    ...                 work.execute("insert into outage values (?)", "meter-7")
    ...         print(work.statements)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     anyio.run(main, folder)
    [('create table outage (meter text)', ()), ('insert into outage values (?)', ('meter-7',))]
    """

    __slots__ = ("_committed", "_write", "frames", "messages", "publisher", "statements")

    def __init__(self, messages: Iterable[MessageIdentity], write: Callable[[UnitOfWork], Awaitable[None]]) -> None:
        self.messages = set(messages)
        self.statements: list[Statement] = []
        self.frames: list[Frame] = []
        self.publisher: FrameMaker | None = None
        self._write = write
        self._committed = False

    def execute(self, sql: str, *values: object) -> None:
        """Note a statement, to be executed in the inbox's file with the mark."""
        self.statements.append((sql, values))

    @overload
    def publish(self, payload: Message[M], **options: Unpack[PublishOptions]) -> Message[M]: ...
    @overload
    def publish(self, payload: N, **options: Unpack[PublishOptions]) -> Message[N]: ...
    def publish(self, payload: Any, **options: Unpack[PublishOptions]) -> Message[Any]:
        """Note a message, to be published if the work is committed; return it, stamped.

        It is written into the bus's outbox in the transaction that marks the handled message: both or neither. That
        needs one file for both: ``Component(inbox=FILE)`` and ``Bus(outbox=FILE)``.

        Args:
            payload: a noun, or a whole ``Message``.
            options: as for ``Bus.publish``.

        Raises:
            UsageError: inbox and outbox are not one file.
            EncodeError: the message cannot be written.
        """
        if self.publisher is None:
            raise UsageError(
                "work.publish writes into the outbox in the inbox's transaction, which needs one file for both: "
                "Component(inbox=FILE) and Bus(outbox=FILE)"
            )
        message, frame = self.publisher.prepared(payload, **options)
        self.frames.append(frame)
        return message

    def clear(self) -> None:
        """Forget what was noted so far: the next attempt begins anew."""
        self.statements.clear()
        self.frames.clear()

    async def commit(self) -> None:
        """Write statements, messages and marks in one transaction; return when that is on disk. Idempotent.

        Raises:
            CimbusError: a statement or the disk failed; then nothing was written.
        """
        if not self._committed and (self.messages or self.statements or self.frames):
            if self.publisher is not None:
                self.frames = await self.publisher.large.stored(self.frames)
            await self._write(self)
            self._committed = True

    def __bool__(self) -> bool:
        return bool(self.messages)

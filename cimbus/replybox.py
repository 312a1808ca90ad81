"""Where the replies to a bus's requests arrive: one private inbox, opened with the first request."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Final

import anyio
from anyio.abc import TaskGroup

from .envelope import Root
from .errors import ClosedError, DecodeError
from .frame import Frame
from .message import Message
from .requests import Pending, Waiting
from .topic import DEFAULT_CONTEXT, Kind, Pattern, Topic
from .transport import Intake, Transport

log: Final = logging.getLogger("cimbus")


class ReplyBox:
    """The inbox for replies, and who waits for which.

    Where the middleware's addresses have a key, the inbox has one of its own and hears no replies to others; elsewhere
    it hears all and takes its own, by correlation.
    """

    def __init__(self, transport: Transport, read: Callable[[Frame], Message[Any]]) -> None:
        self._transport = transport
        self._read = read
        self._me = uuid.uuid4().hex
        self._private = "key" in transport.naming.fields
        self._pending = Pending()
        self._open = False
        self._lock = anyio.Lock()

    @property
    def unclaimed(self) -> int:
        """Replies that nobody waited for (too late, or somebody else's)."""
        return self._pending.unclaimed

    def address(self, request: Message[Any]) -> str:
        """Return the ReplyAddress for a request."""
        context = (request.header.context or DEFAULT_CONTEXT).lower()
        topic = Topic(context, Kind.replies, request.header.noun, "reply", self._me)
        return f"topic:{self._transport.naming.address(topic)}"

    @contextmanager
    def waiting(self, request: Message[Any]) -> Generator[Waiting]:
        """Wait for the replies to a request as long as the block lasts."""
        waiting = Waiting(request)
        self._pending.add(waiting)
        try:
            yield waiting
        finally:
            self._pending.remove(waiting)

    async def open(self, tasks: TaskGroup) -> None:
        """Open the inbox if it is not open, with a task in ``tasks``; it exists when this returns."""
        async with self._lock:
            if not self._open:
                await tasks.start(self._run)
                self._open = True

    def close(self, reason: str) -> None:
        """Tell everybody who waits that no more replies can come."""
        self._open = False
        self._pending.close(reason)

    async def _run(self, *, task_status: anyio.abc.TaskStatus[None]) -> None:
        mine = Pattern(kind=Kind.replies, key=self._me if self._private else None)
        intake = Intake(patterns=(mine,))
        async with self._transport.listen(intake) as inbox:
            task_status.started()
            while True:
                try:
                    batch = await inbox.receive()
                except ClosedError as error:  # the next request opens another
                    self.close(f"no more replies can come: {error}")
                    return
                for delivery in batch:
                    self._take(delivery.value)
                    delivery.accept()

    def _take(self, frame: Frame) -> None:
        correlation = frame.properties.get("CorrelationID")
        waiting = self._pending.find(correlation)
        if waiting is None and correlation and not self._private:  # somebody else's: not worth opening
            self._pending.unclaimed += 1
            return
        try:
            reply = self._read(frame)
        except DecodeError as error:
            log.warning("a reply that cannot be read: %s", error)
            if waiting is not None:
                waiting.close(f"the reply cannot be read: {error}")
            return
        waiting = waiting or self._pending.find(reply.header.correlation_id)
        if waiting is None:
            self._pending.unclaimed += 1
        elif reply.root in (Root.response, Root.fault) or reply.reply_area is not None:
            waiting.put(reply)

"""The requester's side: who waits for which reply.

A reply is matched by CorrelationID, with the request's CorrelationID or MessageID (IEC 61968-100: a reply carries the
one or the other). All requests of a bus share one private inbox for replies.
"""

from __future__ import annotations

import logging
from collections import deque
from typing import Any, Final, Self

import anyio

from .errors import ReplyError, RequestError
from .message import Message
from .naming import Naming
from .topic import Kind, Topic

log: Final = logging.getLogger("cimbus")

ACKNOWLEDGED: Final = "0.3"
"""Reply error code of a simple acknowledgement: the real reply comes later."""


def reply_place(naming: Naming, asked: str | None, context: str, noun: str) -> tuple[Topic, str | None]:
    """Return where a reply goes: its topic, and the literal address where ReplyAddress names none of ours.

    Args:
        naming: how topics are written where the reply is sent.
        asked: ReplyAddress, None or empty where the request has none.
        context: the request's.
        noun: the request's.
    """
    usual = Topic(context, Kind.replies, noun, "reply")
    if not asked or asked.strip() in ("", "None"):  # seen in the field
        return usual, None
    try:
        return naming.topic(asked.removeprefix("topic:"), {"Verb": "reply", "Noun": noun}), None
    except ValueError:
        return usual, asked


class Waiting:
    """The replies to one request as they come."""

    def __init__(self, request: Message[Any]) -> None:
        header = request.header
        self.names = tuple({name for name in (header.correlation_id, header.message_id) if name})
        self.acknowledged = False
        self._replies: deque[Message[Any]] = deque()
        self._came = anyio.Event()
        self._closed = ""

    def put(self, reply: Message[Any]) -> None:
        """Add a reply; an acknowledgement is only remembered."""
        if reply.payload is None and [error.code for error in reply.errors] == [ACKNOWLEDGED]:
            self.acknowledged = True
            return
        self._replies.append(reply)
        self._came.set()

    def close(self, reason: str) -> None:
        """Say that no more replies can come."""
        self._closed = reason
        self._came.set()

    async def next(self) -> Message[Any]:
        """Wait for the next reply and return it.

        Raises:
            ReplyError: it says FAILED, or is a FaultMessage.
            RequestError: no more can come.
        """
        while not self._replies:
            if self._closed:
                raise RequestError(self._closed)
            self._came = anyio.Event()
            await self._came.wait()
        return checked(self._replies.popleft())


class Pending:
    """All requests that wait."""

    def __init__(self) -> None:
        self._by_name: dict[str, Waiting] = {}
        self.unclaimed = 0
        """Replies that nobody waited for (too late, or somebody else's)."""

    def add(self, waiting: Waiting) -> None:
        """Wait for the replies to a request."""
        for name in waiting.names:
            self._by_name[name] = waiting

    def remove(self, waiting: Waiting) -> None:
        """Wait no longer."""
        for name in waiting.names:
            if self._by_name.get(name) is waiting:
                del self._by_name[name]

    def find(self, correlation: str | None) -> Waiting | None:
        """Return who waits for a reply with that CorrelationID."""
        return self._by_name.get(correlation or "")

    def close(self, reason: str) -> None:
        """Tell everybody that no more replies can come."""
        for waiting in self._by_name.values():
            waiting.close(reason)


def checked(reply: Message[Any]) -> Message[Any]:
    """Return a reply that says OK or PARTIAL.

    Raises:
        ReplyError: it says anything else; its class follows the first error's category.
    """
    if reply.result in ("OK", "PARTIAL"):
        return reply
    errors = reply.errors
    first = next((error for error in errors if not error.code.startswith("0")), errors[0] if errors else None)
    code = first.code if first else ""
    reason = (first.reason or first.details or "") if first else f"the reply says {reply.result}"
    raise ReplyError.of(code, reason, errors=errors, message=reply)


class Replies:
    """The replies to one request, in parts: an asynchronous iterator that ends with the last.

    PARTIAL says that more follow, anything else is the last.
    """

    def __init__(self, waiting: Waiting) -> None:
        self._waiting = waiting
        self._done = False

    @property
    def acknowledged(self) -> bool:
        """Whether the other side has said that it took the request."""
        return self._waiting.acknowledged

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Message[Any]:
        if self._done:
            raise StopAsyncIteration
        reply = await self._waiting.next()
        self._done = reply.result != "PARTIAL"
        return reply

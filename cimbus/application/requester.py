"""The asking side of a bus: a request is sent, and its replies are waited for."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Generic, Self, TypeVar, cast

import anyio
import anyio.lowlevel
from anyio.abc import TaskGroup
from msgspec import UNSET, UnsetType

from cimbus.errors import ClosedError, ReplyTimeoutError, RequestError
from cimbus.interface.message import Message

from .correlation import PendingRequest
from .publisher import Publisher
from .reply_consumer import ReplyConsumer

R_co = TypeVar("R_co", covariant=True)


class Replies(Generic[R_co]):
    """The replies to one request, in parts: an asynchronous iterator of messages that ends with the last.

    PARTIAL says that more follow; any other result is the last.

    >>> import anyio
    >>> from cimbus import Bus, Component
    >>> from cimbus.nouns import GetMeterReadings, MeterReadings
    >>> mdm = Component("MDM")
    >>> @mdm.answers(GetMeterReadings)
    ... async def in_parts(query):
    ...     yield MeterReadings()
    ...     yield MeterReadings()
    >>> async def main():
    ...     async with Bus("memory:", source="OMS") as bus, anyio.create_task_group() as tasks:
    ...         await tasks.start(mdm.run, bus)
    ...         async with bus.replies(GetMeterReadings()) as replies:
    ...             async for reply in replies:
    ...                 print(reply.result, reply.header.noun)
    ...         mdm.stop()
    >>> anyio.run(main)
    PARTIAL MeterReadings
    OK MeterReadings
    """

    def __init__(self, request: PendingRequest) -> None:
        self._request = request
        self._done = False

    @property
    def acknowledged(self) -> bool:
        """Whether the other side has said that the request has come."""
        return self._request.acknowledged

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Message[R_co]:
        if self._done:
            raise StopAsyncIteration
        reply = await self._request.next()
        self._done = reply.result != "PARTIAL"
        return cast("Message[R_co]", reply)


class Requester:
    """Sends requests for one application; all share one private consumer for replies.

    Args:
        publisher: sends the requests.
        consumer: receives the replies.
        tasks: the bus's task group; None while the bus is not open.
    """

    def __init__(self, publisher: Publisher, consumer: ReplyConsumer, tasks: Callable[[], TaskGroup | None]) -> None:
        self._publisher = publisher
        self._consumer = consumer
        self._tasks = tasks

    async def request(self, payload: Any, timeout: float, *, of: str | None = None, **options: Any) -> Message[Any]:
        """Send a request and return its only reply; see ``Bus.request``."""
        async with self.replies(payload, timeout, asynchronous=False, of=of, **options) as replies:
            async for reply in replies:
                if reply.result == "PARTIAL":
                    raise RequestError("the reply comes in parts: use bus.replies(...), which returns all of them")
                return reply
        raise RequestError("no reply")

    @asynccontextmanager
    async def replies(
        self,
        payload: Any,
        timeout: float,
        *,
        asynchronous: bool,
        of: str | None = None,
        verb: str | None = None,
        key: str | None = None,
        expires: timedelta | datetime | UnsetType | None = UNSET,
        **header: Any,
    ) -> AsyncGenerator[Replies[Any]]:
        """Return the block in which the replies to a request are received; see ``Bus.replies``."""
        tasks = self._tasks()
        if tasks is None:
            raise ClosedError("the bus is not open: use it in `async with`")
        message, pending = self._stamped(payload, verb, asynchronous=asynchronous, **header), None
        routed = True
        with anyio.move_on_after(timeout) as scope:
            context = self._consumer.context_of(message)
            await self._consumer.open(tasks, context)  # which waits for the middleware where the bus has an outbox
            with self._consumer.waiting(message, of) as pending:
                left = scope.deadline - anyio.current_time()  # later, the reply would not be waited for
                if left <= 0:
                    await anyio.lowlevel.checkpoint()  # which ends the block: nothing is sent too late
                routed = await self._publisher.send_one(message, key, left if expires is UNSET else expires)
                yield Replies(pending)
        if scope.cancelled_caught:
            why = "" if routed else ": no application is subscribed to such requests"
            if pending is None:
                raise ReplyTimeoutError(f"no connection in {timeout} s")
            what = "last reply" if pending.acknowledged else "reply"
            raise ReplyTimeoutError(f"no {what} from {message.topic().noun} in {timeout} s{why}")

    def _stamped(self, payload: Any, verb: str | None, *, asynchronous: bool, **header: Any) -> Message[Any]:
        """Return a request with the address for its replies."""
        if verb is None and not isinstance(payload, Message):
            payload, header = Message[Any].of(payload, **header), {}
            verb = None if payload.payload_area.in_request else "create"
        message = self._publisher.stamp(payload, verb=verb, **header)
        filled: dict[str, Any] = {"ack_required": True}
        if message.header.reply_address is None:
            filled["reply_address"] = self._consumer.address(message)
        if asynchronous:
            filled["async_reply_flag"] = True
        return message.replace(**filled)

"""What the handler of a request returned is sent to the requester."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, cast

from cimbus.application.chain import CallNext
from cimbus.application.context import HandlerContext
from cimbus.application.failures import Reject
from cimbus.application.replier import Replier
from cimbus.errors import ReplyError
from cimbus.interface.message import Message
from cimbus.interface.model import find_class


class ReplyInterceptor:
    """The innermost interceptor of a request; a ``ReplyError`` is a reply too, not a failure.

    >>> import anyio
    >>> from cimbus import Delivery, Frame, Topic
    >>> from cimbus.nouns import GetMeterReadings, MeterReadings
    >>> request = Message.of(GetMeterReadings(), message_id="m-1")
    >>> frame = Frame(topic=Topic("production", "requests", "MeterReadings", "get"), body=b"")
    >>> context = HandlerContext(Delivery(frame, lambda *_: None))
    >>> class Printing:  # in place of a Replier
    ...     async def send(self, request, frame, result): print("reply:", type(result).__name__)
    ...     async def refuse(self, request, frame, error): print("refused:", error)
    >>> async def answer(message, context):
    ...     return MeterReadings()
    >>> anyio.run(ReplyInterceptor(Printing()), request, context, answer)
    reply: MeterReadings
    """

    def __init__(self, replier: Replier, noun: str = "") -> None:
        self._replier = replier
        self._noun = noun
        """What the payload of a reply has to be; empty: anything."""

    async def __call__(self, message: Message[Any], context: HandlerContext, call_next: CallNext) -> Any:
        """Reply with what the handler returns.

        Raises:
            Reject: that is another noun than the query asks for.
        """
        frame = context.delivery.value
        try:
            result = await call_next(message, context)
            if self._noun:
                result = self._checked(result)
            await self._replier.send(message, frame, result)
        except ReplyError as error:
            await self._replier.refuse(message, frame, error)

    def _checked(self, result: Any) -> Any:
        if isinstance(result, AsyncIterator):
            return self._checked_parts(cast("AsyncGenerator[Any]", result))
        payload = _payload_of(result)
        entry = find_class(payload.__class__)
        found = getattr(payload, "name", type(payload).__name__) if entry is None else entry.name
        if payload is not None and found != self._noun:
            raise Reject(f"the handler answers with {found}; a query for {self._noun} is answered with {self._noun}")
        return result

    async def _checked_parts(self, results: AsyncGenerator[Any]) -> AsyncGenerator[Any]:
        async with aclosing(results):
            async for each in results:
                yield self._checked(each)


def _payload_of(result: Any) -> Any:
    return result.payload if isinstance(result, Message) else result  # pyright: ignore[reportUnknownVariableType,reportUnknownMemberType]

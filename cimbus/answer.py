"""The answering side of a request: replies, in one part or several, refusals and faults, sent to where they are wanted.

Nothing is sent for a request that says ``AckRequired`` false (IEC 61968-100: one way).
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, Final, cast

from .bus import Bus
from .envelope import Error, LevelKind
from .errors import CimbusError, ReplyError, SendError
from .frame import Frame
from .message import Message
from .requests import ACKNOWLEDGED, reply_place
from .wire import pack

log: Final = logging.getLogger("cimbus")

MORE_FOLLOW: Final = "0.1"
NO_MORE: Final = "0.2"
NOT_READABLE: Final = "1.8"
ATTEMPTED_AND_FAILED: Final = "5.3"
"""Reply error codes of IEC 61968-9."""


class UnansweredError(SendError):
    """A reply cannot be sent where it is wanted; the work itself is done, and must not be done again for that."""


class Answers:
    """Sends replies on a bus, as one component."""

    def __init__(self, bus: Bus, component: str) -> None:
        self._bus = bus
        self._component = component

    async def acknowledge(self, request: Message[Any], frame: Frame) -> None:
        """Tell a requester who does not wait for the reply that its request has come."""
        if request.header.async_reply_flag:
            await self._try(request, frame, request.reply(errors=[Error(code=ACKNOWLEDGED)]))

    async def send(self, request: Message[Any], frame: Frame, result: Any) -> None:
        """Send what a handler returned.

        A payload, a whole reply, nothing (a plain OK), or an asynchronous generator of the parts of one.

        Raises:
            UnansweredError: the reply cannot be delivered.
        """
        if not isinstance(result, AsyncIterator):
            whole = isinstance(result, Message)
            reply = result if whole else request.reply(result)  # pyright: ignore[reportUnknownVariableType]
            await self._reply(request, frame, reply)  # pyright: ignore[reportUnknownArgumentType]
            return
        parts, part = 0, None
        async with aclosing(cast("AsyncGenerator[Any]", result)) as payloads:
            async for payload in payloads:
                if parts:
                    await self._reply(request, frame, _part(request, part, last=False))
                part, parts = payload, parts + 1
        await self._reply(request, frame, request.reply(part) if parts < 2 else _part(request, part, last=True))

    async def refuse(self, request: Message[Any], frame: Frame, error: ReplyError) -> None:
        """Send the FAILED reply that a handler asked for by raising."""
        errors = [e for e in error.errors if isinstance(e, Error)] or [
            Error(code=error.code or ATTEMPTED_AND_FAILED, level=LevelKind.FATAL, reason=error.reason or None)
        ]
        await self._reply(request, frame, request.reply(result="FAILED", errors=errors))

    async def failed(self, request: Message[Any], frame: Frame, error: Exception) -> None:
        """Send the FAILED reply for a handler that could not do it."""
        reason = f"{type(error).__name__}: {error}"
        told = Error(code=ATTEMPTED_AND_FAILED, level=LevelKind.FATAL, reason=reason)
        await self._try(request, frame, request.reply(result="FAILED", errors=[told]))

    async def fault(self, frame: Frame) -> None:
        """Send the FaultMessage for a request that cannot be read, if its frame says where to."""
        properties = frame.properties
        if not properties.get("ReplyAddress"):
            return
        request = Message[Any].of(
            None,
            verb=frame.topic.verb,
            noun=frame.topic.noun,
            message_id=properties.get("MessageID"),
            correlation_id=properties.get("CorrelationID"),
            reply_address=properties["ReplyAddress"],
        )
        told = Error(code=NOT_READABLE, level=LevelKind.FATAL, reason="the request cannot be read")
        await self._try(request, frame, request.fault(told))

    async def _try(self, request: Message[Any], frame: Frame, reply: Message[Any]) -> None:
        try:
            await self._reply(request, frame, reply)
        except CimbusError as error:
            log.warning("%s: the reply to %s could not be sent: %s", self._component, request, error)

    async def _reply(self, request: Message[Any], frame: Frame, reply: Message[Any]) -> None:
        if request.header.ack_required is False:
            return
        reply = self._bus.stamp(reply)
        if reply.header.source is None:
            reply = reply.replace(source=self._component)
        asked = frame.properties.get("ReplyAddress") or request.header.reply_address
        noun = request.header.noun or frame.topic.noun
        topic, address = reply_place(self._bus.transport.naming, asked, frame.topic.context, noun)
        (error,) = await self._bus.send((pack(reply, topic, self._bus.format, address=address),))
        if error is not None:
            raise UnansweredError(str(error)) from error


def _part(request: Message[Any], payload: Any, *, last: bool) -> Message[Any]:
    if last:
        return request.reply(payload, result="OK", errors=[Error(code=NO_MORE)])
    return request.reply(payload, result="PARTIAL", errors=[Error(code=MORE_FOLLOW)])

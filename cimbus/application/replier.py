"""The answering side of a request: replies in one part or several, refusals and faults.

Nothing is sent for a request that says ``AckRequired`` false (IEC 61968-100: one way).
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, Final, cast

from cimbus.codes import ACKNOWLEDGED, ATTEMPTED_AND_FAILED, MORE_FOLLOW, NO_MORE, NOT_READABLE
from cimbus.errors import ReplyError, SendError
from cimbus.interface.envelope import Error, LevelKind
from cimbus.interface.message import Message
from cimbus.interface.topic import Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.safe_log import safe_logger

from .correlation import named_by_transport, reply_destination, returned_data
from .publisher import Publisher
from .reply_rules import ReplyRules

log: Final = safe_logger("cimbus")


class UnansweredError(SendError):
    """A reply cannot be sent to its destination. The handler has done its work, so it is not called again for that."""


class Replier:
    """Sends replies, as one component."""

    def __init__(self, publisher: Publisher, component: str, rules: ReplyRules) -> None:
        self._publisher = publisher
        self._rules = rules
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
        """Send the FAILED reply for a handler that could not do it.

        The requester gets an incident number, which is in the log here with the error: the text of an exception may
        hold what is not for others.
        """
        incident = uuid.uuid4().hex[:12]
        log.error("%s: incident %s: %s failed: %s: %s", self._component, incident, request, type(error).__name__, error)
        reason = f"the handler failed: incident {incident} in the log of {self._component}"
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
        except Exception as error:  # noqa: BLE001  # nothing that a request brings may stop its consumer
            log.warning("%s: the reply to %s could not be sent: %r", self._component, request, error)

    async def _reply(self, request: Message[Any], frame: Frame, reply: Message[Any]) -> None:
        if request.header.ack_required is False:
            return
        reply = named_by_transport(self._publisher.stamp(reply), frame.properties)
        if reply.header.source is None:
            reply = reply.replace(source=self._component)
        topic, address = self.destination(request, frame)
        asked = frame.topic
        # only the topic of replies that belongs to the request's: a ReplyAddress may name any number of others
        own = address is None and (topic.context, topic.noun) == (asked.context, asked.noun)
        data = returned_data(frame.properties, reply.header.correlation_id)
        answer = self._publisher.pack(reply, topic, address=address, properties=data, create=own)
        (error,) = await self._publisher.send((answer,))
        if error is not None:
            raise UnansweredError(str(error)) from error

    def destination(self, request: Message[Any], frame: Frame) -> tuple[Topic, str | None]:
        """Return the topic of the reply, and the literal address in its place where the requester named one.

        Raises:
            UnansweredError: replies may not be sent there.
        """
        asked = frame.properties.get("ReplyAddress") or request.header.reply_address
        noun = request.header.noun or frame.topic.noun
        topic, address = reply_destination(self._publisher.transport.naming, asked, frame.topic.context, noun)
        if not self._rules.allow(topic, address, asked):
            raise UnansweredError(
                f"ReplyAddress {asked!r} is no topic of replies and no temporary destination; to allow it, write "
                "Bus(reply_to=[...])"
            )
        return topic, address


def _part(request: Message[Any], payload: Any, *, last: bool) -> Message[Any]:
    if last:
        return request.reply(payload, result="OK", errors=[Error(code=NO_MORE)])
    return request.reply(payload, result="PARTIAL", errors=[Error(code=MORE_FOLLOW)])

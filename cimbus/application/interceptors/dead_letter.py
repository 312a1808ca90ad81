"""A message that its handler cannot handle becomes a dead letter."""

from __future__ import annotations

from typing import Any, Final

from cimbus.application.chain import CallNext
from cimbus.application.context import HandlerContext
from cimbus.application.counters import HandlerCounters
from cimbus.application.message_reader import MessageReader
from cimbus.interface.message import Message
from cimbus.middleware.safe_log import safe_logger

log: Final = safe_logger("cimbus")


class DeadLetterInterceptor:
    """The outermost interceptor: a message whose chain raises is kept with the reason, and rejected.

    >>> import anyio, logging
    >>> from cimbus.application.dead_letters import DeadLetters
    >>> from cimbus import Delivery, Frame, Topic
    >>> from cimbus.nouns import EndDeviceEvents
    >>> message = Message.of(EndDeviceEvents(), verb="created", message_id="m-1")
    >>> frame = Frame(topic=Topic("production", "events", "EndDeviceEvents", "created"), body=b"")
    >>> context = HandlerContext(Delivery(frame, lambda *_: None))
    >>> async def fail(message, context):
    ...     raise LookupError("no such meter")
    >>> logging.disable()  # the failure is logged, too
    >>> letters = DeadLetters()
    >>> anyio.run(DeadLetterInterceptor(MessageReader("OMS", letters), HandlerCounters()), message, context, fail)
    >>> context.delivery.outcome.value, [letter.reason for letter in anyio.run(letters.letters)]
    ('rejected', ['LookupError: no such meter'])
    >>> logging.disable(logging.NOTSET)
    """

    def __init__(self, reader: MessageReader, counters: HandlerCounters) -> None:
        self._reader = reader
        self._counters = counters

    async def __call__(self, message: Message[Any], context: HandlerContext, call_next: CallNext) -> None:
        """Keep a message whose chain raises as a dead letter."""
        try:
            await call_next(message, context)
        except Exception as error:
            self._counters.add("failed")
            log.exception("%s: failed after %d attempts", self._reader.consumer, context.attempt)
            reason = f"{type(error).__name__}: {error}"
            await self._reader.dead_letter(context.delivery, reason, context.attempt, context.errors)

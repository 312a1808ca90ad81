"""A requester is told that its request has come (if it does not wait for the reply), or that it failed."""

from __future__ import annotations

from typing import Any

from cimbus.application.chain import CallNext
from cimbus.application.context import HandlerContext
from cimbus.application.replier import Replier, UnansweredError
from cimbus.interface.message import Message


class AcknowledgementInterceptor:
    """Around all attempts to handle a request.

    >>> import anyio
    >>> from cimbus import Delivery, Frame, Topic
    >>> from cimbus.nouns import GetMeterReadings
    >>> request = Message.of(GetMeterReadings(), message_id="m-1")
    >>> frame = Frame(topic=Topic("production", "requests", "MeterReadings", "get"), body=b"")
    >>> context = HandlerContext(Delivery(frame, lambda *_: None))
    >>> class Printing:  # in place of a Replier
    ...     def destination(self, request, frame): ...
    ...     async def acknowledge(self, request, frame): print("acknowledged")
    >>> async def answer(message, context):
    ...     print("handled")
    >>> anyio.run(AcknowledgementInterceptor(Printing()), request, context, answer)
    acknowledged
    handled
    """

    def __init__(self, replier: Replier) -> None:
        self._replier = replier

    async def __call__(self, message: Message[Any], context: HandlerContext, call_next: CallNext) -> Any:
        """Acknowledge the request; reply FAILED if the handler cannot handle it."""
        frame = context.delivery.value
        if message.header.ack_required is not False:
            self._replier.destination(message, frame)  # what cannot be answered is not begun
        await self._replier.acknowledge(message, frame)
        try:
            return await call_next(message, context)
        except UnansweredError:  # the requester cannot be reached
            raise
        except Exception as error:
            await self._replier.failed(message, frame, error)
            raise

"""What the handler of an event returned is published."""

from __future__ import annotations

from typing import Any

from cimbus.application.caused import publish_returned
from cimbus.application.chain import CallNext
from cimbus.application.context import HandlerContext
from cimbus.application.publisher import Publisher
from cimbus.interface.message import Message


class PublicationInterceptor:
    """The innermost interceptor of an event: publishes what the handler returns, or each thing that it yields.

    With a unit of work that has a publisher, that is part of the transaction; else it is sent at once, and again with
    each attempt.

    >>> import anyio
    >>> from cimbus import Bus, Delivery, Frame, Topic
    >>> from cimbus.nouns import EndDeviceEvents, MeterReadings
    >>> message = Message.of(EndDeviceEvents(), verb="created", message_id="m-1")
    >>> frame = Frame(topic=Topic("production", "events", "EndDeviceEvents", "created"), body=b"")
    >>> context = HandlerContext(Delivery(frame, lambda *_: None))
    >>> async def handle(message, context):
    ...     return MeterReadings()
    >>> async def main():
    ...     async with Bus("memory:") as bus, bus.subscribe(MeterReadings) as readings:
    ...         await PublicationInterceptor(bus.publisher)(message, context, handle)
    ...         async with await readings.receive() as published:
    ...             print(published.header.noun, published.header.correlation_id)
    >>> anyio.run(main)
    MeterReadings m-1
    """

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    async def __call__(self, message: Message[Any], context: HandlerContext, call_next: CallNext) -> None:
        """Publish what the handler returns.

        Raises:
            TypeError: that is nothing that can be published.
            CimbusError: a message cannot be written or sent.
        """
        result = await call_next(message, context)
        if result is not None:
            await publish_returned(result, self._publisher, context.unit_of_work, message)

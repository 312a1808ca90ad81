"""A message that the inbox says was handled before is not handled again."""

from __future__ import annotations

from typing import Any

from cimbus.application.chain import CallNext
from cimbus.application.context import HandlerContext
from cimbus.application.inbox import Inbox
from cimbus.application.publisher import Publisher
from cimbus.application.unit_of_work import UnitOfWork
from cimbus.interface.identity import MessageIdentity
from cimbus.interface.message import Message


class DeduplicationInterceptor:
    """Calls the rest of the chain for new messages only, with a unit of work in the inbox.

    >>> import anyio, tempfile
    >>> from cimbus import Delivery, Frame, Topic
    >>> from cimbus.nouns import EndDeviceEvents
    >>> message = Message.of(EndDeviceEvents(), verb="created", message_id="m-1")
    >>> frame = Frame(topic=Topic("production", "events", "EndDeviceEvents", "created"), body=b"")
    >>> context = HandlerContext(Delivery(frame, lambda *_: None))
    >>> async def handle(message, context):
    ...     print("handled", message.header.message_id)
    ...     await context.unit_of_work.commit()
    >>> async def main(folder):
    ...     async with Inbox(f"{folder}/inbox.db") as inbox:
    ...         deduplicate = DeduplicationInterceptor(inbox, "OMS")
    ...         await deduplicate(message, context, handle)
    ...         await deduplicate(message, context, handle)  # delivered again
    ...     return context.duplicate
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     anyio.run(main, folder)
    handled m-1
    True
    """

    def __init__(self, inbox: Inbox, consumer: str, publisher: Publisher | None = None) -> None:
        self._inbox = inbox
        self._consumer = consumer
        self._publisher = publisher
        """Of the units of work, where an outbox is in the inbox's file."""

    async def __call__(self, message: Message[Any], context: HandlerContext, call_next: CallNext) -> Any:
        """Call the rest of the chain if the message is new."""
        message_id = message.header.message_id
        if not message_id:  # there is nothing to remember it by
            return await self._call(message, context, call_next, self._inbox.unit_of_work(self._consumer))
        identity = MessageIdentity.of(message_id, message.header.source, context.delivery.value.body)
        async with self._inbox.once(self._consumer, identity) as work:
            if not work:
                context.duplicate = True
                return None
            return await self._call(message, context, call_next, work)

    async def _call(self, message: Message[Any], context: HandlerContext, call_next: CallNext, work: UnitOfWork) -> Any:
        work.publisher = self._publisher
        context.unit_of_work = work
        return await call_next(message, context)

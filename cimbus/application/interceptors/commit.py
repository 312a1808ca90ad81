"""An attempt that succeeded is committed to the inbox before its message is settled."""

from __future__ import annotations

from typing import Any

from cimbus.application.chain import CallNext
from cimbus.application.context import HandlerContext
from cimbus.interface.message import Message


class CommitInterceptor:
    """Makes each attempt a transaction: the statements of one that failed are forgotten.

    >>> import anyio, tempfile
    >>> from cimbus import Inbox, Delivery, Frame, Topic
    >>> from cimbus.nouns import EndDeviceEvents
    >>> message = Message.of(EndDeviceEvents(), verb="created", message_id="m-1")
    >>> frame = Frame(topic=Topic("production", "events", "EndDeviceEvents", "created"), body=b"")
    >>> context = HandlerContext(Delivery(frame, lambda *_: None))
    >>> async def note(message, context):
    ...     context.unit_of_work.execute("create table outage (meter text)")
    >>> async def main(folder):
    ...     async with Inbox(f"{folder}/inbox.db") as inbox:
    ...         context.unit_of_work = inbox.unit_of_work("OMS")
    ...         await CommitInterceptor()(message, context, note)
    ...         return context.unit_of_work.statements
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     anyio.run(main, folder)
    [('create table outage (meter text)', ())]
    """

    async def __call__(self, message: Message[Any], context: HandlerContext, call_next: CallNext) -> Any:
        """Commit the unit of work of an attempt that returns."""
        work = context.unit_of_work
        if work is None:
            return await call_next(message, context)
        work.clear()
        result = await call_next(message, context)
        await work.commit()
        return result

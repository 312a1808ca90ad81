"""An attempt that takes too long has failed."""

from __future__ import annotations

import time
from typing import Any

import anyio

from cimbus.application.chain import CallNext
from cimbus.application.context import HandlerContext
from cimbus.interface.message import Message


class DeadlineInterceptor:
    """Cancels an attempt after ``timeout`` seconds and raises ``TimeoutError``.

    A synchronous handler cannot be cancelled: its thread goes on, and what it returns is ignored.

    >>> from cimbus import Delivery, Frame, Topic
    >>> from cimbus.nouns import EndDeviceEvents
    >>> message = Message.of(EndDeviceEvents(), verb="created", message_id="m-1")
    >>> frame = Frame(topic=Topic("production", "events", "EndDeviceEvents", "created"), body=b"")
    >>> context = HandlerContext(Delivery(frame, lambda *_: None))
    >>> async def slow(message, context):
    ...     await anyio.sleep(60)
    >>> anyio.run(DeadlineInterceptor(timeout=0.01), message, context, slow)
    Traceback (most recent call last):
        ...
    TimeoutError: the handler has not returned within 0.01 s
    """

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout

    async def __call__(self, message: Message[Any], context: HandlerContext, call_next: CallNext) -> Any:
        """Raise ``TimeoutError`` when the attempt has not returned in time."""
        context.attempt_ends = time.time() + self._timeout
        with anyio.move_on_after(self._timeout) as scope:
            return await call_next(message, context)
        if scope.cancelled_caught:
            raise TimeoutError(f"the handler has not returned within {self._timeout:g} s")
        return None

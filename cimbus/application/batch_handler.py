"""A handler of several messages at once: they are settled together, each with its own result."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any, Final, cast

from cimbus.errors import DecodeError
from cimbus.interface.identity import MessageIdentity
from cimbus.interface.message import Message
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.expiry import is_expired
from cimbus.middleware.frame import Frame
from cimbus.middleware.safe_log import safe_logger

from .chain import CallNext
from .context import HandlerContext
from .counters import HandlerCounters
from .failures import Postpone, Reject
from .inbox import Inbox, InboxConflictError
from .message_reader import MessageReader
from .publisher import Publisher
from .retry import Retry
from .unit_of_work import UnitOfWork

log: Final = safe_logger("cimbus")


class BatchItem:
    """One message of a batch."""

    __slots__ = ("context", "delivery", "identity", "message")

    def __init__(self, delivery: Delivery[Frame], message: Message[Any]) -> None:
        self.delivery = delivery
        self.message = message
        self.context = HandlerContext(delivery)
        """Notes the errors of the attempts."""
        message_id = message.header.message_id
        self.identity = (
            MessageIdentity.of(message_id, message.header.source, delivery.value.body) if message_id else None
        )


class BatchHandler:
    """Handles batches for one handler.

    Args:
        reader: decodes messages; its ``consumer`` is the handler's group.
        counters: of this handler.
        retry: how often what failed is tried again.
        call: calls the handler with a list of messages, and returns what it returns.
        inbox: the component's, or None.
        publisher: of the units of work, where an outbox is in the inbox's file.
    """

    def __init__(
        self,
        reader: MessageReader,
        counters: HandlerCounters,
        retry: Retry,
        call: CallNext,
        *,
        inbox: Inbox | None = None,
        publisher: Publisher | None = None,
    ) -> None:
        self._reader = reader
        self._counters = counters
        self._retry = retry
        self._call = call
        self._inbox = inbox
        self._publisher = publisher

    async def handle(self, items: Sequence[BatchItem], context: HandlerContext) -> None:
        """Handle messages until each is settled; those that failed are tried again, the others accepted meanwhile.

        Raises:
            CimbusError: the inbox cannot be used.
        """
        async with self._once(items) as work:
            new = items if work is None else self._new(items, work)
            while new:
                results = await self._attempt(new, work, context)
                left = [(item, error) for item, error in zip(new, results, strict=True) if error is not None]
                new = await self._settle(new, left, context)
            if work is not None:
                work.messages.clear()  # each attempt has marked what it handled

    def _once(self, items: Iterable[BatchItem]) -> AbstractAsyncContextManager[UnitOfWork | None]:
        if self._inbox is None:
            return nullcontext()
        return self._inbox.once(self._reader.consumer, *(item.identity for item in items if item.identity))

    def _new(self, items: Sequence[BatchItem], work: UnitOfWork) -> list[BatchItem]:
        """Accept what was handled before, and what is twice in the batch; return the others."""
        new: list[BatchItem] = []
        left = set(work.messages)
        for item in items:
            if item.identity is None or item.identity in left:
                left.discard(item.identity) if item.identity else None
                new.append(item)
            else:
                self._counters.add("duplicates")
                item.delivery.accept()
        return new

    async def _attempt(
        self, items: Sequence[BatchItem], work: UnitOfWork | None, context: HandlerContext
    ) -> Sequence[Exception | None]:
        """Call the handler once, and commit what it handled; return what became of each message."""
        if work is not None and self._inbox is not None:
            identities = [item.identity for item in items if item.identity]
            context.unit_of_work = self._inbox.unit_of_work(self._reader.consumer, *identities)
            context.unit_of_work.publisher = self._publisher
        try:
            returned = await self._call(cast("Any", [item.message for item in items]), context)
            results = _results(returned, len(items))
            if context.unit_of_work is not None:
                failed = {item.identity for item, error in zip(items, results, strict=True) if error is not None}
                context.unit_of_work.messages -= failed
                await context.unit_of_work.commit()
        except Exception as error:  # noqa: BLE001  # whatever the user's code raises is a failed attempt of all
            return [error] * len(items)
        return results

    async def _settle(
        self, items: Sequence[BatchItem], failed: Sequence[tuple[BatchItem, Exception]], context: HandlerContext
    ) -> list[BatchItem]:
        """Settle what was handled or cannot be; return, after a pause, what is tried again."""
        unhandled = {id(item) for item, _ in failed}
        for item in items:
            if id(item) not in unhandled:
                self._counters.add("handled")
                item.delivery.accept()
        again: list[BatchItem] = []
        postponed = [error.seconds for _, error in failed if isinstance(error, Postpone)]
        pause = max(postponed, default=0.0) or self._retry.pause(context.attempt)
        for item, error in failed:
            item.context.attempt = context.attempt
            if not isinstance(error, Postpone):
                item.context.note(error)
            if self._final(item, error, pause, context.attempt):
                await self._give_up(item, error)
            else:
                again.append(item)
        if again:
            if not postponed:
                log.warning("%s: %d messages of a batch failed and are tried again", self._reader.consumer, len(again))
                self._counters.add("retried", len(again))
                context.attempt += 1
            await context.wait_for_attempt(pause)
        return again

    def _final(self, item: BatchItem, error: Exception, pause: float, attempt: int) -> bool:
        if is_expired(item.delivery.value, time.time() + pause):
            return True
        if isinstance(error, Postpone):
            return False
        return (
            isinstance(error, Reject | DecodeError) or not self._retry.repeats(error) or attempt >= self._retry.attempts
        )

    async def _give_up(self, item: BatchItem, error: Exception) -> None:
        self._counters.add("failed")
        reason = f"{type(error).__name__}: {error}"
        await self._reader.dead_letter(item.delivery, reason, item.context.attempt, item.context.errors)

    async def conflicts(self, item: BatchItem) -> bool:
        """Return whether a message has the number of another one and was dead-lettered for it."""
        if self._inbox is None or item.identity is None or self._inbox.conflict != "reject":
            return False
        try:
            self._inbox.is_handled(self._reader.consumer, item.identity)
        except InboxConflictError as error:
            self._counters.add("failed")
            await self._reader.dead_letter(item.delivery, f"{type(error).__name__}: {error}", 1)
            return True
        return False


def _results(returned: Any, count: int) -> Sequence[Exception | None]:
    """Return what became of each message of a batch.

    Raises:
        TypeError: what the handler returned does not say that.
    """
    if returned is None:
        return [None] * count
    listed = cast("Sequence[Any]", returned) if isinstance(returned, list | tuple) else ()
    if len(listed) != count or not all(each is None or isinstance(each, Exception) for each in listed):
        raise TypeError(
            f"the handler of a batch returned {returned!r}; it returns None (all are handled), or for each of its "
            f"{count} messages None or the exception that says why it is not handled"
        )
    return listed

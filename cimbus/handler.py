"""One handler of a component: what it listens to, and what becomes of a message that reaches it.

``returned -> accepted``; ``raised -> tried again, a bounded number of times, then set aside``; ``cancelled -> nothing
settled``. With a durable inbox: ``handled before -> accepted at once``.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final, cast

import anyio
import anyio.to_thread
import msgspec

from .answer import Answers, UnansweredError
from .bus import Bus
from .delivery import Delivery
from .errors import DecodeError, ReplyError
from .frame import Frame
from .handled import Handled, Work
from .lanes import Lanes
from .message import Message
from .retry import Retry
from .subscription import Reader
from .topic import Kind, Pattern
from .transport import Inbox, Intake

log: Final = logging.getLogger("cimbus")


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """A handler as it was declared.

    ``durable`` None: as far as the middleware can.
    """

    name: str
    function: Callable[..., Any]
    noun: type[Any] | str | None
    verb: str | None
    kind: Kind
    key: str | None
    context: str | None
    concurrency: int
    credit: int
    durable: bool | None
    retry: Retry


class Counters:
    """What a handler has done so far."""

    __slots__ = ("handled", "retried", "failed", "set_aside", "repeated")  # noqa: RUF023  # as they are read

    def __init__(self) -> None:
        self.handled = 0
        self.retried = 0
        self.failed = 0
        self.set_aside = 0
        self.repeated = 0
        """Messages that the inbox knew: delivered again, and not handled again."""

    def __repr__(self) -> str:
        return " ".join(f"{name}={getattr(self, name)}" for name in self.__slots__)


class Handler:
    """A declared handler at work on a bus."""

    def __init__(
        self, declared: Declared, component: str, bus: Bus, counters: Counters, inbox: Handled | None = None
    ) -> None:
        self.declared = declared
        self.counters = counters
        self.group = f"{component}.{declared.name}"
        self._bus = bus
        self._inbox = inbox
        self._call = _caller(declared.function, with_work=takes_work(declared.function))
        payload = declared.noun if isinstance(declared.noun, type) else None
        self._reader: Reader = bus.reader(self.group, payload)
        self._answers = Answers(bus, component) if declared.kind is Kind.requests else None
        self._lanes: Lanes[Delivery[Frame]] = Lanes(self._handle, declared.concurrency)

    @property
    def pattern(self) -> Pattern:
        """What it listens to."""
        d = self.declared
        return self._bus.pattern(d.noun, verb=d.verb, kind=d.kind, key=d.key, context=d.context)

    async def run(self, stop: anyio.Event, started: Callable[[], None], grace: float) -> int:
        """Work until ``stop`` is set, then finish what was begun; return how many messages were left unsettled.

        Raises:
            UnsupportedError: the middleware cannot do what was declared.
            ClosedError: the subscription cannot be kept.
        """
        durable = self._bus.transport.traits.durable if self.declared.durable is None else self.declared.durable
        group = self.group if durable or self._bus.transport.traits.groups else ""
        intake = Intake(patterns=(self.pattern,), group=group, durable=durable, credit=self.declared.credit)
        async with self._bus.transport.listen(intake) as inbox:
            started()
            async with anyio.create_task_group() as group_of_tasks:
                group_of_tasks.start_soon(self._lanes.run)
                await self._take_in(inbox, stop)
                self._lanes.close()
                with anyio.move_on_after(grace) as scope:
                    await self._lanes.drained()
                if scope.cancelled_caught:
                    group_of_tasks.cancel_scope.cancel()
        return self._lanes.pending

    async def _take_in(self, inbox: Inbox, stop: anyio.Event) -> None:
        """Put what arrives into the lanes until told to stop."""
        async with anyio.create_task_group() as group:

            async def watch() -> None:
                await stop.wait()
                group.cancel_scope.cancel()

            group.start_soon(watch)
            while True:
                for delivery in await inbox.receive():
                    self._lanes.put(delivery.value.topic.key, delivery)

    async def _handle(self, delivery: Delivery[Frame]) -> None:
        message = await self._reader.read(delivery)
        if message is None:
            self.counters.set_aside = self._reader.set_aside
            if self._answers is not None:
                await self._answers.fault(delivery.value)
            return
        name = message.header.message_id
        if self._inbox is None or not name:
            await self._attempt(message, delivery)
        elif await self._inbox.begin(self.group, name):
            try:
                await self._attempt(message, delivery)
            finally:
                self._inbox.abandon(self.group, name)  # no news where it was finished
        else:
            self.counters.repeated += 1
            delivery.accept()

    async def _attempt(self, message: Message[Any], delivery: Delivery[Frame]) -> None:
        """Call the function until it returns, or has failed often enough."""
        if self._answers is not None:
            await self._answers.acknowledge(message, delivery.value)
        retry, attempt = self.declared.retry, 1
        while True:
            try:
                await self._once(message, delivery.value)
            except Exception as error:  # noqa: BLE001  # whatever the user's code raises is a failed attempt
                if attempt >= retry.attempts or isinstance(error, DecodeError | UnansweredError):
                    await self._give_up(message, delivery, error, attempt)
                    return
                self.counters.retried += 1
                log.warning("%s: attempt %d of %d failed: %r", self.group, attempt, retry.attempts, error)
                await anyio.sleep(retry.pause(attempt))
                attempt += 1
            else:
                self.counters.handled += 1
                delivery.accept()
                return

    async def _once(self, message: Message[Any], frame: Frame) -> None:
        work = Work()
        if self._answers is None:
            await self._call(message, work)
        else:
            await self._answer(self._answers, message, frame, work)
        if self._inbox is not None and message.header.message_id:
            await self._inbox.finish(self.group, message.header.message_id, work)

    async def _answer(self, answers: Answers, message: Message[Any], frame: Frame, work: Work) -> None:
        try:
            result = await self._call(message, work)
            await answers.send(message, frame, result)
        except ReplyError as error:
            await answers.refuse(message, frame, error)

    async def _give_up(self, message: Message[Any], delivery: Delivery[Frame], error: Exception, attempts: int) -> None:
        self.counters.failed += 1
        log.error("%s: given up after %d attempts", self.group, attempts, exc_info=error)
        if self._answers is not None and not isinstance(error, UnansweredError):
            await self._answers.failed(message, delivery.value, error)
        await self._reader.put_aside(delivery, f"{type(error).__name__}: {error}", attempts)
        self.counters.set_aside = self._reader.set_aside


def takes_work(function: Callable[..., Any]) -> bool:
    """Return whether a handler takes a ``Work`` behind its message."""
    places = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(function).parameters.values()
    return sum(each.kind in places and each.default is inspect.Parameter.empty for each in parameters) > 1


def _caller(function: Callable[..., Any], *, with_work: bool) -> Callable[[Message[Any], Work], Awaitable[Any]]:
    """Return a handler as a coroutine function; a synchronous one runs in a thread, an async generator is handed on."""

    def call(message: Message[Any], work: Work) -> Any:
        return function(message, work) if with_work else function(message)

    if inspect.isasyncgenfunction(function):

        async def generate(message: Message[Any], work: Work) -> AsyncIterator[Any]:
            return cast("AsyncIterator[Any]", call(message, work))

        return generate
    if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None)):  # noqa: B004
        return call

    async def in_thread(message: Message[Any], work: Work) -> Any:
        return await anyio.to_thread.run_sync(call, message, work, abandon_on_cancel=True)

    return in_thread

"""One application on the bus: its handlers (the application adapter of IEC 61968-1, 5.3)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Generic, Unpack, overload

import anyio
import anyio.abc
import msgspec

from cimbus.interface.model import noun_of
from cimbus.interface.query import QueryPayload
from cimbus.interface.topic import Kind

from .clock import CLOCK, Clock
from .counters import HandlerCounters
from .foreign_nouns import code_of_function, warn_if_foreign
from .handler_call import message_parameters
from .handler_parameters import Parameter
from .handler_spec import HandlerOptions, HandlerSpec, spec_of_handler, undeclared
from .handlers.context import Middleware
from .handlers.declaring import check_parameters, checked_interval
from .handlers.decorators import BatchDecorator, HandlerDecorator, QueryHandlerDecorator, TimerDecorator
from .handlers.named_buses import Buses, NamedBuses
from .handlers.running import ComponentRun, Declarations, Lifespan
from .handlers.status import ComponentStatus
from .inbox import Conflict, Inbox
from .retry import Retry
from .timer import TimerOptions, TimerSpec, check_timer_options, timer_of

if TYPE_CHECKING:
    # a type variable with a default (PEP 696) is in ``typing`` from Python 3.13 on; only type checkers need the default
    from typing_extensions import TypeVar

    S = TypeVar("S", default=None)
else:
    from typing import TypeVar

    S = TypeVar("S")
N = TypeVar("N")
Q = TypeVar("Q", bound=QueryPayload[Any])
R = TypeVar("R")

DEFAULT_RETRY: Final = Retry()


class Component(ComponentStatus, Generic[S]):
    """An application's handlers.

    Handlers are declared at import time and run on a bus later:

    >>> import anyio
    >>> from cimbus import Bus, Component, Message
    >>> from cimbus.nouns import MeterReadings
    >>> mdm = Component("MDM")
    >>> @mdm.on(MeterReadings, verb="created", concurrency=16)
    ... async def store(message: Message[MeterReadings]) -> None:
    ...     print(message.header.source, message.header.noun)
    ...     mdm.stop()
    >>> async def main():
    ...     async with Bus("memory:", source="HES") as bus, anyio.create_task_group() as tasks:
    ...         await tasks.start(mdm.run, bus)
    ...         _ = await bus.publish(MeterReadings())
    >>> anyio.run(main)
    HES MeterReadings

    Each handler has a subscription of its own, in the group ``<component>.<handler>``: several processes with the
    same component share the work, and what is sent while none of them runs is kept, where the middleware can.

    Args:
        name: of the application, also Header.Source of its replies where the bus has none.
        retry: for handlers without a policy of their own.
        grace: seconds that handlers have to finish after ``stop``.
        inbox: a file (or an ``Inbox``) that remembers which messages were handled, so that one that is redelivered is
            not handled again. A handler that takes a ``UnitOfWork`` behind its message writes its effects with it,
            exactly once. Without, a message may be handled again after a crash or a lost connection.
        inbox_conflict: for an inbox that is given as a file: see ``Inbox``.
        function: the business function that the application has, such as ``"NO"`` (IEC 61968-1, 4; ``cimbus.irm``). A
            handler for a noun that is foreign to it is a ``UserWarning``.
        lifespan: makes an asynchronous context manager that is open while the handlers run; what it yields is
            ``context.state``, and the parameter of a handler that is annotated with its class.
        middleware: interceptors around every handler of single messages, the outermost first: ``async (message,
            context, call_next)``, called for each attempt. ``call_next`` returns what the handler returns.
        report_every: seconds from one report of its state to the next (IEC 61968-1, 7.1); 0: when it is asked alone.

    Raises:
        TypeError: ``retry`` is not a ``Retry``.
        ValueError: there is no such business function, or ``report_every`` is negative.
    """

    def __init__(
        self,
        name: str,
        *,
        retry: Retry = DEFAULT_RETRY,
        grace: float = 10.0,
        inbox: Inbox | str | os.PathLike[str] | None = None,
        inbox_conflict: Conflict = "handle",
        function: str | None = None,
        lifespan: Lifespan[S] | None = None,
        middleware: Sequence[Middleware] = (),
        report_every: float | None = None,
    ) -> None:
        if not isinstance(retry, Retry):  # pyright: ignore[reportUnnecessaryIsInstance]  # not every user runs a checker
            raise TypeError(f"{name}: retry is a policy, such as Retry(attempts=5), not {retry!r}")
        super().__init__(None if function is None else code_of_function(function), name)
        self.grace = grace
        self.inbox = inbox if inbox is None or isinstance(inbox, Inbox) else Inbox(inbox, conflict=inbox_conflict)
        self._retry = retry
        self._lifespan = lifespan
        self._middleware = tuple(middleware)
        self.report_every = checked_interval(name, report_every)
        self._specs: list[HandlerSpec] = []
        self._timers: list[TimerSpec] = []
        self._counters: dict[str, HandlerCounters] = {}
        self._stop = anyio.Event()

    def __repr__(self) -> str:
        return f"<Component {self.name}: {', '.join(self._counters) or 'no handlers'}{', running' * bool(self._run)}>"

    @property
    def handlers(self) -> tuple[HandlerSpec, ...]:
        """The handlers declared so far."""
        return tuple(self._specs)

    @property
    def timers(self) -> tuple[TimerSpec, ...]:
        """The timers declared so far."""
        return tuple(self._timers)

    @property
    def counters(self) -> Mapping[str, HandlerCounters]:
        """What each handler and timer has done, by its name."""
        return self._counters

    @overload
    def on(
        self, noun: type[N], *, batch: int, within: float = 1.0, **options: Unpack[HandlerOptions]
    ) -> BatchDecorator[N, S]: ...
    @overload
    def on(
        self, noun: str | None = None, *, batch: int, within: float = 1.0, **options: Unpack[HandlerOptions]
    ) -> BatchDecorator[Any, S]: ...
    @overload
    def on(self, noun: type[N], **options: Unpack[HandlerOptions]) -> HandlerDecorator[N, S]: ...
    @overload
    def on(self, noun: str | None = None, **options: Unpack[HandlerOptions]) -> HandlerDecorator[Any, S]: ...
    def on(
        self,
        noun: type[Any] | str | None = None,
        *,
        batch: int | None = None,
        within: float = 1.0,
        **options: Unpack[HandlerOptions],
    ) -> Any:
        """Declare a handler for events.

        Its parameters are told apart by their annotations: the ``Message`` or its payload, and a ``UnitOfWork``, a
        ``Context``, or what the lifespan yields. It may be synchronous (it then runs in a thread). When it returns, the
        message is accepted; when it raises, it is called again after a pause, and after the last attempt the message
        becomes a dead letter. What it returns or yields (a noun, a ``Message``, or several in a list) is published
        before the message is accepted, with its CorrelationID; in one transaction with the inbox's mark where the bus's
        outbox is in the same file.

        With ``batch``, it takes a list of up to so many messages, which are settled together. It returns None, or for
        each message None or the exception that says why it is not handled.

        Args:
            noun: a class, the name of a noun, or None for all.
            batch: the most messages that the handler takes at once; None: one message, not in a list.
            within: for how many seconds the first message of a batch waits for others.
            options: see ``HandlerOptions``.

        Raises:
            ValueError: a handler of that name exists, or an option has an impossible value.
            TypeError: there is no such option, one has the wrong type, or ``noun`` is not a noun.
        """
        spec = spec_of_handler(undeclared, noun, Kind.events, options, self._retry, batch=batch, within=within)
        return self._decorator(spec)

    @overload
    def answers(self, noun: type[Q], **options: Unpack[HandlerOptions]) -> QueryHandlerDecorator[Q, S]: ...
    @overload
    def answers(self, noun: type[N], **options: Unpack[HandlerOptions]) -> HandlerDecorator[N, S]: ...
    @overload
    def answers(self, noun: str | None = None, **options: Unpack[HandlerOptions]) -> HandlerDecorator[Any, S]: ...
    def answers(self, noun: type[Any] | str | None = None, **options: Unpack[HandlerOptions]) -> Any:
        """Declare a handler for requests; what it returns is the reply.

        It returns the reply's payload, a whole ``Message`` (``request.reply(...)``), or None for a plain OK; an
        asynchronous generator yields the payloads of a reply in parts (PARTIAL, ..., OK). A ``ReplyError`` is replied
        to with its code, at once; any other exception is tried again and then replied to with 5.3. Options as for
        ``on``; the verb of a query is ``get``.

        Raises:
            ValueError: a handler of that name exists, or an option has an impossible value.
            TypeError: there is no such option, one has the wrong type, or ``noun`` is not a noun.
        """
        if isinstance(noun, type) and noun_of(noun).query:
            options.setdefault("verb", "get")
        return self._decorator(spec_of_handler(undeclared, noun, Kind.requests, options, self._retry))

    def every(self, seconds: float, **options: Unpack[TimerOptions]) -> TimerDecorator[S]:
        """Declare a timer: a function that is called every so many seconds while the component runs.

        It takes a ``Context``, what the lifespan yields, or nothing, and may be synchronous. What it returns or yields
        is published. If it raises, that is logged and counted, and it is called again after the next interval. It is
        never called twice at once. Each process of the component has timers of its own.

        Args:
            seconds: from one call to the next.
            options: see ``TimerOptions``.

        Raises:
            ValueError: a handler or timer of that name exists, or the interval is not positive.
            TypeError: there is no such option, or the function takes something else.
        """
        check_timer_options(options)

        def declare(function: Callable[..., R]) -> Callable[..., R]:
            spec = timer_of(function, seconds, options)
            self._check(spec.name, spec.parameters)
            self._counters[spec.name] = HandlerCounters()
            self._timers.append(spec)
            return function

        return declare

    def _decorator(self, spec: HandlerSpec) -> Callable[[Callable[..., R]], Callable[..., R]]:
        """Check what can be checked now; the function comes with the call of the decorator."""
        self._check(spec.name)
        if self.function is not None:
            warn_if_foreign(self.name, self.function, spec.noun)

        def declare(function: Callable[..., R]) -> Callable[..., R]:
            self._check(spec.name, message_parameters(function, spec.noun))
            self._counters[spec.name] = HandlerCounters()
            self._specs.append(msgspec.structs.replace(spec, function=function))
            return function

        return declare

    def _check(self, name: str, parameters: Sequence[Parameter] = ()) -> None:
        if name in self._counters:
            raise ValueError(f"{self.name} has a handler named {name!r}; give this one another name=")
        check_parameters(self.name, name, parameters, inbox=self.inbox, lifespan=self._lifespan)

    async def run(
        self,
        bus: Buses,
        *,
        clock: Clock = CLOCK,
        task_status: anyio.abc.TaskStatus[None] = anyio.TASK_STATUS_IGNORED,
    ) -> None:
        """Run all handlers and timers until ``stop`` is called, or cancelled.

        With ``task_group.start(component.run, bus)``, returns when every subscription exists.

        Args:
            bus: an open bus, or several by name: ``{"field": ..., "platform": ...}``.
            clock: what time is; tests have another one.
            task_status: of the task group.

        Raises:
            UsageError: a handler asks for a bus that there is not, or does not say which of several.
            UnsupportedError: the middleware cannot do what a handler declares.
            ClosedError: a subscription cannot be kept.
            CimbusError: the inbox or the dead-letter store cannot be opened.
        """
        if not self._specs and not self._timers:
            raise ValueError(f"{self.name} has no handlers: declare them with @component.on(...) or .answers(...)")
        self._stop = anyio.Event()
        self._run = ComponentRun(self._declared(), NamedBuses.of(bus), clock)
        try:
            await self._run.run(self._stop, task_status)
        finally:
            self._ended()

    def _declared(self) -> Declarations:
        return Declarations(
            name=self.name,
            handlers=self._specs,
            timers=self._timers,
            counters=self._counters,
            inbox=self.inbox,
            lifespan=self._lifespan,
            middleware=self._middleware,
            grace=self.grace,
            observers=self._observers,
            report_every=self.report_every,
            function=self.function,
        )

    def stop(self) -> None:
        """Receive and begin no more messages, finish those begun within ``grace``, then let ``run`` return."""
        self._stop.set()

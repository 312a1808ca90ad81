"""A component's handlers and timers at work on one bus or several."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import anyio
import anyio.abc
import msgspec
from anyio.abc import TaskGroup

from cimbus.application.bus import Bus
from cimbus.application.chain import Interceptor
from cimbus.application.clock import Clock
from cimbus.application.context import no_message
from cimbus.application.counters import HandlerCounters
from cimbus.application.handler import HandlerRunner
from cimbus.application.handler_spec import HandlerSpec
from cimbus.application.inbox import Inbox
from cimbus.application.observers import EVERYWHERE, Observer
from cimbus.application.timer import TimerRunner, TimerSpec
from cimbus.middleware.safe_log import safe_logger
from cimbus.middleware.tasks import unwrap_single_error

from .context import HandlerScope, Middleware
from .named_buses import NamedBuses
from .tracing import TracingObserver

if TYPE_CHECKING:
    from .reports import ReportWriter

S = TypeVar("S")

Lifespan = Callable[[], AbstractAsyncContextManager[S]]
"""Makes the block in which a component's handlers run; it yields the state that they share."""

log: Final = safe_logger("cimbus")


class Declarations(msgspec.Struct, frozen=True, kw_only=True):
    """What was declared of a component.

    Attributes:
        counters: by the name of handlers and timers.
        grace: seconds that handlers have to finish.
        observers: what watches the handlers.
        report_every: seconds from one report to the next; 0: on request alone; None: it does not report.
        function: the code of its business function.
    """

    name: str
    handlers: Sequence[HandlerSpec]
    timers: Sequence[TimerSpec]
    counters: Mapping[str, HandlerCounters]
    inbox: Inbox | None
    lifespan: Lifespan[Any] | None
    middleware: Sequence[Middleware]
    grace: float
    observers: Sequence[Observer] = ()
    report_every: float | None = None
    function: str | None = None


class ComponentRun:
    """One run of a component.

    Args:
        component: what was declared.
        buses: by name.
        clock: what time is.

    Raises:
        UsageError: a handler asks for a bus that there is not, or does not say which of several.
    """

    def __init__(self, component: Declarations, buses: NamedBuses, clock: Clock) -> None:
        self._component = component
        self._buses = buses
        self._clock = clock
        self._specs: list[HandlerSpec | TimerSpec] = [*component.handlers, *component.timers]
        self._names: dict[str, tuple[str, str]] = {}
        """By handler: the bus that it receives from, and the one that it publishes to."""
        for spec in self._specs:
            handler = f"{component.name}.{spec.name}"
            own = buses.name_for(spec.bus, handler)
            self._names[spec.name] = own, buses.name_for(spec.publish_to or own, handler)
        self.runners: dict[str, HandlerRunner] = {}
        self.timers: dict[str, TimerRunner] = {}
        self.started = False
        self.left: dict[str, int] = {}
        """How many messages each handler left unsettled when it was stopped."""
        self._waiting = len(component.handlers)
        self._writer = _report_writer(component)

    @property
    def inbox(self) -> Inbox | None:
        """The component's."""
        return self._component.inbox

    @property
    def buses(self) -> dict[str, Bus]:
        """The buses that the handlers and timers use, by name."""
        return {name: self._buses[name] for both in self._names.values() for name in both}

    def _holding(self, bus: Bus) -> list[str]:
        """Return the handlers that receive from a bus and hold the keys of its dead letters."""
        return [
            spec.name
            for spec in self._component.handlers
            if spec.after_dead_letter == "hold_key" and self._buses[self._names[spec.name][0]] is bus
        ]

    async def run(self, stop: anyio.Event, task_status: anyio.abc.TaskStatus[None]) -> None:
        """Run until ``stop`` is set, or cancelled.

        Raises:
            UnsupportedError: the middleware cannot do what a handler declares.
            ClosedError: a subscription cannot be kept.
            CimbusError: the inbox or a store of dead letters cannot be opened.
        """
        for bus in self.buses.values():
            bus.dead_letters.check_holding(self._holding(bus))
            await bus.dead_letters.check()
        ready = anyio.Event()
        with unwrap_single_error():
            async with AsyncExitStack() as stack:
                if self._component.inbox is not None:
                    await stack.enter_async_context(self._component.inbox)
                state: Any = None
                if self._component.lifespan is not None:
                    state = await stack.enter_async_context(self._component.lifespan())
                self._make(state)
                group = await stack.enter_async_context(anyio.create_task_group())
                for runner in self.runners.values():
                    group.start_soon(self._run_one, runner, stop, ready)
                if self._waiting:
                    await ready.wait()
                if self._writer is not None:
                    await self._start_reports(group, self._writer, stop)
                self.started = True
                for each in self.timers.values():
                    group.start_soon(each.run, stop)
                task_status.started()
                await stop.wait()

    async def _start_reports(self, group: TaskGroup, writer: ReportWriter, stop: anyio.Event) -> None:
        """Report from now on; return when requests for a report are received."""
        from .report_runner import ReportRunner

        every, listening = self._component.report_every or 0.0, anyio.Event()
        reports = ReportRunner(
            self._component.name,
            every,
            writer=writer,
            runners=self.runners,
            buses=self.buses,
            clock=self._clock,
        )
        group.start_soon(reports.run, stop, listening.set)
        await listening.wait()

    def _make(self, state: Any) -> None:
        component = self._component
        reported: Sequence[Observer] = () if self._writer is None else (self._writer.last_errors,)
        for spec in component.handlers:
            scope = self._scope(spec, state)
            counters = component.counters[spec.name]
            reader = scope.bus.reader(scope.consumer, counted=_counting(counters))
            self.runners[spec.name] = HandlerRunner(
                spec,
                component.name,
                scope.bus.publisher,
                reader,
                counters,
                rules=scope.bus.reply_rules,
                inbox=component.inbox,
                target=scope.target.publisher,
                context=scope.context,
                middleware=cast("Sequence[Interceptor]", component.middleware),  # every context here is a Context
                clock=self._clock,
                observers=(*EVERYWHERE, *component.observers, *reported, *_tracing(scope.bus)),
                bus=self._names[spec.name][0],
            )
        for name, runner in self.runners.items():
            runner.versions.siblings = [
                other.versions
                for sibling, other in self.runners.items()
                if sibling != name and self._names[sibling][0] == self._names[name][0]
            ]
        for timer in component.timers:
            scope = self._scope(timer, state)

            self.timers[timer.name] = TimerRunner(
                timer,
                scope.consumer,
                scope.target.publisher,
                component.counters[timer.name],
                context=partial(scope.context, no_message(), None, self._clock.pause),
                clock=self._clock,
            )

    def _scope(self, spec: HandlerSpec | TimerSpec, state: Any) -> HandlerScope[Any]:
        consumer = f"{self._component.name}.{spec.name}"
        return HandlerScope(consumer, self._buses, *self._names[spec.name], state)

    async def _run_one(self, runner: HandlerRunner, stop: anyio.Event, ready: anyio.Event) -> None:
        def started() -> None:
            self._waiting -= 1
            if not self._waiting:
                ready.set()

        left = await runner.run(stop, started, self._component.grace)
        if left:
            self.left[runner.spec.name] = left
            log.warning("%s: stopped; %d messages are not handled and will be redelivered", runner.group, left)


def _counting(counters: HandlerCounters) -> Callable[[], None]:
    return lambda: counters.add("dead_lettered")


def _report_writer(component: Declarations) -> ReportWriter | None:
    if component.report_every is None:
        return None
    from .reports import ReportWriter  # with the nouns that it needs, which few programs do

    return ReportWriter(component.name, component.report_every, component.function)


def _tracing(bus: Bus) -> Sequence[Observer]:
    return () if bus.spans is None else (TracingObserver(bus.spans),)

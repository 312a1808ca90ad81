"""A function that is called at intervals."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any, Final, TypedDict

import anyio
import msgspec

from cimbus.middleware.safe_log import safe_logger

from .caused import publish_returned
from .clock import CLOCK, Clock
from .context import HandlerContext
from .counters import HandlerCounters
from .handler_call import arguments_of, called
from .handler_parameters import Parameter, name_of, parameters_of
from .handler_progress import HandlerProgress
from .publisher import Publisher

log: Final = safe_logger("cimbus")


class TimerOptions(TypedDict, total=False):
    """The options of ``Component.every``.

    ``name``: of its counters; by default the function's. ``bus``: the name of ``context.bus``, of several.
    ``publish_to``: the name of the bus that it publishes to; by default ``bus``. ``at_start``: call it when the
    component has started, too; by default after the first interval.
    """

    name: str
    bus: str
    publish_to: str
    at_start: bool


class TimerSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A timer as it was declared.

    Raises:
        TypeError: the interval is no number, or the function takes a message.
        ValueError: the interval is not positive.
    """

    name: str
    function: Callable[..., Any]
    seconds: float
    bus: str | None = None
    publish_to: str | None = None
    at_start: bool = False

    def __post_init__(self) -> None:
        if type(self.seconds) not in (int, float):
            raise TypeError(f"{self.name}: every takes a number of seconds, not {self.seconds!r}")
        if not 0 < self.seconds < math.inf:
            raise ValueError(f"{self.name}: every takes a number of seconds, more than 0, not {self.seconds}")
        if wrong := {"message", "payload", "work"} & set(self.parameters):
            raise TypeError(
                f"{name_of(self.function)} takes a {wrong.pop()}: a timer has none; it takes a Context, or nothing"
            )

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What the function takes."""
        return parameters_of(self.function)


def check_timer_options(options: TimerOptions) -> None:
    """Check the names of a timer's options: not every user runs a type checker.

    Raises:
        TypeError: there is no such option.
    """
    if unknown := sorted(set(options) - set(TimerOptions.__annotations__)):
        known = ", ".join(TimerOptions.__annotations__)
        raise TypeError(f"a timer has no option {', '.join(unknown)}; there are {known}")


def timer_of(function: Callable[..., Any], seconds: float, options: TimerOptions) -> TimerSpec:
    """Return the spec of a timer; by default it is called as its function.

    Raises:
        TypeError: the interval is no number, or the function takes a message.
        ValueError: the interval is not positive.
    """
    given: dict[str, Any] = {"name": name_of(function).rpartition(".")[2], **options}
    return TimerSpec(function=function, seconds=seconds, **given)


class TimerRunner:
    """Calls one timer's function until cancelled: never twice at once; what falls into a call is left out.

    Args:
        spec: what was declared.
        consumer: its name in log lines.
        publisher: publishes what it returns.
        counters: ``handled`` counts calls that returned, ``failed`` those that raised.
        context: makes the context of one call.
        clock: what time is.
    """

    def __init__(
        self,
        spec: TimerSpec,
        consumer: str,
        publisher: Publisher,
        counters: HandlerCounters,
        *,
        context: Callable[[], HandlerContext],
        clock: Clock = CLOCK,
    ) -> None:
        self.counters = counters
        self._spec = spec
        self._consumer = consumer
        self._publisher = publisher
        self._context = context
        self._clock = clock
        arguments = arguments_of(spec.parameters)
        self._call = called(spec.function, lambda _, context: spec.function(*arguments(None, context)))
        self._no_message: Any = None
        self.in_progress = 0
        """1 while the function runs."""
        self._since = math.inf
        """When the call that runs began, in seconds of ``time.monotonic()``."""
        self._calls = 0

    @property
    def progress(self) -> HandlerProgress:
        """What it works on now."""
        return HandlerProgress(self._since, begun=self._calls)

    async def run(self, stop: anyio.Event) -> None:
        """Call the function at each interval until ``stop`` is set; then finish the call that was begun."""
        planned = self._clock.now()
        if self._spec.at_start:
            await self._tick()
        while not stop.is_set():
            late = max(0.0, self._clock.now() - planned) // self._spec.seconds
            planned += (late + 1) * self._spec.seconds
            async with anyio.create_task_group() as group:

                async def end() -> None:
                    await stop.wait()
                    group.cancel_scope.cancel()

                group.start_soon(end)
                await self._clock.until(planned)
                group.cancel_scope.cancel()
            if not stop.is_set():
                await self._tick()

    async def _tick(self) -> None:
        self.in_progress = 1
        self._calls += 1
        self._since = time.monotonic()
        try:
            result = await self._call(self._no_message, self._context())
            if result is not None:
                await publish_returned(result, self._publisher, None, None)
        except Exception:  # the next call may succeed
            self.counters.add("failed")
            log.exception("%s: the timer failed; it is called again in %g s", self._consumer, self._spec.seconds)
        else:
            self.counters.add("handled")
        finally:
            self.in_progress = 0
            self._since = math.inf

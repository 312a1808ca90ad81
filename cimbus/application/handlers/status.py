"""What can be seen of a component while it runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from cimbus.application.bus import Bus
from cimbus.application.foreign_nouns import usual_nouns
from cimbus.application.handler import HandlerRunner
from cimbus.application.handler_progress import HandlerProgress
from cimbus.application.observers import Observer
from cimbus.application.timer import TimerRunner

from .running import ComponentRun


class ComponentStatus:
    """Whether a component that runs is ready, and what its handlers wait for and work on.

    Args:
        function: the code of its business function, if it has one.
        name: of the component.

    >>> ComponentStatus().ready
    False
    """

    def __init__(self, function: str | None = None, name: str = "") -> None:
        self.name = name
        self.function = function
        self._run: ComponentRun | None = None
        self._left: Mapping[str, int] = {}
        self._observers: list[Observer] = []

    def _ended(self) -> None:
        """Note that the run is over."""
        self._left = self._run.left if self._run else {}
        self._run = None

    def observe(self, observer: Observer) -> None:
        """Have an observer watch the handlers, from the next ``run`` on."""
        self._observers.append(observer)

    @property
    def runners(self) -> Mapping[str, HandlerRunner]:
        """The handlers at work, by name; none while the component does not run."""
        return self._run.runners if self._run else {}

    @property
    def buses(self) -> Mapping[str, Bus]:
        """The buses that its handlers and timers use, by name; none while it does not run."""
        return self._run.buses if self._run else {}

    @property
    def usual_nouns(self) -> frozenset[str]:
        """The nouns that its business function would usually receive (``cimbus.irm``); empty where it has none."""
        return frozenset() if self.function is None else usual_nouns(self.function)

    @property
    def waiting(self) -> Mapping[str, str]:
        """The handlers whose messages cannot be finished for a while, and why: a store, or an open circuit."""
        return {name: runner.waiting for name, runner in self.runners.items() if runner.waiting}

    @property
    def slow(self) -> Mapping[str, int]:
        """The handlers that have not returned for a minute, and for how many messages."""
        return {name: runner.slow for name, runner in self.runners.items() if runner.slow}

    @property
    def in_progress(self) -> Mapping[str, int]:
        """The handlers and timers at work, and on how many messages."""
        return {name: runner.in_progress for name, runner in self._at_work.items() if runner.in_progress}

    @property
    def progress(self) -> Mapping[str, HandlerProgress]:
        """What each handler and timer works on now, by its name; empty while the component does not run."""
        return {name: runner.progress for name, runner in self._at_work.items()}

    @property
    def left(self) -> Mapping[str, int]:
        """How many messages each handler left unsettled when the component stopped; they are redelivered."""
        return self._left

    @property
    def _at_work(self) -> Mapping[str, HandlerRunner | TimerRunner]:
        return {**self._run.runners, **self._run.timers} if self._run else {}

    @property
    def stores(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """What the component writes beside its buses, by name: functions that raise if it cannot be written.

        The stores of dead letters that are files, and the inbox; empty while the component does not run.
        """
        run = self._run
        if run is None:
            return {}
        letters = {bus.dead_letters.path: bus.dead_letters for bus in run.buses.values()}  # several buses may share one
        found = {f"the dead-letter store {path}": one.check for path, one in letters.items() if one.in_file}
        return found if run.inbox is None else {**found, f"the inbox {run.inbox.path}": run.inbox.check}

    @property
    def ready(self) -> bool:
        """Whether every subscription exists, the middleware can be reached, and no handler is ``waiting``."""
        return not self.not_ready

    @property
    def not_ready(self) -> Sequence[str]:
        """Why the component is not ``ready``, a line for each reason; empty if it is."""
        run = self._run
        if run is None or not run.started:
            return [f"{self.name} does not run yet, or no more"]
        away = [f"{self.name}: the bus {name} cannot be reached" for name, bus in run.buses.items() if not bus.ready]
        return [*away, *(f"{self.name}.{handler} waits: {why}" for handler, why in self.waiting.items())]

    @property
    def buses_ready(self) -> bool:
        """Whether every bus of its handlers and timers can be reached now."""
        return self._run is not None and all(bus.ready for bus in self._run.buses.values())

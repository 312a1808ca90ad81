"""What can be seen of a component while it runs."""

from __future__ import annotations

from collections.abc import Mapping

from cimbus.application.bus import Bus
from cimbus.application.foreign_nouns import usual_nouns
from cimbus.application.handler import HandlerRunner
from cimbus.application.observers import Observer
from cimbus.application.timer import TimerRunner

from .running import ComponentRun


class ComponentStatus:
    """Whether a component that runs is ready, and what its handlers wait for and work on.

    Args:
        function: the code of its business function, if it has one.

    >>> ComponentStatus().ready
    False
    """

    def __init__(self, function: str | None = None) -> None:
        self.function = function
        self._run: ComponentRun | None = None
        self._observers: list[Observer] = []

    @property
    def _runners(self) -> Mapping[str, HandlerRunner]:
        return self._run.runners if self._run else {}

    def observe(self, observer: Observer) -> None:
        """Have an observer watch the handlers, from the next ``run`` on."""
        self._observers.append(observer)

    @property
    def runners(self) -> Mapping[str, HandlerRunner]:
        """The handlers at work, by name; none while the component does not run."""
        return self._runners

    @property
    def buses(self) -> Mapping[str, Bus]:
        """The buses that its handlers and timers use, by name; none while it does not run."""
        return self._run.named_buses if self._run else {}

    @property
    def usual_nouns(self) -> frozenset[str]:
        """The nouns that its business function would usually receive (``cimbus.irm``); empty where it has none."""
        return frozenset() if self.function is None else usual_nouns(self.function)

    @property
    def waiting(self) -> Mapping[str, str]:
        """The handlers whose messages cannot be finished for a while, and why: a store, or an open circuit."""
        return {name: runner.waiting for name, runner in self._runners.items() if runner.waiting}

    @property
    def slow(self) -> Mapping[str, int]:
        """The handlers that have not returned for a minute, and for how many messages."""
        return {name: runner.slow for name, runner in self._runners.items() if runner.slow}

    @property
    def in_progress(self) -> Mapping[str, int]:
        """The handlers and timers at work, and on how many messages."""
        run = self._run
        at_work: dict[str, HandlerRunner | TimerRunner] = {**run.runners, **run.timers} if run else {}
        return {name: runner.in_progress for name, runner in at_work.items() if runner.in_progress}

    @property
    def ready(self) -> bool:
        """Whether every subscription exists, the middleware can be reached, and no handler is ``waiting``."""
        run = self._run
        return run is not None and run.started and all(bus.ready for bus in run.buses) and not self.waiting

"""What can be watched; a component and a bridge stand above this package, so that here they are what they show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from cimbus.application.bus import Bus
from cimbus.application.counters import Counters, HandlerCounters
from cimbus.application.handler import HandlerRunner
from cimbus.application.observers import Observer


@runtime_checkable
class WatchedComponent(Protocol):
    """A component."""

    name: str

    @property
    def counters(self) -> Mapping[str, HandlerCounters]:
        """What each handler and timer has done, by its name."""
        ...

    @property
    def runners(self) -> Mapping[str, HandlerRunner]:
        """The handlers at work, by name."""
        ...

    @property
    def buses(self) -> Mapping[str, Bus]:
        """The buses that it uses, by name."""
        ...

    @property
    def ready(self) -> bool:
        """Whether it can do its work."""
        ...

    def observe(self, observer: Observer) -> None:
        """Have an observer watch the handlers."""
        ...

    def stop(self) -> None:
        """End it."""
        ...


class WatchedBridge(Protocol):
    """A bridge."""

    name: str

    @property
    def counters(self) -> Counters:
        """What it has done."""
        ...

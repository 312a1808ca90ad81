"""Reads the counters of components, buses and bridges when Prometheus asks; between two scrapes it costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from cimbus.application.bus import Bus
from cimbus.application.counters import HandlerCounters
from cimbus.application.handler import HandlerRunner
from cimbus.application.observers import HandlerNames
from cimbus.errors import CimbusError
from cimbus.middleware.outbox import Outbox

from .observer import LABELS, label_values
from .watched import WatchedBridge, WatchedComponent

COUNTED: Final = {
    "handled": "Messages for which the handler has returned.",
    "failed": "Messages that the handler could not handle, however often it was tried.",
    "retried": "Attempts after the first one.",
    "dead_lettered": "Messages that became dead letters.",
    "duplicates": "Messages that the inbox knew, which were not handled again.",
    "expired": "Messages that came when they were of no use any more.",
}
"""Of ``HandlerCounters``."""
SHOWN: Final[dict[str, tuple[str, Callable[[HandlerRunner], float]]]] = {
    "in_flight": ("Messages received and not settled.", lambda runner: runner.in_flight),
    "in_progress": ("Messages that are handled now.", lambda runner: runner.in_progress),
    "oldest_seconds": ("For how long the message is handled that was begun first.", lambda runner: runner.oldest),
    "waiting": (
        "1 while messages cannot be finished: a store cannot be used, or the circuit is open.",
        lambda runner: bool(runner.waiting),
    ),
}
"""Of handlers at work."""
FORWARDED: Final = {
    "forwarded": "Messages of the outbox that the middleware has taken.",
    "rejected": "Messages of the outbox that the middleware has refused: dead letters.",
    "dropped": "Messages removed from the outbox to make room.",
    "expired": "Messages of the outbox that were too old to be sent.",
}
"""Of ``Outbox``."""
BACKLOG: Final = (
    ("cimbus_outbox_messages", "Messages that wait in the outbox."),
    ("cimbus_outbox_bytes", "Octets that they take."),
    ("cimbus_outbox_oldest_seconds", "Age of the oldest of them."),
)


class CimbusCollector(Collector):
    """Makes the metrics of what is watched.

    Args:
        names: of the handlers that were started, by consumer.

    Attributes:
        components: those that are watched.
        buses: those that are watched by themselves, by name.
        bridges: those that are watched.
    """

    def __init__(self, names: Mapping[str, HandlerNames]) -> None:
        self.components: list[WatchedComponent] = []
        self.buses: dict[str, Bus] = {}
        self.bridges: list[WatchedBridge] = []
        self._names = names

    def describe(self) -> Iterator[Metric]:
        """Return nothing: the names are known when there is something to collect."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Return all metrics with their values now."""
        counters = [each for component in self.components for each in self._counters_of(component)]
        for name, text in COUNTED.items():
            family = CounterMetricFamily(f"cimbus_{name}", text, labels=LABELS)
            for names, counts in counters:
                family.add_metric(label_values(names), getattr(counts, name))
            yield family
        runners = [runner for component in self.components for runner in component.runners.values()]
        for name, (text, value) in SHOWN.items():
            gauge = GaugeMetricFamily(f"cimbus_{name}", text, labels=LABELS)
            for runner in runners:
                gauge.add_metric(label_values(runner.names), value(runner))
            yield gauge
        ready = GaugeMetricFamily("cimbus_ready", "1 while the component can do its work.", labels=("component",))
        for component in self.components:
            ready.add_metric((component.name,), component.ready)
        yield ready
        yield from self._of_bridges()
        yield from _of_buses(self._all_buses())

    def _counters_of(self, component: WatchedComponent) -> Iterator[tuple[HandlerNames, HandlerCounters]]:
        for name, counters in component.counters.items():
            names = HandlerNames(component=component.name, handler=name, noun="", bus="")  # of a timer
            yield self._names.get(names.consumer, names), counters

    def _all_buses(self) -> dict[str, Bus]:
        found = dict(self.buses)
        for component in self.components:
            found.update(component.buses)
        return found

    def _of_bridges(self) -> Iterator[Metric]:
        if not self.bridges:
            return
        for name in self.bridges[0].counters.names:
            family = CounterMetricFamily(f"cimbus_bridge_{name}", f"Messages of a bridge: {name}.", labels=("bridge",))
            for bridge in self.bridges:
                family.add_metric((bridge.name,), getattr(bridge.counters, name))
            yield family


def _of_buses(buses: dict[str, Bus]) -> Iterator[Metric]:
    connected = GaugeMetricFamily("cimbus_connected", "1 while the middleware can be reached.", labels=("bus",))
    unroutable = CounterMetricFamily("cimbus_unroutable", "Messages without any subscription.", labels=("bus",))
    for name, bus in buses.items():
        connected.add_metric((name,), bus.ready)
        unroutable.add_metric((name,), bus.unroutable)
    yield connected
    yield unroutable
    yield from _of_outboxes({name: found for name, bus in buses.items() if (found := bus.publisher.outbox) is not None})


def _of_outboxes(outboxes: dict[str, Outbox]) -> Iterator[Metric]:
    backlog = [GaugeMetricFamily(name, text, labels=("bus",)) for name, text in BACKLOG]
    for name, outbox in outboxes.items():
        for family, value in zip(backlog, _peeked(outbox), strict=False):
            family.add_metric((name,), value)
    yield from backlog
    for name, text in FORWARDED.items():
        counter = CounterMetricFamily(f"cimbus_outbox_{name}", text, labels=("bus",))
        for bus, outbox in outboxes.items():
            counter.add_metric((bus,), getattr(outbox, name))
        yield counter


def _peeked(outbox: Outbox) -> Sequence[float]:
    """Return what waits in an outbox; nothing where that cannot be read now: other metrics are of use without it."""
    try:
        return outbox.peek()
    except CimbusError:
        return ()

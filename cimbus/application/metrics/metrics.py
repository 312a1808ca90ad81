"""``Metrics``: what Prometheus reads of a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cimbus.application.bus import Bus
from cimbus.errors import MissingExtraError

from .watched import WatchedBridge, WatchedComponent

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry


class Metrics:
    """Metrics of components, buses and bridges.

    What is counted anyway is read when Prometheus asks. In the handlers of a component that is watched, the seconds of
    each attempt are measured, too, from its next ``run`` on. Labels are names of components, handlers, nouns and buses,
    never what a message brings.

    >>> import anyio
    >>> from prometheus_client import CollectorRegistry
    >>> from cimbus import Bus, Component, Message
    >>> from cimbus.nouns import MeterReadings
    >>> mdm = Component("MDM")
    >>> @mdm.on(MeterReadings, name="store")
    ... async def store(message: Message[MeterReadings]) -> None: ...
    >>> metrics = Metrics(CollectorRegistry())
    >>> metrics.watch(mdm)
    >>> async def main():
    ...     async with Bus("memory:") as bus, anyio.create_task_group() as tasks:
    ...         await tasks.start(mdm.run, bus)
    ...         await bus.publish(MeterReadings())
    ...         await mdm.counters["store"].reach(handled=1)
    ...         body, content_type = metrics.exposition()
    ...         print(*(line for line in body.decode().splitlines() if "handled_total{" in line))
    ...         mdm.stop()
    >>> anyio.run(main)
    cimbus_handled_total{bus="default",component="MDM",consumer="MDM.store",noun="MeterReadings"} 1.0

    Args:
        registry: where they are registered; by default that of prometheus_client, which
            ``prometheus_client.start_http_server`` serves. Two ``Metrics`` need two.

    Raises:
        MissingExtraError: prometheus-client is not installed.
        ValueError: the registry has such metrics already.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        try:
            import prometheus_client
        except ImportError as error:
            raise MissingExtraError(
                "metrics need prometheus-client; install it with: pip install 'cimbus[metrics]'"
            ) from error
        from .collector import CimbusCollector
        from .observer import MetricsObserver

        self.registry = registry or prometheus_client.REGISTRY
        self._observer = MetricsObserver(self.registry)
        self._collector = CimbusCollector(self._observer.names)
        self.registry.register(self._collector)

    def watch(self, watched: WatchedComponent | Bus | WatchedBridge, name: str = "") -> None:
        """Add a component, with the buses that it runs on; or a bus or a bridge that no component uses.

        Args:
            watched: what to watch; a component before it runs.
            name: of a bus, for the label ``bus``; by default ``default``.
        """
        if isinstance(watched, WatchedComponent):
            watched.observe(self._observer)
            self._collector.components.append(watched)
        elif isinstance(watched, Bus):
            self._collector.buses[name or "default"] = watched
        else:
            self._collector.bridges.append(watched)

    def exposition(self) -> tuple[bytes, str]:
        """Return the body of a scrape's answer, in Prometheus's text format, and its content type."""
        from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

        return generate_latest(self.registry), CONTENT_TYPE_LATEST

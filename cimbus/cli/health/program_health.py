"""The health of the components that run in this process."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

import anyio

from cimbus.application.component import Component
from cimbus.application.metrics import Metrics
from cimbus.errors import MissingExtraError

from .health_check import HealthCheck
from .liveness import Liveness
from .store_checks import StoreChecks

LONGEST_INTERVAL: Final = 1.0
"""The longest time between two looks at the handlers, in seconds: they are cheap, and the bound is kept that well."""


class ProgramHealth:
    """What ``/live``, ``/ready`` and ``/metrics`` say of components.

    Args:
        components: those that run, or will.
        stuck_after: after how many seconds without progress a handler is stuck; 0: never.
        metrics: of the components; None: what writes them is not installed.

    Attributes:
        started: every subscription exists.
        stopping: no more messages are received.
    """

    def __init__(
        self, components: Sequence[Component[Any]], stuck_after: float, metrics: Metrics | None = None
    ) -> None:
        self.started = False
        self.stopping = False
        self._components = components
        self._liveness = Liveness(stuck_after)
        self._checks: StoreChecks | None = None
        self._metrics = metrics
        self._started = anyio.Event()

    async def run(self) -> None:
        """Look at handlers and stores at intervals, until cancelled."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._sample)
            await self._started.wait()
            stores: dict[str, Callable[[], Awaitable[None]]] = {}
            for component in self._components:
                stores.update(component.stores)
            self._checks = StoreChecks(stores)
            tasks.start_soon(self._checks.run)

    async def _sample(self) -> None:
        bound = self._liveness.stuck_after
        while True:
            self.live()
            await anyio.sleep(min(LONGEST_INTERVAL, bound / 10) if bound else LONGEST_INTERVAL)

    def start(self) -> None:
        """Note that every subscription exists."""
        self.started = True
        self._started.set()

    def stop(self) -> None:
        """Note that no more messages are received."""
        self.stopping = True

    def live(self) -> HealthCheck:
        """Return whether every handler makes progress."""
        return self._liveness.sample(self._components, time.monotonic())

    def ready(self) -> HealthCheck:
        """Return whether every bus is connected and subscribed to, and every store can be written."""
        if self.stopping:
            return HealthCheck(("it is stopping",))
        if not self.started:
            return HealthCheck(("it is starting",))
        problems: list[str] = []
        for component in self._components:
            problems += component.not_ready
        return HealthCheck((*problems, *(self._checks.result().problems if self._checks else ())))

    async def metrics(self) -> tuple[bytes, str]:
        """Return the metrics in the format of Prometheus, and their content type.

        Raises:
            MissingExtraError: what writes them is not installed.
        """
        if self._metrics is None:
            raise MissingExtraError("metrics need prometheus-client: pip install 'cimbus[metrics]'")
        return self._metrics.exposition()

    def status(self) -> Mapping[str, Any]:
        """Return everything but metrics, as a worker tells it to its supervisor."""
        return {"started": self.started, "live": self.live().problems, "ready": self.ready().problems}

"""Components at work in this process: the buses are opened, health is served, and a signal drains."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

import anyio

from cimbus.application.audit import AuditTrail
from cimbus.application.bus import Bus
from cimbus.application.component import Component
from cimbus.application.handler_call import handlers_in_threads
from cimbus.application.metrics import Metrics
from cimbus.middleware.tasks import background

from . import exits, running
from .health.program_health import ProgramHealth
from .output import fail, line, record, remark
from .run_options import RunOptions
from .service_manager import ServiceManager
from .serving import serve_health
from .workers.worker_side import WorkerSide


class Program:
    """Components that run in this process until a signal.

    Args:
        components: not running yet.
        options: how.
        worker: what connects this process to its supervisor; None: it has none.
    """

    def __init__(self, components: Sequence[Component[Any]], options: RunOptions, worker: WorkerSide | None) -> None:
        for component in components:
            component.report_every = component.report_every if options.report_every is None else options.report_every
        self._components = components
        self._options = options
        self._worker = worker
        self._manager = ServiceManager()
        served = options.health is not None or worker is not None
        self._health = ProgramHealth(components, options.stuck_after, _metrics_of(components) if served else None)
        self._began_to_stop = 0.0

    def run(self) -> int:
        """Run, write what was done, and return the exit code."""
        try:
            code = running.run(self._work, self._options.backend, endless=True, drain=self._drain)
        except BaseException:
            self._report()
            raise
        self._report()
        if self._began_to_stop and self._health.started:
            left = sum(sum(component.left.values()) for component in self._components)
            seconds = time.monotonic() - self._began_to_stop
            self._say(f"stopped after {seconds:.1f} s; messages left, which are redelivered: {left}")
        if not (unfinished := handlers_in_threads()):
            return code
        fail(f"{', '.join(unfinished)} did not return within the grace")
        return exits.UNFINISHED

    def _drain(self) -> bool:
        """Receive no more messages; return whether there is something to finish."""
        if self._health.stopping:
            return self._health.started
        self._health.stop()
        self._manager.tell("STOPPING=1")
        self._began_to_stop = time.monotonic()
        if self._health.started:
            count = sum(sum(component.in_progress.values()) for component in self._components)
            self._say(f"stopping; messages in progress: {count}")
        for component in self._components:
            component.stop()
        return self._health.started

    async def _work(self) -> int:
        options = self._options

        def gone() -> None:
            """End without a supervisor: as at the first signal."""
            if not self._drain():
                tasks.cancel_scope.cancel()

        async with background() as tasks, AsyncExitStack() as stack:
            tasks.start_soon(self._health.run)
            if self._worker is not None:
                tasks.start_soon(self._worker.serve, self._health, gone)
            await serve_health(tasks, self._health, options.health, self._manager)
            buses = {name: await stack.enter_async_context(bus) for name, bus in self._buses().items()}
            group = await stack.enter_async_context(anyio.create_task_group())
            for component in self._components:
                await group.start(component.run, buses)
            self._health.start()
            self._manager.tell("READY=1")
            self._say(f"running {', '.join(c.name for c in self._components)} on {options.where}", "green")
        return exits.OK

    def _buses(self) -> dict[str, Bus]:
        options = self._options
        trail = None if options.audit is None else AuditTrail(options.audit)
        return {
            name: Bus(url, context=options.context, strict=options.strict, audit=trail, tracing=options.tracing)
            for name, url in options.urls.items()
        }

    def _say(self, text: str, style: str = "dim") -> None:
        remark(f"{self._prefix}{text}", style)

    @property
    def _prefix(self) -> str:
        return "" if self._worker is None else f"worker {self._worker.number}: "

    def _report(self) -> None:
        for component in self._components:
            for name, counters in component.counters.items():
                if self._options.as_json:
                    worker = {} if self._worker is None else {"worker": self._worker.number}
                    done = {**counters.counts(), "left": component.left.get(name, 0)}
                    record({"component": component.name, "handler": name, **worker, **done})
                else:
                    line(f"{self._prefix}{component.name}.{name}: {counters}")


def _metrics_of(components: Sequence[Component[Any]]) -> Metrics | None:
    """Have components watched; None: prometheus-client is not installed."""
    try:
        from prometheus_client import CollectorRegistry
    except ImportError:
        return None
    metrics = Metrics(CollectorRegistry())
    for component in components:
        metrics.watch(component)
    return metrics

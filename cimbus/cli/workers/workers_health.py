"""The health of several workers as one."""

from __future__ import annotations

import time
from collections.abc import Mapping
from http import HTTPStatus

import anyio

from cimbus.cli.health.health_check import HealthCheck
from cimbus.errors import MissingExtraError

from .exposition import merged
from .worker_process import WorkerProcess

METRICS_TIMEOUT = 5.0
"""How long a worker's metrics are waited for, in seconds: half of what Prometheus waits for all of them by default."""


class WorkersHealth:
    """What ``/live``, ``/ready`` and ``/metrics`` say of workers.

    Args:
        workers: by number; what it holds changes when one is started again.
        stuck_after: after how many seconds without an answer a worker is stuck; 0: never.
    """

    def __init__(self, workers: Mapping[int, WorkerProcess], stuck_after: float) -> None:
        self._workers = workers
        self._stuck_after = stuck_after

    def live(self) -> HealthCheck:
        """Return whether each worker that runs makes progress; one that has ended is started again."""
        problems: list[str] = []
        for number, worker in self._workers.items():
            silent = time.monotonic() - worker.answered
            if not worker.running:
                continue
            problems += [f"worker {number}: {problem}" for problem in worker.live.problems]
            if self._stuck_after and silent >= self._stuck_after:
                problems.append(f"worker {number} has not answered for {silent:.0f} s")
        return HealthCheck(tuple(problems))

    def ready(self) -> HealthCheck:
        """Return whether every worker is ready."""
        problems: list[str] = []
        for number, worker in self._workers.items():
            if not worker.running:
                problems.append(f"worker {number} does not run")
            problems += [f"worker {number}: {problem}" for problem in worker.ready.problems if worker.running]
        return HealthCheck(tuple(problems))

    async def metrics(self) -> tuple[bytes, str]:
        """Return the metrics of all workers that answer.

        Raises:
            MissingExtraError: what writes them is not installed.
        """
        texts: dict[int, str] = {}
        missing, content_type = "", "text/plain; version=0.0.4; charset=utf-8"
        for number, worker in list(self._workers.items()):
            with anyio.move_on_after(METRICS_TIMEOUT):
                status, body, kind = await worker.metrics()
                if status == HTTPStatus.OK:
                    texts[number], content_type = body.decode(), kind
                elif status == HTTPStatus.NOT_FOUND:
                    missing = body.decode().strip()
        if missing and not texts:
            raise MissingExtraError(missing)
        return merged(texts).encode(), content_type

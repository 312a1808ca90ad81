"""Whether stores can be written, tried at intervals: a probe over HTTP must not wait for a disk."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import anyio

from cimbus.errors import CimbusError

from .health_check import HealthCheck

CHECK_INTERVAL: Final = 5.0
"""Seconds between two checks of a store: half of what Kubernetes lets pass between two probes by default. A check is an
empty transaction, which costs a lock of the file and no write to the disk."""
LATE: Final = 2.0
"""After how many seconds a check that has not returned is a problem; an empty transaction takes milliseconds."""


class StoreChecks:
    """Tries stores at intervals, each in a task of its own: one that hangs does not delay the others.

    Args:
        stores: by name, each with a function that raises ``CimbusError`` if the store cannot be written.
        interval: seconds between two checks.
        late: after how many seconds a check that has not returned is a problem.
    """

    def __init__(
        self,
        stores: Mapping[str, Callable[[], Awaitable[None]]],
        interval: float = CHECK_INTERVAL,
        late: float = LATE,
    ) -> None:
        self._stores = stores
        self._late = late
        self._interval = interval
        self._errors: dict[str, str] = {}
        self._begun: dict[str, float] = {}

    async def run(self) -> None:
        """Check until cancelled."""
        async with anyio.create_task_group() as tasks:
            for name, check in self._stores.items():
                tasks.start_soon(self._keep_checking, name, check)

    async def _keep_checking(self, name: str, check: Callable[[], Awaitable[None]]) -> None:
        while True:
            self._begun[name] = time.monotonic()
            try:
                await check()
            except CimbusError as error:
                self._errors[name] = str(error)
            else:
                self._errors.pop(name, None)
            finally:
                self._begun.pop(name, None)
            await anyio.sleep(self._interval)

    def result(self) -> HealthCheck:
        """Return what the last checks found."""
        now = time.monotonic()
        late = [
            f"{name} has not been written for {now - begun:.0f} s"
            for name, begun in self._begun.items()
            if now - begun >= self._late and name not in self._errors
        ]
        return HealthCheck((*self._errors.values(), *late))

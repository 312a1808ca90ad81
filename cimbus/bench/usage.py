"""CPU time and memory of processes, the broker's included, sampled during a run."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

from .extras import needed
from .result import ProcessUse

__all__ = ["UsageSampler"]


class UsageSampler:
    """Samples processes by name; of one name there may be several processes, which are added.

    >>> import os
    >>> sampler = UsageSampler({"all": [os.getpid()]})
    >>> sampler.sample(0.0); sampler.sample(1.0)
    >>> sampler.uses(1.0)[0].rss_max > 1_000_000
    True

    Args:
        pids: name -> process ids.

    Raises:
        MissingExtraError: psutil is not installed.
    """

    def __init__(self, pids: Mapping[str, Sequence[int]]) -> None:
        psutil = needed("psutil")
        self._gone: type[Exception] = psutil.Error
        self._processes: dict[str, list[Any]] = {name: [] for name in pids}
        for name, ids in pids.items():
            for pid in ids:
                with contextlib.suppress(self._gone):
                    self._processes[name].append(psutil.Process(pid))
        self._first: dict[str, float] = {}
        self._last: dict[str, float] = {}
        self._rss: dict[str, int] = dict.fromkeys(pids, 0)
        self._at = 0.0
        self.shares: dict[str, list[float]] = {name: [] for name in pids}
        """By name: the share of one core since the sample before."""

    def sample(self, at: float) -> None:
        """Take one sample; ``at`` is in seconds since the start."""
        since = at - self._at
        for name, processes in self._processes.items():
            cpu = 0.0
            rss = 0
            for process in processes:
                with contextlib.suppress(self._gone):
                    cpu += _cpu_seconds(process)
                    rss += process.memory_info().rss
            before = self._last.get(name, cpu)
            self._first.setdefault(name, cpu)
            self._last[name] = max(cpu, before)
            self._rss[name] = max(self._rss[name], rss)
            self.shares[name].append(round((self._last[name] - before) / since, 3) if since > 0 else 0.0)
        self._at = at

    def uses(self, seconds: float) -> tuple[ProcessUse, ...]:
        """Return what each used between the first sample and the last."""
        found: list[ProcessUse] = []
        for name in self._processes:
            cpu = self._last.get(name, 0.0) - self._first.get(name, 0.0)
            share = round(cpu / seconds, 6) if seconds else 0.0
            found.append(ProcessUse(name=name, cpu_seconds=round(cpu, 6), cpu_share=share, rss_max=self._rss[name]))
        return tuple(found)


def _cpu_seconds(process: Any) -> float:
    """Return the CPU seconds of a process; of another process Linux tells them in steps of 10 ms (clock ticks)."""
    if process.pid == os.getpid():
        return time.process_time()
    times = process.cpu_times()
    return float(times.user + times.system)

"""Whether handlers make progress: the decision, without a clock of its own.

A handler is stuck if one attempt to handle a message runs for longer than a bound, or if messages that were received
are not begun for as long. What does not count: the time in which a bus cannot be reached, or in which the handler's
store or circuit keeps it waiting (a restart mends none of these; ``/ready`` says so), and pauses between attempts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Protocol

from cimbus.application.handler_progress import HandlerProgress

from .health_check import HealthCheck


class Progressing(Protocol):
    """A component."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def progress(self) -> Mapping[str, HandlerProgress]:
        """What each handler works on now."""
        ...

    @property
    def buses_ready(self) -> bool:
        """Whether all its buses can be reached now."""
        ...


class HandlerWatch:
    """What was seen of one handler.

    Attributes:
        excused: when it was last seen to wait for something else.
        advanced: when it was last seen to begin messages, or to have none to begin.
        begun: how many messages it had begun then.
    """

    __slots__ = ("advanced", "begun", "excused")

    def __init__(self, now: float) -> None:
        self.excused = now
        self.advanced = now
        self.begun = 0


class Liveness:
    """Decides whether components make progress; ``sample`` is called now and then.

    Args:
        stuck_after: the bound, in seconds; 0: there is none.

    >>> class Component:
    ...     name, buses_ready = "OMS", True
    ...     progress = {"events": HandlerProgress(since=100.0, message="m-1", begun=1)}
    >>> liveness = Liveness(60)
    >>> liveness.sample([Component()], now=100.0).ok
    True
    >>> liveness.sample([Component()], now=161.0).problems
    ('OMS.events has not returned for 61 s: m-1',)
    """

    def __init__(self, stuck_after: float) -> None:
        self.stuck_after = stuck_after
        self._seen: dict[str, HandlerWatch] = {}

    def sample(self, components: Iterable[Progressing], now: float) -> HealthCheck:
        """Look at what components do at one moment, in seconds of ``time.monotonic()``; return whether it is progress.

        The bound is kept up to the time between two calls.
        """
        problems: list[str] = []
        for component in components:
            for handler, progress in component.progress.items():
                name = f"{component.name}.{handler}"
                watch = self._seen.setdefault(name, HandlerWatch(now))
                if not component.buses_ready or progress.waiting:
                    watch.excused = now
                if progress.begun != watch.begun or not progress.queued:
                    watch.begun, watch.advanced = progress.begun, now
                if self.stuck_after and (problem := self._problem(progress, watch, now)):
                    problems.append(f"{name} {problem}")
        return HealthCheck(tuple(problems))

    def _problem(self, progress: HandlerProgress, watch: HandlerWatch, now: float) -> str:
        since = max(progress.since, watch.excused)
        if since < math.inf and now - since >= self.stuck_after:
            return f"has not returned for {now - since:.0f} s" + (f": {progress.message}" if progress.message else "")
        since = max(watch.advanced, watch.excused)
        if now - since >= self.stuck_after:
            return f"has begun none of {progress.queued} messages for {now - since:.0f} s"
        return ""

"""Runs a load: starts who sends and receives it, watches it, ends it, and adds up what they tell."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from typing import Final

import anyio
import msgspec

from cimbus.application.bus import Bus

from .members import RunMember, members_of
from .plan import NANO, RunPlan
from .reports import Attend, Begin, Finish
from .result import ProcessUse, Timeline
from .usage import UsageSampler

__all__ = ["LoadProgress", "LoadRecord", "run_load"]

INTERVAL: Final = 0.25
"""Seconds between two points of the timeline."""
LEAD: Final = 0.2
"""Seconds between the command and the start, so that all processes have got it."""
DRAIN: Final = 120.0
"""Seconds that a run may take beyond its end."""
QUIET: Final = 60.0
"""Seconds without anything handled, after which what is missing is lost: one large message may take many of them."""


class LoadProgress(msgspec.Struct, frozen=True):
    """How far a run is: messages so far.

    >>> LoadProgress(1.0, due=10, sent=9, acknowledged=8, handled=7, expected=10).backlog
    3

    Attributes:
        seconds: since the start.
        due, sent, acknowledged, handled: handled of all applications together.
        expected: deliveries that are to be handled for what is due so far.
    """

    seconds: float
    due: int
    sent: int
    acknowledged: int
    handled: int
    expected: int

    @property
    def backlog(self) -> int:
        """Deliveries that are due and not handled."""
        return max(self.expected - self.handled, 0)


class LoadRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen of a run, before it is judged.

    Attributes:
        plan: what was run.
        members: who did it, with all they told.
        timeline, processes: over time, and by process.
        drained: whether everything was handled.
        wall_seconds: until the last was handled.
        returned_after: when applications that were away came back, 0 if they were not away.

    >>> LoadRecord.__name__
    'LoadRecord'
    """

    plan: RunPlan
    members: tuple[RunMember, ...]
    timeline: Timeline
    processes: tuple[ProcessUse, ...]
    drained: bool
    wall_seconds: float
    returned_after: float


async def run_load(
    plan: RunPlan,
    *,
    observe: Callable[[LoadProgress], None] = lambda _: None,
    broker: Sequence[int] = (),
    drain: float = DRAIN,
    started: Callable[[list[RunMember]], None] = lambda _: None,
) -> LoadRecord:
    """Run a load and return what was seen.

    On a bus that other processes cannot reach, all is done by this process.

    Args:
        plan: what to run.
        observe: called four times a second.
        broker: process ids of the broker.
        drain: seconds after the last message is due, after which a run that is not through is ended.
        started: called once, when all who send and receive are ready.

    Raises:
        CimbusError: the bus cannot be reached, or a process failed.

    >>> from functools import partial
    >>> from cimbus.bench.plan import plan_run
    >>> from cimbus.bench.scenario import load_scenario
    >>> plan = plan_run(load_scenario("work-orders"), "memory:an-example", seconds=0.1)
    >>> anyio.run(partial(run_load, plan)).drained
    True
    """
    apart = Bus(plan.url).transport.traits.multi_process
    async with AsyncExitStack() as stack:
        members = await stack.enter_async_context(members_of(plan, processes=apart))
        started(members)
        pids = {"all": [members[0].pid]} if not apart else {each.assignment.name: [each.pid] for each in members}
        if broker:
            pids["broker"] = list(broker)
        watch = _Watch(plan, members, UsageSampler(pids), observe, drain)
        await watch.begin()
        await watch.until_over()
        for member in members:
            await member.send(Finish())
        for member in members:
            await member.done.wait()
    return watch.record()


class _Watch:
    """Watches one run from its start to its end."""

    def __init__(
        self,
        plan: RunPlan,
        members: list[RunMember],
        sampler: UsageSampler,
        observe: Callable[[LoadProgress], None],
        drain: float,
    ) -> None:
        self._plan, self._members, self._sampler = plan, members, sampler
        self._observe, self._drain = observe, drain
        self._points: list[LoadProgress] = []
        self._start = 0
        self._drained = False
        self._returned = 0.0
        self._moved = 0.0
        self._handled_at = 0.0

    async def begin(self) -> None:
        """Tell all when the run begins, and wait until then."""
        self._start = time.monotonic_ns() + int(LEAD * NANO)
        for member in self._members:
            await member.send(Begin(at=self._start))
        await anyio.sleep(LEAD)
        self._point(0.0)

    async def until_over(self) -> None:
        """Wait until everything is handled, or will not be."""
        while not self._over(self._point(self._elapsed())):
            if self._plan.away and not self._returned and self._sent_all():
                self._returned = self._moved = self._elapsed()
                for member in self._members:
                    if member.assignment.role == "subscriber":
                        await member.send(Attend())
            await anyio.sleep(INTERVAL)

    def _elapsed(self) -> float:
        return (time.monotonic_ns() - self._start) / NANO

    def _sent_all(self) -> bool:
        return all(each.progress.done for each in self._members if each.assignment.role == "publisher")

    def _over(self, point: LoadProgress) -> bool:
        if not self._sent_all():
            return point.seconds > self._plan.seconds + self._drain
        if self._plan.away and not self._returned:
            return False
        self._drained = all(self._handled_all(number) for number in range(len(self._plan.streams)))
        since = max(self._plan.seconds, self._returned)
        quiet = point.seconds - max(self._moved, since) > QUIET
        return self._drained or quiet or point.seconds > since + self._drain

    def _handled_all(self, number: int) -> bool:
        """Return whether what the middleware has taken of a stream was handled by all applications."""
        told = [each.progress for each in self._members]
        taken = sum(each.acknowledged[number] for each in told if each.acknowledged)
        handled = sum(each.handled[number] for each in told if each.handled)
        return handled >= taken * self._copies(self._plan.streams[number].kind)

    def _copies(self, kind: str) -> int:
        return 1 if kind == "request" else self._plan.subscribers

    def _point(self, elapsed: float) -> LoadProgress:
        due = [stream.due_before(int(elapsed * NANO)) for stream in self._plan.streams]
        progress = [each.progress for each in self._members]
        handled = sum(sum(each.handled) for each in progress)
        if not self._points or handled > self._points[-1].handled:
            self._moved = self._handled_at = elapsed
        expected = sum(count * self._copies(stream.kind) for count, stream in zip(due, self._plan.streams, strict=True))
        sent = sum(sum(each.sent) for each in progress)
        acknowledged = sum(sum(each.acknowledged) for each in progress)
        point = LoadProgress(round(elapsed, 3), sum(due), sent, acknowledged, handled, expected)
        self._points.append(point)
        self._sampler.sample(elapsed)
        self._observe(point)
        return point

    def record(self) -> LoadRecord:
        """Return what was seen."""
        points = self._points
        return LoadRecord(
            plan=self._plan,
            members=tuple(self._members),
            timeline=Timeline(
                seconds=tuple(each.seconds for each in points),
                due=tuple(each.due for each in points),
                sent=tuple(each.sent for each in points),
                acknowledged=tuple(each.acknowledged for each in points),
                handled=tuple(each.handled for each in points),
                cpu={name: tuple(shares) for name, shares in self._sampler.shares.items()},
            ),
            processes=self._sampler.uses(points[-1].seconds),
            drained=self._drained,
            wall_seconds=round(self._handled_at, 3),
            returned_after=round(self._returned, 3),
        )

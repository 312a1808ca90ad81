"""One call of ``cimbus bench``: scenarios, one after another, each at one factor or up to its limit."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from typing import Final, Literal

import msgspec

from cimbus.middleware.safe_url import safe_url

from .connecting import claim_over
from .judging import judge
from .limits import PRECISION, find_limit
from .machine import machine_facts
from .plan import RunPlan, plan_run
from .result import VERSION, BenchResult, Headroom, LoadLimit, RunResult, SoakResult
from .running import DRAIN, LoadProgress, run_load
from .scenario import REFERENCE_METERS, LoadScenario
from .soak import SoakSampler
from .stages import measure_stages
from .tiers import TIERS

__all__ = ["BenchOptions", "run_benchmark"]

TRIAL_DRAIN: Final = 5.0
"""Seconds that a trial of the search for the limit may take beyond its end: what takes longer is not sustained."""


class BenchOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How scenarios are run.

    Attributes:
        url: the bus.
        factor: by which rates are multiplied; where the search for the limit starts.
        seconds: how long messages are due.
        meters: of the utility.
        workers: processes of each application, 0: as the scenario says.
        count: messages of a soak, 0: no soak; its time follows from the factor.
        find_limit: search for the highest factor; ``most``: at most this; ``precision``: the relative gap at which
            it ends.
        format, backend: of the bodies, and the event loop.
        broker: process ids of the broker, to measure it.

    >>> BenchOptions(url="memory:x").factor
    1.0
    """

    url: str
    factor: float = 1.0
    seconds: float = 10.0
    meters: float = REFERENCE_METERS
    workers: int = 0
    count: int = 0
    find_limit: bool = False
    most: float = 10_000.0
    precision: float = PRECISION
    format: Literal["xml", "json"] = "xml"
    backend: str = "asyncio"
    broker: Sequence[int] = ()


class ProgressListener:
    """Is told what happens; by default it does nothing.

    >>> ProgressListener().begins("storm", 1.0)
    """

    def begins(self, scenario: str, factor: float) -> None:
        """Note that a run begins."""

    def moves(self, progress: LoadProgress) -> None:
        """Note how far it is, four times a second."""

    def ends(self, run: RunResult) -> None:
        """Note what came of it."""


async def run_benchmark(
    scenarios: Sequence[LoadScenario], options: BenchOptions, listener: ProgressListener | None = None
) -> BenchResult:
    """Run scenarios and return what was measured.

    Raises:
        CimbusError: the bus cannot be reached, or a process failed.
        MissingExtraError: the extra ``bench`` is not installed.

    >>> import anyio
    >>> from cimbus.bench.scenario import load_scenario
    >>> options = BenchOptions(url="memory:an-example", seconds=0.2)
    >>> result = anyio.run(run_benchmark, [load_scenario("work-orders")], options)
    >>> result.headroom[0].scenario, result.headroom[0].lost
    ('work-orders', 0)
    """
    told = listener or ProgressListener()
    began, facts = datetime.now(UTC), machine_facts()
    runs: list[RunResult] = []
    limits: dict[str, LoadLimit] = {}
    soaks: list[SoakResult] = []
    for scenario in scenarios:
        with ExitStack() as stack:
            trial = _Trial(scenario, options, stack, told)
            if options.find_limit:
                limits[scenario.name], run = await find_limit(
                    trial, first=options.factor, most=options.most, precision=options.precision
                )
            else:
                run = await trial(options.factor)
            runs.append(run)
            soaks += trial.soaks
    return BenchResult(
        version=VERSION,
        began=began.isoformat(timespec="seconds"),
        command=_command(options),
        bus=safe_url(options.url),
        machine=facts,
        headroom=tuple(headroom(run, limits.get(run.scenario), options.meters) for run in runs),
        runs=tuple(runs),
        limits=limits,
        soaks=tuple(soaks),
    )


class _Trial:
    """Runs one scenario at factors."""

    def __init__(
        self, scenario: LoadScenario, options: BenchOptions, stack: ExitStack, listener: ProgressListener
    ) -> None:
        self._scenario, self._options, self._listener = scenario, options, listener
        self._plan: Callable[..., RunPlan] = partial(
            plan_run,
            scenario,
            options.url,
            seconds=options.seconds,
            meters=options.meters,
            workers=options.workers,
            format=options.format,
            backend=options.backend,
        )
        plan = self._plan()
        if options.count:  # as long as it takes at this rate
            rate = self._plan(factor=options.factor).count / options.seconds
            self._plan = partial(self._plan, seconds=options.count / rate)
        self.soaks: list[SoakResult] = []
        self._stages = measure_stages(plan)
        self._store = ""
        if max(stage.size for stage in self._stages) > claim_over(options.url):
            self._store = stack.enter_context(tempfile.TemporaryDirectory(prefix="cimbus-bench-"))
        self._context = plan.context

    async def __call__(self, factor: float) -> RunResult:
        plan = self._plan(factor=factor, context=self._context, claim_store=self._store)
        self._listener.begins(self._scenario.name, factor)
        drain = TRIAL_DRAIN if self._options.find_limit else DRAIN
        sampler = SoakSampler()

        def observe(progress: LoadProgress) -> None:
            self._listener.moves(progress)
            if self._options.count:
                sampler.sample(progress)

        record = await run_load(plan, observe=observe, broker=self._options.broker, drain=drain, started=sampler.start)
        run = judge(record, self._scenario, factor, self._stages)
        if self._options.count:
            self.soaks.append(sampler.result(record, run.scenario, sum(each.lost for each in run.streams)))
        self._listener.ends(run)
        return run


def headroom(run: RunResult, limit: LoadLimit | None, meters: float) -> Headroom:
    """Return the line of the first screen for a run.

    >>> headroom.__name__
    'headroom'
    """
    tiers = {each.tier for each in run.streams}
    tier = next(each for each in TIERS.values() if each.name in tiers)
    times = meters / REFERENCE_METERS
    factor = (limit.factor if limit else run.factor if run.sustained else 0.0) * times
    return Headroom(
        scenario=run.scenario,
        title=run.title,
        factor=round(factor, 3),
        at_least=bool(factor) and (limit is None or not limit.failed),
        rate=run.rate_due,
        lost=sum(each.lost for each in run.streams),
        doubled=sum(each.doubled for each in run.streams),
        out_of_order=sum(each.out_of_order for each in run.streams),
        p99=max((each.latency.p99 for each in run.streams if each.tier == tier.name), default=0.0),
        tier=tier.name,
        bound=tier.bound,
        bottleneck=limit.bottleneck if limit else "",
    )


def _command(options: BenchOptions) -> dict[str, str | float | bool]:
    names = ("count", "factor", "seconds", "meters", "workers", "find_limit", "format", "backend")
    return {name: getattr(options, name) for name in names}

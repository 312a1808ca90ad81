"""What a run comes to: the accounting of each stream, and whether the load was sustained."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Final

from .accounting import ACKNOWLEDGED, unpacked
from .latency import Latencies
from .members import RunMember
from .reports import Finished, StreamReport
from .result import MessageCost, ProcessUse, RunResult, StageCost, StreamResult
from .running import QUIET, LoadRecord
from .scenario import LoadScenario
from .tiers import TIERS

__all__ = ["judge"]

NOTHING: Final = zlib.compress(b"")
FLAT_SECONDS: Final = 1.0
FLAT_SHARE: Final = 0.1
"""A backlog is flat if what is due last is handled within a second, or within a tenth of the run."""


def judge(record: LoadRecord, scenario: LoadScenario, factor: float, stages: Sequence[StageCost] = ()) -> RunResult:
    """Return the result of a run.

    Args:
        record: what was seen.
        scenario: what was run, for its words.
        factor: at which factor.
        stages: what a message of each stream costs, where that was measured.

    >>> judge.__name__
    'judge'
    """
    plan = record.plan
    streams = tuple(_stream(record, number) for number in range(len(plan.streams)))
    due_seconds = plan.seconds
    drain = max(record.wall_seconds - max(due_seconds, record.returned_after), 0.0)
    handled = sum(each.handled for each in streams)
    reasons = _reasons(record, streams, drain)
    back = record.wall_seconds - record.returned_after
    return RunResult(
        scenario=scenario.name,
        title=scenario.title,
        factor=factor,
        due_seconds=due_seconds,
        wall_seconds=record.wall_seconds,
        drain_seconds=round(drain, 3),
        rate_due=round(plan.count / due_seconds, 3),
        rate_handled=round(handled / record.wall_seconds, 3) if record.wall_seconds else 0.0,
        sustained=not reasons,
        reasons=reasons,
        drained=record.drained,
        catch_up_rate=round(handled / back, 3) if plan.away and back > 0 else 0.0,
        streams=streams,
        processes=record.processes,
        stages=tuple(stages),
        cost=_cost(record.processes, streams, stages),
        timeline=record.timeline,
    )


def _stream(record: LoadRecord, number: int) -> StreamResult:
    stream, plan = record.plan.streams[number], record.plan
    sent = [_report(each.finished, number) for each in _of(record, "publisher")]
    states = _added([unpacked(each.states) for each in sent], stream.count)
    latency, acknowledged_after, sent_after = Latencies(), Latencies(), Latencies()
    for report in sent:
        latency.merge(report.handled_after)
        acknowledged_after.merge(report.acknowledged_after)
        sent_after.merge(report.sent_after)
    acknowledged = states.count(ACKNOWLEDGED)
    received = out_of_order = handled = missing = doubled = 0
    for index in range(1 if stream.kind == "request" else plan.subscribers):
        reports = [_report(each.finished, number) for each in _of(record, "subscriber", index)]
        times = _added([unpacked(each.states) for each in reports], stream.count)
        received += sum(each.received for each in reports)
        out_of_order += sum(each.out_of_order for each in reports)
        handled += len(times) - times.count(0)
        doubled += sum(times) - len(times) + times.count(0)
        missing += sum(1 for state, count in zip(states, times, strict=True) if state == ACKNOWLEDGED and not count)
        if stream.kind == "event":
            for report in reports:
                latency.merge(report.handled_after)
    percentiles, bound = latency.percentiles(), TIERS[stream.tier].bound
    over = record.drained or record.wall_seconds + QUIET < record.timeline.seconds[-1]  # nothing was coming any more
    return StreamResult(
        name=stream.name,
        noun=stream.noun,
        verb=stream.verb,
        kind=stream.kind,
        tier=stream.tier,
        due=stream.count,
        sent=len(states) - states.count(0),
        repeated=sum(each.repeated for each in sent),
        acknowledged=acknowledged,
        failed=sum(each.failed for each in sent),
        received=received,
        handled=handled,
        lost=missing if over else 0,
        pending=0 if over else missing,
        doubled=doubled,
        out_of_order=out_of_order,
        latency=percentiles,
        acknowledged_after=acknowledged_after.percentiles(),
        sent_after=sent_after.percentiles(),
        bound=bound,
        within_bound=plan.away or percentiles.p99 <= bound,
        error=next((each.error for each in sent if each.error), ""),
    )


def _of(record: LoadRecord, role: str, index: int | None = None) -> list[RunMember]:
    return [each for each in record.members if each.assignment.role == role and index in (None, each.assignment.index)]


def _report(finished: Finished | None, number: int) -> StreamReport:
    """Return what was told of a stream; a process that told nothing did nothing."""
    return finished.streams[number] if finished is not None else StreamReport(states=NOTHING)


def _added(parts: list[bytes], count: int) -> list[int]:
    """Add the bytes of several processes, one after the other."""
    if len(parts) == 1 and len(parts[0]) == count:
        return list(parts[0])
    total = [0] * count
    for part in parts:
        for number, value in enumerate(part):
            total[number] += value
    return total


def _reasons(record: LoadRecord, streams: Sequence[StreamResult], drain: float) -> tuple[str, ...]:
    """Return why a load was not sustained, in words; empty if it was."""
    found: list[str] = []
    for each in streams:
        if each.lost:
            found.append(f"{each.name}: {each.lost} lost")
        if each.failed:
            found.append(f"{each.name}: {each.failed} failed: {each.error}")
        if each.pending or each.acknowledged + each.failed < each.due:
            found.append(f"{each.name}: {each.due - each.acknowledged - each.failed} not sent, {each.pending} pending")
        if not each.within_bound:
            found.append(f"{each.name}: p99 of {each.latency.p99:.3g} s, the bound is {each.bound:g} s")
    if drain > max(FLAT_SECONDS, FLAT_SHARE * record.plan.seconds) and not record.plan.away:
        found.append(f"the backlog grew: it took {drain:.1f} s to handle what was left at the end")
    return tuple(found)


def _cost(processes: Sequence[ProcessUse], streams: Sequence[StreamResult], stages: Sequence[StageCost]) -> MessageCost:
    """Return CPU per message, by stage."""
    sent, handled = sum(each.sent for each in streams), sum(each.handled for each in streams)
    by_name = {stage.stream: stage for stage in stages}

    def used(role: str) -> float:
        return sum(each.cpu_seconds for each in processes if each.name.startswith(role)) * 1e6

    def stage(name: str, count: str, total: int) -> float:
        spent = sum(
            getattr(by_name[each.name], name) * getattr(each, count) for each in streams if each.name in by_name
        )
        return round(spent / total, 2) if total else 0.0

    return MessageCost(
        publish=round(used("publisher") / sent, 2) if sent else 0.0,
        make=stage("make", "sent", sent),
        encode=stage("encode", "sent", sent),
        handle=round(used("subscriber") / handled, 2) if handled else 0.0,
        decode=stage("decode", "handled", handled),
        broker=round(used("broker") / sent, 2) if sent else 0.0,
    )

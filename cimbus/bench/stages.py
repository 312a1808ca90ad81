"""What making, encoding and decoding one message of each stream costs, measured alone before the run."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from cimbus.interface.codecs import decode, encode
from cimbus.interface.message import Message

from .connecting import limits_of
from .payloads import payload_maker
from .plan import RunPlan, StreamPlan
from .result import StageCost

__all__ = ["measure_stages"]

ENOUGH: Final = 0.05
"""Seconds of CPU that each stage is measured for: thousands of small messages, one large one."""
MOST: Final = 500


def measure_stages(plan: RunPlan) -> tuple[StageCost, ...]:
    """Return the cost of one message of each stream of a run.

    >>> stream = StreamPlan(name="x", noun="EndDeviceEvents", count=1, seconds=1.0, keys=1)
    >>> (cost,) = measure_stages(RunPlan(run="1", url="memory:", context="x", streams=(stream,)))
    >>> cost.size > 500 and cost.decode > 0
    True
    """
    return tuple(_measure(stream, plan) for stream in plan.streams)


def _measure(stream: StreamPlan, plan: RunPlan) -> StageCost:
    maker, now, limits = payload_maker(stream), datetime.now(UTC), limits_of([stream])

    def make() -> Message[Any]:
        return Message.of(maker("m-1", now), verb=stream.verb, noun=stream.noun, source="HES", correlation_id="1")

    message = make()
    body = encode(message, plan.format)
    return StageCost(
        stream=stream.name,
        size=len(body),
        make=_cost_of(make),
        encode=_cost_of(lambda: encode(message, plan.format)),
        decode=_cost_of(lambda: decode(body, limits=limits).payload),
    )


def _cost_of(work: Callable[[], object]) -> float:
    """Return the CPU of one call in microseconds, the first one left out unless it takes long."""
    began = time.process_time()
    work()
    if (first := time.process_time() - began) > ENOUGH:
        return round(first * 1e6, 2)
    count, began = 0, time.process_time()
    while (spent := time.process_time() - began) < ENOUGH and count < MOST:
        work()
        count += 1
    return round(spent / count * 1e6, 2)

"""What one run does, worked out from a scenario: how many messages of each stream, when each is sent, and by whom.

It is a value that processes are given as JSON. Message ``n`` of a stream is to be sent at a time that follows from
``n`` alone, so that the publisher and the subscribers agree on it without telling each other.
"""

from __future__ import annotations

import math
import uuid
from typing import Final, Literal

import msgspec

from .scenario import REFERENCE_METERS, Kind, LoadScenario, LoadStream, TierName

__all__ = ["RunPlan", "StreamPlan", "plan_run", "read_mark", "write_mark"]

LANES: Final = 4
"""Batches that a publisher has in flight for each stream: while one waits for the acknowledgement, others are made."""
NANO: Final = 1_000_000_000


class StreamPlan(msgspec.Struct, frozen=True, kw_only=True):
    """One stream of a run.

    Attributes:
        name, noun, verb, kind, tier, system: as in the scenario.
        count: messages of all publishers together.
        starts, seconds: when the first is due, counted from the start of the run, and how long the stream lasts.
        keys: how many objects the messages are about, 0: none.
        items, values, size, parts: as in the scenario.

    >>> stream = StreamPlan(name="x", noun="EndDeviceEvents", count=4, seconds=2.0, keys=2)
    >>> [stream.due(number) / 1e9 for number in range(4)]
    [0.25, 0.75, 1.25, 1.75]
    """

    name: str
    noun: str
    count: int
    seconds: float
    keys: int
    verb: str = "created"
    kind: Kind = "event"
    tier: TierName = "event"
    system: str = "application"
    starts: float = 0.0
    items: int = 1
    values: int = 1
    size: int = 0
    parts: int = 1

    def due(self, number: int) -> int:
        """Return when a message is to be sent, in nanoseconds from the start of the run."""
        return int((self.starts + (number + 0.5) * self.seconds / self.count) * NANO)

    def due_before(self, elapsed: int) -> int:
        """Return how many messages are due at a time, in nanoseconds from the start of the run."""
        share = (elapsed / NANO - self.starts) * self.count / self.seconds - 0.5
        return min(self.count, max(0, math.floor(share) + 1))

    def key(self, number: int) -> str:
        """Return the key of a message, empty if it has none."""
        return f"m-{number % self.keys}" if self.keys else ""


class RunPlan(msgspec.Struct, frozen=True, kw_only=True):
    """One run, as its processes are told.

    Attributes:
        run: identifies it in the messages.
        url, context: the bus, and Header.Context of all messages.
        streams: what is sent.
        publishers, subscribers, workers: processes that send; applications; processes of each application.
        concurrency: messages that a worker handles at once.
        handler_seconds: how long a handler waits.
        duplicates: share of the messages that are sent twice.
        away: whether subscribers stay away until everything was sent.
        format: of the bodies.
        backend: the event loop of the processes.
        claim_store: a folder for messages that the transport does not take; empty for none.

    >>> from cimbus.bench.scenario import load_scenario
    >>> plan_run(load_scenario("storm"), "memory:x", factor=2, seconds=10).streams[0].count
    1330
    """

    run: str
    url: str
    context: str
    streams: tuple[StreamPlan, ...]
    publishers: int = 1
    subscribers: int = 1
    workers: int = 1
    concurrency: int = 16
    handler_seconds: float = 0.0
    duplicates: float = 0.0
    away: bool = False
    format: Literal["xml", "json"] = "xml"
    backend: str = "asyncio"
    claim_store: str = ""

    @property
    def seconds(self) -> float:
        """How long messages are due."""
        return max(stream.starts + stream.seconds for stream in self.streams)

    @property
    def systems(self) -> list[str]:
        """The applications that handle the streams, in order."""
        return list(dict.fromkeys(stream.system for stream in self.streams))

    @property
    def count(self) -> int:
        """How many messages are due."""
        return sum(stream.count for stream in self.streams)


def plan_run(
    scenario: LoadScenario,
    url: str,
    *,
    factor: float = 1.0,
    seconds: float = 10.0,
    meters: float = REFERENCE_METERS,
    context: str = "",
    workers: int = 0,
    **more: object,
) -> RunPlan:
    """Return the plan of a run.

    Args:
        scenario: what is sent.
        url: the bus.
        factor: by which all rates are multiplied.
        seconds: how long messages are due.
        meters: of the utility; the rates are for a million.
        context: Header.Context of all messages; by default one of this run.
        workers: processes of each application, 0: as the scenario says.
        more: other attributes of the plan.

    >>> from cimbus.bench.scenario import load_scenario
    >>> plan_run(load_scenario("work-orders"), "memory:x", seconds=1).count  # at least one
    1
    """
    run = uuid.uuid4().hex[:8]
    publishers = int(scenario.publishers.value)
    streams = tuple(_stream(each, factor * meters / REFERENCE_METERS, seconds, publishers) for each in scenario.streams)
    plan = RunPlan(
        run=run,
        url=url,
        context=context or f"bench{run}",
        streams=streams,
        publishers=publishers,
        subscribers=int(scenario.subscribers.value),
        workers=workers or int(scenario.workers.value),
        concurrency=int(scenario.concurrency.value),
        handler_seconds=scenario.handler_ms.value / 1000 if scenario.handler_ms else 0.0,
        duplicates=scenario.duplicates.value if scenario.duplicates else 0.0,
        away=scenario.away,
    )
    return msgspec.structs.replace(plan, **more)


def _stream(stream: LoadStream, factor: float, seconds: float, publishers: int) -> StreamPlan:
    starts, ends = (stream.number(name, default) * seconds for name, default in (("starts", 0), ("ends", 1)))
    count = max(round(stream.rate.value * factor * (ends - starts)), int(stream.number("at_least", 0)), 1)
    return StreamPlan(
        name=stream.name,
        noun=stream.noun,
        verb=stream.verb,
        kind=stream.kind,
        tier=stream.tier,
        system=stream.system,
        count=count,
        starts=starts,
        seconds=ends - starts,
        keys=_keys(int(stream.keys.value), publishers),
        items=int(stream.number("items", 1)),
        values=int(stream.number("values", 1)),
        size=int(stream.number("size", 0)),
        parts=int(stream.number("parts", 1)),
    )


def _keys(keys: int, publishers: int) -> int:
    """Return so many keys, or a few more, that all messages of a key go through one lane of one publisher."""
    together = LANES * publishers
    return -(-keys // together) * together


def write_mark(run: str, stream: int, number: int) -> str:
    """Return what a message carries as CorrelationID: run, stream and number.

    >>> write_mark("1f", 2, 30)
    '1f.2.30'
    """
    return f"{run}.{stream}.{number}"


def read_mark(text: str | None) -> tuple[str, int, int]:
    """Return run, stream and number of a message; ``("", 0, 0)`` if it is of no run.

    >>> read_mark("1f.2.30"), read_mark(None)
    (('1f', 2, 30), ('', 0, 0))
    """
    run, _, rest = (text or "").partition(".")
    stream, _, number = rest.partition(".")
    return (run, int(stream), int(number)) if stream.isdecimal() and number.isdecimal() else ("", 0, 0)

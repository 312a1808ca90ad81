"""What was measured, as it is written to JSON; the HTML report shows nothing else."""

from __future__ import annotations

from typing import Literal

import msgspec

from .latency import Percentiles
from .scenario import TierName

__all__ = [
    "BenchResult",
    "Headroom",
    "LoadLimit",
    "MessageCost",
    "PeerResult",
    "ProcessUse",
    "RunResult",
    "SoakResult",
    "SoakTimeline",
    "StageCost",
    "StreamResult",
    "Timeline",
]

VERSION = 1
"""Of the JSON; another one where a reader of this one would misunderstand it."""

Bottleneck = Literal["", "publisher", "broker", "consumer", "decode"]


class StreamResult(msgspec.Struct, frozen=True, kw_only=True):
    """The messages of one stream: where each of them went, and how long it took.

    Attributes:
        name, noun, verb, kind, tier: of the stream.
        due: messages that were to be sent; ``sent``: given to the bus; ``repeated``: sent twice on purpose.
        acknowledged: taken by the middleware; requests: replied to. ``failed``: refused, or not replied to in time.
        received, handled: deliveries at handlers, and messages that were handled at least once, of all applications.
        lost: acknowledged and not handled when the run was over; ``pending``: the same, while more was still coming.
        doubled: deliveries of messages that were handled before; ``out_of_order``: behind a later one of the same key.
        latency: from when a message was due until it was handled (requests: until the last reply had come).
        acknowledged_after, sent_after: from when it was due.
        bound: of the 99th percentile, in seconds.
        within_bound: whether it was kept.
        error: the first that was met.
    """

    name: str
    noun: str
    verb: str
    kind: str
    tier: TierName
    due: int
    sent: int
    repeated: int
    acknowledged: int
    failed: int
    received: int
    handled: int
    lost: int
    pending: int
    doubled: int
    out_of_order: int
    latency: Percentiles
    acknowledged_after: Percentiles
    sent_after: Percentiles
    bound: float
    within_bound: bool
    error: str = ""


class ProcessUse(msgspec.Struct, frozen=True, kw_only=True):
    """What one process used.

    Attributes:
        name: ``publisher 1``, ``application 1``, ``broker``, or ``all`` where one process does everything.
        cpu_seconds: of all its threads, during the run.
        cpu_share: of one core, over the whole run.
        rss_max: the largest resident memory seen, in bytes.
    """

    name: str
    cpu_seconds: float
    cpu_share: float
    rss_max: int


class StageCost(msgspec.Struct, frozen=True, kw_only=True):
    """What one message of a stream costs in one process and one stage, measured alone.

    Attributes:
        stream: its name.
        size: bytes of the message as it is sent.
        make, encode, decode: CPU in microseconds: sample with key and time, typed payload to bytes, and back.
    """

    stream: str
    size: int
    make: float
    encode: float
    decode: float


class MessageCost(msgspec.Struct, frozen=True, kw_only=True):
    """CPU per message of a whole run, by stage, in microseconds; 0 where it is not known.

    Attributes:
        publish: of the publishers; ``make`` and ``encode`` are parts of it.
        handle: of the applications; ``decode`` is a part of it.
        broker: of the broker.
    """

    publish: float = 0.0
    make: float = 0.0
    encode: float = 0.0
    handle: float = 0.0
    decode: float = 0.0
    broker: float = 0.0


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """The run over time: columns of the same length.

    Attributes:
        seconds: since the start.
        due, sent, acknowledged, handled: messages so far; handled of all applications together.
        cpu: by process, share of one core since the point before.
    """

    seconds: tuple[float, ...] = ()
    due: tuple[int, ...] = ()
    sent: tuple[int, ...] = ()
    acknowledged: tuple[int, ...] = ()
    handled: tuple[int, ...] = ()
    cpu: dict[str, tuple[float, ...]] = {}


class RunResult(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a scenario at one factor.

    Attributes:
        scenario, title, factor: what was run.
        due_seconds: how long messages were due; ``wall_seconds``: until the last was handled.
        drain_seconds: from when the last was due until the last was handled.
        rate_due, rate_handled: messages a second.
        sustained: nothing lost, failed or pending, each percentile within its bound, and the backlog flat.
        reasons: why it was not.
        drained: whether everything was handled before the run was ended.
        catch_up_rate: messages a second after the applications came back, 0 where they were not away.
        streams, processes, stages, cost, timeline: the details.
    """

    scenario: str
    title: str
    factor: float
    due_seconds: float
    wall_seconds: float
    drain_seconds: float
    rate_due: float
    rate_handled: float
    sustained: bool
    reasons: tuple[str, ...]
    drained: bool
    catch_up_rate: float
    streams: tuple[StreamResult, ...]
    processes: tuple[ProcessUse, ...]
    stages: tuple[StageCost, ...]
    cost: MessageCost
    timeline: Timeline


class LoadLimit(msgspec.Struct, frozen=True, kw_only=True):
    """What the search for the highest factor found.

    Attributes:
        factor: the highest that was sustained.
        failed: the lowest that was not, 0 if none was tried.
        bottleneck: what was the limit; ``reason`` says why.
        tried: pairs of a factor and whether it was sustained.
    """

    factor: float
    failed: float
    bottleneck: Bottleneck
    reason: str
    tried: tuple[tuple[float, bool], ...]


class Headroom(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the first screen of a report.

    Attributes:
        scenario, title: what was run.
        factor: how many times the rate of a utility of one million meters was sustained.
        at_least: whether more was not tried.
        rate: messages a second at that factor.
        lost, doubled, out_of_order: at that factor.
        p99: the largest 99th percentile of the streams of the strictest tier, in seconds, and its ``tier`` and bound.
        bottleneck: what is the limit, empty where none was looked for.
    """

    scenario: str
    title: str
    factor: float
    at_least: bool
    rate: float
    lost: int
    doubled: int
    out_of_order: int
    p99: float
    tier: str
    bound: float
    bottleneck: str


class PeerResult(msgspec.Struct, frozen=True, kw_only=True):
    """One client library side by side with cimbus: the same bytes, broker and acknowledgements.

    Attributes:
        name: of the client; ``task``: publish or receive.
        rate: messages a second; ``cpu``: microseconds of CPU per message.
        ratio: its CPU, divided by that of the peer that was asked for.
    """

    name: str
    task: str
    count: int
    rate: float
    cpu: float
    ratio: float


class SoakTimeline(msgspec.Struct, frozen=True, kw_only=True):
    """One process over time: columns of the same length.

    Attributes:
        name: of the process.
        seconds: since the start.
        rss: resident memory in bytes; ``files``: open file descriptors; ``tasks``: of its event loop.
    """

    name: str
    seconds: tuple[float, ...]
    rss: tuple[int, ...]
    files: tuple[int, ...]
    tasks: tuple[int, ...]


class SoakResult(msgspec.Struct, frozen=True, kw_only=True):
    """A long run.

    Attributes:
        scenario: what was run.
        count: messages; ``seconds``: until the last was handled; ``lost``: of them.
        flat: whether memory, files and tasks did not grow; ``reasons``: what did.
        samples: over time, by process.
    """

    scenario: str
    count: int
    seconds: float
    lost: int
    flat: bool
    reasons: tuple[str, ...]
    samples: tuple[SoakTimeline, ...]


class BenchResult(msgspec.Struct, frozen=True, kw_only=True):
    """One call of ``cimbus bench``.

    Attributes:
        version: of this format.
        began: date and time, UTC.
        command: its options.
        bus: the URL without its password, and ``middleware`` its name.
        machine: processor, cores, system, versions of Python, cimbus and the packages that matter.
        headroom: per scenario.
        runs: one per scenario, at the factor that was sustained, or the one that was asked for.
        limits: by scenario, where they were looked for.
        peers: side by side.
        soaks: long runs.
    """

    version: int
    began: str
    command: dict[str, str | float | bool]
    bus: str
    machine: dict[str, str | int | float]
    headroom: tuple[Headroom, ...]
    runs: tuple[RunResult, ...]
    limits: dict[str, LoadLimit] = {}
    peers: tuple[PeerResult, ...] = ()
    soaks: tuple[SoakResult, ...] = ()

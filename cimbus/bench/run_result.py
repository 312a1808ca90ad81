"""What was measured in one run of a scenario."""

from __future__ import annotations

import msgspec

from .latency import Percentiles
from .scenario import TierName

__all__ = ["MessageCost", "ProcessUse", "RunResult", "StageCost", "StreamResult", "Timeline"]


class StreamResult(msgspec.Struct, frozen=True, kw_only=True):
    """The messages of one stream: where each of them went, and how long it took.

    >>> "latency" in StreamResult.__struct_fields__
    True

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

    >>> "rss_max" in ProcessUse.__struct_fields__
    True

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

    >>> "encode" in StageCost.__struct_fields__
    True

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

    >>> "broker" in MessageCost.__struct_fields__
    True

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

    >>> "seconds" in Timeline.__struct_fields__
    True

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

    >>> "sustained" in RunResult.__struct_fields__
    True

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

"""What was measured, as it is written to JSON; the HTML report shows nothing else."""

from __future__ import annotations

from typing import Literal

import msgspec

from .run_result import MessageCost, ProcessUse, RunResult, StageCost, StreamResult, Timeline

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


class LoadLimit(msgspec.Struct, frozen=True, kw_only=True):
    """What the search for the highest factor found.

    >>> "bottleneck" in LoadLimit.__struct_fields__
    True

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

    >>> "factor" in Headroom.__struct_fields__
    True

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
    """One client library or codec side by side with cimbus: the same bytes, broker and acknowledgements.

    >>> "ratio" in PeerResult.__struct_fields__
    True

    Attributes:
        name: of the client; ``task``: publish or receive, encode or decode; ``count``: messages.
        rate: messages a second; ``cpu``: microseconds of CPU per message.
        ratio: its CPU, divided by that of the peer that was asked for.
        guarantees: what holds when a message counts.
    """

    name: str
    task: str
    count: int
    rate: float
    cpu: float
    ratio: float
    guarantees: str = ""


class SoakTimeline(msgspec.Struct, frozen=True, kw_only=True):
    """One process over time: columns of the same length.

    >>> "rss" in SoakTimeline.__struct_fields__
    True

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

    >>> "flat" in SoakResult.__struct_fields__
    True

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

    >>> "runs" in BenchResult.__struct_fields__
    True

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

"""The bus of a load: as an application opens it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cimbus.application.bus import Bus
from cimbus.application.dead_letters import DeadLetters
from cimbus.application.dead_letters.store import MEMORY
from cimbus.interface.codecs import DEFAULT_LIMITS, Limits

from .plan import RunPlan, StreamPlan


def open_bus(plan: RunPlan, source: str) -> Bus:
    """Return the bus of one process, not open yet.

    Dead letters are kept in memory: they count as lost, and a load leaves nothing behind.
    """
    letters, limits = DeadLetters(MEMORY), limits_of(plan.streams)
    if not plan.claim_store:
        return Bus(
            plan.url, source=source, context=plan.context, format=plan.format, dead_letters=letters, limits=limits
        )
    return Bus(
        plan.url,
        source=source,
        context=plan.context,
        format=plan.format,
        dead_letters=letters,
        limits=limits,
        claim_store=plan.claim_store,
        claim_over=claim_over(plan.url),
    )


ROOM: Final = 65_536
"""Bytes of a message beside its payload, on the safe side."""


def limits_of(streams: Iterable[StreamPlan]) -> Limits:
    """Return the limits of a decoder: an application that handles files of models has to raise them.

    >>> limits_of(()) == DEFAULT_LIMITS
    True
    """
    largest = max((stream.size for stream in streams), default=0)
    if not largest:
        return DEFAULT_LIMITS
    return Limits(max_bytes=2 * largest + DEFAULT_LIMITS.max_bytes, max_nodes=largest, max_work=100 * largest)


def claim_over(url: str) -> int:
    """Return from which size on messages are stored beside a bus: what its transport does not take.

    >>> claim_over("memory:") > 1_000_000
    True
    """
    return max(Bus(url).transport.traits.max_body - ROOM, 1)

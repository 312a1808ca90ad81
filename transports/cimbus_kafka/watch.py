"""Whether a consumer gets what there is: aiokafka can be alive and stuck after a broker's restart (its issue 1154)."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

from cimbus.errors import TransportError

from .catalog import Catalog
from .driver import Consumer, KafkaError, Partition
from .inbox import KafkaInbox
from .shelf import Part

WATCH: Final = 10.0
"""How often progress is looked at, in seconds; twice without any is enough."""


class Stuck(TransportError):  # noqa: N818  # a state, not a mistake
    """A consumer makes no progress."""


class Watched(Protocol):
    """A session, as it is watched."""

    catalog: Catalog
    inbox: KafkaInbox
    parts: dict[Partition, Part]
    given: int
    thawed: asyncio.Event


async def watch(session: Watched, consumer: Consumer) -> None:
    """Look whether there is progress where there could be some.

    Raises:
        Stuck: there is none.
    """
    strikes = 0
    while True:
        before = session.given
        await asyncio.sleep(WATCH)
        if session.given != before or session.inbox.full(session.given) or not session.catalog.ready:
            strikes = 0
        elif await _behind(session, consumer):
            strikes += 1
            if strikes >= 2:
                raise Stuck("it does not get what there is")
        else:
            strikes = 0


async def _behind(session: Watched, consumer: Consumer) -> bool:
    if not session.thawed.is_set():
        return True
    try:
        ends = await asyncio.wait_for(consumer.end_offsets(list(session.parts)), WATCH)
        for where, end in ends.items():
            # not what came to us: aiokafka skips what transactions leave in the log
            if where in consumer.assignment() and await asyncio.wait_for(consumer.position(where), 1.0) < end:
                return True
    except (KafkaError, OSError, TimeoutError):
        return True
    return False

"""Where a group begins: at the ends of the topics that there are when its first member comes.

Rules: it is said before anybody joins, by a commit that brokers take only while a group has no members; so of several
who come at once, one says it, and nobody says it to a group at work. A durable group has begun once and for all: a
committed position whose note is of the same patterns tells. Topics whose position nobody has committed after that are
new, and are read from their beginning. A group that is not durable begins whenever it is without members.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping

from .catalog import Catalog
from .clients import HURRY, new_consumer, patiently, put_away, start
from .driver import CommitFailed, Committed, Consumer, Partition
from .note import Note, read_note

log = logging.getLogger("cimbus.kafka")


async def found(
    catalog: Catalog, group_id: str, digest: str, partitions: Collection[Partition], *, durable: bool
) -> None:
    """Have a group begin now, unless it has begun.

    Raises:
        Exception: it could not be done; errors are aiokafka's.
    """
    committed = await catalog.offsets(group_id) if durable else {}
    if not partitions or begun(committed, digest):
        return
    founder = new_consumer(catalog.place, group_id=group_id)
    left: set[asyncio.Future[None]] = set()
    timeout = catalog.place.options.timeout
    try:
        founder.assign(list(partitions))
        founder.pause(*partitions)  # a fetch would be in the way of the question for the ends
        await start(founder, timeout)
        ends = await asyncio.wait_for(founder.end_offsets(list(partitions)), timeout)
        await _commit(founder, catalog, group_id, digest, ends, durable=durable, left=left)
    except CommitFailed:
        log.debug("%s has members already", group_id)  # one of whom has done this
    finally:
        await put_away(founder)
        if left:
            await asyncio.wait(left, timeout=HURRY)
            for writing in left:
                writing.cancel()


async def _commit(
    founder: Consumer,
    catalog: Catalog,
    group_id: str,
    digest: str,
    ends: Mapping[Partition, int],
    *,
    durable: bool,
    left: set[asyncio.Future[None]],
) -> None:
    committed = await catalog.offsets(group_id) if durable else {}  # somebody may have been quicker
    if not begun(committed, digest):
        offsets = {where: beginning(committed.get(where), end, digest) for where, end in ends.items()}
        await patiently(founder.commit(offsets), catalog.place.options.timeout, left)


def begun(committed: Mapping[Partition, Committed], digest: str) -> bool:
    """Return whether a group has begun with the patterns of a digest."""
    return any(
        position.offset >= 0 and read_note(position.metadata).digest == digest for position in committed.values()
    )


def beginning(position: Committed | None, end: int, digest: str) -> tuple[int, str]:
    """Return where a partition begins, and the note: where it was, if it had a position under other patterns."""
    if position is None or position.offset < 0:
        return end, Note(0, "", digest).write()
    return position.offset, Note(read_note(position.metadata).seen, "", digest).write()

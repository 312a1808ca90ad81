"""The offsets that a group commits, each with some text (``CommitMetadata``).

Rules:

* A group begins at the ends of the topics that exist when its first member joins: these offsets are committed before
  it joins. Kafka accepts such a commit only while the group is empty, so one of several concurrent starters wins. A
  durable group gets them once: a committed offset shows that it has them, since a group with other patterns has another
  name. Topics without a committed offset after that are new, and are read from their beginning. A group that is not
  durable gets them whenever it has no members.
* Offsets are committed one after the other (``OffsetCommitter.lock``), so that none goes back; a transaction that
  commits offsets takes its turn, too. What a member settled that lost its partition meanwhile is not committed.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Collection, Mapping

from cimbus.middleware.net import (
    AssignedPartition,
    CommitMetadata,
    PendingCommit,
    SettledOffsets,
    read_commit_metadata,
    why,
)
from cimbus.middleware.net.asyncio_calls import abandon, bounded, within
from cimbus.middleware.safe_log import safe_logger

from .aiokafka_clients import new_consumer
from .aiokafka_types import AiokafkaConsumer, CommitFailed, Committed, KafkaError, Partition, Rebalancing
from .client_lifecycle import UNREACHABLE_STOP_TIMEOUT, start_client, stop_client
from .topic_metadata import TopicMetadata

log = safe_logger("cimbus.kafka")


async def commit_initial_offsets(
    metadata: TopicMetadata, group_id: str, partitions: Collection[Partition], *, durable: bool
) -> None:
    """Commit the initial offsets of a group, unless it has some.

    Raises:
        Exception: it could not be done; errors are aiokafka's.
    """

    async def committed() -> Mapping[Partition, Committed]:
        return await metadata.connection.offsets(group_id) if durable else {}

    if not partitions or has_initial_offsets(await committed()):
        return
    client = new_consumer(metadata.cluster, group_id=group_id)
    unfinished: set[asyncio.Future[None]] = set()
    timeout = metadata.cluster.options.timeout
    try:
        client.assign(list(partitions))
        client.pause(*partitions)  # the request for the ends would wait behind a fetch
        await start_client(client, timeout)
        ends = await bounded(timeout, client.end_offsets(list(partitions)))
        if not has_initial_offsets(await committed()):  # again: another starter may have been faster
            offsets = {where: (end, CommitMetadata().write()) for where, end in ends.items()}
            await within(timeout, client.commit(offsets), unfinished)
    except CommitFailed:
        log.debug("%s has members already", group_id)  # the first of which has committed them
    finally:
        await stop_client(client)
        await abandon(unfinished, UNREACHABLE_STOP_TIMEOUT)


def has_initial_offsets(committed: Mapping[Partition, Committed]) -> bool:
    """Return whether a group has committed anything; -1 stands for nothing (OffsetFetch)."""
    return any(position.offset >= 0 for position in committed.values())


class OffsetCommitter:
    """Commits how far the partitions of one member are settled; the end of the way that ``partitioned_consumer`` draws.

    Args:
        group_id: the consumer group.
        settled: what the caller's thread settled.
        assigned: the partitions that the member has now.
        metadata: of the cluster.

    Attributes:
        lock: held while an offset is committed.
    """

    def __init__(
        self,
        group_id: str,
        settled: SettledOffsets,
        assigned: Mapping[Partition, AssignedPartition],
        metadata: TopicMetadata,
    ) -> None:
        self.group_id = group_id
        self.settled = settled
        self._assigned = assigned
        self.lock = asyncio.Lock()
        self._metadata = metadata
        self._member = uuid.uuid4().hex[:12]  # 48 bits: enough to tell the members of a group apart
        self._unfinished: set[asyncio.Future[None]] = set()

    def commit_metadata(self, partition: AssignedPartition) -> str:
        """Return the text that is committed with an offset of a partition."""
        return CommitMetadata(partition.seen, self._member).write()

    def was_last(self, partition: AssignedPartition, committed: Committed | None) -> bool:
        """Return whether this member committed a partition last: no other one has had it meanwhile."""
        return (
            committed is not None
            and committed.offset == partition.committed
            and read_commit_metadata(committed.metadata).member == self._member
        )

    async def commit(self, client: AiokafkaConsumer, timeout: float) -> bool:
        """Commit how far each partition is settled; return False if that could not be done now."""
        async with self.lock:
            self.settled.apply()
            pending = PendingCommit(self._assigned.values(), self._member)
            offsets = {Partition(*where): position for where, position in pending.offsets.items()}
            done = not offsets or await self._write(client, offsets, timeout)
            if done:
                pending.done()
            return done

    async def _write(self, client: AiokafkaConsumer, offsets: dict[Partition, tuple[int, str]], timeout: float) -> bool:
        try:
            await within(timeout, client.commit(offsets), self._unfinished)
        except Rebalancing as exc:
            log.debug("%s is being rebalanced: %s", self.group_id, exc)
            return False
        except (KafkaError, OSError, TimeoutError) as exc:
            # while the brokers cannot be reached, the log says that already
            level = logging.WARNING if self._metadata.ready else logging.DEBUG
            log.log(level, "%s cannot commit yet: %s", self.group_id, why(exc))
            return False
        return True

    async def abandon(self) -> None:
        """Cancel what the last client left unfinished."""
        await abandon(self._unfinished, UNREACHABLE_STOP_TIMEOUT)

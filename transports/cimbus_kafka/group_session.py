"""A member of a group: partitions are shared out among the members, and what is settled is committed.

Rules:

* A group begins at the ends of the topics that exist when its first member joins (``group_offsets``): what is sent
  once a block is entered is received, what was sent before is not. A durable group whose patterns name no topic commits
  its initial offset at the topic ``cimbus-groups``, so that it is known to exist.
* A partition that no other member has had meanwhile is kept as it is through a rebalance.
* A rebalance waits ``handover`` seconds for unsettled deliveries. What is not settled then is redelivered by the member
  that gets its partition.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine, Iterable
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Any, Final

from cimbus.errors import ClosedError
from cimbus.middleware.group import patterns_digest
from cimbus.middleware.naming import Naming
from cimbus.middleware.net import AssignedPartition, read_commit_metadata
from cimbus.middleware.net.asyncio_calls import bounded
from cimbus.middleware.net.asyncio_thread import AsyncioPortal
from cimbus.middleware.net.partitioned_consumer import PartitionedConsumer
from cimbus.middleware.safe_log import safe_logger

from .aiokafka_types import AiokafkaConsumer, Committed, Partition, RebalanceListener
from .client_lifecycle import STOP_TIMEOUT
from .cluster import Cluster
from .group_offsets import OffsetCommitter, commit_initial_offsets
from .options import MARKER, group_id
from .session import NO_PARTITION, KafkaSession
from .topic_metadata import TopicMetadata
from .transaction import ConsumingTransaction
from .transactional_producers import PartitionProducers

JOIN_CHECK: Final = 0.5
"""How often a member that joins looks for errors, in seconds: aiokafka reports them by getmany only."""
ERROR_CHECK_TIMEOUT: Final = 0.05
"""How long that look may take, in seconds: getmany waits for the assignment where there is no error."""
COMMIT_RETRY: Final = 0.2
"""The pause before a commit that failed is tried again, in seconds: a rebalance takes about as long at least."""

log = safe_logger("cimbus.kafka")


class GroupSession(KafkaSession):
    """The session of a group's member."""

    def __init__(
        self,
        cluster: Cluster,
        metadata: TopicMetadata,
        portal: AsyncioPortal,
        naming: Naming,
        consumer: PartitionedConsumer,
    ) -> None:
        super().__init__(cluster, metadata, portal, naming, consumer)
        self._group = self.group_id = group_id(consumer.spec.group, patterns_digest(consumer.spec.patterns))
        self._committer = OffsetCommitter(self._group, consumer.settled, self.assigned, metadata)
        self._producers = PartitionProducers(metadata, self._group, self._read_again)
        self._has_initial_offsets = False
        self._subscribed: set[str] = set()
        self._client: AiokafkaConsumer | None = None
        self._joined = asyncio.Event()
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def transaction(self, partition: AssignedPartition, offsets: AbstractSet[int]) -> ConsumingTransaction:
        """Return a transaction, not begun, that settles some offsets of a partition."""
        return ConsumingTransaction(self._producers, self._committer, partition, offsets)

    async def close(self) -> None:
        """Commit what was settled, and end; no transaction begins any more."""
        await super().close()
        await self._producers.close()

    # -- joining --------------------------------------------------------------------------------------------------

    async def topics(self) -> set[str]:
        """Return the topics of the subscription, and the marker if its patterns may match others."""
        found = await super().topics()
        if self._selection.open:
            await self.metadata.partitions(MARKER)
        return found

    def _with_marker(self, topics: set[str]) -> set[str]:
        return topics | {MARKER} if self._selection.open else topics

    async def begin(self, client: AiokafkaConsumer) -> None:
        """Join the group; return when partitions are assigned and it is fixed from which offsets they are read."""
        topics = self._with_marker(await self.topics())
        if not self._has_initial_offsets:
            durable = self.consumer.spec.durable
            partitions = self.partitions_of(topics)
            await commit_initial_offsets(self.metadata, self._group, partitions, durable=durable)
            self._has_initial_offsets = True
        self._client = client
        self._joined.clear()
        self._failed = asyncio.get_running_loop().create_future()
        self._subscribe(client, topics)
        while not self._joined.is_set():
            with contextlib.suppress(TimeoutError):
                await bounded(JOIN_CHECK, self._joined.wait())
            if self._failed.done():
                self._failed.result()
            if not self._joined.is_set():
                with contextlib.suppress(TimeoutError):
                    await bounded(ERROR_CHECK_TIMEOUT, client.getmany(NO_PARTITION))

    async def topics_changed(self, client: AiokafkaConsumer, topics: set[str]) -> None:
        """Subscribe to new topics: the group is rebalanced."""
        await self.fetching.wait()  # one rebalance after the other
        topics = self._with_marker(topics)
        if topics != self._subscribed:
            await self._hand_over(client)  # before: afterwards nothing can be committed under the old assignment
            self._subscribe(client, topics)

    def _subscribe(self, client: AiokafkaConsumer, topics: set[str]) -> None:
        self._subscribed = topics
        listener = RebalanceListener(partial(self._revoke, client), partial(self._reassign, client), self._fail)
        client.subscribe(topics, listener=listener)

    # -- rebalances -----------------------------------------------------------------------------------------------

    async def _hand_over(self, client: AiokafkaConsumer) -> None:
        """Wait for unsettled deliveries, for a while, and commit."""
        self.pause()
        idle: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def on_idle() -> None:
            if not idle.done():
                idle.set_result(None)

        self.portal.to_caller(self.consumer.pause, on_idle)
        await asyncio.wait({idle}, timeout=self.cluster.options.handover)
        await self._committer.commit(client, STOP_TIMEOUT)

    async def _revoke(self, client: AiokafkaConsumer) -> None:
        """Give up all partitions, for now (an eager rebalance: those that stay are assigned again)."""
        if self.assigned:
            await self._hand_over(client)
        else:
            self.pause()

    async def _reassign(self, client: AiokafkaConsumer, partitions: set[Partition]) -> None:
        """Take up the partitions that are assigned now, and go on."""
        client.pause(*partitions)  # until their offsets are known
        committed = await self.metadata.connection.offsets(self._group)
        old = dict(self.assigned)
        self.assigned.clear()
        new: list[Partition] = []
        for where in partitions:
            position = committed.get(where)
            kept = old.get(where)
            if kept is not None and self._committer.was_last(kept, position):
                self.assigned[where] = old.pop(where)
            elif position is not None and position.offset >= 0:
                self.assigned[where] = _from_committed(where, position)
            else:
                new.append(where)
        if new:
            begins = await bounded(self.cluster.options.timeout, client.beginning_offsets(new))
            for where in new:
                self.assigned[where] = AssignedPartition(where, begins.get(where, 0))
        for partition in old.values():
            partition.lost = True
            self._producers.discard(partition)
        for where, partition in self.assigned.items():
            client.seek(where, partition.tracker.end)
        client.resume(*partitions)
        self.resume()
        self._settled.set()
        self._joined.set()

    def _read_again(self, partition: AssignedPartition, committed: Committed) -> None:
        """Begin again with a partition where another member left it, later than this one was told.

        Raises:
            ClosedError: always; the deliveries of the partition are stale.
        """
        partition.lost = True
        where = Partition(*partition.where)
        if self.assigned.get(where) is partition and self._client is not None:
            self.assigned[where] = _from_committed(where, committed)
            self._client.seek(where, committed.offset)
        self.portal.to_caller(self.consumer.resume)
        raise ClosedError("another member has handled frames of this partition; its deliveries are redelivered")

    def _fail(self, error: Exception) -> None:
        """Have this client replaced."""
        if not self._failed.done():
            self._failed.set_exception(error)
            self._failed.exception()  # marks it as retrieved: there may be no task that waits for it

    # -- committing -----------------------------------------------------------------------------------------------

    def tasks(self, client: AiokafkaConsumer) -> Iterable[Coroutine[Any, Any, None]]:
        """Return what else runs with a consumer of aiokafka."""

        async def failing() -> None:
            await asyncio.shield(self._failed)

        return self._commit_periodically(client), failing()

    async def _commit_periodically(self, client: AiokafkaConsumer) -> None:
        options = self.cluster.options
        while True:
            await self._settled.wait()
            await asyncio.sleep(options.commit)
            self._settled.clear()
            self.consumer.settled.apply()
            if self.fetching.is_set() and not await self._committer.commit(client, options.timeout):
                self._settled.set()
                await asyncio.sleep(COMMIT_RETRY)

    async def before_stop(self, client: AiokafkaConsumer) -> None:
        """Commit for the last time."""
        await self._producers.stop()
        self.pause()
        if not await self._committer.commit(client, self._stop_timeout):
            log.warning("%s leaves without its last commit: what was settled since is redelivered", self._group)

    async def after_stop(self) -> None:
        """Leave nothing behind of a client that was stopped."""
        await self._committer.abandon()


def _from_committed(where: Partition, committed: Committed) -> AssignedPartition:
    seen = read_commit_metadata(committed.metadata).seen
    return AssignedPartition(where, committed.offset, before=seen, committed=committed.offset)

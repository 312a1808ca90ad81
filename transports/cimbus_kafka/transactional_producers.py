"""Transactional producers: one for each partition that is consumed from, and idle ones for frames alone.

Rules:

* A partition's producer has the transactional id ``group/topic/partition``. The next member that gets the partition
  begins with the same id, which aborts what the one before it left open, and fences it off (KIP-98).
* After that, the committed offset is read again, before the first transaction: a transaction of the member before may
  have been committed after the partition was assigned. Then the deliveries here are stale, and are read again.
* Other producers have ids that no other process uses: there is no predecessor to fence.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Callable
from typing import Final

from cimbus.errors import ClosedError, TransportError
from cimbus.middleware.net import AssignedPartition, why
from cimbus.middleware.net.asyncio_calls import TaskSet, bounded

from .aiokafka_clients import new_producer
from .aiokafka_types import AiokafkaProducer, Committed, KafkaError, Partition
from .client_lifecycle import STOP_TIMEOUT, UNREACHABLE_STOP_TIMEOUT, start_or_stop, stop_client
from .cluster import Cluster
from .topic_metadata import TopicMetadata

LOST: Final = "the partition was assigned to another member of the group"


class TransactionalProducer:
    """One producer, in use.

    Attributes:
        client: aiokafka's.
        key: what its owner knows it by.
        turn: held by its open transaction.
        usable: it was not discarded.
    """

    def __init__(self, client: AiokafkaProducer, key: AssignedPartition | int) -> None:
        self.client = client
        self.key = key
        self.turn = asyncio.Lock()
        self.usable = True


class TransactionalProducers:
    """Producers for transactions without deliveries, each used by one transaction at a time."""

    def __init__(self, metadata: TopicMetadata) -> None:
        self.metadata = metadata
        self._producers: dict[AssignedPartition | int, TransactionalProducer] = {}
        self._prefix = f"cimbus-{uuid.uuid4().hex}"
        self._count = 0
        self._stopping = TaskSet()
        self._closed = False

    async def take(self) -> TransactionalProducer:
        """Return a producer that no transaction uses, a new one if there is none; its ``turn`` is held.

        Raises:
            TransportError: the brokers do not answer.
        """
        found = next((producer for producer in self._producers.values() if not producer.turn.locked()), None)
        if found is None:
            self._count = number = self._count + 1
            found = self._add(number, await start_transactional(self.metadata.cluster, f"{self._prefix}-{number}"))
        await found.turn.acquire()
        return found

    def _add(self, key: AssignedPartition | int, client: AiokafkaProducer) -> TransactionalProducer:
        """Add a producer.

        Raises:
            ClosedError: all producers were stopped while it was started; so is this one.
        """
        found = self._producers[key] = TransactionalProducer(client, key)
        if self._closed:
            self.discard(key)
            raise ClosedError("the transport or the consumer was closed")
        return found

    def discard(self, key: AssignedPartition | int, *, abort: bool = False) -> None:
        """Use a producer no more, and stop it soon.

        Its open transaction is aborted by the next producer with its id, or by the broker after a minute; with
        ``abort`` here, so that read_committed readers do not wait for that.
        """
        if (found := self._producers.pop(key, None)) is not None:
            found.usable = False
            timeout = STOP_TIMEOUT if self.metadata.ready else UNREACHABLE_STOP_TIMEOUT
            self._stopping.start(_stop(found.client, timeout, abort=abort))

    async def close(self) -> None:
        """Stop all for good; open transactions are aborted."""
        self._closed = True
        await self.stop()

    async def stop(self) -> None:
        """Stop all that there are; open transactions are aborted."""
        for key, producer in list(self._producers.items()):
            self.discard(key, abort=producer.turn.locked())
        await self._stopping.ended()


class PartitionProducers(TransactionalProducers):
    """The producers of one member of a group.

    Args:
        metadata: of the cluster.
        group_id: the consumer group.
        read_again: called with a partition that another member has committed further than is known here; it raises.
    """

    def __init__(
        self, metadata: TopicMetadata, group_id: str, read_again: Callable[[AssignedPartition, Committed], None]
    ) -> None:
        super().__init__(metadata)
        self._group_id = group_id
        self._read_again = read_again
        self._making = asyncio.Lock()

    async def take_for(self, partition: AssignedPartition) -> TransactionalProducer:
        """Return the producer of a partition when no other transaction uses it; its ``turn`` is held.

        Raises:
            ClosedError: the partition is lost, or its deliveries are stale.
            TransportError: the brokers do not answer.
        """
        async with self._making:
            found = self._producers.get(partition) or self._add(partition, await self._make(partition))
            if partition.lost:
                self.discard(partition)
                raise ClosedError(LOST)
        await found.turn.acquire()
        return found

    async def _make(self, partition: AssignedPartition) -> AiokafkaProducer:
        topic, number = partition.where
        producer = await start_transactional(self.metadata.cluster, f"{self._group_id}/{topic}/{number}")
        try:
            offsets = await self.metadata.connection.offsets(self._group_id)
            committed = offsets.get(Partition(*partition.where))
            if committed is not None and partition.committed is not None and committed.offset > partition.committed:
                self._read_again(partition, committed)
        except BaseException:
            await stop_client(producer, UNREACHABLE_STOP_TIMEOUT)
            raise
        return producer


async def _stop(producer: AiokafkaProducer, timeout: float, *, abort: bool) -> None:
    try:
        if abort:
            with contextlib.suppress(KafkaError, OSError, AssertionError):  # a TimeoutError is an OSError
                await bounded(timeout, producer.abort_transaction())
    finally:
        await stop_client(producer, timeout)


async def start_transactional(cluster: Cluster, transactional_id: str) -> AiokafkaProducer:
    """Start a transactional producer.

    Raises:
        TransportError: the brokers do not answer.
    """
    producer = new_producer(cluster, transactional_id=transactional_id)
    try:
        await start_or_stop(producer, cluster.options.timeout)
    except (KafkaError, OSError) as exc:
        raise TransportError(f"a transaction cannot begin: {why(exc)}") from exc
    return producer

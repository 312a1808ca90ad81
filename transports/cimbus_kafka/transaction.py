"""Kafka's transactions: frames that are sent, and deliveries that are accepted, both or neither.

::

    async with transport.transaction(consumer, deliveries) as transaction:
        await transaction.send(frames)

Rules:

* When the block ends, the deliveries are accepted and readers with ``?isolation=read_committed`` receive the frames;
  when it raises or is cancelled, neither happens and the deliveries are unsettled as before. Without deliveries, the
  frames are received all or none.
* The deliveries are of one partition, such as all those of one key, and all that came before them there is settled:
  Kafka keeps one committed offset for each partition, not a mark for each record.

All of this runs on the asyncio thread; the caller's half is an ``AsyncioTransaction``.
"""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final, TypeVar

from cimbus.errors import ClosedError, SendError, TransportError, UsageError
from cimbus.middleware.net import AssignedPartition, TopicQueues, queued_records, why
from cimbus.middleware.net.asyncio_calls import bounded
from cimbus.middleware.safe_log import safe_logger

from .aiokafka_types import AiokafkaBatch, AiokafkaProducer, KafkaError, Partition, Refused, TooLarge
from .group_offsets import OffsetCommitter
from .records import OutgoingRecord
from .sender import STALLED, RecordQueue, fill_batch
from .transactional_producers import LOST, PartitionProducers, TransactionalProducer, TransactionalProducers

T = TypeVar("T")

STOPPED: Final = "the transport or the consumer was closed, or the partition was assigned to another member"

log = safe_logger("cimbus.kafka")


class ProducerTransaction:
    """A transaction of frames alone: begin, send, then commit or abort."""

    def __init__(self, producers: TransactionalProducers) -> None:
        self._producers = producers
        self._taken: TransactionalProducer | None = None
        """What it sends with while it is open."""

    async def _take(self) -> TransactionalProducer:
        """Return a producer that no other transaction uses until ``_release``."""
        return await self._producers.take()

    def _check(self) -> None:
        """Make sure that it can be committed."""

    async def _commit(self, producer: AiokafkaProducer) -> None:
        """Commit what was sent, and what belongs to it."""
        await producer.commit_transaction()

    async def begin(self) -> None:
        """Begin it.

        Raises:
            ClosedError: the partition is lost.
            UsageError: these deliveries cannot be settled together.
            TransportError: the brokers do not answer; nothing was settled.
        """
        taken = await self._take()
        try:
            self._check()
            await self._answered(taken.client.begin_transaction())
        except (KafkaError, OSError) as exc:
            self._release(taken, broken=True)
            raise TransportError(f"a transaction cannot begin: {why(exc)}") from exc
        except BaseException:
            self._release(taken, broken=False)
            raise
        self._taken = taken

    async def send(self, records: Sequence[OutgoingRecord]) -> None:
        """Send records within it.

        Raises:
            ClosedError: the transport or the consumer was closed, or the partition is lost.
            SendError: the brokers refuse them; the transaction has to be aborted.
            TransportError: the brokers do not answer; the same.
        """
        producer = self._open().client
        topics: dict[str, TopicQueues[OutgoingRecord]] = {}
        creatable = {record.topic for record in records if record.create}
        known = self._producers.metadata.partitions
        try:
            for queued in queued_records(records):
                name = queued.record.topic
                if name not in topics:
                    topics[name] = TopicQueues(name)
                    topics[name].grow(await self._answered(known(name, create=name in creatable)))
                topics[name].queue_of(queued.record).waiting.append(queued)
            for topic in topics.values():
                for queue in topic.queues:
                    while queue.waiting:
                        _, batch = fill_batch(producer, queue)
                        await self._answered(_send_batch(producer, batch, queue))
        except (*Refused, *TooLarge) as exc:
            raise SendError(f"the brokers refuse what is sent in a transaction: {why(exc)}") from exc
        except (KafkaError, OSError) as exc:
            raise TransportError(f"a transaction failed: {why(exc)}") from exc

    async def commit(self) -> None:
        """Commit it.

        Raises:
            ClosedError: the transport or the consumer was closed, or the partition is lost.
            TransportError: it failed, and will be aborted; only if the brokers failed during the commit itself, it may
                have been committed.
        """
        taken = self._open()
        try:
            await self._answered(self._commit(taken.client))
        except (KafkaError, OSError) as exc:
            raise TransportError(f"a transaction failed: {why(exc)}") from exc
        self._taken = None
        self._release(taken, broken=False)

    async def abort(self) -> None:
        """Abort it; idempotent."""
        taken, self._taken = self._taken, None
        if taken is None:
            return
        broken = True
        try:
            if taken.usable:  # else it is stopped, and the broker aborts what it left open
                timeout = self._producers.metadata.cluster.options.timeout
                await bounded(timeout, taken.client.abort_transaction())
                broken = False
        except (KafkaError, OSError, AssertionError) as exc:  # the broker aborts it after transaction.timeout.ms
            log.warning("a transaction could not be aborted; the brokers do that in a while: %s", why(exc))
        finally:
            self._release(taken, broken=broken)

    def _answered(self, work: Coroutine[Any, Any, T]) -> Coroutine[Any, Any, T]:
        """Bound a wait for the brokers: aiokafka, and we ourselves, would repeat a request until they answer."""
        return bounded(STALLED * self._producers.metadata.cluster.options.timeout, work)

    def _open(self) -> TransactionalProducer:
        if self._taken is None:
            raise UsageError("the transaction has ended")
        if not self._taken.usable:
            raise ClosedError(STOPPED)
        return self._taken

    def _release(self, taken: TransactionalProducer, *, broken: bool) -> None:
        """Let other transactions have the producer, unless it is broken."""
        if broken and taken.usable:
            self._producers.discard(taken.key)
        taken.turn.release()


async def _send_batch(producer: AiokafkaProducer, batch: AiokafkaBatch, queue: RecordQueue) -> None:
    await (await producer.send_batch(batch, queue.topic, partition=queue.partition))


class ConsumingTransaction(ProducerTransaction):
    """A transaction of frames and of the deliveries that they answer."""

    def __init__(
        self,
        producers: PartitionProducers,
        committer: OffsetCommitter,
        partition: AssignedPartition,
        offsets: AbstractSet[int],
    ) -> None:
        super().__init__(producers)
        self._partition_producers = producers
        self._committer = committer
        self._partition = partition
        self._offsets = offsets

    async def _take(self) -> TransactionalProducer:
        taken = await self._partition_producers.take_for(self._partition)
        self._committer.settled.apply()
        return taken

    def _check(self) -> None:
        if self._partition.lost:
            raise ClosedError(LOST)
        if not self._partition.tracker.reaches(self._offsets):
            raise UsageError(
                "deliveries of the same partition that came before these are unsettled: settle them first, or in the "
                "same transaction"
            )

    async def _commit(self, producer: AiokafkaProducer) -> None:
        partition, committer = self._partition, self._committer
        async with committer.lock:
            self._check()
            position = max(self._offsets) + 1
            offsets = {Partition(*partition.where): (position, committer.commit_metadata(partition))}
            await producer.send_offsets_to_transaction(offsets, committer.group_id)
            await producer.commit_transaction()
            partition.committed = position
            partition.ours = True
            for offset in self._offsets:
                partition.tracker.settled(offset)

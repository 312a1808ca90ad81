"""Sending: one queue for each partition, one batch of each in flight.

Rules: what is queued for a partition while a batch of it is in flight becomes the next batch; so callers that send one
frame each share batches, without a timer that delays them. A batch that fails is sent again, before what is queued
behind it, by a new producer; the old one may have delivered it: at least once, and in order.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Sequence
from typing import Final

from cimbus.errors import ClosedError, MessageTooLargeError, SendError
from cimbus.middleware.net import Backoff, PartitionQueue, QueuedRecord, TopicQueues, why
from cimbus.middleware.net.asyncio_calls import TaskSet, retrieve
from cimbus.middleware.net.asyncio_thread import AsyncioPortal
from cimbus.middleware.safe_log import safe_logger

from .aiokafka_types import AiokafkaBatch, AiokafkaProducer, KafkaError, Refused, TooLarge
from .cluster import Cluster
from .current_producer import ActiveProducer, CurrentProducer
from .records import OutgoingRecord
from .topic_metadata import TopicMetadata

STALLED: Final = 2.0
"""After so many request timeouts (?timeout) without a result, while the brokers answer, a batch is given to another
producer. One timeout is aiokafka's own, after which it tries once more by itself; after two, it is stuck."""

Queued = QueuedRecord[OutgoingRecord]
RecordQueue = PartitionQueue[OutgoingRecord]
RecordTopic = TopicQueues[OutgoingRecord]

log = safe_logger("cimbus.kafka")


class KafkaSender:
    """The sending half of a transport, on the asyncio thread."""

    def __init__(self, cluster: Cluster, metadata: TopicMetadata, portal: AsyncioPortal) -> None:
        self.producers = CurrentProducer(cluster)
        self._cluster = cluster
        self._metadata = metadata
        self._portal = portal
        self._topics: dict[str, RecordTopic] = {}
        self._filled: list[RecordQueue] = []
        """The idle queues that got something in this turn of the loop."""
        self._tasks = TaskSet()
        self._closed = False

    async def drained(self) -> None:
        """Wait until nothing is queued or in flight."""
        await self._tasks.ended()

    async def close(self, timeout: float) -> None:
        """Give up what is queued and in flight, and disconnect."""
        self._closed = True
        await self._tasks.cancel()
        for topic in self._topics.values():
            self._settle(topic.waiting, ClosedError("the transport was closed"))
            for queue in topic.queues:
                self._settle(queue.waiting, ClosedError("the transport was closed"))
        await self.producers.close(timeout)

    # -- queuing --------------------------------------------------------------------------------------------------

    def enqueue(self, records: Sequence[Queued]) -> None:
        """Queue records; their results are set on the caller's thread."""
        if self._closed:
            self._settle(records, ClosedError("the transport was closed"))
            return
        topics = self._topics
        for queued in records:
            record = queued.record
            topic = topics.get(record.topic) or self._add_topic(record.topic)
            if not topic.queues:
                topic.waiting.append(queued)
                continue
            queue = topic.queue_of(record)
            queue.waiting.append(queued)
            if not queue.busy:
                self._send_soon(queue)

    def _send_soon(self, queue: RecordQueue) -> None:
        """Begin to send a queue when this turn of the loop is over, so that all callers of the turn share a batch."""
        queue.busy = True
        if not self._filled:
            asyncio.get_running_loop().call_soon(self._send_filled)
        self._filled.append(queue)

    def _send_filled(self) -> None:
        filled, self._filled = self._filled, []
        for queue in filled:
            self._tasks.start(self._send_queue(queue))

    def _add_topic(self, name: str) -> RecordTopic:
        topic = self._topics[name] = TopicQueues(name)
        self._tasks.start(self._load_partitions(topic))
        return topic

    async def _load_partitions(self, topic: RecordTopic) -> None:
        """Find out how many partitions a topic has, and queue what waited for that."""
        while not topic.queues:
            create = _may_create(topic.waiting)
            try:
                topic.grow(await self._metadata.partitions(topic.topic, create=create))
            except SendError as exc:
                if _may_create(topic.waiting) and not create:
                    continue  # a record that may create it came meanwhile
                del self._topics[topic.topic]  # the next frame for it tries again
                self._settle(topic.waiting, exc)
                return
        waiting, topic.waiting = topic.waiting, []
        self.enqueue(waiting)

    # -- sending --------------------------------------------------------------------------------------------------

    async def _send_queue(self, queue: RecordQueue) -> None:
        """Send what waits for a partition, batch by batch, until nothing does."""
        topic = self._topics[queue.topic]
        taken: list[Queued] = []
        backoff = self._cluster.options.backoff()
        try:
            while queue.waiting:
                try:
                    active = await self.producers.get()
                except SendError as exc:
                    refused = list(queue.waiting)
                    queue.waiting.clear()
                    self._settle(refused, exc)
                    break
                taken, batch = fill_batch(active.producer, queue)
                if not taken:
                    break
                topic.next_keyless += 1
                error = await self._send_batch(active, queue, batch)
                if self._conclude(queue, taken, error):
                    taken = []
                    continue
                queue.waiting.extendleft(reversed(taken))
                taken = []
                if not isinstance(error, TooLarge):
                    await self._pause(queue, backoff)
        except BaseException:
            queue.waiting.extendleft(reversed(taken))
            raise
        finally:
            queue.busy = False

    def _conclude(self, queue: RecordQueue, taken: Sequence[Queued], error: Exception | None) -> bool:
        """Settle the records of a batch; return False if they have to be sent again."""
        if error is None or isinstance(error, SendError):
            self._settle(taken, error)
            return True
        if not isinstance(error, TooLarge):
            return False
        if len(taken) == 1:
            self._settle(taken, _too_large(taken[0].record.size))
            return True
        queue.max_records = max(1, len(taken) // 2)
        return False

    async def _send_batch(self, active: ActiveProducer, queue: RecordQueue, batch: AiokafkaBatch) -> Exception | None:
        """Send one batch; return None when the broker has it, a ``SendError``, or why it has to be sent again."""
        producer = active.producer
        try:
            known = len(await producer.partitions_for(queue.topic))
            self._topics[queue.topic].grow(known)
            future = await producer.send_batch(batch, queue.topic, partition=queue.partition)
            await self._wait(active, asyncio.ensure_future(future))
        except Refused as exc:
            self.producers.retire(active)
            return SendError(f"the broker refuses what is sent to {queue.topic!r}: {why(exc)}")
        except TooLarge as exc:
            self.producers.retire(active)
            return exc
        except Exception as exc:  # whatever it is: only this task sends these records
            self.producers.retire(active)
            expected = isinstance(exc, KafkaError | OSError | AssertionError)
            log.warning("a batch for %s is sent again: %s", queue.topic, why(exc), exc_info=None if expected else exc)
            return exc
        return None

    async def _pause(self, queue: RecordQueue, backoff: Backoff) -> None:
        """Pause before a batch is sent again, and make sure that its topic still exists."""
        await asyncio.sleep(backoff.pause())
        self._metadata.topics.pop(queue.topic, None)
        with contextlib.suppress(SendError):  # the brokers give the reason when the batch is sent
            await self._metadata.partitions(queue.topic, create=_may_create(queue.waiting))

    async def _wait(self, active: ActiveProducer, future: asyncio.Future[object]) -> None:
        """Wait until the broker has a batch.

        Raises:
            Exception: it does not take it, or the producer is stuck or was stopped.
        """
        timeout = STALLED * self._cluster.options.timeout
        while not future.done():
            await asyncio.wait([future, active.ended], timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            if future.done():
                break
            if active.ended.done() or self._metadata.ready:
                future.add_done_callback(retrieve)
                raise ConnectionError("its producer was stopped" if active.ended.done() else "its producer is stuck")
        future.result()

    def _settle(self, records: Sequence[Queued], error: Exception | None) -> None:
        if records:
            self._portal.to_caller(_set_results, tuple(records), error)


def fill_batch(producer: AiokafkaProducer, queue: RecordQueue) -> tuple[list[Queued], AiokafkaBatch]:
    """Make a batch of the records that wait longest, without those whose sender was cancelled."""
    batch = producer.create_batch()
    append = batch.append

    def add(record: OutgoingRecord) -> bool:
        return append(key=record.key, value=record.value, timestamp=None, headers=record.headers) is not None

    return queue.take(add), batch


def _may_create(records: Iterable[Queued]) -> bool:
    return any(queued.record.create for queued in records)


def _too_large(size: int) -> SendError:
    return MessageTooLargeError(
        f"the broker does not take a record of {size} bytes: raise message.max.bytes (or the topic's "
        "max.message.bytes) there, or lower the option max_message here",
        size,
    )


def _set_results(records: Sequence[Queued], error: Exception | None) -> None:
    for queued in records:
        queued.results.settle(queued.index, error)

"""One subscription on the asyncio thread: an aiokafka consumer that is replaced when it fails, and what it fetches.

``broadcast_session`` and ``group_session`` decide which partitions are read and from which offset; the rest is here.
Rules: fetching never waits for a handler, it pauses while enough frames wait for one. A consumer that makes no
progress although there are records is replaced (``stall_watchdog``). Only ``BatchReader`` works for each record.

All attributes belong to the asyncio thread. The caller's thread calls ``settled_available`` and ``room_available``, and
only through the portal; what both threads use stands in ``PartitionedConsumer``.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Coroutine, Iterable
from functools import partial
from typing import Any, Final

from cimbus.errors import ConnectError, SendError
from cimbus.middleware.naming import Naming
from cimbus.middleware.net import AssignedPartition, ReceivedFrame, TopicSelection, why
from cimbus.middleware.net.asyncio_calls import bounded, race
from cimbus.middleware.net.asyncio_thread import AsyncioPortal
from cimbus.middleware.net.partitioned_consumer import PartitionedConsumer
from cimbus.middleware.net.stall_watchdog import StalledError, watch
from cimbus.middleware.safe_log import safe_logger

from .aiokafka_clients import new_consumer, session_bounds
from .aiokafka_types import OPTIONS, AiokafkaConsumer, AiokafkaRecord, Denied, KafkaError, Partition, Refused, reason
from .client_lifecycle import STOP_TIMEOUT, UNREACHABLE_STOP_TIMEOUT, start_client, stop_client
from .cluster import Cluster
from .fetched_records import read_plainly
from .options import MARKER
from .record_fetcher import POLL_TIMEOUT, RecordFetcher
from .records import BatchReader
from .topic_metadata import TopicMetadata

STABLE_AFTER: Final = 10.0
"""A consumer that worked for so long was not the reason of the next failure: the pauses begin anew. In seconds."""
NO_PARTITION: Final = Partition("", 0)
"""A partition that never has records: getmany of it returns nothing and raises aiokafka's pending errors."""

log = safe_logger("cimbus.kafka")


class KafkaSession:
    """What broadcast and group sessions share."""

    group_id: str | None = None

    def __init__(
        self,
        cluster: Cluster,
        metadata: TopicMetadata,
        portal: AsyncioPortal,
        naming: Naming,
        consumer: PartitionedConsumer,
    ) -> None:
        self.cluster = cluster
        self.metadata = metadata
        self.portal = portal
        self.consumer = consumer
        self.assigned: dict[Partition, AssignedPartition] = {}
        self.delivered = 0
        """How many frames it gave to its consumer in all."""
        self.fetching = asyncio.Event()
        """Set while it fetches; not set while the group is rebalanced."""
        self._selection = TopicSelection(naming, consumer.spec.patterns, never=MARKER)
        self._reader = BatchReader(naming, consumer.spec.patterns)
        self._fetcher = RecordFetcher(self.assigned, self.fetching, self._reader.count_left_out)
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._room = asyncio.Event()
        self._settled = asyncio.Event()
        """Set when something was settled or delivered that is not committed."""
        self._topics_changed = asyncio.Event()

    @property
    def reachable(self) -> bool:
        """Whether the brokers answer."""
        return self.metadata.ready

    @property
    def blocked(self) -> bool:
        """Whether some partition cannot be read."""
        return self._fetcher.blocked

    @property
    def _stop_timeout(self) -> float:
        return STOP_TIMEOUT if self.reachable else UNREACHABLE_STOP_TIMEOUT

    # -- opening and closing --------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Begin; return when the subscription exists.

        Raises:
            ConnectError: the brokers do not let this client read.
        """
        self.consumer.attach(self.settled_available, self.room_available)
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(self._ended)
        await asyncio.wait({self._task, self._opened}, return_when=asyncio.FIRST_COMPLETED)
        if not self._opened.done():
            await self._task

    async def close(self) -> None:
        """Commit what was settled, and end."""
        self._closing = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self.portal.to_caller(self.consumer.close, why(error))

    async def _run(self) -> None:
        backoff = self.cluster.options.backoff()
        with self.metadata.listening(self._topics_changed.set, eager=self._selection.open):
            while True:
                began = time.monotonic()
                try:
                    await self._run_client()
                except Denied as exc:
                    raise ConnectError(f"the brokers do not let this client read: {why(exc)}") from exc
                except Refused as exc:
                    raise ConnectError(f"the brokers refuse this consumer: {await self._reason(exc)}") from exc
                except SendError as exc:  # a topic that is missing
                    raise ConnectError(str(exc)) from exc
                except (KafkaError, OSError, TimeoutError, StalledError) as exc:
                    # while the brokers cannot be reached, the log says that already
                    level = logging.WARNING if self.reachable else logging.DEBUG
                    name = self.group_id or "a consumer without a group"
                    log.log(level, "the Kafka consumer of %s is replaced: %s", name, why(exc))
                if self._closing:
                    return  # what was raised while the client was stopped took the place of the cancellation
                if time.monotonic() - began > STABLE_AFTER:
                    backoff.reset()
                await asyncio.sleep(backoff.pause())

    async def _reason(self, exc: Exception) -> str:
        """Return the brokers' words, the option that they refuse, if it is one, and the bounds of a session timeout."""
        bounds = ""
        if OPTIONS.get(type(exc)) == "session":
            with contextlib.suppress(KafkaError, OSError, TimeoutError):  # it need not be allowed to know
                bounds = await self.metadata.connection.ask_once(partial(session_bounds, group_id=str(self.group_id)))
        return reason(exc) + bounds

    async def _run_client(self) -> None:
        """Run with one consumer of aiokafka, until it fails."""
        client = new_consumer(self.cluster, group_id=self.group_id)
        async with contextlib.AsyncExitStack() as stack:  # each step is done even if the one before it is cancelled
            stack.push_async_callback(self.after_stop)
            stack.push_async_callback(self._stop, client)
            stack.push_async_callback(self.before_stop, client)
            await start_client(client, self.cluster.options.timeout)
            read_plainly(client)
            await self.begin(client)
            if not self._opened.done():
                self._opened.set_result(None)
            watching = watch(partial(self._fetcher.behind, client), lambda: self.delivered, self._waits)
            await race(self._fetch(client), watching, self._follow_topics(client), *self.tasks(client))

    async def _stop(self, client: AiokafkaConsumer) -> None:
        await stop_client(client, self._stop_timeout)

    # -- for the two kinds of session -----------------------------------------------------------------------------

    async def begin(self, client: AiokafkaConsumer) -> None:
        """Take up partitions; return when it is fixed from which offsets they are read."""
        raise NotImplementedError

    async def topics_changed(self, client: AiokafkaConsumer, topics: set[str]) -> None:
        """Take up the partitions of new topics, too."""
        raise NotImplementedError

    async def before_stop(self, client: AiokafkaConsumer) -> None:
        """Do what must be done before a consumer of aiokafka is stopped."""

    async def after_stop(self) -> None:
        """Do what must be done after that."""

    def tasks(self, client: AiokafkaConsumer) -> Iterable[Coroutine[Any, Any, None]]:
        """Return what else runs with a consumer of aiokafka."""
        del client
        return ()

    # -- topics ---------------------------------------------------------------------------------------------------

    async def topics(self) -> set[str]:
        """Return the topics of the subscription; those that its patterns name are created if missing."""
        for name in self._selection.fixed:
            await self.metadata.partitions(name)
        if self._selection.open:
            await self.metadata.refresh()
        return self._known_topics()

    def _known_topics(self) -> set[str]:
        return {name for name in self.metadata.topics if self._selection.match(name)}

    def partitions_of(self, topics: Iterable[str]) -> set[Partition]:
        """Return the partitions of topics."""
        counts = self.metadata.topics
        return {Partition(name, number) for name in topics for number in range(counts[name])}

    async def _follow_topics(self, client: AiokafkaConsumer) -> None:
        while True:
            await self._topics_changed.wait()
            self._topics_changed.clear()
            await self.topics_changed(client, self._known_topics())

    # -- fetching -------------------------------------------------------------------------------------------------

    def room_available(self) -> None:
        """Fetch again."""
        self._room.set()

    def settled_available(self) -> None:
        """Take over what was settled, soon."""
        self._settled.set()

    def pause(self) -> None:
        """Take nothing from aiokafka any more."""
        self.fetching.clear()

    def resume(self) -> None:
        """Go on at the offsets of ``assigned``."""
        self.portal.to_caller(self.consumer.resume)
        self.fetching.set()

    async def _fetch(self, client: AiokafkaConsumer) -> None:
        consumer = self.consumer
        while True:
            await self.fetching.wait()
            consumer.settled.apply()
            self._room.clear()
            consumer.waits_for_room = True  # before the look: the caller's thread makes room, and then reads this
            if consumer.full(self.delivered):
                with contextlib.suppress(TimeoutError):
                    await bounded(POLL_TIMEOUT, self._room.wait())
                if self.fetching.is_set():
                    await client.getmany(NO_PARTITION)
                continue
            consumer.waits_for_room = False
            if found := await self._fetcher.fetch(client):
                self._deliver(found)
                await asyncio.sleep(0)

    def _waits(self) -> bool:
        """Return whether there is a reason to fetch nothing."""
        return self.consumer.full(self.delivered) or self.blocked or not self.reachable

    def _deliver(self, found: dict[Partition, list[AiokafkaRecord]]) -> None:
        batch: list[ReceivedFrame] = []
        for where, records in found.items():
            partition = self.assigned.get(where)
            if partition is None or not self.fetching.is_set():
                continue  # revoked meanwhile: the member that gets the partition reads these records
            if records[0].offset < partition.tracker.end:
                partition = self._restart(partition, records[0].offset)
            batch += self._reader.read(partition, records)
        self._settled.set()
        if batch:
            self.delivered += len(batch)
            self.portal.to_caller(self.consumer.deliver, batch)

    def _restart(self, old: AssignedPartition, offset: int) -> AssignedPartition:
        """Begin again with a partition whose offsets went back: its topic was deleted and created anew."""
        log.warning("%s begins again at offset %d: the topic was created anew", old.where, offset)
        old.lost = True
        self.resume()
        partition = self.assigned[Partition(*old.where)] = AssignedPartition(old.where, offset)
        return partition

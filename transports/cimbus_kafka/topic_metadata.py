"""The topics of the cluster: which there are, how many partitions they have, and creating new ones.

Rules: a topic is created before it is used, never by the broker's auto.create.topics. Listeners are called for new
topics and partitions: soon if this process created them, else within the option ``discovery``.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Generator
from typing import Any, Final

from cimbus.errors import SendError
from cimbus.middleware.net import why
from cimbus.middleware.net.asyncio_calls import bounded, cancel_all
from cimbus.middleware.safe_log import safe_logger

from .admin_connection import AdminConnection
from .aiokafka_clients import new_topic
from .aiokafka_types import AiokafkaAdmin, Denied, Exists, KafkaError, Refused, error_of, reason
from .client_lifecycle import STOP_TIMEOUT, UNREACHABLE_STOP_TIMEOUT
from .cluster import METADATA_MAX_AGE, Cluster
from .options import MARKER

HEALTH_INTERVAL: Final = 1.0
"""How often it is checked whether the brokers can be reached, in seconds. Our choice: ``ready`` is false one second
after they cannot, for one small request per second."""
POLL_CREATED: Final = 0.02
"""How often a topic just created is looked at until its partitions have leaders, in seconds: an election takes some
milliseconds."""
POLL_UNREACHABLE: Final = 0.05
"""The pause before a broker that does not answer is asked again, in seconds; each attempt takes its own time on top."""

log = safe_logger("cimbus.kafka")

TopicListener = Callable[[], object]


class TopicMetadata:
    """What is known of the topics of one cluster.

    Attributes:
        cluster: which brokers.
        connection: over which they are asked.
        topics: the number of partitions by topic; only those that were asked for, unless there are listeners.
    """

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.connection = AdminConnection(cluster)
        self.topics: dict[str, int] = {}
        self._creating: dict[str, asyncio.Task[int]] = {}
        self._listeners: dict[TopicListener, bool] = {}
        """Called for new topics, and whether these are looked for eagerly."""
        self._refreshing: asyncio.Task[None] | None = None
        self._soon = asyncio.Event()
        """Set where the next refresh must not wait."""
        self._closing = False

    @property
    def ready(self) -> bool:
        """Whether the brokers answered the last request."""
        return self.connection.ready

    async def open(self) -> None:
        """Connect for the first time.

        Raises:
            ConnectError: the brokers cannot be reached, or refuse this client.
        """
        await self.connection.open()
        self._refreshing = asyncio.create_task(self._refresh_periodically())

    async def close(self) -> None:
        """Disconnect."""
        timeout = STOP_TIMEOUT if self.ready else UNREACHABLE_STOP_TIMEOUT
        self.connection.ready = False
        tasks: list[asyncio.Task[Any]] = [*self._creating.values()]
        if self._refreshing is not None:
            tasks.append(self._refreshing)
            self._closing = True
            self._soon.set()
            # a client that is connecting must not be cancelled (``start_client``)
            await asyncio.wait({self._refreshing}, timeout=UNREACHABLE_STOP_TIMEOUT)
        await cancel_all(tasks)
        await self.connection.close(timeout)

    async def partitions(self, name: str, *, create: bool = True) -> int:
        """Return how many partitions a topic has; with ``create``, create it if it is missing.

        Raises:
            SendError: it is missing, and is not or cannot be created.
        """
        known = self.topics.get(name)
        if known:
            return known
        if not create:
            return await self._look_up(name, "a reply or a bridged message creates none")
        task = self._creating.get(name)
        if task is None:
            task = self._creating[name] = asyncio.create_task(self._create(name))
            task.add_done_callback(lambda _: self._creating.pop(name, None))
        return await asyncio.shield(task)

    async def _create(self, name: str) -> int:
        options = self.cluster.options
        if options.create:
            topic = new_topic(name, 1 if name == MARKER else options.partitions, options.replication)
            try:
                await self.connection.ask(lambda admin: _create_topic(admin, topic, options.timeout))
            except Exists:
                pass
            except Denied as exc:
                await self.refresh()
                if name not in self.topics:
                    raise SendError(f"there is no topic {name!r}, and we may not make it: {why(exc)}") from exc
            except Refused as exc:
                raise SendError(f"the topic {name!r} cannot be created: {reason(exc)}") from exc
            count = await self._count(name)
            self._update({name: count})
            return count
        return await self._look_up(name, "the option create is false")

    async def _look_up(self, name: str, why_not: str) -> int:
        await self.refresh()
        if name not in self.topics:
            raise SendError(f"there is no topic {name!r}, and {why_not}")
        return self.topics[name]

    async def _count(self, name: str) -> int:
        """Return the number of partitions of a topic that exists, when all of them can be used."""
        while True:
            for topic in await self.connection.ask(lambda admin: admin.describe_topics([name])):
                if count := _usable(topic):
                    return count
            await asyncio.sleep(POLL_CREATED)

    async def refresh(self) -> None:
        """Look which topics there are."""
        self._take(await self.connection.ask(lambda admin: admin.describe_topics(None)))

    def _take(self, found: list[dict[str, Any]]) -> None:
        self._update({topic["topic"]: count for topic in found if (count := _usable(topic))})

    def _update(self, topics: dict[str, int]) -> None:
        if any(self.topics.get(name) != count for name, count in topics.items()):
            self.topics.update(topics)
            for listener in list(self._listeners):
                listener()

    @contextlib.contextmanager
    def listening(self, listener: TopicListener, *, eager: bool) -> Generator[None]:
        """Have a function called when there are new topics or partitions, while the block runs.

        Args:
            listener: the function.
            eager: look for them every ``discovery`` seconds, not only when metadata are METADATA_MAX_AGE old.
        """
        self._listeners[listener] = eager
        self._soon.set()
        try:
            yield
        finally:
            del self._listeners[listener]

    async def _refresh_periodically(self) -> None:
        refreshed = time.monotonic()
        while True:
            eager = any(self._listeners.values())
            self._soon.clear()
            with contextlib.suppress(TimeoutError):
                interval = self.cluster.options.discovery if eager else HEALTH_INTERVAL
                await bounded(interval, self._soon.wait())
            if self._closing:
                return
            try:
                if eager or time.monotonic() - refreshed >= METADATA_MAX_AGE:
                    self._take(await self.connection.ask_once(lambda admin: admin.describe_topics(None)))
                    refreshed = time.monotonic()
                else:  # the smallest request there is
                    await self.connection.ask_once(lambda admin: admin.find_coordinator("cimbus"))
            except (OSError, TimeoutError, KafkaError) as exc:
                log.debug("no answer: %s", exc)
            if not self.ready:
                await asyncio.sleep(POLL_UNREACHABLE)
                self._soon.set()


def _usable(topic: dict[str, Any]) -> int:
    """Return how many partitions a topic has; 0 if it is internal, or a partition has no leader yet."""
    partitions = topic["partitions"]
    if topic["error_code"] or topic["is_internal"] or any(part["leader"] < 0 for part in partitions):
        return 0
    return len(partitions)


async def _create_topic(admin: AiokafkaAdmin, topic: object, timeout: float) -> None:
    answer = await admin.create_topics([topic], timeout_ms=int(timeout * 1000))
    for _, code, *message in answer.topic_errors:
        if (error := error_of(code, *message)) is not None:
            raise error

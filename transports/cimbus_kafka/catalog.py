"""The topics of the cluster, as far as we must know them: which there are, how many partitions, and making new ones.

It has a connection of its own, over which it also notices whether the brokers can be reached (``ready``). Rules: a
topic is made before it is used, never by accident. Whoever watches is told of new topics: soon if this process made
them, else within the option ``discovery``. What fails because nobody answers is tried again for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Generator
from typing import Any, Final, TypeVar

from cimbus.errors import ConnectError, SendError
from cimbus.net import Backoff, why

from .clients import HURRY, PATIENCE, new_admin, new_topic, probe, put_away, start
from .driver import Admin, Committed, Denied, Exists, KafkaError, Partition, Refused, error_of
from .options import MARKER
from .place import FRESH, Place

T = TypeVar("T")

PULSE: Final = 1.0
"""How often it is looked whether the brokers can be reached, in seconds."""
STALE: Final = 5
"""After so many failures in a row the brokers are looked for where the URL says they are."""

log = logging.getLogger("cimbus.kafka")

Watcher = Callable[[], object]


class Catalog:
    """What is known of one cluster.

    Attributes:
        topics: the partitions of each topic, by name; only those that were looked for, unless somebody watches.
        ready: whether the brokers answered when last asked.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self.topics: dict[str, int] = {}
        self.ready = False
        self._admin: Admin | None = None
        self._failures = 0
        self._making: dict[str, asyncio.Task[int]] = {}
        self._watchers: dict[Watcher, bool] = {}
        """Who is told of new topics, and whether they are looked for eagerly."""
        self._beat: asyncio.Task[None] | None = None
        self._changing = asyncio.Lock()
        self._soon = asyncio.Event()
        self._closing = False

    async def open(self) -> None:
        """Connect for the first time.

        Raises:
            ConnectError: the brokers cannot be reached, or refuse us.
        """
        timeout = self.place.options.connect_timeout
        try:
            self._admin = await self._connected()
        except TimeoutError as exc:
            raise ConnectError(f"{self.place.address} does not answer within {timeout:g} s") from exc
        except (OSError, KafkaError) as exc:
            await probe(self.place)  # aiokafka does not say why
            raise ConnectError(f"{self.place.address} cannot be used: {why(exc)}") from exc
        try:
            await asyncio.wait_for(self._admin.describe_topics([]), timeout)
        except (TimeoutError, OSError, KafkaError) as exc:
            raise ConnectError(
                f"{self.place.address} lets us in, but the brokers that it names (advertised.listeners) cannot be "
                f"reached: {why(exc)}"
            ) from exc
        self.ready = True
        self._beat = asyncio.create_task(self._pulse())

    async def close(self) -> None:
        """Disconnect."""
        patience, self.ready = (PATIENCE if self.ready else HURRY), False
        tasks: list[asyncio.Task[Any]] = [*self._making.values()]
        if self._beat is not None:
            tasks.append(self._beat)
            self._closing = True
            self._soon.set()
            await asyncio.wait({self._beat}, timeout=HURRY)  # in the middle of connecting, it must not be cancelled
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        admin, self._admin = self._admin, None
        if admin is not None:
            await put_away(admin, patience)

    # -- asking ---------------------------------------------------------------------------------------------------

    async def ask(self, what: Callable[[Admin], Awaitable[T]]) -> T:
        """Ask the brokers something, until they answer.

        Raises:
            Exception: one of ``Refused``, or ``Exists``: trying again will not help.
        """
        backoff = Backoff(0.02, 2.0)
        while True:
            try:
                return await self._ask(what)
            except (*Refused, Exists):
                raise
            except (OSError, TimeoutError, KafkaError, AttributeError) as exc:  # no controller is an AttributeError
                log.debug("the brokers do not answer: %s", exc)
                await asyncio.sleep(backoff.pause())

    async def _ask(self, what: Callable[[Admin], Awaitable[T]]) -> T:
        try:
            found = await what(await self._current())
        except (OSError, TimeoutError, KafkaError) as exc:
            if _answered(exc):
                self._alive()
            else:
                self._lost(exc)
            raise
        self._alive()
        return found

    def _alive(self) -> None:
        self._failures = 0
        if not self.ready:
            self.ready = True
            log.info("%s is back", self.place.address)

    def _lost(self, exc: Exception) -> None:
        self._failures += 1
        if self.ready:
            self.ready = False
            log.warning("%s is lost (%s); trying again for ever", self.place.address, why(exc))

    async def _current(self) -> Admin:
        """Return the client, or a new one if the brokers may have moved."""
        async with self._changing:
            if self._admin is None or self._failures >= STALE:
                old, self._admin = self._admin, None
                self._failures = 0
                if old is not None:
                    await put_away(old)
                self._admin = await self._connected()
            return self._admin

    async def _connected(self) -> Admin:
        admin = new_admin(self.place)
        try:
            await start(admin, self.place.options.connect_timeout)
        except BaseException:
            await put_away(admin)
            raise
        return admin

    async def offsets(self, group_id: str) -> dict[Partition, Committed]:
        """Return what a group has committed."""
        return await self.ask(lambda admin: admin.list_consumer_group_offsets(group_id))

    # -- topics ---------------------------------------------------------------------------------------------------

    async def partitions(self, name: str) -> int:
        """Return how many partitions a topic has; make it if it is missing.

        Raises:
            SendError: it is missing, and we may not make it.
        """
        known = self.topics.get(name)
        if known:
            return known
        task = self._making.get(name)
        if task is None:
            task = self._making[name] = asyncio.create_task(self._make(name))
            task.add_done_callback(lambda _: self._making.pop(name, None))
        return await asyncio.shield(task)

    async def _make(self, name: str) -> int:
        options = self.place.options
        if options.create:
            topic = new_topic(name, 1 if name == MARKER else options.partitions, options.replication)
            try:
                await self.ask(lambda admin: _create(admin, topic, options.timeout))
            except Exists:
                pass
            except Denied as exc:
                await self.refresh()
                if name not in self.topics:
                    raise SendError(f"there is no topic {name!r}, and we may not make it: {why(exc)}") from exc
            except Refused as exc:
                raise SendError(f"the topic {name!r} cannot be made: {why(exc)}") from exc
            count = await self._count(name)
            self._found({name: count})
            return count
        await self.refresh()
        if name not in self.topics:
            raise SendError(f"there is no topic {name!r}, and the option create is false")
        return self.topics[name]

    async def _count(self, name: str) -> int:
        """Count the partitions of a topic that exists, when all of them can be used."""
        while True:
            for topic in await self.ask(lambda admin: admin.describe_topics([name])):
                if count := _usable(topic):
                    return count
            await asyncio.sleep(0.02)

    async def refresh(self) -> None:
        """Look which topics there are."""
        found = await self.ask(lambda admin: admin.describe_topics(None))
        self._look(found)

    def _look(self, found: list[dict[str, Any]]) -> None:
        self._found({topic["topic"]: count for topic in found if (count := _usable(topic))})

    def _found(self, topics: dict[str, int]) -> None:
        if any(self.topics.get(name) != count for name, count in topics.items()):
            self.topics.update(topics)
            for watcher in list(self._watchers):
                watcher()

    @contextlib.contextmanager
    def watched(self, watcher: Watcher, *, eager: bool) -> Generator[None]:
        """Have a function called when there are new topics or partitions, while the block runs.

        ``eager``: they are looked for as often as the option ``discovery`` says, not only once in a while.
        """
        self._watchers[watcher] = eager
        self._soon.set()
        try:
            yield
        finally:
            del self._watchers[watcher]

    async def _pulse(self) -> None:
        looked = time.monotonic()
        while True:
            eager = any(self._watchers.values())
            self._soon.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._soon.wait(), self.place.options.discovery if eager else PULSE)
            if self._closing:
                return
            try:
                if eager or time.monotonic() - looked >= FRESH:
                    self._look(await self._ask(lambda admin: admin.describe_topics(None)))
                    looked = time.monotonic()
                else:
                    await self._ask(lambda admin: admin.find_coordinator("cimbus"))
            except (OSError, TimeoutError, KafkaError) as exc:
                log.debug("no answer: %s", exc)
            if not self.ready:
                await asyncio.sleep(0.05)
                self._soon.set()


def _answered(exc: Exception) -> bool:
    """Return whether an error is what a broker said."""
    return not isinstance(exc, OSError) and getattr(exc, "errno", -1) > 0


def _usable(topic: dict[str, Any]) -> int:
    """Return how many partitions a topic has; 0 if it is not ready or not for us."""
    partitions = topic["partitions"]
    if topic["error_code"] or topic["is_internal"] or any(part["leader"] < 0 for part in partitions):
        return 0
    return len(partitions)


async def _create(admin: Admin, topic: object, timeout: float) -> None:
    answer = await admin.create_topics([topic], timeout_ms=int(timeout * 1000))
    for _, code, *_ in answer.topic_errors:
        if (error := error_of(code)) is not None:
            raise error

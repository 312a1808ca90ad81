"""One subscription on asyncio: a consumer that is made again for ever, what it fetches, and how far it is settled.

``private`` and ``grouped`` say where reading begins and to whom partitions belong; the rest is here. Rules: fetching
never waits for a handler, it only pauses when enough waits for one; a consumer that stops making progress while there
is something to read is replaced (aiokafka can be alive and stuck after a broker's restart). Nothing of this is per
message but ``_take``.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Coroutine, Iterable
from typing import Any, Final

from cimbus.errors import ConnectError, SendError
from cimbus.frame import Frame
from cimbus.naming import Naming
from cimbus.net import Backoff, Seldom, why

from .catalog import Catalog
from .clients import HURRY, PATIENCE, new_consumer, put_away, start
from .crossing import Crossing
from .driver import Consumer, Denied, KafkaError, Partition
from .inbox import KafkaInbox
from .names import Names
from .place import Place
from .records import Reader, Record
from .shelf import Mark, Part
from .watch import Stuck, watch

MOST: Final = 1_000
"""How many records are taken at once."""
NOWHERE: Final = Partition("", 0)
"""A partition that never has anything: who asks for it hears of errors only."""

log = logging.getLogger("cimbus.kafka")


class Session:
    """What private and grouped sessions share."""

    group_id: str | None = None

    def __init__(self, place: Place, catalog: Catalog, crossing: Crossing, naming: Naming, inbox: KafkaInbox) -> None:
        self.place = place
        self.catalog = catalog
        self.crossing = crossing
        self.inbox = inbox
        self.parts: dict[Partition, Part] = {}
        """The partitions that are ours now."""
        self.up = False
        self._names = Names(naming, inbox.intake.patterns)
        self._reader = Reader(naming, inbox.intake.patterns)
        self._task: asyncio.Task[None] | None = None
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.given = 0
        """How many frames were given to the inbox in all."""
        self._room = asyncio.Event()
        self._dirty = asyncio.Event()
        self.thawed = asyncio.Event()
        self._topics_came = asyncio.Event()
        self._seldom = Seldom(log)

    # -- its life -------------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Begin; return when the subscription exists.

        Raises:
            ConnectError: the brokers do not let us read.
        """
        self.inbox.session = self
        self._task = asyncio.create_task(self._live())
        self._task.add_done_callback(self._ended)
        await asyncio.wait({self._task, self._opened}, return_when=asyncio.FIRST_COMPLETED)
        if not self._opened.done():
            await self._task

    async def close(self) -> None:
        """Commit what was settled, and end."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self.crossing.tell(self.inbox.close, why(error))

    async def _live(self) -> None:
        backoff = Backoff(0.05, 5.0)
        with self.catalog.watched(self._topics_came.set, eager=self._names.open):
            while True:
                began = time.monotonic()
                try:
                    await self._once()
                except Denied as exc:
                    raise ConnectError(f"the brokers do not let us read: {why(exc)}") from exc
                except SendError as exc:  # a topic that is missing
                    raise ConnectError(str(exc)) from exc
                except (KafkaError, OSError, TimeoutError, Stuck) as exc:
                    level = logging.WARNING if self.catalog.ready else logging.DEBUG  # else that has been said
                    log.log(level, "a consumer of %s is replaced: %s", self.group_id or "a private inbox", why(exc))
                self.up = False
                if time.monotonic() - began > 10:
                    backoff.reset()
                await asyncio.sleep(backoff.pause())

    async def _once(self) -> None:
        """Live with one consumer, until it fails."""
        consumer = new_consumer(self.place, group_id=self.group_id)
        try:
            await start(consumer, self.place.options.timeout)
            await self.begin(consumer)
            self.up = True
            if not self._opened.done():
                self._opened.set_result(None)
            await race(self._poll(consumer), watch(self, consumer), self._follow(consumer), *self.tasks(consumer))
        finally:
            await self.end(consumer)
            await put_away(consumer, PATIENCE if self.catalog.ready else HURRY)
            await self.ended()

    # -- for private and grouped ----------------------------------------------------------------------------------

    async def begin(self, consumer: Consumer) -> None:
        """Take up the partitions; return when it is fixed where reading goes on."""
        raise NotImplementedError

    async def changed(self, consumer: Consumer, topics: set[str]) -> None:
        """Take up new topics, too."""
        raise NotImplementedError

    async def end(self, consumer: Consumer) -> None:
        """Do what must be done before a consumer is put away."""

    async def ended(self) -> None:
        """Do what must be done after a consumer was put away."""

    def tasks(self, consumer: Consumer) -> Iterable[Coroutine[Any, Any, None]]:
        """Return what else runs while a consumer lives."""
        del consumer
        return ()

    # -- topics ---------------------------------------------------------------------------------------------------

    async def topics(self) -> set[str]:
        """Return the topics of the intake's patterns; those that the patterns name exist then."""
        for name in self._names.fixed:
            await self.catalog.partitions(name)
        if self._names.open:
            await self.catalog.refresh()
        return self._known()

    def _known(self) -> set[str]:
        return {name for name in self.catalog.topics if self._names.match(name)}

    def partitions(self, topics: Iterable[str]) -> set[Partition]:
        """Return the partitions of topics."""
        known = self.catalog.topics
        return {Partition(name, number) for name in topics for number in range(known[name])}

    async def _follow(self, consumer: Consumer) -> None:
        while True:
            await self._topics_came.wait()
            self._topics_came.clear()
            await self.changed(consumer, self._known())

    # -- fetching -------------------------------------------------------------------------------------------------

    def room(self) -> None:
        """Fetch again; posted by the inbox."""
        self._room.set()

    def freeze(self) -> None:
        """Take nothing in any more."""
        self.thawed.clear()

    def thaw(self) -> None:
        """Go on where ``parts`` say."""
        self.crossing.tell(self.inbox.thaw)
        self.thawed.set()

    async def _poll(self, consumer: Consumer) -> None:
        inbox = self.inbox
        while True:
            await self.thawed.wait()
            self._room.clear()
            inbox.starved = True  # before we look: whoever makes room looks at it after that
            if inbox.full(self.given):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._room.wait(), 1.0)
                if self.thawed.is_set():
                    await consumer.getmany(NOWHERE)
                continue
            inbox.starved = False
            if found := await consumer.getmany(timeout_ms=1_000, max_records=MOST):
                self._take(found)
                await asyncio.sleep(0)

    def _take(self, found: dict[Partition, list[Record]]) -> None:
        parcel: list[tuple[Frame, Mark, int]] = []
        read = self._reader.read
        for where, records in found.items():
            part = self.parts.get(where)
            if part is None or not self.thawed.is_set():
                continue  # whoever gets the partition reads on from what is known to have come
            tracker = part.tracker
            if records[0].offset < tracker.end:
                part = self._restarted(part, records[0].offset)
                tracker = part.tracker
            name, before = where[0], part.before
            for record in records:
                offset = record.offset
                try:
                    frame = read(name, record)
                except ValueError as exc:
                    self._skip(name, exc)
                    frame = None
                if frame is None:
                    tracker.skipped(offset)
                else:
                    tracker.came(offset)
                    parcel.append((frame, (part, offset), 2 if offset < before else 1))
        self._dirty.set()
        if parcel:
            self.given += len(parcel)
            self.crossing.tell(self.inbox.deliver, parcel)

    def _restarted(self, old: Part, offset: int) -> Part:
        """Begin again with a log whose offsets went back: its topic was made anew."""
        log.warning("%s begins again at offset %d; it was made anew", old.where, offset)
        old.lost = True
        self.thaw()
        part = self.parts[Partition(*old.where)] = Part(old.where, offset)
        return part

    def _skip(self, name: str, exc: Exception) -> None:
        self.inbox.skipped += 1
        self._seldom.warning("skipped a record of %r: %s (%d in all)", name, exc, self.inbox.skipped)

    # -- settling -------------------------------------------------------------------------------------------------

    def news(self) -> None:
        """Look at what was settled, soon; posted by the inbox."""
        self._dirty.set()

    def absorb(self) -> None:
        """Take over what was settled."""
        inbox = self.inbox
        inbox.told = False
        settled = inbox.settled
        while settled:
            part, offset = settled.popleft()
            if not part.lost:
                part.tracker.settled(offset)


async def race(*coroutines: Coroutine[Any, Any, None]) -> None:
    """Run until one ends, and end as it does; the others are cancelled."""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

"""Transactional producers, one for each partition that is consumed, processed and produced from.

Rules:

* A producer's transactional id is the group, topic and partition it takes its input from. Whoever gets the partition
  next begins with the same id, which ends what the one before it left open, and fences it off (KIP-98).
* What was committed is read again after that, before the first transaction: a transaction of the one before may have
  gone through since we were told where to begin. Then what is here is stale, and read again.
* A transaction covers deliveries of one partition, and all that is unsettled before them: Kafka remembers one position,
  not each record.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final, Protocol

from cimbus.errors import ClosedError, SendError, TransportError, UsageError
from cimbus.net import why

from .catalog import Catalog
from .clients import HURRY, new_producer, put_away, start
from .driver import Committed, KafkaError, Partition, Producer, Refused, TooLarge
from .lanes import Route, fill, flights_of
from .place import Place
from .records import Outgoing
from .shelf import Part

GONE: Final = "the partition has gone to another member of the group"

log = logging.getLogger("cimbus.kafka")


class Member(Protocol):
    """What is known here of a group's member: where it stands, and what it has committed."""

    @property
    def place(self) -> Place:
        """The brokers."""
        ...

    @property
    def catalog(self) -> Catalog:
        """What they have."""
        ...

    @property
    def group_id(self) -> str | None:
        """The group."""
        ...

    @property
    def committing(self) -> asyncio.Lock:
        """Held by whoever moves positions at the broker."""
        ...

    @property
    def scribes(self) -> Scribes:
        """Its producers."""
        ...

    def absorb(self) -> None:
        """Take over what was settled."""
        ...

    def note(self, part: Part) -> str:
        """Return what is noted with a commit."""
        ...

    def reread(self, part: Part, committed: Committed) -> None:
        """Begin again where a partition was committed."""
        ...


class Scribe:
    """The producer of one partition."""

    def __init__(self, producer: Producer) -> None:
        self.producer = producer
        self.turn = asyncio.Lock()
        """Held by the transaction that is open."""


class Scribes:
    """The producers of a session."""

    def __init__(self, session: Member) -> None:
        self._session = session
        self._scribes: dict[Part, Scribe] = {}
        self._making = asyncio.Lock()
        self._ending: set[asyncio.Task[None]] = set()

    async def of(self, part: Part) -> Scribe:
        """Return the producer of a partition.

        Raises:
            ClosedError: the partition is not ours, or what we have of it is stale.
        """
        async with self._making:
            scribe = self._scribes.get(part)
            if scribe is None:
                scribe = Scribe(await self._make(part))
                self._scribes[part] = scribe
            if part.lost:
                self.forget(part)
                raise ClosedError(GONE)
            return scribe

    async def _make(self, part: Part) -> Producer:
        session = self._session
        topic, number = part.where
        producer = new_producer(session.place, transactional_id=f"{session.group_id}/{topic}/{number}")
        try:
            await start(producer, session.place.options.timeout)
            committed = (await session.catalog.offsets(session.group_id or "")).get(Partition(*part.where))
            if committed is not None and part.committed is not None and committed.offset > part.committed:
                session.reread(part, committed)
        except (KafkaError, OSError) as exc:
            await put_away(producer, HURRY)
            raise TransportError(f"a transaction cannot begin: {why(exc)}") from exc
        except BaseException:
            await put_away(producer, HURRY)
            raise
        return producer

    def forget(self, part: Part) -> None:
        """Use a partition's producer no more."""
        scribe = self._scribes.pop(part, None)
        if scribe is not None:
            task = asyncio.create_task(put_away(scribe.producer, HURRY))
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def close(self) -> None:
        """End all producers."""
        for part in list(self._scribes):
            self.forget(part)
        await asyncio.gather(*self._ending)


class Work:
    """One transaction, on asyncio."""

    def __init__(self, session: Member, part: Part, offsets: AbstractSet[int]) -> None:
        self._session = session
        self._part = part
        self._offsets = offsets
        self._scribe: Scribe | None = None

    async def begin(self) -> None:
        """Open it, when no other of the same partition is.

        Raises:
            UsageError: something before these deliveries is unsettled.
            TransportError: it cannot begin, and these deliveries come again.
        """
        scribe = await self._session.scribes.of(self._part)
        await scribe.turn.acquire()
        try:
            self._session.absorb()
            self._check()
            await scribe.producer.begin_transaction()
        except BaseException:
            scribe.turn.release()
            raise
        self._scribe = scribe

    def _check(self) -> None:
        if self._part.lost:
            raise ClosedError(GONE)
        if not self._part.tracker.reaches(self._offsets):
            raise UsageError(
                "deliveries of the same partition that came before these are unsettled: settle them first, or in the "
                "same transaction"
            )

    async def send(self, records: Sequence[Outgoing]) -> None:
        """Send records within it.

        Raises:
            TransportError: the brokers do not take them; nothing of the transaction will be seen.
        """
        scribe = self._opened()
        routes: dict[str, Route] = {}
        for flight in flights_of(records):
            name = flight.record.topic
            if name not in routes:
                routes[name] = Route(name)
                routes[name].grow(await self._session.catalog.partitions(name))
            routes[name].lane(flight.record).queue.append(flight)
        producer = scribe.producer
        try:
            for route in routes.values():
                for lane in route.lanes:
                    while lane.queue:
                        _, batch = fill(producer, lane)
                        await (await producer.send_batch(batch, lane.topic, partition=lane.partition))
        except (*Refused, *TooLarge) as exc:
            raise SendError(f"the brokers refuse what is sent in a transaction: {why(exc)}") from exc
        except (KafkaError, OSError) as exc:
            raise TransportError(f"a transaction failed: {why(exc)}") from exc

    async def commit(self) -> None:
        """Have everything seen, and the deliveries settled.

        Raises:
            TransportError: it failed, and nothing of it is or will be seen, unless the brokers went away just now.
        """
        scribe, session, part = self._opened(), self._session, self._part
        try:
            async with session.committing:
                self._check()
                position = max(self._offsets) + 1
                where = Partition(*part.where)
                await scribe.producer.send_offsets_to_transaction(
                    {where: (position, session.note(part))}, session.group_id or ""
                )
                await scribe.producer.commit_transaction()
                part.committed = position
                part.ours = True
                for offset in self._offsets:
                    part.tracker.settled(offset)
        except (KafkaError, OSError) as exc:
            raise TransportError(f"a transaction failed: {why(exc)}") from exc
        self._close()

    async def abort(self) -> None:
        """Have nothing seen, and the deliveries as they were."""
        if self._scribe is None:
            return
        try:
            await asyncio.wait_for(self._scribe.producer.abort_transaction(), self._session.place.options.timeout)
        except (KafkaError, OSError, AssertionError) as exc:
            log.warning("a transaction was not aborted, and will be when its partition is next used: %s", why(exc))
            self._session.scribes.forget(self._part)
        self._close()

    def _opened(self) -> Scribe:
        if self._scribe is None:
            raise UsageError("the transaction is over")
        return self._scribe

    def _close(self) -> None:
        scribe, self._scribe = self._scribe, None
        if scribe is not None:
            scribe.turn.release()

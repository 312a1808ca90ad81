"""A group's inbox: partitions are shared out among its members, and what is settled is committed.

Rules:

* A group begins with the ends of the topics that there are, committed before its first member joins: what is sent once
  a block is entered is received, what was sent before is not. Topics that appear later are read from their beginning.
* A commit carries a note: how far records have been in somebody's hands, who committed, and for which patterns. So a
  redelivery is known as one, a partition that nobody else has had meanwhile is kept as it is through a rebalance, and a
  durable group is known to exist by its patterns. One that names no topics notes it at the topic ``cimbus-groups``.
* A rebalance waits ``handover`` seconds for what is in hand. What is not settled then goes to whoever gets its
  partition.
* A group that is not durable ends with its last member: the next first one begins at the ends again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Coroutine, Iterable
from typing import Any

from cimbus.errors import ClosedError
from cimbus.net import why

from .clients import HURRY, PATIENCE, patiently
from .driver import Committed, Consumer, KafkaError, Listener, Partition, Rebalancing
from .founding import found
from .note import Note, digest_of, read_note
from .options import MARKER, group_id
from .scribes import Scribes
from .session import NOWHERE, Session
from .shelf import Part

log = logging.getLogger("cimbus.kafka")


class Grouped(Session):
    """The session of a group's member."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.group_id = self._group = group_id(self.inbox.intake.group)
        self._tag = uuid.uuid4().hex[:12]
        self._digest = digest_of(self.inbox.intake.patterns)
        self.committing = asyncio.Lock()
        """Held by whoever moves positions at the broker: one after the other, so that none goes back."""
        self.scribes = Scribes(self)
        self._founded = False
        self._subscribed: set[str] = set()
        self._writing: set[asyncio.Future[None]] = set()
        self._consumer: Consumer | None = None
        self._assigned = asyncio.Event()
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def topics(self) -> set[str]:
        """Return the topics of the intake's patterns, and the one that notes groups if they name none."""
        found = await super().topics()
        if self._names.open:
            await self.catalog.partitions(MARKER)
        return found

    # -- joining --------------------------------------------------------------------------------------------------

    async def begin(self, consumer: Consumer) -> None:
        """Join the group; return when partitions are assigned and positions fixed."""
        topics = self._with_marker(await self.topics())
        if not self._founded:
            durable = self.inbox.intake.durable
            await found(self.catalog, self._group, self._digest, self.partitions(topics), durable=durable)
            self._founded = True
        self._consumer = consumer
        self._assigned.clear()
        self._failed = asyncio.get_running_loop().create_future()
        self._subscribed = topics
        consumer.subscribe(topics, listener=_Listener(self, consumer))
        while not self._assigned.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._assigned.wait(), 0.5)
            if self._failed.done():
                self._failed.result()
            if not self._assigned.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(consumer.getmany(NOWHERE), 0.05)  # raises what keeps us from joining

    def _with_marker(self, topics: set[str]) -> set[str]:
        return topics | {MARKER} if self._names.open else topics

    async def changed(self, consumer: Consumer, topics: set[str]) -> None:
        """Take up new topics: the group is rebalanced."""
        await self.thawed.wait()  # one rebalance after the other
        topics = self._with_marker(topics)
        if topics != self._subscribed:
            await self._give_up(consumer)  # before: afterwards nothing can be committed under the old assignment
            self._subscribed = topics
            consumer.subscribe(topics, listener=_Listener(self, consumer))

    # -- partitions that come and go ------------------------------------------------------------------------------

    async def _give_up(self, consumer: Consumer) -> None:
        """Wait for what is in hand, a while, and commit."""
        self.freeze()
        loop = asyncio.get_running_loop()
        empty: asyncio.Future[None] = loop.create_future()

        def reply() -> None:
            if not empty.done():
                empty.set_result(None)

        self.crossing.tell(self.inbox.hold, reply)
        await asyncio.wait({empty}, timeout=self.place.options.handover)
        self.absorb()
        await self._commit(consumer, PATIENCE)

    async def revoked(self, consumer: Consumer) -> None:
        """Give up everything, for now."""
        if self.parts:
            await self._give_up(consumer)
        else:
            self.freeze()

    async def assigned(self, consumer: Consumer, assigned: set[Partition]) -> None:
        """Take up what is ours now, and go on."""
        consumer.pause(*assigned)  # until it is known where to go on
        committed = await self.catalog.offsets(self._group)
        old, self.parts = self.parts, {}
        fresh: list[Partition] = []
        for where in assigned:
            position = committed.get(where)
            part = old.get(where)
            if part is not None and self._kept(part, position):
                del old[where]
                self.parts[where] = part
            elif position is not None and position.offset >= 0:
                seen = read_note(position.metadata).seen
                self.parts[where] = Part(where, position.offset, before=seen, committed=position.offset)
            else:
                fresh.append(where)
        if fresh:
            begins = await asyncio.wait_for(consumer.beginning_offsets(fresh), self.place.options.timeout)
            for where in fresh:
                self.parts[where] = Part(where, begins.get(where, 0))
        for part in old.values():
            part.lost = True
            self.scribes.forget(part)
        for where, part in self.parts.items():
            consumer.seek(where, part.tracker.end)
        consumer.resume(*assigned)
        self.thaw()
        self._dirty.set()
        self._assigned.set()

    def reread(self, part: Part, committed: Committed) -> None:
        """Begin again with a partition where somebody else has left it, later than we had been told.

        Raises:
            ClosedError: always; what we have of it is stale.
        """
        part.lost = True
        where = Partition(*part.where)
        if self.parts.get(where) is part and self._consumer is not None:
            seen = read_note(committed.metadata).seen
            self.parts[where] = Part(where, committed.offset, before=seen, committed=committed.offset)
            self._consumer.seek(where, committed.offset)
        self.crossing.tell(self.inbox.thaw)
        raise ClosedError("the partition has been worked on by another member; its deliveries come again")

    def _kept(self, part: Part, found: Committed | None) -> bool:
        """Return whether a partition was nobody else's since we had it."""
        return found is not None and found.offset == part.committed and read_note(found.metadata).tag == self._tag

    def fail(self, error: Exception) -> None:
        """Give this consumer up."""
        if not self._failed.done():
            self._failed.set_exception(error)
            self._failed.exception()  # has been looked at, should nobody wait for it any more

    # -- committing -----------------------------------------------------------------------------------------------

    def tasks(self, consumer: Consumer) -> Iterable[Coroutine[Any, Any, None]]:
        """Return what else runs while a consumer lives."""

        async def failing() -> None:
            await asyncio.shield(self._failed)

        return self._commit_for_ever(consumer), failing()

    async def _commit_for_ever(self, consumer: Consumer) -> None:
        options = self.place.options
        while True:
            await self._dirty.wait()
            await asyncio.sleep(options.commit)
            self._dirty.clear()
            self.absorb()
            if self.thawed.is_set() and not await self._commit(consumer, options.timeout):
                self._dirty.set()
                await asyncio.sleep(0.2)

    async def _commit(self, consumer: Consumer, patience: float) -> bool:
        """Commit how far each partition is settled; return False if that could not be done now."""
        async with self.committing:
            return await self._committed(consumer, patience)

    def note(self, part: Part) -> str:
        """Write the note of a commit."""
        return Note(part.seen, self._tag, self._digest).write()

    async def _committed(self, consumer: Consumer, patience: float) -> bool:
        moved: dict[Partition, tuple[int, str]] = {}
        for where, part in self.parts.items():
            position = part.tracker.position
            if position != part.committed or part.seen != part.before or not part.ours:
                moved[where] = (position, self.note(part))
        if not moved:
            return True
        seen = {where: self.parts[where].seen for where in moved}
        try:
            await patiently(consumer.commit(moved), patience, self._writing)
        except Rebalancing as exc:
            log.debug("%s is being rebalanced: %s", self.group_id, exc)
            return False
        except (KafkaError, OSError, TimeoutError) as exc:
            log.log(
                logging.WARNING if self.catalog.ready else logging.DEBUG,
                "%s cannot commit yet: %s",
                self._group,
                why(exc),
            )
            return False
        for where, (position, _) in moved.items():
            had = self.parts.get(where)
            if had is not None:
                had.committed = position
                had.ours = True
                had.before = max(had.before, seen[where])
        return True

    async def ended(self) -> None:
        """Leave nothing behind of a consumer that is put away."""
        if self._writing:
            await asyncio.wait(self._writing, timeout=HURRY)  # its connections are closed
            for writing in list(self._writing):
                writing.cancel()

    async def end(self, consumer: Consumer) -> None:
        """Commit for the last time."""
        await self.scribes.close()
        self.freeze()
        self.absorb()
        if not await self._commit(consumer, PATIENCE if self.catalog.ready else HURRY):
            log.warning("%s leaves without its last commit: what it had settled since comes again", self.group_id)


class _Listener(Listener):
    """Told by aiokafka, which only logs what goes wrong here."""

    def __init__(self, session: Grouped, consumer: Consumer) -> None:
        self._session = session
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: Iterable[Partition]) -> None:
        del revoked  # all of them: this is what Kafka calls eager
        try:
            await self._session.revoked(self._consumer)
        except Exception as exc:  # noqa: BLE001  # handed on
            self._session.fail(exc)

    async def on_partitions_assigned(self, assigned: Iterable[Partition]) -> None:
        try:
            await self._session.assigned(self._consumer, set(assigned))
        except Exception as exc:  # noqa: BLE001  # handed on
            self._session.fail(exc)

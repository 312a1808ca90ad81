"""A private inbox: all partitions of its topics, from their ends on; no group, and nothing is committed.

Rule: where reading begins is fixed when the block is entered. Topics that appear later are read from their beginning,
and a consumer that is replaced goes on where the last one was.
"""

from __future__ import annotations

import asyncio

from .driver import Consumer, Partition
from .session import Session
from .shelf import Part


class Private(Session):
    """The session of a private inbox."""

    _begun = False

    async def begin(self, consumer: Consumer) -> None:
        """Take up all partitions, the first time at their ends."""
        topics = await self.topics()
        await self._take_up(consumer, topics, at_end=not self._begun)
        self._begun = True
        self.thaw()

    async def changed(self, consumer: Consumer, topics: set[str]) -> None:
        """Take up what is new, from its beginning."""
        if self.partitions(topics) - self.parts.keys():
            await self._take_up(consumer, topics, at_end=False)

    def news(self) -> None:
        """Forget what was settled; posted by the inbox."""
        self.absorb()

    async def _take_up(self, consumer: Consumer, topics: set[str], *, at_end: bool) -> None:
        wanted = self.partitions(topics)
        new = wanted - self.parts.keys()
        if not wanted:
            return
        everything = [Partition(*where) for where in wanted | self.parts.keys()]
        consumer.assign(everything)
        consumer.pause(*everything)  # a fetch would be in the way of the question for the ends
        ends: dict[Partition, int] = {}
        if at_end:
            ends = await asyncio.wait_for(consumer.end_offsets(list(new)), self.place.options.timeout)
        for where in new:
            self.parts[where] = Part(where, ends.get(where, 0))
        for where, part in self.parts.items():
            consumer.seek(where, part.tracker.end)
        consumer.resume(*everything)

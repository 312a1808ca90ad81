"""A consumer without a group: it reads all partitions of its topics from their ends on, and commits nothing.

Rule: where reading begins is fixed when the block is entered. Topics that appear later are read from their beginning,
and when aiokafka's consumer is replaced, the next one goes on where the last one was.
"""

from __future__ import annotations

from cimbus.middleware.net import AssignedPartition
from cimbus.middleware.net.asyncio_calls import bounded

from .aiokafka_types import AiokafkaConsumer, Partition
from .session import KafkaSession


class BroadcastSession(KafkaSession):
    """The session of a consumer without a group."""

    _begun = False

    async def begin(self, client: AiokafkaConsumer) -> None:
        """Take up all partitions, the first time at their ends."""
        topics = await self.topics()
        await self._assign(client, topics, at_end=not self._begun)
        self._begun = True
        self.resume()

    async def topics_changed(self, client: AiokafkaConsumer, topics: set[str]) -> None:
        """Take up new partitions, from their beginning."""
        if self.partitions_of(topics) - self.assigned.keys():
            await self._assign(client, topics, at_end=False)

    def settled_available(self) -> None:
        """Do nothing: as nothing is committed, it is early enough before the next fetch, each second at least."""

    async def _assign(self, client: AiokafkaConsumer, topics: set[str], *, at_end: bool) -> None:
        wanted = self.partitions_of(topics)
        new = wanted - self.assigned.keys()
        if not wanted:
            return
        everything = [Partition(*where) for where in wanted | self.assigned.keys()]
        client.assign(everything)
        client.pause(*everything)  # the request for the ends would wait behind a fetch
        ends: dict[Partition, int] = {}
        if at_end:
            ends = await bounded(self.cluster.options.timeout, client.end_offsets(list(new)))
        for where in new:
            self.assigned[where] = AssignedPartition(where, ends.get(where, 0))
        for where, partition in self.assigned.items():
            client.seek(where, partition.tracker.end)
        client.resume(*everything)

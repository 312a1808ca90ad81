"""What the brokers tell of groups that were made here, and deleting them (``GroupAdmin``). On the asyncio thread.

The backlog of a group is what stands behind its offsets: an open or aborted transaction counts, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from cimbus.middleware.group import GroupDescription
from cimbus.middleware.net.asyncio_calls import bounded

from .aiokafka_clients import delete_group, members_of_groups, new_consumer
from .aiokafka_types import Committed, Partition
from .client_lifecycle import start_client, stop_client
from .options import MARKER, PREFIX, group_of
from .topic_metadata import TopicMetadata


async def groups_of(metadata: TopicMetadata) -> list[GroupDescription]:
    """Return the groups of the cluster that have a name of ours.

    Raises:
        Exception: the brokers refuse to tell; errors are aiokafka's.
    """
    connection = metadata.connection
    members = await connection.ask(lambda admin: members_of_groups(admin, PREFIX))
    committed = {name: await connection.offsets(name) for name in members}
    ends = await _ends(metadata, {where for offsets in committed.values() for where in offsets})
    return [
        GroupDescription(
            name=name,
            group=group_of(name),
            receives=tuple(sorted({where.topic for where in offsets} - {MARKER})),
            consumers=members[name],
            backlog=_backlog(offsets, ends),
        )
        for name, offsets in sorted(committed.items())
    ]


async def forget(metadata: TopicMetadata, group: str) -> int:
    """Delete groups that have no members, by their name in Kafka or by ours; return how much waited for them.

    Raises:
        Exception: the brokers refuse it; errors are aiokafka's.
    """
    away = [found for found in await groups_of(metadata) if group in (found.name, found.group) and not found.consumers]
    ask = metadata.connection.ask
    return sum([found.backlog for found in away if await ask(partial(delete_group, group_id=found.name))])


def _backlog(offsets: Mapping[Partition, Committed], ends: Mapping[Partition, int]) -> int:
    return sum(max(0, ends[where] - position.offset) for where, position in offsets.items() if position.offset >= 0)


async def _ends(metadata: TopicMetadata, partitions: Iterable[Partition]) -> dict[Partition, int]:
    wanted = list(partitions)
    if not wanted:
        return {}
    client = new_consumer(metadata.cluster)
    timeout = metadata.cluster.options.timeout
    try:
        client.assign(wanted)
        client.pause(*wanted)  # the request for the ends would wait behind a fetch
        await start_client(client, timeout)
        return await bounded(timeout, client.end_offsets(wanted))
    finally:
        await stop_client(client)

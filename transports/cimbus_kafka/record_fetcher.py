"""What aiokafka has fetched, and what becomes of records that it cannot read: none is skipped.

When aiokafka cannot read a batch, it drops what it had taken of other partitions, too, and counts that as delivered. So
all partitions are fetched once more then, from where they were.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Final

from cimbus.middleware.net import AssignedPartition, ThrottledLog, why
from cimbus.middleware.net.asyncio_calls import bounded
from cimbus.middleware.safe_log import safe_logger

from .aiokafka_types import AiokafkaConsumer, AiokafkaRecord, KafkaError, Partition, Unreadable, UnsupportedCodec
from .tolerant_records import LeftOut, failed_partition, is_strange_name, read_tolerantly

MAX_RECORDS: Final = 1_000
"""How many records are taken from aiokafka at once: enough that the cost of a call across threads does not count, and
few enough that other tasks of the loop wait some milliseconds only. Kafka's max.poll.records is 500."""
POLL_TIMEOUT: Final = 1.0
"""How long one call of getmany waits, and how long a full consumer is left alone before its errors are looked for."""
BLOCKED_FOR: Final = 30.0
"""After how many seconds a partition is read again whose records need a library that is not installed. Our choice: it
takes a restart with that library, another member of the group, or the topic's retention; all take minutes at least."""

END_TIMEOUT: Final = 10.0
"""How long the brokers may take to say where partitions end, in seconds: as long as between two checks for progress."""
POSITION_TIMEOUT: Final = 1.0
"""How long aiokafka may take to say a position, in seconds: it knows it, unless it is stuck."""

log = safe_logger("cimbus.kafka")


class RecordFetcher:
    """Takes records from the consumers of aiokafka that one session has, one after the other.

    Args:
        assigned: the partitions of the session.
        fetching: set unless the group is rebalanced.
        left_out: called for headers that cannot be read.
    """

    def __init__(
        self, assigned: Mapping[Partition, AssignedPartition], fetching: asyncio.Event, left_out: LeftOut
    ) -> None:
        self._assigned = assigned
        self._fetching = fetching
        self._left_out = left_out
        self._blocked: dict[Partition, float] = {}
        """The partitions that were blocked, and until when, in seconds of ``time.monotonic()``."""
        self._throttled = ThrottledLog(log)

    @property
    def blocked(self) -> bool:
        """Whether the records of some partition need a library that is not installed."""
        now = time.monotonic()
        return any(until > now and where in self._assigned for where, until in self._blocked.items())

    async def fetch(self, client: AiokafkaConsumer) -> dict[Partition, list[AiokafkaRecord]]:
        """Return what was fetched, nothing after a while; nothing, too, if some of it cannot be read."""
        try:
            return await client.getmany(timeout_ms=int(POLL_TIMEOUT * 1000), max_records=MAX_RECORDS)
        except Unreadable as exc:
            if not is_strange_name(exc):
                raise
            read_tolerantly(client, self._left_out)
        except UnsupportedCodec as exc:
            self._block(client, exc)
        if self._fetching.is_set():
            for where, partition in self._assigned.items():
                client.seek(where, partition.tracker.end)
        return {}

    async def behind(self, client: AiokafkaConsumer) -> bool:
        """Return whether there are records that were not fetched, or that cannot be said."""
        if not self._fetching.is_set():
            return True
        try:
            ends = await bounded(END_TIMEOUT, client.end_offsets(list(self._assigned)))
            for where, end in ends.items():
                # aiokafka's position, not ours: it has moved over the control records of transactions, which are no
                # frames
                known = where in client.assignment()
                if known and await bounded(POSITION_TIMEOUT, client.position(where)) < end:
                    return True
        except (KafkaError, OSError, TimeoutError):
            return True
        return False

    def _block(self, client: AiokafkaConsumer, error: Exception) -> None:
        """Stop reading the partition that aiokafka could not read, for a while."""
        found = failed_partition(client)
        for where in list(self._assigned) if found is None else [found]:
            client.pause(where)
            # longer than the pause: time to find out that it is as before
            self._blocked[where] = time.monotonic() + BLOCKED_FOR + 2 * POLL_TIMEOUT
            asyncio.get_running_loop().call_later(BLOCKED_FOR, self._unblock, client, where)
        place = "all partitions" if found is None else f"partition {found[1]} of {found[0]!r}"
        text = "%s must wait, nothing is skipped: %s; it comes with pip install 'aiokafka[all]', before the next start"
        self._throttled.warning(text, place, why(error))

    def _unblock(self, client: AiokafkaConsumer, where: Partition) -> None:
        if self._fetching.is_set() and where in client.assignment():
            client.resume(where)

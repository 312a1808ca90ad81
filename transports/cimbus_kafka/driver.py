"""aiokafka as this package uses it, with types: what is called, and which errors mean what.

Rule: no module but this one and ``clients`` imports aiokafka.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

from aiokafka import (  # type: ignore[import-untyped]
    ConsumerRebalanceListener,
    TopicPartition,
    errors,
)

from .records import Record

KafkaError: type[Exception] = errors.KafkaError
TooLarge: tuple[type[Exception], ...] = (errors.MessageSizeTooLargeError, errors.RecordListTooLargeError)
"""The broker does not take a batch of that size."""
Denied: tuple[type[Exception], ...] = (
    errors.TopicAuthorizationFailedError,
    errors.ClusterAuthorizationFailedError,
    errors.GroupAuthorizationFailedError,
    errors.TransactionalIdAuthorizationFailed,
)
"""We may not do that."""
Refused: tuple[type[Exception], ...] = (
    *Denied,
    errors.InvalidTopicError,
    errors.InvalidTimestampError,
    errors.PolicyViolationError,
    errors.UnsupportedForMessageFormatError,
    errors.InvalidReplicationFactorError,
    errors.InvalidPartitionsError,
    errors.InvalidConfigurationError,
    errors.InvalidRequiredAcksError,
)
"""Trying again will not help."""
CommitFailed: type[Exception] = errors.CommitFailedError
"""The group has changed, and what is committed may be somebody else's now."""
Rebalancing: tuple[type[Exception], ...] = (errors.CommitFailedError, errors.IllegalStateError)
"""Nothing can be committed now: the group has changed, or is about to."""
Exists: type[Exception] = errors.TopicAlreadyExistsError


if TYPE_CHECKING:

    class Partition(NamedTuple):
        """Where a partition is."""

        topic: str
        partition: int

else:
    Partition = TopicPartition


class Committed(NamedTuple):
    """What a group has committed for a partition: the next offset to read, and a note."""

    offset: int
    metadata: str


class Batch(Protocol):
    """Records on their way to one partition."""

    def append(
        self, *, key: bytes | None, value: bytes, timestamp: int | None, headers: Sequence[tuple[str, bytes]]
    ) -> object | None:
        """Add a record; None: it is full."""
        ...


class Producer(Protocol):
    """What is used of AIOKafkaProducer."""

    async def start(self) -> None: ...  # noqa: D102
    async def stop(self) -> None: ...  # noqa: D102
    def create_batch(self) -> Batch: ...  # noqa: D102
    async def partitions_for(self, topic: str) -> set[int]: ...  # noqa: D102
    async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> Awaitable[object]: ...  # noqa: D102
    async def begin_transaction(self) -> None: ...  # noqa: D102
    async def commit_transaction(self) -> None: ...  # noqa: D102
    async def abort_transaction(self) -> None: ...  # noqa: D102
    async def send_offsets_to_transaction(  # noqa: D102
        self, offsets: Mapping[Partition, tuple[int, str]], group_id: str
    ) -> None: ...


class Consumer(Protocol):
    """What is used of AIOKafkaConsumer."""

    async def start(self) -> None: ...  # noqa: D102
    async def stop(self) -> None: ...  # noqa: D102
    def assign(self, partitions: Iterable[Partition]) -> None: ...  # noqa: D102
    def subscribe(self, topics: Iterable[str], *, listener: Listener) -> None: ...  # noqa: D102
    def pause(self, *partitions: Partition) -> None: ...  # noqa: D102
    def resume(self, *partitions: Partition) -> None: ...  # noqa: D102
    def seek(self, partition: Partition, offset: int) -> None: ...  # noqa: D102
    async def position(self, partition: Partition) -> int: ...  # noqa: D102
    def assignment(self) -> set[Partition]: ...  # noqa: D102
    async def commit(self, offsets: Mapping[Partition, tuple[int, str]]) -> None: ...  # noqa: D102
    async def beginning_offsets(self, partitions: Iterable[Partition]) -> dict[Partition, int]: ...  # noqa: D102
    async def end_offsets(self, partitions: Iterable[Partition]) -> dict[Partition, int]: ...  # noqa: D102
    async def getmany(  # noqa: D102
        self, *partitions: Partition, timeout_ms: int = 0, max_records: int | None = None
    ) -> dict[Partition, list[Record]]: ...


class Admin(Protocol):
    """What is used of AIOKafkaAdminClient."""

    async def start(self) -> None: ...  # noqa: D102
    async def close(self) -> None: ...  # noqa: D102
    async def create_topics(self, new_topics: list[object], timeout_ms: int) -> Any: ...  # noqa: D102
    async def describe_topics(self, topics: list[str] | None = None) -> list[dict[str, Any]]: ...  # noqa: D102
    async def find_coordinator(self, group_id: str) -> int: ...  # noqa: D102
    async def list_consumer_group_offsets(self, group_id: str) -> dict[Partition, Committed]: ...  # noqa: D102


class Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Who is told when a group's partitions go and come."""

    async def on_partitions_revoked(  # pyright: ignore[reportIncompatibleMethodOverride]  # it may be a coroutine
        self, revoked: Iterable[Partition]
    ) -> None:
        """Give partitions up; they go when this returns."""
        raise NotImplementedError

    async def on_partitions_assigned(  # pyright: ignore[reportIncompatibleMethodOverride]  # it may be a coroutine
        self, assigned: Iterable[Partition]
    ) -> None:
        """Take partitions over; nothing is fetched from them before this returns."""
        raise NotImplementedError


def quiet() -> None:
    """Keep aiokafka's loggers silent, unless somebody has given them a level: what matters is logged by us."""
    logger = logging.getLogger("aiokafka")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.CRITICAL + 1)


def error_of(code: int) -> Exception | None:
    """Return the error that a code of the protocol means; None for success."""
    return None if code == 0 else cast("Exception", errors.for_code(code)())

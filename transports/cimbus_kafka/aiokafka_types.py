"""aiokafka as this package uses it, with types: what is called, and which errors mean what.

Rule: no module but this one, ``aiokafka_clients``, ``fetched_records`` and ``tolerant_records`` imports aiokafka.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, cast, runtime_checkable

from aiokafka import (  # type: ignore[import-untyped]
    ConsumerRebalanceListener,
    TopicPartition,
    errors,
)

from cimbus.middleware.net import Refusals, why

KafkaError: type[Exception] = errors.KafkaError
Denied: tuple[type[Exception], ...] = (
    errors.TopicAuthorizationFailedError,
    errors.ClusterAuthorizationFailedError,
    errors.GroupAuthorizationFailedError,
    errors.TransactionalIdAuthorizationFailed,
)
"""This client is not authorized for that: 29, 30, 31 and 53."""
TooLarge: tuple[type[Exception], ...] = (errors.MessageSizeTooLargeError, errors.RecordListTooLargeError)
"""The broker does not take a batch of that size: 10 and 18; a smaller one may do."""
OPTIONS: Final[dict[type[Exception], str]] = {
    errors.InvalidSessionTimeoutError: "session",
    errors.InvalidPartitionsError: "partitions",
    errors.InvalidReplicationFactorError: "replication",
}
"""What the brokers refuse an option of the URL with: 26, 37 and 38."""
REFUSALS: Final[Refusals[type[Exception]]] = Refusals(
    final={
        "29, 30, 31, 53": Denied,
        "26, 37, 38": tuple(OPTIONS),
        "17, 21": (errors.InvalidTopicError, errors.InvalidRequiredAcksError),
        "23, 24": (errors.InconsistentGroupProtocolError, errors.InvalidGroupIdError),
        "32, 43": (errors.InvalidTimestampError, errors.UnsupportedForMessageFormatError),
        "33, 35": (errors.UnsupportedSaslMechanismError, errors.UnsupportedVersionError),
        "40, 44": (errors.InvalidConfigurationError, errors.PolicyViolationError),
        "50": (errors.InvalidTransactionTimeout,),
    },
    passing={"10, 18": TooLarge},
    unknown=False,
)
"""Errors of the brokers, by their codes (kafka.apache.org/protocol, Error Codes)."""
Refused: tuple[type[Exception], ...] = tuple(kind for kind in REFUSALS.rows if REFUSALS.final(kind))
"""Trying again will not help."""
Unreadable: tuple[type[Exception], ...] = (UnicodeDecodeError, errors.CorruptRecordException)
"""A batch cannot be read: the name of a header is not UTF-8, or more is wrong (``tolerant_records`` tells which)."""
UnsupportedCodec: type[Exception] = errors.UnsupportedCodecError
"""A batch is compressed, and the library for that is not installed."""
CommitFailed: type[Exception] = errors.CommitFailedError
"""The group was rebalanced: the partition may belong to another member now."""
Rebalancing: tuple[type[Exception], ...] = (errors.CommitFailedError, errors.IllegalStateError)
"""Nothing can be committed now: the group was or is being rebalanced."""
Exists: type[Exception] = errors.TopicAlreadyExistsError
"""The topic to be created is there."""


if TYPE_CHECKING:

    class Partition(NamedTuple):
        """The name of a topic and the number of a partition."""

        topic: str
        partition: int

else:
    Partition = TopicPartition


class Committed(NamedTuple):
    """What a group has committed for a partition: the next offset to read, and some text (``CommitMetadata``)."""

    offset: int
    metadata: str


class AiokafkaRecord(Protocol):
    """What is used of ConsumerRecord."""

    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]


class AiokafkaBatch(Protocol):
    """What is used of BatchBuilder: records for one partition."""

    def append(
        self, *, key: bytes | None, value: bytes, timestamp: int | None, headers: Sequence[tuple[str, bytes]]
    ) -> object | None:
        """Add a record; None: the batch is full."""
        ...


class AiokafkaProducer(Protocol):
    """What is used of AIOKafkaProducer."""

    async def start(self) -> None: ...  # noqa: D102
    async def stop(self) -> None: ...  # noqa: D102
    def create_batch(self) -> AiokafkaBatch: ...  # noqa: D102
    async def partitions_for(self, topic: str) -> set[int]: ...  # noqa: D102
    async def send_batch(self, batch: AiokafkaBatch, topic: str, *, partition: int) -> Awaitable[object]: ...  # noqa: D102
    async def begin_transaction(self) -> None: ...  # noqa: D102
    async def commit_transaction(self) -> None: ...  # noqa: D102
    async def abort_transaction(self) -> None: ...  # noqa: D102
    async def send_offsets_to_transaction(  # noqa: D102
        self, offsets: Mapping[Partition, tuple[int, str]], group_id: str
    ) -> None: ...


class AiokafkaConsumer(Protocol):
    """What is used of AIOKafkaConsumer."""

    async def start(self) -> None: ...  # noqa: D102
    async def stop(self) -> None: ...  # noqa: D102
    def assign(self, partitions: Iterable[Partition]) -> None: ...  # noqa: D102
    def subscribe(self, topics: Iterable[str], *, listener: RebalanceListener) -> None: ...  # noqa: D102
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
    ) -> dict[Partition, list[AiokafkaRecord]]: ...


@runtime_checkable
class AiokafkaAdmin(Protocol):
    """What is used of AIOKafkaAdminClient."""

    async def start(self) -> None: ...  # noqa: D102
    async def close(self) -> None: ...  # noqa: D102
    async def create_topics(self, new_topics: list[object], timeout_ms: int) -> Any: ...  # noqa: D102
    async def describe_topics(self, topics: list[str] | None = None) -> list[dict[str, Any]]: ...  # noqa: D102
    async def find_coordinator(self, group_id: str) -> int: ...  # noqa: D102


class RebalanceListener(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Has a session give up and take up partitions.

    Args:
        revoked: gives up all partitions; they are revoked when it returns.
        assigned: takes partitions up; nothing is fetched from them before it returns.
        failed: takes what these raise, which aiokafka only logs.
    """

    def __init__(
        self,
        revoked: Callable[[], Awaitable[None]],
        assigned: Callable[[set[Partition]], Awaitable[None]],
        failed: Callable[[Exception], None],
    ) -> None:
        self._revoked = revoked
        self._assigned = assigned
        self._failed = failed

    async def on_partitions_revoked(self, revoked: Iterable[Partition]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # it may be a coroutine
        """Give up all partitions, for now: aiokafka's rebalances are eager (KIP-429)."""
        del revoked  # it is all of them
        await self._guarded(self._revoked())

    async def on_partitions_assigned(self, assigned: Iterable[Partition]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  # it may be a coroutine
        """Take up partitions."""
        await self._guarded(self._assigned(set(assigned)))

    async def _guarded(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception as exc:  # noqa: BLE001  # raised by the session's own task
            self._failed(exc)


def error_of(code: int, *words: str | None) -> Exception | None:
    """Return the error for a code of Kafka's protocol, with the broker's words; None for 0, success."""
    # a broker is fenced until its first heartbeat, and behind a late one (KIP-631): that passes, too few brokers do not
    if code == errors.InvalidReplicationFactorError.errno and "fenced" in "".join(filter(None, words)):
        code = errors.BrokerNotAvailableError.errno
    return None if code == 0 else cast("Exception", errors.for_code(code)(*filter(None, words)))


def reason(exc: Exception) -> str:
    """Return the brokers' words, and the option that they refuse, if it is one."""
    option = OPTIONS.get(type(exc))
    return f"the option {option}: {why(exc)}" if option else why(exc)

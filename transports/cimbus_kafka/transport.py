"""``KafkaTransport``: one idempotent producer for sending, one consumer for each subscription.

Rules:

* Each context, kind and noun has a topic; a record's key is the object's, so that its frames stay in order. Topics are
  created when they are first used (``create``, ``partitions``, ``replication``).
* A consumer without a group reads everything. A group is the consumer group ``cimbus-<group>-<digest>``, the digest
  being that of its patterns: its members share partitions, so that at most as many work at once as a topic has. The
  offsets of a durable one outlive its members for as long as the broker keeps them (offsets.retention.minutes, a week
  by default).
* A frame with its properties may have ``max_message`` bytes: as many as the broker takes (message.max.bytes). With
  ``?compression=``, bytes are counted as they are compressed, and a consumer's ``buffer`` bounds what they hold.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeVar

import anyio

from cimbus.errors import ClosedError, ConnectError, SendError, TransportError, UsageError
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.doctor import Doctor, Finding, kafka
from cimbus.middleware.frame import Frame
from cimbus.middleware.group import GroupAdmin, GroupDescription
from cimbus.middleware.net import BrokerTransport, QueuedRecord, SendResults, read_hosts, why
from cimbus.middleware.net.asyncio_thread import open_portal, run
from cimbus.middleware.net.asyncio_transaction import AsyncioTransaction, transacted_on_asyncio
from cimbus.middleware.net.partitioned_consumer import PartitionedConsumer
from cimbus.middleware.transport import Consumer, SubscriptionSpec, Traits, Transactional, Transport, check_retained

from . import group_admin
from .aiokafka_clients import broker_settings, compression_of
from .aiokafka_types import KafkaError
from .asyncio_side import AsyncioSide
from .broadcast_session import BroadcastSession
from .client_lifecycle import silence_aiokafka
from .cluster import Cluster
from .group_session import GroupSession
from .naming import KAFKA_NAMING
from .options import ENVELOPE, KafkaOptions
from .records import OutgoingRecord, RecordWriter
from .session import KafkaSession
from .topic_metadata import TopicMetadata

T = TypeVar("T")


class KafkaTransport(BrokerTransport[KafkaOptions]):
    """Frames over Kafka.

    Args:
        url: ``kafka://user:password@host:port/?option=value``, or ``kafkas://`` for TLS; the options are the fields of
            ``KafkaOptions``.
        tls: a context to use instead of the options ca, cert and key.

    Raises:
        UsageError: the URL has an unknown option or an impossible value; the message lists the options.

    Example:
        >>> KafkaTransport("kafka://broker?partitions=8")
        KafkaTransport(kafka://broker:9092)
    """

    ports = {"kafka": 9092, "kafkas": 9093}
    """Kafka registers no ports; 9092 is the listener of its sample configuration, 9093 what is customary for TLS."""
    options_type = KafkaOptions
    broker = "Kafka"
    default_naming = KAFKA_NAMING

    def __init__(self, url: str, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(url, tls=tls)
        options = self.options
        self._cluster = Cluster(self._address, options, self._tls)
        silence_aiokafka()
        self._traits = Traits(
            durable=True,
            persistent=True,
            groups=True,
            keyed_groups=True,
            redelivers=True,
            counts_attempts=False,  # Kafka keeps one offset for each partition, and no count for a record
            multi_process=True,
            max_body=options.max_message - ENVELOPE,
            transactions=True,
            transactional_settlement=True,
        )
        self._writer = RecordWriter(
            self._naming, options.max_message, compress=compression_of(options.compression), most=options.buffer
        )
        self._side: AsyncioSide | None = None
        self._sessions: dict[PartitionedConsumer, KafkaSession] = {}
        self._stack: AsyncExitStack | None = None

    def _more_hosts(self) -> Iterable[str]:
        return (host for host, _ in read_hosts(self.options.also, self._address.port))

    @property
    def ready(self) -> bool:
        """Whether the brokers can be reached now, and what they have can be read."""
        blocked = any(session.blocked for session in self._sessions.values())
        return self._side is not None and self._side.metadata.ready and not blocked

    # -- opening and closing --------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        """Connect.

        Raises:
            ConnectError: the brokers cannot be reached, or refuse this client.
        """
        if self._stack is not None:
            raise ConnectError("this transport is open already")
        async with AsyncExitStack() as stack:
            portal = await stack.enter_async_context(open_portal())
            side = AsyncioSide(self._cluster, portal)
            await run(portal, side.open)
            self._side = side
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Finish what was begun and disconnect."""
        side, self._side = self._side, None
        stack, self._stack = self._stack, None
        if stack is None or side is None:
            return
        with anyio.CancelScope(shield=True):
            try:
                for consumer, session in list(self._sessions.items()):
                    consumer.close("the transport was closed")
                    await run(side.portal, session.close)
                await run(side.portal, side.close)
            finally:
                await stack.aclose()

    def _open_side(self) -> AsyncioSide:
        """Return the asyncio side.

        Raises:
            ClosedError: the transport is not open.
        """
        if self._side is None:
            raise ClosedError("the transport is not open")
        return self._side

    # -- sending --------------------------------------------------------------------------------------------------

    def refusal(self, frame: Frame) -> SendError | None:
        """Return why a frame is refused, as far as an option says it; None: it is not."""
        written = self._written(frame)
        return written if isinstance(written, SendError) else None

    def _written(self, frame: Frame) -> OutgoingRecord | SendError:
        """Write a frame, or say why that cannot be done."""
        try:
            return self._writer.write(frame)
        except SendError as exc:
            return exc
        except ValueError as exc:
            return SendError(str(exc))

    async def send(self, frames: Sequence[Frame]) -> Sequence[Exception | None]:
        """Send; return when the brokers have them, with one entry per frame: None, or why it was refused.

        Raises:
            ClosedError: the transport is not open.
        """
        side = self._open_side()
        if not frames:
            return []
        results = SendResults(len(frames))
        records: list[QueuedRecord[OutgoingRecord]] = []
        for index, frame in enumerate(frames):
            written = self._written(frame)
            if isinstance(written, SendError):
                results.settle(index, written)
            else:
                records.append(QueuedRecord(written, results, index))
        if records:
            side.portal.to_asyncio(side.sender.enqueue, records)
        found = await results.settled()
        if self._side is not side:
            for error in found:
                if isinstance(error, ClosedError):
                    raise error
        return found

    def transaction(
        self, consumer: Consumer | None = None, deliveries: Sequence[Delivery[Frame]] = ()
    ) -> AbstractAsyncContextManager[AsyncioTransaction[OutgoingRecord]]:
        """Return the block of a transaction: it is committed at the end, and aborted when the block raises.

        Args:
            consumer: a group's consumer of this transport; None without deliveries.
            deliveries: unsettled deliveries of one partition (such as those of one key), the next ones there; accepted
                when the transaction is committed, and unsettled as before when it is aborted.

        Raises:
            ClosedError: the transport or the consumer is not open.
            UsageError: the consumer has no group, or these deliveries cannot be settled together.
        """
        side = self._open_side()
        if consumer is None and not deliveries:
            return transacted_on_asyncio(side.portal, side.transaction(), (), self._writer.write)
        session = self._sessions.get(consumer) if isinstance(consumer, PartitionedConsumer) else None
        if session is None:
            if consumer is None:
                raise UsageError("a transaction with deliveries needs the consumer that they came from")
            raise ClosedError("the transport or the consumer is not open")
        if not isinstance(session, GroupSession):
            raise UsageError("a transaction commits the offsets of a group; a private consumer has none")
        inner = session.transaction(*session.consumer.together(deliveries))
        return transacted_on_asyncio(side.portal, inner, deliveries, self._writer.write)

    # -- listening ------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def listen(self, spec: SubscriptionSpec) -> AsyncGenerator[PartitionedConsumer]:
        """Return the block in which a consumer for ``spec`` is open.

        Raises:
            ClosedError: the transport is not open.
            ConnectError: the brokers do not let this client read, or a topic is missing and cannot be created.
        """
        side = self._open_side()
        check_retained(spec, self.traits)
        consumer = PartitionedConsumer(spec, side.portal, buffer=self.options.buffer)

        async def begin() -> None:
            kind = GroupSession if spec.group else BroadcastSession
            session = kind(self._cluster, side.metadata, side.portal, self._naming, consumer)
            self._sessions[consumer] = session
            await session.open()

        try:
            await run(side.portal, begin)
            yield consumer
        finally:
            consumer.close()
            session = self._sessions.get(consumer)
            if session is not None and self._side is side:
                with anyio.CancelScope(shield=True):
                    await run(side.portal, session.close)
            self._sessions.pop(consumer, None)

    # -- groups ---------------------------------------------------------------------------------------------------

    async def groups(self) -> Sequence[GroupDescription]:
        """Return the groups that were made here; see ``GroupAdmin``.

        Raises:
            ClosedError: the transport is not open.
            TransportError: the brokers do not tell.
        """
        return await self._administer(group_admin.groups_of)

    async def forget(self, group: str) -> int:
        """Delete groups without a consumer; return how many frames waited for them.

        Raises:
            ClosedError: the transport is not open.
            TransportError: the brokers refuse it.
        """
        return await self._administer(lambda metadata: group_admin.forget(metadata, group))

    async def examine(self) -> Sequence[Finding]:
        """Return what the brokers' settings do to messages; see ``Doctor``.

        Raises:
            ClosedError: the transport is not open.
        """
        try:
            ask = partial(broker_settings, names=kafka.SETTINGS)
            settings = await self._administer(lambda metadata: metadata.connection.ask(ask))
        except TransportError as exc:
            if isinstance(exc, ClosedError):
                raise
            settings = {}  # this client may not ask
        return kafka.kafka_findings(settings, max_message=self.options.max_message, session=self.options.session)

    async def _administer(self, work: Callable[[TopicMetadata], Coroutine[Any, Any, T]]) -> T:
        side = self._open_side()
        try:
            return await run(side.portal, lambda: work(side.metadata))
        except KafkaError as exc:
            raise TransportError(f"{self._address}: {why(exc)}") from exc


if TYPE_CHECKING:
    _: type[Transport] = KafkaTransport
    ___: type[GroupAdmin] = KafkaTransport
    ____: type[Doctor] = KafkaTransport
    __: type[Transactional] = KafkaTransport

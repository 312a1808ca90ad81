"""``KafkaTransport``: one idempotent producer for sending, one consumer for each inbox.

Rules:

* A topic of Kafka for each context, kind and noun; a record's key is the object's, so that its frames stay in order.
  Topics are made when they are first used (``create``, ``partitions``, ``replication``).
* A private inbox belongs to no group: it reads everything. A group is the consumer group ``cimbus-<group>``: its
  members share partitions, so that there are never more of them at work than a topic has partitions. A durable group's
  position outlives its members for as long as the broker keeps it (offsets.retention.minutes, a week unless changed).
* A frame with its properties may have ``max_message`` bytes: as many as the broker takes (message.max.bytes).
* Everything of Kafka's runs on asyncio; for a caller on trio it has a thread, and frames cross in batches.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Final, Self

import anyio

from cimbus.delivery import Delivery
from cimbus.errors import ClosedError, ConnectError, SendError, UsageError
from cimbus.frame import Frame
from cimbus.naming import KAFKA_FAMILY, KAFKA_NAMING, Naming
from cimbus.net import Batch, read_url, secure
from cimbus.transport import Inbox, Intake, Traits, Transport

from .clients import check_compression
from .crossing import open_crossing, run
from .driver import quiet
from .engine import Engine, open_engine
from .grouped import Grouped
from .inbox import KafkaInbox
from .lanes import Flight
from .options import Options
from .place import Place
from .private import Private
from .records import Writer
from .session import Session
from .transaction import Transaction, open_transaction

PORTS: Final = {"kafka": 9092, "kafkas": 9093}
ENVELOPE: Final = 16 * 1024
"""What a record may hold besides the body: key and headers."""


class KafkaTransport:
    """Frames over Kafka.

    Args:
        url: ``kafka://user:password@host:port/?option=value``, or ``kafkas://`` for TLS.
        tls: a context of one's own instead of the options ca, cert and key.

    Raises:
        UsageError: the URL has an unknown option or an impossible value; the message lists the options.
    """

    def __init__(self, url: str, *, tls: ssl.SSLContext | None = None) -> None:
        address, options = read_url(url, PORTS, Options)
        if address.path.strip("/"):
            raise UsageError(f"a Kafka URL has no path: {address.path!r}; topics are written by ?template=")
        self.options = options
        self._naming = _naming(options.template)
        self._place = Place(address, options, secure(address, options, tls, ("kafkas",)))
        check_compression(self._place)
        quiet()
        self._traits = Traits(
            durable=True,
            persistent=True,
            groups=True,
            keyed_groups=True,
            redelivers=True,
            counts_attempts=False,  # Kafka keeps one number for a partition, and none for a record
            multi_process=True,
            max_body=options.max_message - ENVELOPE,
        )
        self._writer = Writer(self._naming)
        self._engine: Engine | None = None
        self._listening: dict[KafkaInbox, Session] = {}
        self._stack: AsyncExitStack | None = None

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make a transport from its URL; nothing is connected yet.

        Raises:
            UsageError: the URL has an unknown option or an impossible value; the message lists the options.
        """
        return cls(url)

    @property
    def traits(self) -> Traits:
        """What Kafka can do."""
        return self._traits

    @property
    def naming(self) -> Naming:
        """How topics are written on this middleware."""
        return self._naming

    @property
    def ready(self) -> bool:
        """Whether the brokers can be reached now."""
        return self._engine is not None and self._engine.catalog.ready

    def __repr__(self) -> str:
        return f"KafkaTransport({self._place.address})"

    # -- opening and closing --------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        """Connect.

        Raises:
            ConnectError: the brokers cannot be reached, or refuse us.
        """
        if self._stack is not None:
            raise ConnectError("this transport is open already")
        async with AsyncExitStack() as stack:
            crossing = await stack.enter_async_context(open_crossing())
            engine = await run(crossing, lambda: open_engine(self._place, crossing))
            self._engine = engine
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Finish what was begun and disconnect."""
        engine, self._engine = self._engine, None
        stack, self._stack = self._stack, None
        if stack is None or engine is None:
            return
        with anyio.CancelScope(shield=True):
            try:
                for inbox, session in list(self._listening.items()):
                    inbox.close("the transport was closed")
                    await run(engine.crossing, session.close)
                await run(engine.crossing, engine.close)
            finally:
                await stack.aclose()

    # -- sending --------------------------------------------------------------------------------------------------

    async def send(self, frames: Sequence[Frame]) -> Sequence[Exception | None]:
        """Send; return when the brokers have them, with one entry per frame: None, or why it was refused.

        Raises:
            ClosedError: the transport is not open.
        """
        engine = self._engine
        if engine is None:
            raise ClosedError("the transport is not open")
        if not frames:
            return []
        batch = Batch(len(frames))
        flights: list[Flight] = []
        write, most = self._writer.write, self.options.max_message
        for place, frame in enumerate(frames):
            try:
                record = write(frame)
            except ValueError as exc:
                batch.settle(place, SendError(str(exc)))
                continue
            if record.size > most or len(frame.body) > self._traits.max_body:
                batch.settle(place, _too_large(record.size, most))
                continue
            flights.append(Flight(record, batch, place))
        if flights:
            engine.crossing.post(engine.sender.submit, flights)
        results = await batch.settled()
        if self._engine is not engine:
            for error in results:
                if isinstance(error, ClosedError):
                    raise error
        return results

    def transaction(
        self, inbox: Inbox, deliveries: Sequence[Delivery[Frame]]
    ) -> AbstractAsyncContextManager[Transaction]:
        """Return a block in which frames are sent, and by whose end deliveries are accepted: both or neither.

        Args:
            inbox: a group's inbox of this transport.
            deliveries: unsettled, of one partition (such as those of one key), the next ones there.

        Raises:
            ClosedError: the transport or the inbox is not open.
            UsageError: the inbox is not a group's, or these deliveries cannot be settled together.
        """
        engine = self._engine
        session = self._listening.get(inbox) if isinstance(inbox, KafkaInbox) else None
        if engine is None or session is None:
            raise ClosedError("the transport or the inbox is not open")
        if not isinstance(session, Grouped):
            raise UsageError("a transaction commits the position of a group; a private inbox has none")
        return open_transaction(engine.crossing, session, deliveries, self._writer, self.options.max_message)

    # -- listening ------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def listen(self, intake: Intake) -> AsyncGenerator[KafkaInbox]:
        """Return the block in which an inbox for ``intake`` is open.

        Raises:
            ClosedError: the transport is not open.
            ConnectError: the brokers do not let us read, or a topic is missing and may not be made.
        """
        engine = self._engine
        if engine is None:
            raise ClosedError("the transport is not open")
        inbox = KafkaInbox(intake, engine.crossing, buffer=self.options.buffer)

        async def begin() -> Session:
            kind = Grouped if intake.group else Private
            session = kind(self._place, engine.catalog, engine.crossing, self._naming, inbox)
            self._listening[inbox] = session
            await session.open()
            return session

        try:
            await run(engine.crossing, begin)
            yield inbox
        finally:
            inbox.close()
            session = self._listening.get(inbox)
            if session is not None and self._engine is engine:
                with anyio.CancelScope(shield=True):
                    await run(engine.crossing, session.close)
            self._listening.pop(inbox, None)


def _too_large(size: int, most: int) -> SendError:
    return SendError(
        f"a record of {size} bytes; the option max_message is {most}, and must be no more than the broker's "
        "message.max.bytes (or the topic's max.message.bytes)"
    )


def _naming(template: str) -> Naming:
    if not template:
        return KAFKA_NAMING
    try:
        return Naming(template, KAFKA_FAMILY)
    except ValueError as exc:
        raise UsageError(f"the option template: {exc}") from exc


if TYPE_CHECKING:
    _: type[Transport] = KafkaTransport

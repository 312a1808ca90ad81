"""``MemoryTransport``: the transport inside one process.

``memory:NAME`` gives all transports of that name one exchange; a bare ``memory:`` is private to its transport object.
Rules:

* A frame that no subscription wants is dropped; a frame that several want is shared, not copied: do not change it.
* ``?backlog=N`` bounds what waits, per group or consumer. Full means that ``send`` waits; only at a durable group whose
  members are all away, where waiting could last without end, it refuses with a ``SendError``.
* An exchange belongs to one event loop: it uses no locks.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import unquote

import anyio
import anyio.lowlevel
import msgspec

from cimbus.errors import ClosedError, ConnectError, SendError, UsageError
from cimbus.middleware.buffered_transaction import MAX_BODY, frame_to_send
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.frame import Frame
from cimbus.middleware.group import GroupAdmin, GroupDescription
from cimbus.middleware.naming import PATH_NAMING, Naming
from cimbus.middleware.net.url import read_options, split_url
from cimbus.middleware.send_report import SendReport
from cimbus.middleware.transport import Consumer, SubscriptionSpec, Traits, Transactional, Transport, check_retained

from .exchange import UNROUTABLE, Exchange, MemoryConsumer
from .options import DEFAULT_BACKLOG, MemoryOptions
from .transaction import MemoryTransaction

TRAITS: Final = Traits(
    durable=True,
    persistent=False,
    groups=True,
    keyed_groups=True,
    redelivers=True,
    counts_attempts=True,
    multi_process=False,
    max_body=MAX_BODY,
    transactions=True,
    transactional_settlement=True,
    tells_unroutable=True,
)

YIELD_EVERY: Final = 32
"""After how many frames a sender lets other tasks run: while there is room, nothing else makes it wait. Our choice: the
cost of a checkpoint is shared by 32 frames, and others wait some 100 microseconds."""


class SharedExchange(msgspec.Struct, eq=False):
    """An exchange, and how many open transports use it, on which thread."""

    exchange: Exchange
    users: int = 0
    thread: int = 0


_shared_exchanges: dict[str, SharedExchange] = {}
"""The named exchanges of this process, while they are open or keep the backlog of a durable group."""


class MemoryTransport:
    """Frames from task to task.

    Args:
        name: transports of one name share an exchange; empty: it is this transport's own.
        backlog: how many frames may wait for a group or consumer that this transport opens.

    Raises:
        UsageError: the backlog is below 1.

    Example:
        >>> from cimbus import Frame, Pattern, SubscriptionSpec, Topic
        >>> async def main():
        ...     spec = SubscriptionSpec(patterns=(Pattern(noun="EndDeviceEvents"),))
        ...     async with MemoryTransport() as transport, transport.listen(spec) as consumer:
        ...         topic = Topic("production", "events", "EndDeviceEvents", "created", "meter 7")
        ...         await transport.send([Frame(topic=topic, body=b"<EventMessage/>")])
        ...         (delivery,) = await consumer.receive()
        ...         async with delivery as frame:
        ...             print(frame.topic.key, frame.body)
        >>> anyio.run(main)
        meter 7 b'<EventMessage/>'
    """

    def __init__(self, name: str = "", *, backlog: int = DEFAULT_BACKLOG) -> None:
        if backlog < 1:
            raise UsageError(f"backlog is the number of frames that may wait: at least 1, not {backlog}")
        self.name = name
        self.backlog = backlog
        self._shared = SharedExchange(Exchange())
        self._consumers: set[MemoryConsumer] = set()
        self._open = False
        self._sent = 0

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make a transport from ``memory:``, ``memory:NAME`` or ``memory:NAME?backlog=N``.

        Raises:
            UsageError: the URL has an unknown option or an impossible value.

        Example:
            >>> MemoryTransport.from_url("memory:plant?backlog=500").backlog
            500
        """
        parts = split_url(url)
        if parts is None:
            raise UsageError("not a URL that can be read; it is written memory:NAME")
        options = read_options(parts.query, MemoryOptions)
        return cls(unquote(parts.netloc + parts.path).strip("/"), backlog=options.backlog)

    @classmethod
    def namings(cls) -> Mapping[str, Naming]:
        """Return how topics are written by default, by kind of broker."""
        return {"memory": PATH_NAMING}

    @property
    def traits(self) -> Traits:
        """What an exchange in memory can do."""
        return TRAITS

    @property
    def naming(self) -> Naming:
        """How topics are written in a reply address; nothing else needs them written."""
        return PATH_NAMING

    @property
    def ready(self) -> bool:
        """Whether it is open."""
        return self._open

    async def __aenter__(self) -> Self:
        """Join the exchange.

        Raises:
            ConnectError: the exchange is in use on another thread, or this transport is open.
        """
        if self._open:
            raise ConnectError("this transport is open already")
        shared = _shared_exchanges.setdefault(self.name, self._shared) if self.name else self._shared
        thread = threading.get_ident()
        if shared.users and shared.thread != thread:
            raise ConnectError(f"memory:{self.name} is in use on another thread; an exchange lives on one event loop")
        shared.thread = thread
        shared.users += 1
        self._shared = shared
        self._open = True
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Close what is open; the backlog of durable groups stays."""
        self._open = False
        for consumer in list(self._consumers):
            consumer.close()
        self._shared.exchange.make_all_space()
        self._shared.users -= 1
        if (
            not self._shared.users
            and not self._shared.exchange.groups
            and _shared_exchanges.get(self.name) is self._shared
        ):
            del _shared_exchanges[self.name]

    def refusal(self, frame: Frame) -> SendError | None:
        """Return why a frame is refused; None: it is not."""
        checked = frame_to_send(frame)
        return checked if isinstance(checked, SendError) else None

    async def send(self, frames: Sequence[Frame]) -> Sequence[Exception | None]:
        """Put frames into the queues of all consumers and groups that want them; wait where one is full.

        Raises:
            ClosedError: the transport is not open, or was closed while this waited.
        """
        results: list[Exception | None] = []
        unroutable: list[int] = []
        offer = self._shared.exchange.offer
        self._check_open()
        for frame in frames:
            self._sent += 1
            if self._sent % YIELD_EVERY == 0:
                await anyio.lowlevel.checkpoint()
                self._check_open()
            checked = frame_to_send(frame)
            if isinstance(checked, SendError):
                results.append(checked)
                continue
            found = offer(checked)
            while isinstance(found, anyio.Event):  # a queue is full
                await found.wait()
                self._check_open()
                found = offer(checked)
            if found is UNROUTABLE:
                unroutable.append(len(results))
                found = None
            results.append(found)
        return SendReport(results, unroutable) if unroutable else results

    def _offer_all(self, frames: Sequence[Frame]) -> SendError | anyio.Event | None:
        self._check_open()
        return self._shared.exchange.offer_all(frames)

    def _check_open(self) -> None:
        if not self._open:
            raise ClosedError("the transport is not open")

    def _checked(self, frame: Frame) -> Frame | SendError:
        """Return a frame with the topic that it goes to, or why it is refused."""
        self._check_open()
        return frame_to_send(frame)

    @asynccontextmanager
    async def transaction(
        self, consumer: Consumer | None = None, deliveries: Sequence[Delivery[Frame]] = ()
    ) -> AsyncGenerator[MemoryTransaction]:
        """Return the block of a transaction: it is committed at the end, and rolled back when the block raises.

        Args:
            consumer: the open consumer that ``deliveries`` came from; None where there are none.
            deliveries: unsettled deliveries to accept when the transaction is committed; after a rollback they are
                unsettled as before.

        Raises:
            UsageError: a delivery is settled, or not of this consumer.
            ClosedError: the transport or the consumer is not open.
            SendError: a frame was refused; nothing happened.
        """
        self._check_open()
        if consumer is not None and not isinstance(consumer, MemoryConsumer):
            raise UsageError("the consumer is of another transport")
        transaction = MemoryTransaction(self._checked, self._offer_all, consumer, deliveries)
        yield transaction
        await transaction.commit()

    @asynccontextmanager
    async def listen(self, spec: SubscriptionSpec) -> AsyncGenerator[MemoryConsumer]:
        """Return the block in which a consumer for ``spec`` is open.

        Raises:
            ClosedError: the transport is not open.
        """
        self._check_open()
        check_retained(spec, self.traits)
        consumer = self._shared.exchange.join(spec, self.backlog)
        self._consumers.add(consumer)
        try:
            yield consumer
        finally:
            self._consumers.discard(consumer)
            consumer.close()

    async def groups(self) -> Sequence[GroupDescription]:
        """Return the groups there are; see ``GroupAdmin``.

        Raises:
            ClosedError: the transport is not open.
        """
        self._check_open()
        return self._shared.exchange.describe()

    async def forget(self, group: str) -> int:
        """End groups without a consumer; return how many frames waited for them.

        Raises:
            ClosedError: the transport is not open.
        """
        self._check_open()
        return self._shared.exchange.forget(group)


if TYPE_CHECKING:
    _: type[Transport] = MemoryTransport
    ___: type[GroupAdmin] = MemoryTransport
    __: type[Transactional] = MemoryTransport

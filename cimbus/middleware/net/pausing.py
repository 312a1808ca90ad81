"""A connection that is not read while its consumer has no room, and such a consumer.

For a protocol whose broker may send more than was asked for. Rule: reading waits for nothing but a user that is full.
Heartbeats go on meanwhile, and the silence that we cause ourselves is not counted.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Final, Generic, Protocol, TypeVar

import anyio

from cimbus.middleware.safe_log import SafeLogger
from cimbus.middleware.transport import SubscriptionSpec

from .connected_consumer import ConnectedConsumer
from .connection_user import Connection, PacketUser
from .packet_connection import PacketConnection
from .redelivery import Item

EXTRA_FRAMES: Final = 64
"""How many frames more than the credit may wait before reading pauses: only a broker that ignores the credit gets
there. A few, since one read may bring several that were on their way."""
MAX_WAITING_BYTES: Final = 64 * 1024 * 1024
"""How many bytes may wait before reading pauses, whatever the credit: two messages of the largest size by default."""

C_contra = TypeVar("C_contra", contravariant=True)
P_contra = TypeVar("P_contra", contravariant=True)
M = TypeVar("M")
C = TypeVar("C", bound=Connection)
P = TypeVar("P")


class PausingUser(PacketUser[C_contra, P_contra], Protocol[C_contra, P_contra]):
    """The user of a connection that is not read while it is full.

    >>> class Printer:
    ...     full = False
    ...     async def wait_for_room(self): ...
    ...     async def connected(self, connection): ...
    ...     def disconnected(self, lost): ...
    ...     async def leave(self, connection): ...
    ...     def received(self, packets): print(*packets)
    >>> user: PausingUser[Connection, str] = Printer()
    >>> user.full
    False
    """

    @property
    def full(self) -> bool:
        """Whether nothing more should be read for now."""
        ...

    async def wait_for_room(self) -> None:
        """Wait until it is not full any more."""
        ...


U = TypeVar("U", bound=PausingUser[Any, Any])  # Any: of the connection that is defined with it


class PausingConnection(PacketConnection[U, P], Generic[U, P]):
    """A connection of packets that is not read while its user is full.

    >>> class Full:
    ...     full = True
    ...     async def wait_for_room(self): print("waits while", connection.paused)
    >>> connection = PausingConnection(stream=None, user=Full(), timeout=10, parser=None)
    >>> anyio.run(connection._before_read)
    waits while True
    >>> connection.paused
    False
    """

    def _pausing(self) -> None:
        """Note that reading pauses now."""

    @property
    def _reads_on(self) -> bool:
        return not self._user.full

    async def _before_read(self) -> None:
        if not self._user.full:
            return
        self.paused = True
        self._pausing()
        try:
            await self._user.wait_for_room()
        finally:
            self._last_read = time.monotonic()
            self.paused = False


class PausingConsumer(ConnectedConsumer[M, C], Generic[M, C]):
    """A consumer whose connection is not read while more waits than was asked for.

    Args:
        spec: what is subscribed to.
        log: where skipped messages are reported, at a bounded rate.

    >>> from cimbus.interface.topic import Pattern, Topic
    >>> from cimbus.middleware.frame import Frame
    >>> from cimbus.middleware.safe_log import safe_logger
    >>> consumer = PausingConsumer(SubscriptionSpec(patterns=(Pattern(),), credit=1), safe_logger("my.transport"))
    >>> frame = Frame(topic=Topic("production", "events", "EndDeviceEvents", "created"), body=b"")
    >>> for number in range(1 + EXTRA_FRAMES + 1):
    ...     before, _ = consumer.full, consumer._buffer.backlog.put(frame, number)
    >>> before, consumer.full
    (False, True)
    """

    def __init__(self, spec: SubscriptionSpec, log: SafeLogger) -> None:
        super().__init__(spec, log)
        self._uncounted = 0
        """How many frames wait that have a bound of their own: they are dropped there, and never pause reading."""
        self._space = anyio.Event()
        """Set when frames have left; replaced by those that wait for it."""

    def close(self, reason: str = "the consumer is closed") -> None:
        """End every ``receive``, now and later; settling after this is ignored."""
        super().close(reason)
        self._space.set()

    @property
    def full(self) -> bool:
        """Whether more waits than was asked for."""
        backlog = self._buffer.backlog
        counted = backlog.waiting - self._uncounted
        if self._buffer.closed or counted <= 0:
            return False
        return counted > backlog.credit + EXTRA_FRAMES or backlog.size > MAX_WAITING_BYTES

    async def wait_for_room(self) -> None:
        """Wait until there is room."""
        while self.full:
            self._space = anyio.Event()
            await self._space.wait()

    def _taken(self, items: Sequence[Item[M]]) -> None:  # noqa: ARG002  # for subclasses
        self._space.set()

"""What was given to ``Transport.send`` and is not acknowledged by the broker yet.

Rules:

* A message stays here until the broker has acknowledged it, whatever happens to connections: each new connection begins
  with everything in flight, in order. So the broker may receive a message twice, but never not at all.
* The caller of ``send`` may be cancelled. What a connection was given then stays in flight, and its result is ignored;
  what still waits for the window is dropped.
* The cost of a message does not grow with the window or with the number of waiting callers: all wait in one queue, and
  an acknowledgement moves as many as it makes room for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Sequence
from typing import Generic, TypeVar

import msgspec

from cimbus.errors import ClosedError, SendError, TransportError

from .connection_user import Connection
from .current_connection import CurrentConnection
from .errors import ConnectionLostError
from .results import SendResults

M = TypeVar("M")
C = TypeVar("C", bound=Connection)
K = TypeVar("K", bound=Hashable)


class InFlight(msgspec.Struct, Generic[M], eq=False):
    """One message on its way, from ``send`` to the broker's acknowledgement.

    Attributes:
        message: as the protocol writes it.
        results: of the call that it belongs to.
        index: its place in that call.
        written: whether a connection was given it.
        number: what the protocol knows it by on the connection of the moment; 0: nothing yet.
        received: whether the broker has it, although the exchange is not complete (MQTT QoS 2: its PUBREC came).
        suspect: whether the broker may have refused it; then it is sent alone.
        disconnects: how often the broker closed the connection while it was in flight.

    >>> results = SendResults(1)
    >>> item = InFlight("PUT 1", results, index=0)
    >>> item.settle(None)  # the broker has acknowledged it
    >>> item.written, results.is_set()
    (False, True)
    """

    message: M
    results: SendResults
    index: int
    written: bool = False
    number: int = 0
    received: bool = False
    suspect: bool = False
    disconnects: int = 0

    def settle(self, error: Exception | None) -> None:
        """Note its result: None, or why the broker refused it."""
        self.results.settle(self.index, error)

    def note_unroutable(self) -> None:
        """Note that no subscription exists for it."""
        self.results.unroutable.add(self.index)


class SendWindow(Generic[M, C, K]):
    """The user of the sending connection: a queue, and a window of messages in flight.

    A subclass says how the window is filled (``_fill_window``) and which acknowledgement settles what (``_settle``).

    Args:
        window: how many messages may be in flight at once.

    Attributes:
        current: the connection of the moment.

    >>> class LineSender(SendWindow):
    ...     def _fill_window(self):
    ...         connection = self.current.connection
    ...         while connection is not None and self.in_flight < self._window and (item := self._next()) is not None:
    ...             item.written = True
    ...             self._unacked[item.message] = item
    ...             connection.write(f"PUT {item.message}")
    ...             self._settle(item.message, None)  # as if the broker had acknowledged it at once
    >>> async def main():
    ...     sender = LineSender(window=10)
    ...     await sender.connected(SimpleNamespace(write=print))
    ...     print(await sender.send([1, 2]))
    >>> import anyio
    >>> from types import SimpleNamespace
    >>> anyio.run(main)
    PUT 1
    PUT 2
    [None, None]
    """

    def __init__(self, window: int) -> None:
        self.current: CurrentConnection[C] = CurrentConnection()
        self._window = window
        self._waiting: deque[InFlight[M]] = deque()
        """What the window has no room for, in order; bounded by the callers that wait in ``send``."""
        self._unacked: dict[K, InFlight[M]] = {}
        """What a connection was given, in order, by what the protocol knows it by."""
        self._closed: TransportError | None = None
        self.largest = 0
        """The largest message that the broker takes, in bytes; 0: it does not say it, or was not reached yet."""

    def refusal(self, message: M) -> SendError | None:
        """Return why the broker would refuse a message, as far as it said that; None: it did not."""
        del message
        return None

    @property
    def in_flight(self) -> int:
        """How many messages the broker has not acknowledged."""
        return len(self._unacked)

    async def send(self, messages: Sequence[M | Exception]) -> list[Exception | None]:
        """Send; return when the broker has them all, with one entry each: None, or why it was refused.

        An exception in place of a message is its result: it cannot be written.

        Raises:
            ClosedError: the transport was closed meanwhile.
        """
        self._check()
        results = SendResults(len(messages))
        self._enqueue(messages, results)
        self._fill_window()
        found = await results.settled()
        self._check()
        return found

    def _enqueue(self, messages: Sequence[M | Exception], results: SendResults) -> None:
        for index, message in enumerate(messages):
            if isinstance(message, Exception):
                results.settle(index, message)
            else:
                self._waiting.append(InFlight(message, results, index))

    def _check(self) -> None:
        if self._closed is not None:
            raise self._closed

    # -- what a protocol adds -----------------------------------------------------------------------------------------

    def _fill_window(self) -> None:
        """Give the connection as much of what waits as there is room for."""
        raise NotImplementedError

    def _next(self) -> InFlight[M] | None:
        """Take what waits longest; None if nothing does. What no caller waits for and was never written is dropped."""
        while self._waiting:
            item = self._waiting.popleft()
            if item.written or not item.results.forgotten:
                return item
            item.settle(None)
        return None

    def _unacknowledged(self) -> Iterable[InFlight[M]]:
        """Return what is in flight, in order."""
        return self._unacked.values()

    def _forget(self) -> None:
        """Forget what is in flight: it is queued again, or its callers have been told."""
        self._unacked.clear()

    def _settle(self, key: K, error: Exception | None) -> None:
        """Note the broker's answer to one message."""
        if (item := self._unacked.pop(key, None)) is not None:
            item.settle(error)

    # -- the connection -----------------------------------------------------------------------------------------------

    async def connected(self, connection: C) -> None:
        """Begin with everything in flight, in order."""
        self._resend()
        self.current.set(connection)
        self._fill_window()

    def _resend(self) -> None:
        """Put everything in flight in front of what waits."""
        self._waiting.extendleft(reversed(list(self._unacknowledged())))
        self._forget()

    def disconnected(self, lost: ConnectionLostError) -> None:  # noqa: ARG002  # for subclasses
        """Wait for the next connection."""
        self.current.clear()

    async def leave(self, connection: C) -> None:
        """Do nothing: the sender was drained before it leaves."""

    # -- ending -------------------------------------------------------------------------------------------------------

    async def drained(self) -> None:
        """Wait until the broker has acknowledged everything, or the connection is lost."""
        while self.current.connection is not None and (item := self._oldest()) is not None:
            await item.results.wait()

    def _oldest(self) -> InFlight[M] | None:
        return next(iter(self._unacknowledged()), None) or (self._waiting[0] if self._waiting else None)

    def close(self, reason: str = "the transport is not open") -> None:
        """End every ``send`` that waits, with a ``ClosedError``."""
        self._closed = ClosedError(reason)
        self.current.close(reason)
        for item in (*self._unacknowledged(), *self._waiting):
            item.settle(None)  # the caller finds that this is closed, and raises
        self._forget()
        self._waiting.clear()

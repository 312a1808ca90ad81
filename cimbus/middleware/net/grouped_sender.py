"""Messages in flight in groups, with one receipt for each group: where a broker confirms everything up to a point.

A receipt costs a broker a write to its disk, and confirms everything before it, too. Rules:

* A group is what waits when there is room for another one, up to ``GROUP_SIZE`` messages; at most ``MAX_GROUPS`` are in
  flight. So a single message is sent at once, and a thousand callers with one message each share receipts.
* A message stays here until its group's receipt has come. Each new connection begins with everything that has none, in
  order: a broker may then have it twice, but never not at all.
* A broker may not say which message of a group it refuses, and end the connection with it. What had no receipt is then
  suspect and is sent again one by one; the one that is refused alone was the cause, and only that one is refused. What
  a broker closes the connection over without a reason is found in the same way, after some more attempts.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Final, TypeVar

from cimbus.errors import SendError

from .connection_user import Connection
from .errors import ClosedByBrokerError, ConnectionLostError
from .sender import InFlight, SendWindow

GROUP_SIZE: Final = 256
"""How many messages share a receipt at most. Our own choice: the write to the disk is shared by many, and a refused one
in a group costs at most that many exchanges to find."""
MAX_GROUPS: Final = 4
"""How many groups are in flight: one is written to the broker's disk while others are on the network."""
SUSPECT_AFTER: Final = 2
"""After how many connections closed without a reason a message is sent alone: the first one may be a coincidence."""
REFUSED_AFTER: Final = 5
"""After how many connections closed without a reason, the last with this message alone, it is refused: a broker that
restarts or a network that fails closes some, too, but seldom five over the same message."""

M = TypeVar("M")
C = TypeVar("C", bound=Connection)


class GroupedSendWindow(SendWindow[M, C, str]):
    """The user of the sending connection, which sends in groups.

    A subclass says how a group is written (``_write_group``), which receipts came (``_confirm``), and what a broker
    refused (``_find_refused``).

    Args:
        window: how many messages may be in flight at once.

    >>> class LineSender(GroupedSendWindow):
    ...     def _write_group(self, connection, receipt, group):
    ...         connection.write(" ".join(item.message for item in group) + f" RECEIPT {receipt}")
    ...         self._confirm(receipt)  # as if the broker had answered at once
    >>> async def main():
    ...     sender = LineSender(window=1_024)
    ...     await sender.connected(SimpleNamespace(write=print))
    ...     print(await sender.send(["one", "two"]))
    >>> import anyio
    >>> from types import SimpleNamespace
    >>> anyio.run(main)
    one two RECEIPT 1
    [None, None]
    """

    def __init__(self, window: int) -> None:
        super().__init__(window)
        self._groups = min(MAX_GROUPS, window)
        self._group = min(GROUP_SIZE, window // self._groups)
        self._receipts: dict[str, list[InFlight[M]]] = {}
        """The groups in flight, by receipt, in order."""
        self._number = 0

    @property
    def in_flight(self) -> int:
        """How many messages have no receipt."""
        return sum(map(len, self._receipts.values()))

    # -- what a protocol adds -----------------------------------------------------------------------------------------

    def _write_group(self, connection: C, receipt: str, group: list[InFlight[M]]) -> None:
        """Write a group, and ask for its receipt."""
        raise NotImplementedError

    # -- sending ------------------------------------------------------------------------------------------------------

    def _unacknowledged(self) -> Iterable[InFlight[M]]:
        return chain.from_iterable(self._receipts.values())

    def _forget(self) -> None:
        self._receipts.clear()

    def _fill_window(self) -> None:
        connection = self.current.connection
        while connection is not None and self._waiting and self._has_room():
            if group := self._next_group():
                self._number += 1
                receipt = str(self._number)
                self._receipts[receipt] = group
                for item in group:
                    item.written = True
                self._write_group(connection, receipt, group)

    def _has_room(self) -> bool:
        """Return whether another group may be sent: a suspect is sent alone."""
        if self._waiting[0].suspect:
            return not self._receipts
        return len(self._receipts) < self._groups and not any(group[0].suspect for group in self._receipts.values())

    def _next_group(self) -> list[InFlight[M]]:
        group: list[InFlight[M]] = []
        while len(group) < self._group and (item := self._next()) is not None:
            if item.suspect and group:
                self._waiting.appendleft(item)
                break
            group.append(item)
            if item.suspect:
                break
        return group

    def _confirm(self, receipt: str) -> None:
        """Note a receipt: every message of its group is sent."""
        for item in self._receipts.pop(receipt, ()):
            item.settle(None)

    # -- who was refused ----------------------------------------------------------------------------------------------

    def disconnected(self, lost: ConnectionLostError) -> None:
        """Find out what the broker closed the connection over, if it did; wait for the next connection."""
        super().disconnected(lost)
        if isinstance(lost, ClosedByBrokerError):
            self._count_disconnect()

    def _find_refused(self, receipt: str, reason: str) -> None:
        """Refuse the only message that an error can be about, or suspect all of them.

        Args:
            receipt: of the group that it is about; empty if the broker does not say.
            reason: what the broker says.
        """
        group = self._receipts.get(receipt)
        if group is None and len(self._receipts) == 1:
            group = next(iter(self._receipts.values()))
        if group is not None and len(group) == 1:
            group.pop().settle(self._refusal(reason))
            return
        for item in self._unacknowledged():
            item.suspect = True

    def _count_disconnect(self) -> None:
        """Count a connection that was closed over what is in flight; one message alone is refused in the end."""
        for item in self._unacknowledged():
            item.disconnects += 1
            item.suspect = item.suspect or item.disconnects >= SUSPECT_AFTER
        groups = [group for group in self._receipts.values() if group]
        if len(groups) == 1 and len(groups[0]) == 1 and groups[0][0].disconnects >= REFUSED_AFTER:
            groups[0].pop().settle(self._refusal("the broker closes the connection whenever it comes"))

    def _refusal(self, reason: str) -> SendError:
        """Return the result of a message that the broker refused."""
        return SendError(f"the broker refused the frame: {reason}")

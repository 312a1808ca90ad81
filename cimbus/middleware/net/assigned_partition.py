"""How far an assigned partition is delivered, settled and committed, where a broker keeps a log.

Such a broker (Kafka) has no acknowledgement of a single record: it keeps one offset for each partition and group, from
which the next member reads that is assigned the partition. Pure. Rules: records are settled in any order; the position
moves over what is settled without a gap, and over what was skipped. It never moves back. The cost of a record does not
grow with the number of unsettled ones.

A client library may need a thread of its own (``asyncio_thread``). What both threads use needs no lock. Of an
``AssignedPartition`` that is ``seen``, which the caller's thread writes, and ``lost``, which it reads; of
``SettledOffsets``:

==============  ===============================================  ==================================
attribute       written by                                       read by
==============  ===============================================  ==================================
``_offsets``    caller (append), asyncio (popleft): a deque is   asyncio
                safe for one thread at each end
``_notified``   caller sets it after its append; asyncio clears  caller
                it before it looks into ``_offsets``
==============  ===============================================  ==================================
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from itertools import takewhile

from cimbus.middleware.frame import Frame


class OffsetTracker:
    """The offsets of one partition that were delivered and are not settled.

    Args:
        start: the first offset that may come.

    Attributes:
        end: the next offset that may come.

    >>> tracker = OffsetTracker(5)
    >>> for offset in (5, 6, 7):
    ...     tracker.came(offset)
    >>> tracker.settled(6)
    >>> tracker.position  # 5 is unsettled
    5
    >>> tracker.settled(5)
    >>> tracker.position
    7
    """

    __slots__ = ("_open", "_settled", "end")

    def __init__(self, start: int) -> None:
        self.end = start
        self._open: deque[int] = deque()
        self._settled: set[int] = set()

    @property
    def position(self) -> int:
        """The next offset to read again: everything below is settled."""
        return self._open[0] if self._open else self.end

    @property
    def unsettled(self) -> int:
        """How many came and are not settled."""
        return len(self._open) - len(self._settled)

    def came(self, offset: int) -> None:
        """Note a record that will be settled; offsets grow, with gaps where the log has some."""
        self._open.append(offset)
        self.end = offset + 1

    def skipped(self, offset: int) -> None:
        """Note a record that no pattern matches."""
        self.end = offset + 1

    def settled(self, offset: int) -> None:
        """Note that a record is settled."""
        open_ = self._open
        if not open_ or offset != open_[0]:
            if offset > self.position:  # else it has been settled, in a transaction
                self._settled.add(offset)
            return
        open_.popleft()
        settled = self._settled
        while settled and open_ and open_[0] in settled:
            settled.remove(open_.popleft())

    def reaches(self, offsets: AbstractSet[int]) -> bool:
        """Return whether the position goes behind all of these once they are settled."""
        last = max(offsets)
        return all(
            offset in offsets or offset in self._settled
            for offset in takewhile(lambda offset: offset <= last, self._open)
        )


class AssignedPartition:
    """One partition, as one session has it.

    Args:
        where: its topic and number.
        start: the first offset that may come.
        before: records below this offset had been delivered before the partition was assigned.
        committed: the offset that the group has committed; None if it has none.

    Attributes:
        where: its topic and number.
        tracker: how far it is settled.
        before: records below this offset had been delivered before the partition was assigned: they are redelivered.
        seen: records below this offset have been delivered to a handler, here or elsewhere.
        committed: the offset that the group has committed as far as is known; None if it has none.
        ours: the last commit was made by this session.
        lost: the partition was assigned to another member, or read again from another offset.

    >>> partition = AssignedPartition(("readings", 0), start=5, before=6, committed=5)
    >>> partition.tracker.position, partition.seen, partition.lost
    (5, 6, False)
    """

    __slots__ = ("before", "committed", "lost", "ours", "seen", "tracker", "where")

    def __init__(self, where: tuple[str, int], start: int, *, before: int = 0, committed: int | None = None) -> None:
        self.where = where
        self.tracker = OffsetTracker(start)
        self.before = self.seen = before
        self.committed = committed
        self.ours = False
        self.lost = False


DeliveredOffset = tuple[AssignedPartition, int]
"""Where a frame came from: its partition and offset."""
ReceivedFrame = tuple[Frame, DeliveredOffset, int]
"""A frame, where it came from, and its attempt: 2 for every redelivery, since a log does not count them."""


class SettledOffsets:
    """Offsets that were accepted or rejected and are not in their partition's tracker yet.

    Args:
        notify: called on the caller's thread when there is something to take over, and not again before ``apply``.

    >>> partition = AssignedPartition(("readings", 0), start=5)
    >>> partition.tracker.came(5)
    >>> settled = SettledOffsets(lambda: print("something was settled"))
    >>> settled.put((partition, 5))
    something was settled
    >>> settled.apply()
    >>> partition.tracker.position
    6
    """

    def __init__(self, notify: Callable[[], None]) -> None:
        self._notify = notify
        self._offsets: deque[DeliveredOffset] = deque()
        self._notified = False

    def __len__(self) -> int:
        return len(self._offsets)

    def put(self, settled: DeliveredOffset) -> None:
        """Add one; on the caller's thread."""
        self._offsets.append(settled)
        if not self._notified:
            self._notified = True
            self._notify()

    def apply(self) -> None:
        """Move all to the trackers of their partitions, unless these are lost; on the asyncio thread."""
        self._notified = False
        offsets = self._offsets
        while offsets:
            partition, offset = offsets.popleft()
            if not partition.lost:
                partition.tracker.settled(offset)

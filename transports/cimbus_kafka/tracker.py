"""How far one partition is settled: Kafka remembers one number per partition and group, the next offset to read.

Pure. Rules: what came is settled in any order; the position moves over what is settled without a gap, and over what was
skipped. It never moves back. Cost does not grow with what is unsettled.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Set as AbstractSet
from itertools import takewhile


class Tracker:
    """The offsets of one partition that came and are not settled.

    Args:
        start: the first offset that may come.

    Attributes:
        end: the next offset that may come.
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
        """Note a record that nobody needs."""
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

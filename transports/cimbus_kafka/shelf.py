"""A backlog whose frames can be taken away: a partition may go to another member of the group at any time.

Pure. Rules: while it is held, nothing is handed over, and whoever held it is told once when nothing is in hand. What
came from a partition that is lost is forgotten, in hand or not; who settles it later has no say.
"""

from __future__ import annotations

from collections.abc import Callable

from cimbus.net import Backlog, Item

from .tracker import Tracker


class Part:
    """One partition, as one session has it.

    Attributes:
        where: its topic and number.
        tracker: how far it is settled.
        before: below this offset, records have been in somebody's hands before.
        seen: below this offset, records were in our hands, or in somebody's.
        committed: the offset that the group has committed as far as we know; None if it has none.
        ours: the last commit was ours.
        lost: it is not ours any more.
    """

    __slots__ = ("before", "committed", "lost", "ours", "seen", "tracker", "where")

    def __init__(self, where: tuple[str, int], start: int, *, before: int = 0, committed: int | None = None) -> None:
        self.where = where
        self.tracker = Tracker(start)
        self.before = self.seen = before
        self.committed = committed
        self.ours = False
        self.lost = False


Mark = tuple[Part, int]
"""Where a frame came from: its partition and offset."""


class Shelf(Backlog[Mark]):
    """The frames of one inbox, waiting or in hand."""

    def __init__(self, credit: int) -> None:
        super().__init__(credit)
        self._allowed = credit
        self._empty: Callable[[], None] | None = None

    def hold(self, empty: Callable[[], None]) -> None:
        """Hand nothing over any more; ``empty`` is called once nothing is in hand."""
        self.credit = 0
        self._empty = empty
        self._look()

    def thaw(self) -> None:
        """Go on, without what is lost."""
        self._purge()
        self._empty = None
        self.credit = self._allowed

    def forget(self, item: Item[Mark]) -> bool:
        """Drop a frame in hand that was accepted or rejected; return False if it is not in hand."""
        found = super().forget(item)
        self._look()
        return found

    def release(self, item: Item[Mark], now: float) -> bool:
        """Let a frame in hand rest; return False if it is not in hand."""
        found = super().release(item, now)
        self._look()
        return found

    def _look(self) -> None:
        if self._empty is not None and not self.holds:
            empty, self._empty = self._empty, None
            empty()

    def _purge(self) -> None:
        for number, item in list(self.holds.items()):
            if item.mark[0].lost:
                del self.holds[number]
        self.drop_waiting(lambda item: item.mark[0].lost)

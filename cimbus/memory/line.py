"""One line of waiting frames: a private inbox's, or that of a group, shared out among its members.

Pure: no waiting, no event loop; members are only told to look again. Rules:

* Frames leave in the order in which they came, whatever happens to others. ``Entry.number`` is that order.
* A key belongs to the member that holds frames of it. Its further frames are reserved for that member, until it has
  none of them left: so they are never in two hands at once, and never out of order.
* A released frame rests, longer with each attempt; frames of its key that come up meanwhile rest behind it.
"""

from __future__ import annotations

import time
from bisect import insort
from collections import deque
from heapq import heappop, heappush
from operator import attrgetter
from typing import Final, Protocol

import msgspec

from cimbus.frame import Frame
from cimbus.topic import Pattern

FIRST_REST: Final = 0.01
LONGEST_REST: Final = 1.0

_NUMBER = attrgetter("number")


class Entry(msgspec.Struct, gc=False, eq=False):
    """One frame in one line. Its lane is its key; a frame without a key has a lane of its own, its number."""

    number: int
    frame: Frame
    lane: str | int
    attempt: int = 1


class Member(Protocol):
    """Who takes frames from a line."""

    credit: int
    holds: dict[int, Entry]
    """What was handed over and is not settled, by number."""
    reserved: deque[Entry]
    """What only this member may have next."""

    @property
    def waits(self) -> bool:
        """Whether it waits for frames and has the credit to take one."""
        ...

    def look(self) -> None:
        """Something may have come."""
        ...


class Rest(msgspec.Struct, eq=False):
    """The released frames of one lane, and when they may go again."""

    due: float
    entries: list[Entry]


class Owner(msgspec.Struct, eq=False):
    """Who has frames of a key, in hand or reserved, and how many."""

    member: Member
    count: int = 0


class Line:
    """The frames that wait for one group, or for one private inbox."""

    def __init__(self, patterns: tuple[Pattern, ...], *, group: str, limit: int) -> None:
        self.patterns = patterns
        self.group = group
        self.durable = False
        self.limit = limit
        self.size = 0
        """How many frames wait here, in whatever place."""
        self.members: list[Member] = []
        self._ready: deque[Entry] = deque()
        self._owners: dict[str, Owner] = {}
        """By key; only in a group, since a private inbox has no choice."""
        self._rests: dict[str | int, Rest] = {}
        self._alarms: list[tuple[float, int, str | int]] = []
        """A heap of (when, tie breaker, lane); an alarm of a lane that rests longer by now is a false one."""

    @property
    def alarm(self) -> float | None:
        """When the next resting frame may go, on the monotonic clock."""
        return self._alarms[0][0] if self._alarms else None

    def put(self, entry: Entry) -> None:
        """Add a new frame at the end."""
        self._ready.append(entry)
        self.size += 1
        self.nudge()

    def take(self, member: Member) -> list[Entry]:
        """Hand over what a member may have now, in order, within its credit."""
        if self._alarms:
            self._wake(time.monotonic())
        ready, reserved, alone = self._ready, member.reserved, len(self.members) == 1
        room = member.credit - len(member.holds)
        if not alone:  # leave the others their share
            room = min(room, (len(ready) + len(reserved)) // len(self.members) + 1)
        taken: list[Entry] = []
        while reserved and len(taken) < room:
            taken.append(reserved.popleft())
        while ready and len(taken) < room:
            entry = ready.popleft()
            if (not self.group and not self._rests) or self._grant(entry, member):
                taken.append(entry)
        self.size -= len(taken)
        for entry in taken:
            member.holds[entry.number] = entry
        if taken and not alone and (ready or self._alarms):
            self.nudge()
        return taken

    def _grant(self, entry: Entry, member: Member) -> bool:
        """Return whether a frame may go to a member; if not, put it where it has to wait."""
        lane = entry.lane
        if rest := self._rests.get(lane):
            insort(rest.entries, entry, key=_NUMBER)
            return False
        if not self.group or isinstance(lane, int):
            return True
        owner = self._owners.get(lane)
        if owner is None:
            owner = self._owners[lane] = Owner(member)
        owner.count += 1
        if owner.member is member:
            return True
        owner.member.reserved.append(entry)
        if owner.member.waits:
            owner.member.look()
        return False

    def _disown(self, entry: Entry) -> None:
        """Note that a member has done with a frame."""
        if self.group and isinstance(entry.lane, str):
            owner = self._owners[entry.lane]
            owner.count -= 1
            if not owner.count:
                del self._owners[entry.lane]

    # -- settling -------------------------------------------------------------------------------------------------

    def forget(self, entry: Entry) -> None:
        """Drop a frame that was accepted or rejected."""
        self._disown(entry)

    def release(self, entry: Entry, member: Member) -> None:
        """Let a frame rest and go again, before the later ones of its key."""
        due = time.monotonic() + min(LONGEST_REST, FIRST_REST * 2 ** min(entry.attempt - 1, 10))
        self._disown(entry)
        entry.attempt += 1
        behind = [later for later in member.reserved if later.lane == entry.lane]
        for later in behind:
            member.reserved.remove(later)
            self._disown(later)
        rest = self._rests.setdefault(entry.lane, Rest(due, []))
        rest.due = max(rest.due, due)
        for back in (entry, *behind):
            insort(rest.entries, back, key=_NUMBER)
        self.size += 1
        heappush(self._alarms, (rest.due, entry.number, entry.lane))
        self.nudge()  # whoever waits must know the new alarm

    def _wake(self, now: float) -> None:
        """Put frames whose rest is over at the front."""
        while self._alarms and self._alarms[0][0] <= now:
            lane = heappop(self._alarms)[2]
            rest = self._rests.get(lane)
            if rest is not None and rest.due <= now:
                del self._rests[lane]
                self._put_back(rest.entries)

    def _put_back(self, entries: list[Entry]) -> None:
        """Put frames, in their order, back to where they belong among those that wait."""
        if self._ready and entries and self._ready[0].number < entries[-1].number:
            self._ready = deque(sorted((*entries, *self._ready), key=_NUMBER))
        else:
            self._ready.extendleft(reversed(entries))

    def leave(self, member: Member) -> None:
        """Take back all that a member had; what it had in hand counts as an attempt."""
        self.members.remove(member)
        for entry in member.holds.values():
            entry.attempt += 1
        self.size += len(member.holds)
        back = sorted((*member.holds.values(), *member.reserved), key=_NUMBER)
        for entry in back:
            self._disown(entry)
        member.holds.clear()
        member.reserved.clear()
        self._put_back(back)
        self.nudge()

    def nudge(self) -> None:
        """Tell one member that waits, and put it behind the others."""
        for place, member in enumerate(self.members):
            if member.waits:
                if len(self.members) > 1:
                    self.members.append(self.members.pop(place))
                member.look()
                return

"""One queue of waiting frames: of a consumer without a group, or of a group, shared out among its members.

Pure: no waiting, no event loop; members are only told to look again. Rules:

* Frames leave in the order in which they came (``QueuedFrame.number``), each key independent of others.
* A key belongs to the member that has unsettled frames of it. Its further frames are reserved for that member until it
  has none left: so they are never unsettled at two members, and never out of order.
* A released frame waits for redelivery, longer with each attempt; frames of its key that come up meanwhile wait behind
  it. The delays are those of ``cimbus.middleware.net.redelivery``, which has no members to share frames out to.
"""

from __future__ import annotations

import time
from bisect import insort
from collections import deque
from heapq import heappop, heappush
from operator import attrgetter
from typing import Protocol

import msgspec

from cimbus.interface.topic import Pattern
from cimbus.middleware.frame import Frame
from cimbus.middleware.group import patterns_digest
from cimbus.middleware.net.redelivery import redelivery_delay

_NUMBER = attrgetter("number")


class QueuedFrame(msgspec.Struct, gc=False, eq=False):
    """One frame in one queue. Frames of one ``order_key`` keep their order: its key, or its number if it has none."""

    number: int
    frame: Frame
    order_key: str | int
    attempt: int = 1


class QueueMember(Protocol):
    """A consumer that takes frames from a queue."""

    credit: int
    unsettled: dict[int, QueuedFrame]
    """What was delivered and is not settled, by number."""
    reserved: deque[QueuedFrame]
    """What only this member may have next."""

    @property
    def waits(self) -> bool:
        """Whether it waits for frames and has the credit to take one."""
        ...

    def look(self) -> None:
        """Look again: something may have come."""
        ...


class DelayedFrames(msgspec.Struct, eq=False):
    """The frames of one key that wait for redelivery, and when they may go again."""

    due: float
    frames: list[QueuedFrame]


class KeyOwner(msgspec.Struct, eq=False):
    """The member that has frames of a key, unsettled or reserved, and how many."""

    member: QueueMember
    count: int = 0


class MessageQueue:
    """The frames that wait for one group, or for one consumer without a group."""

    def __init__(self, patterns: tuple[Pattern, ...], *, group: str, limit: int) -> None:
        self.patterns = patterns
        self.group = group
        self.durable = False
        self.limit = limit
        self.size = 0
        """How many frames wait here, reserved and delayed ones too."""
        self.members: list[QueueMember] = []
        self._ready: deque[QueuedFrame] = deque()
        self._owners: dict[str, KeyOwner] = {}
        """By key; only in a group, since a consumer without one has all keys."""
        self._delayed: dict[str | int, DelayedFrames] = {}
        self._alarms: list[tuple[float, int, str | int]] = []
        """A heap of (due, number, order key); an alarm is ignored if its key is delayed for longer by now."""

    @property
    def alarm(self) -> float | None:
        """When the next delayed frame may go, on the monotonic clock."""
        return self._alarms[0][0] if self._alarms else None

    def put(self, queued: QueuedFrame) -> None:
        """Add a new frame at the end."""
        self._ready.append(queued)
        self.size += 1
        self.nudge()

    def take(self, member: QueueMember) -> list[QueuedFrame]:
        """Return what a member may have now, in order, within its credit."""
        if self._alarms:
            self._end_delays(time.monotonic())
        ready, reserved, alone = self._ready, member.reserved, len(self.members) == 1
        room = member.credit - len(member.unsettled)
        if not alone:  # leave the others their share
            room = min(room, (len(ready) + len(reserved)) // len(self.members) + 1)
        taken: list[QueuedFrame] = []
        while reserved and len(taken) < room:
            taken.append(reserved.popleft())
        while ready and len(taken) < room:
            queued = ready.popleft()
            if (not self.group and not self._delayed) or self._grant(queued, member):
                taken.append(queued)
        self.size -= len(taken)
        for queued in taken:
            member.unsettled[queued.number] = queued
        if taken and not alone and (ready or self._alarms):
            self.nudge()
        return taken

    def _grant(self, queued: QueuedFrame, member: QueueMember) -> bool:
        """Return whether a frame may go to a member; if not, put it where it has to wait."""
        key = queued.order_key
        if self._delayed and (delayed := self._delayed.get(key)):
            insort(delayed.frames, queued, key=_NUMBER)
            return False
        if not self.group or isinstance(key, int):
            return True
        owner = self._owners.get(key)
        if owner is None:
            owner = self._owners[key] = KeyOwner(member)
        owner.count += 1
        if owner.member is member:
            return True
        owner.member.reserved.append(queued)
        if owner.member.waits:
            owner.member.look()
        return False

    def forget(self, queued: QueuedFrame) -> None:
        """Note that a frame is with its member no more: accepted, rejected, or back here."""
        if self.group and isinstance(queued.order_key, str):
            owner = self._owners[queued.order_key]
            owner.count -= 1
            if not owner.count:
                del self._owners[queued.order_key]

    @property
    def name(self) -> str:
        """Its group's name, and what tells it from others of that name."""
        return f"{self.group}-{patterns_digest(self.patterns)}"

    # -- settling -------------------------------------------------------------------------------------------------

    def release(self, queued: QueuedFrame, member: QueueMember) -> None:
        """Delay a frame; it goes again before the later ones of its key."""
        # the same delay as RedeliveryQueue.release; 2 ** 10 is far beyond the longest one already
        due = time.monotonic() + redelivery_delay(queued.attempt)
        self.forget(queued)
        queued.attempt += 1
        behind = [later for later in member.reserved if later.order_key == queued.order_key]
        for later in behind:
            member.reserved.remove(later)
            self.forget(later)
        delayed = self._delayed.setdefault(queued.order_key, DelayedFrames(due, []))
        delayed.due = max(delayed.due, due)
        for back in (queued, *behind):
            insort(delayed.frames, back, key=_NUMBER)
        self.size += 1
        heappush(self._alarms, (delayed.due, queued.number, queued.order_key))
        self.nudge()  # the member that waits must know the new alarm

    def _end_delays(self, now: float) -> None:
        """Put frames whose delay is over back among those that wait."""
        while self._alarms and self._alarms[0][0] <= now:
            key = heappop(self._alarms)[2]
            delayed = self._delayed.get(key)
            if delayed is not None and delayed.due <= now:
                del self._delayed[key]
                self._put_back(delayed.frames)

    def _put_back(self, frames: list[QueuedFrame]) -> None:
        """Put frames, in their order, back to where they belong among those that wait."""
        if self._ready and frames and self._ready[0].number < frames[-1].number:
            self._ready = deque(sorted((*frames, *self._ready), key=_NUMBER))
        else:
            self._ready.extendleft(reversed(frames))

    # -- members --------------------------------------------------------------------------------------------------

    def leave(self, member: QueueMember) -> None:
        """Take back all that a member had; what was unsettled there counts as an attempt."""
        self.members.remove(member)
        for queued in member.unsettled.values():
            queued.attempt += 1
        self.size += len(member.unsettled)
        back = sorted((*member.unsettled.values(), *member.reserved), key=_NUMBER)
        for queued in back:
            self.forget(queued)
        member.unsettled.clear()
        member.reserved.clear()
        self._put_back(back)
        self.nudge()

    def nudge(self) -> None:
        """Tell one member that waits to look, and put it behind the others."""
        for place, member in enumerate(self.members):
            if member.waits:
                if len(self.members) > 1:
                    self.members.append(self.members.pop(place))
                member.look()
                return

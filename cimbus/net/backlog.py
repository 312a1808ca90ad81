"""What one inbox received and has not settled, where the middleware itself cannot take a delivery back.

Pure: no waiting, no event loop; the time is given. Rules:

* Frames leave in the order in which they came; at most ``credit`` are in hand.
* A released frame rests, longer with each attempt; frames of its key that come up meanwhile rest behind it.
* ``mark`` is the transport's own (a packet id, an offset) and comes back untouched.
"""

from __future__ import annotations

from bisect import insort
from collections import deque
from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from operator import attrgetter
from typing import Final, Generic, TypeVar

import msgspec

from cimbus.frame import Frame

M = TypeVar("M")

FIRST_REST: Final = 0.01
LONGEST_REST: Final = 1.0

_NUMBER = attrgetter("number")


class Item(msgspec.Struct, Generic[M], eq=False, gc=False):
    """One frame. Its lane is its key; a frame without a key has a lane of its own, its number."""

    number: int
    frame: Frame
    lane: str | int
    mark: M
    attempt: int = 1


class Rest(msgspec.Struct, Generic[M], eq=False):
    """The released frames of one lane, and when they may go again."""

    due: float
    items: list[Item[M]]


class Backlog(Generic[M]):
    """The frames of one inbox, waiting or in hand."""

    def __init__(self, credit: int) -> None:
        self.credit = credit
        self.holds: dict[int, Item[M]] = {}
        """What was handed over and is not settled, by number."""
        self.waiting = 0
        """How many frames wait here, resting ones too."""
        self.size = 0
        """How many bytes the bodies of those have."""
        self._count = 0
        self._ready: deque[Item[M]] = deque()
        self._rests: dict[str | int, Rest[M]] = {}
        self._alarms: list[tuple[float, int, str | int]] = []
        """A heap of (when, tie breaker, lane); an alarm of a lane that rests longer by now is a false one."""

    @property
    def alarm(self) -> float | None:
        """When the next resting frame may go."""
        return self._alarms[0][0] if self._alarms else None

    @property
    def oldest(self) -> Item[M] | None:
        """What would leave next, resting ones aside."""
        return self._ready[0] if self._ready else None

    def __iter__(self) -> Iterator[Item[M]]:
        """Go through everything that is not settled, in no order."""
        yield from self.holds.values()
        yield from self._ready
        for rest in self._rests.values():
            yield from rest.items

    def put(self, frame: Frame, mark: M, *, attempt: int = 1) -> Item[M]:
        """Add a frame at the end."""
        self._count = number = self._count + 1
        item = Item(number, frame, frame.topic.key or number, mark, attempt)
        self._ready.append(item)
        self.waiting += 1
        self.size += len(frame.body)
        return item

    def take(self, now: float) -> list[Item[M]]:
        """Hand over what may go now, in order, within the credit."""
        if self._alarms:
            self._wake(now)
        ready, rests, holds = self._ready, self._rests, self.holds
        room = self.credit - len(holds)
        taken: list[Item[M]] = []
        while ready and len(taken) < room:
            item = ready.popleft()
            if rests and (rest := rests.get(item.lane)):
                insort(rest.items, item, key=_NUMBER)
                continue
            holds[item.number] = item
            self.size -= len(item.frame.body)
            taken.append(item)
        self.waiting -= len(taken)
        return taken

    def drop_oldest(self) -> None:
        """Forget what would leave next."""
        self.size -= len(self._ready.popleft().frame.body)
        self.waiting -= 1

    def drop_waiting(self, gone: Callable[[Item[M]], bool] = lambda _: True) -> None:
        """Forget what waits, resting frames too; ``gone``: of that, what is asked for."""
        self._ready = deque(item for item in self._ready if not gone(item))
        for lane, rest in list(self._rests.items()):
            rest.items = [item for item in rest.items if not gone(item)]
            if not rest.items:
                del self._rests[lane]  # its alarm is a false one
        kept = [*self._ready, *(item for rest in self._rests.values() for item in rest.items)]
        self.waiting = len(kept)
        self.size = sum(len(item.frame.body) for item in kept)

    def forget(self, item: Item[M]) -> bool:
        """Drop a frame in hand that was accepted or rejected; return False if it is not in hand."""
        return self.holds.pop(item.number, None) is not None

    def release(self, item: Item[M], now: float) -> bool:
        """Let a frame in hand rest and go again before the later ones of its key; return False if it is not in hand."""
        if self.holds.pop(item.number, None) is None:
            return False
        due = now + min(LONGEST_REST, FIRST_REST * 2.0 ** min(item.attempt - 1, 10))
        item.attempt += 1
        rest = self._rests.setdefault(item.lane, Rest(due, []))
        rest.due = max(rest.due, due)
        insort(rest.items, item, key=_NUMBER)
        self.waiting += 1
        self.size += len(item.frame.body)
        heappush(self._alarms, (rest.due, item.number, item.lane))
        return True

    def _wake(self, now: float) -> None:
        """Put frames whose rest is over to where they belong."""
        while self._alarms and self._alarms[0][0] <= now:
            lane = heappop(self._alarms)[2]
            rest = self._rests.get(lane)
            if rest is not None and rest.due <= now:
                del self._rests[lane]
                self._put_back(rest.items)

    def _put_back(self, items: list[Item[M]]) -> None:
        if self._ready and self._ready[0].number < items[-1].number:
            self._ready = deque(sorted((*items, *self._ready), key=_NUMBER))
        else:
            self._ready.extendleft(reversed(items))

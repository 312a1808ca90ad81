"""What one consumer received and has not settled, where the middleware itself cannot take a delivery back.

Pure: no waiting, no event loop; the time is a parameter. Rules:

* Frames leave in the order in which they came; at most ``credit`` of them are unsettled.
* A released frame waits for redelivery, longer with each attempt; later frames of its key wait behind it.
* ``mark`` is the transport's own (a packet id, an offset) and is returned as it is.
"""

from __future__ import annotations

from bisect import insort
from collections import deque
from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from operator import attrgetter
from typing import Final, Generic, TypeVar

import msgspec

from cimbus.middleware.frame import Frame

M = TypeVar("M")

FIRST_DELAY: Final = 0.01
"""How long a frame that was released once waits, in seconds: a consumer that closes releases, and its frames should
hardly be delayed."""
LONGEST_DELAY: Final = 1.0
"""The longest wait, in seconds: the retry policy of the application decides about longer ones, this only prevents a
busy loop."""

_NUMBER = attrgetter("number")


def redelivery_delay(attempt: int) -> float:
    """Return for how many seconds a frame waits that was released at this attempt.

    >>> [redelivery_delay(attempt) for attempt in (1, 2, 3, 20)]
    [0.01, 0.02, 0.04, 1.0]
    """
    return min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(attempt - 1, 10))


class Item(msgspec.Struct, Generic[M], eq=False, gc=False):
    """One frame, with its number in the order of arrival and its key (its number, if it has none).

    >>> from cimbus.interface.topic import Topic
    >>> frame = Frame(topic=Topic("production", "events", "EndDeviceEvents", "created", "meter-7"), body=b"")
    >>> Item(1, frame, "meter-7", "packet 1").attempt
    1
    """

    number: int
    frame: Frame
    key: str | int
    mark: M
    attempt: int = 1
    defect: str = ""
    """Why the frame is not all that was sent (``Delivery.defect``)."""


class Released(msgspec.Struct, Generic[M], eq=False):
    """The released frames of one key, and when they may be redelivered."""

    due: float
    items: list[Item[M]]


class RedeliveryQueue(Generic[M]):
    """The frames of one consumer, waiting or unsettled.

    Args:
        credit: how many may be unsettled at once.

    >>> from cimbus.interface.topic import Topic
    >>> queue = RedeliveryQueue(credit=10)
    >>> frame = Frame(topic=Topic("production", "events", "EndDeviceEvents", "created", "meter-1"), body=b"")
    >>> item = queue.put(frame, "packet 1")
    >>> queue.take(now=0.0) == [item], queue.release(item, now=0.0), queue.take(now=0.0)
    (True, True, [])
    >>> [item.attempt for item in queue.take(now=1.0)]
    [2]
    """

    def __init__(self, credit: int) -> None:
        self.credit = credit
        self.holds: dict[int, Item[M]] = {}
        """What was handed over and is unsettled, by number."""
        self.waiting = 0
        """How many frames wait here, those for redelivery included."""
        self.size = 0
        """How many bytes the bodies of those have."""
        self._count = 0
        self._ready: deque[Item[M]] = deque()
        self._released: dict[str | int, Released[M]] = {}
        self._alarms: list[tuple[float, int, str | int]] = []
        """A heap of (when, number, key); an alarm of a key that has to wait longer by now is ignored."""

    @property
    def alarm(self) -> float | None:
        """When the next released frame is due; None if there is none."""
        return self._alarms[0][0] if self._alarms else None

    @property
    def oldest(self) -> Item[M] | None:
        """What would leave next, released frames aside."""
        return self._ready[0] if self._ready else None

    def __iter__(self) -> Iterator[Item[M]]:
        """Go through everything that is not settled, in no order."""
        yield from self.holds.values()
        yield from self._ready
        for released in self._released.values():
            yield from released.items

    def put(self, frame: Frame, mark: M, *, attempt: int = 1, defect: str = "") -> Item[M]:
        """Add a frame at the end."""
        self._count = number = self._count + 1
        item = Item(number, frame, frame.topic.key or number, mark, attempt, defect)
        self._ready.append(item)
        self.waiting += 1
        self.size += len(frame.body)
        return item

    def take(self, now: float) -> list[Item[M]]:
        """Hand over what may leave now, in order, within the credit."""
        if self._alarms:
            self._wake(now)
        ready, waiting, holds = self._ready, self._released, self.holds
        room = self.credit - len(holds)
        taken: list[Item[M]] = []
        while ready and len(taken) < room:
            item = ready.popleft()
            if waiting and (released := waiting.get(item.key)):
                insort(released.items, item, key=_NUMBER)
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
        """Forget what waits, released frames too; ``gone``: only those for which it returns True."""
        self._ready = deque(item for item in self._ready if not gone(item))
        for key, released in list(self._released.items()):
            released.items = [item for item in released.items if not gone(item)]
            if not released.items:
                del self._released[key]  # its alarm is ignored
        kept = [*self._ready, *(item for released in self._released.values() for item in released.items)]
        self.waiting = len(kept)
        self.size = sum(len(item.frame.body) for item in kept)

    def forget(self, item: Item[M]) -> bool:
        """Drop an unsettled frame that was accepted or rejected; return False if it is not one."""
        return self.holds.pop(item.number, None) is not None

    def release(self, item: Item[M], now: float) -> bool:
        """Have an unsettled frame redelivered, before the later ones of its key; return False if it is not one."""
        if self.holds.pop(item.number, None) is None:
            return False
        due = now + redelivery_delay(item.attempt)
        item.attempt += 1
        released = self._released.setdefault(item.key, Released(due, []))
        released.due = max(released.due, due)
        insort(released.items, item, key=_NUMBER)
        self.waiting += 1
        self.size += len(item.frame.body)
        heappush(self._alarms, (released.due, item.number, item.key))
        return True

    def _wake(self, now: float) -> None:
        """Put frames that are due back into the queue."""
        while self._alarms and self._alarms[0][0] <= now:
            key = heappop(self._alarms)[2]
            released = self._released.get(key)
            if released is not None and released.due <= now:
                del self._released[key]
                self._put_back(released.items)

    def _put_back(self, items: list[Item[M]]) -> None:
        if self._ready and self._ready[0].number < items[-1].number:
            self._ready = deque(sorted((*items, *self._ready), key=_NUMBER))
        else:
            self._ready.extendleft(reversed(items))

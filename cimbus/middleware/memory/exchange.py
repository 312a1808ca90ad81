"""Which queues a frame is put into, and the consumers that take from them.

Rule: deciding never waits. ``Exchange.offer`` returns what came of frames, or the event to wait for; ``MemoryConsumer``
is the only thing here that waits.
"""

from __future__ import annotations

import enum
import time
from collections import Counter, deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import anyio

from cimbus.errors import ClosedError, SendError
from cimbus.interface.topic import Pattern
from cimbus.middleware.delivery import RELEASED, Delivery, Outcome
from cimbus.middleware.frame import Frame
from cimbus.middleware.group import GroupDescription
from cimbus.middleware.matcher import Matcher
from cimbus.middleware.one_shot_event import OneShotEvent
from cimbus.middleware.transport import Consumer, SubscriptionSpec

from .queue import MessageQueue, QueuedFrame, QueueMember


class Unroutable(enum.Enum):
    """What comes of a frame whose topic has no subscription."""

    UNROUTABLE = "unroutable"


UNROUTABLE: Final = Unroutable.UNROUTABLE


class Exchange:
    """What all memory transports of one name share."""

    def __init__(self) -> None:
        self.groups: dict[tuple[str, frozenset[Pattern]], MessageQueue] = {}
        """By name and patterns: with other patterns it is another group."""
        self._queues: Matcher[MessageQueue] = Matcher()
        self._spaces: dict[MessageQueue, anyio.Event] = {}
        """What senders wait for, by the queue that was full."""
        self._count = 0

    def offer(self, frame: Frame) -> SendError | anyio.Event | Unroutable | None:
        """Put a frame into every queue that wants it, or into none: then return what to wait for, or why not."""
        queues = self._wanting(frame)
        for queue in queues:
            if queue.size >= queue.limit:
                return self._wait_for_space(queue)
        self._put(frame, queues)
        return None if queues else UNROUTABLE

    def offer_all(self, frames: Sequence[Frame]) -> SendError | anyio.Event | None:
        """Put all frames into the queues that want them, or none of them; return as ``offer``."""
        wanted = [self._wanting(frame) for frame in frames]
        for queue, count in Counter(queue for queues in wanted for queue in queues).items():
            if count > queue.limit:
                return SendError(f"{count} frames at once; the backlog of a queue is {queue.limit} frames")
            if queue.size + count > queue.limit:
                return self._wait_for_space(queue)
        for frame, queues in zip(frames, wanted, strict=True):
            self._put(frame, queues)
        return None

    def _wait_for_space(self, queue: MessageQueue) -> SendError | anyio.Event:
        if queue.members:
            return self._spaces.setdefault(queue, anyio.Event())
        return SendError(f"the group {queue.group!r} is away and its backlog of {queue.limit} frames is full")

    def _put(self, frame: Frame, queues: Sequence[MessageQueue]) -> None:
        for queue in queues:
            self._count += 1
            queue.put(QueuedFrame(self._count, frame, frame.topic.key or self._count))

    def _wanting(self, frame: Frame) -> Sequence[MessageQueue]:
        queues = self._queues.match(frame.topic)
        # overlapping patterns of one subscription are one queue
        return tuple(dict.fromkeys(queues)) if len(queues) > 1 else queues

    def make_space(self, queue: MessageQueue) -> None:
        """Tell the senders that wait for a queue to look again."""
        if self._spaces and (space := self._spaces.pop(queue, None)):
            space.set()

    def make_all_space(self) -> None:
        """Tell all senders to look again."""
        for queue in list(self._spaces):
            self.make_space(queue)

    def join(self, spec: SubscriptionSpec, limit: int) -> MemoryConsumer:
        """Open a consumer."""
        identity = spec.group, frozenset(spec.patterns)
        queue = self.groups.get(identity)
        if queue is None:
            queue = MessageQueue(spec.patterns, group=spec.group, limit=limit)
            for pattern in queue.patterns:
                self._queues.add(pattern, queue)
            if spec.group:
                self.groups[identity] = queue
        queue.durable = queue.durable or spec.durable
        consumer = MemoryConsumer(self, queue, spec.credit)
        queue.members.append(consumer)
        return consumer

    def leave(self, consumer: MemoryConsumer) -> None:
        """Close a consumer; what it had goes back to its queue, or is dropped with the queue."""
        queue = consumer.queue
        queue.leave(consumer)
        if not queue.members and not queue.durable:
            self._end(queue)
        self.make_space(queue)

    def _end(self, queue: MessageQueue) -> None:
        for pattern in queue.patterns:
            self._queues.remove(pattern, queue)
        self.groups.pop((queue.group, frozenset(queue.patterns)), None)

    def describe(self) -> list[GroupDescription]:
        """Return what there is to tell of the groups."""
        return [
            GroupDescription(
                name=queue.name,
                group=queue.group,
                receives=tuple(map(str, queue.patterns)),
                consumers=len(queue.members),
                backlog=queue.size + sum(len(member.unsettled) for member in queue.members),
            )
            for queue in self.groups.values()
        ]

    def forget(self, group: str) -> int:
        """End groups of this name that have no member; return how many frames waited for them."""
        ended = [queue for queue in self.groups.values() if group in (queue.name, queue.group) and not queue.members]
        for queue in ended:
            self._end(queue)
            self.make_space(queue)
        return sum(queue.size for queue in ended)


class MemoryConsumer:
    """Where the frames of one queue arrive for one member."""

    def __init__(self, exchange: Exchange, queue: MessageQueue, credit: int) -> None:
        self.queue = queue
        self.credit = credit
        self.unsettled: dict[int, QueuedFrame] = {}
        self.reserved: deque[QueuedFrame] = deque()
        self._exchange = exchange
        self._closed = False
        self._event: OneShotEvent | None = None
        """Set by ``look``; there only while a receiver waits."""
        self._waiting = 0

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._closed

    @property
    def waits(self) -> bool:
        """Whether a receiver waits and has the credit to take a frame."""
        return self._event is not None and len(self.unsettled) < self.credit

    def look(self) -> None:
        """Wake the receiver."""
        if self._event is not None:
            self._event.set()
            self._event = None

    async def receive(self) -> Sequence[Delivery[Frame]]:
        """Wait for the next batch and return it, in order, never empty.

        Raises:
            ClosedError: the consumer was closed.
        """
        while not self._closed:
            if taken := self.queue.take(self):
                self._exchange.make_space(self.queue)
                settle = self._settle
                return [Delivery(queued.frame, settle, attempt=queued.attempt, token=queued) for queued in taken]
            await self._wait()
        raise ClosedError("the consumer is closed")

    async def _wait(self) -> None:
        """Wait for ``look``, or for the next delayed frame."""
        event = self._event = self._event or OneShotEvent()
        alarm = self.queue.alarm
        self._waiting += 1
        try:
            if alarm is None:
                await event.wait()
            else:
                with anyio.move_on_after(max(0.0, alarm - time.monotonic())):
                    await event.wait()
        except BaseException:
            self._event = self._event if self._waiting > 1 else None
            self.queue.nudge()  # this receiver was told of a frame and is cancelled: another one must look
            raise
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._event = None

    def has(self, delivery: Delivery[Frame]) -> bool:
        """Return whether a delivery is unsettled here."""
        queued = delivery.token
        return isinstance(queued, QueuedFrame) and self.unsettled.get(queued.number) is queued

    def _settle(self, delivery: Delivery[Frame], outcome: Outcome) -> None:
        queued = delivery.token
        if not isinstance(queued, QueuedFrame) or self.unsettled.pop(queued.number, None) is None:
            return  # this consumer is closed: the frame went back to its queue
        if outcome is RELEASED:
            self.queue.release(queued, self)
        else:
            self.queue.forget(queued)
        if self._event is not None and (self.reserved or self.queue.size):
            self.look()  # there is credit again

    def close(self) -> None:
        """Put everything unsettled back; idempotent."""
        if not self._closed:
            self._closed = True
            self._exchange.leave(self)
            self.look()


if TYPE_CHECKING:
    _consumer: type[Consumer] = MemoryConsumer
    _member: type[QueueMember] = MemoryConsumer

"""Which lines a frame joins, and the inboxes that take from them.

Rule: deciding never waits. ``Exchange.offer`` returns what came of a frame, or the event to wait for; ``MemoryInbox``
is the only thing here that waits, and it makes an event only when there is nothing to hand over.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

import anyio

from cimbus.delivery import Delivery, Outcome
from cimbus.errors import ClosedError, SendError, UsageError
from cimbus.frame import Frame
from cimbus.matcher import Matcher
from cimbus.topic import Topic
from cimbus.transport import Inbox, Intake

from .line import Entry, Line, Member


class Exchange:
    """What all memory transports of one name share."""

    def __init__(self) -> None:
        self.groups: dict[str, Line] = {}
        self._lines: Matcher[Line] = Matcher()
        self._spaces: dict[Line, anyio.Event] = {}
        """What senders wait for, by the line that was full."""
        self._count = 0

    def offer(self, topic: Topic, frame: Frame) -> SendError | anyio.Event | None:
        """Put a frame into every line that wants it, or into none: then return what to wait for, or why not."""
        lines = self._lines.match(topic)
        if len(lines) > 1:
            lines = tuple(dict.fromkeys(lines))  # overlapping patterns of one intake are one line
        for line in lines:
            if line.size >= line.limit:
                if not line.members:
                    return SendError(f"the group {line.group!r} is away and its backlog of {line.limit} frames is full")
                return self._spaces.setdefault(line, anyio.Event())
        for line in lines:
            self._count += 1
            line.put(Entry(self._count, frame, topic.key or self._count))
        return None

    def make_space(self, line: Line) -> None:
        """Tell the senders who wait for a line to look again."""
        if self._spaces and (space := self._spaces.pop(line, None)):
            space.set()

    def make_all_space(self) -> None:
        """Tell all senders to look again."""
        for line in list(self._spaces):
            self.make_space(line)

    def join(self, intake: Intake, limit: int) -> MemoryInbox:
        """Open an inbox.

        Raises:
            UsageError: the group has members, and they listen to other patterns.
        """
        line = self.groups.get(intake.group)
        if line is None:
            line = Line(intake.patterns, group=intake.group, limit=limit)
            self._fill(line)
            if intake.group:
                self.groups[intake.group] = line
        elif set(line.patterns) != set(intake.patterns):
            if line.members:
                raise UsageError(f"all members of the group {intake.group!r} must give the same patterns")
            self._cut(line)  # a group that comes back may want something else: its next release does
            line.patterns = intake.patterns
            self._fill(line)
        line.durable = line.durable or intake.durable
        inbox = MemoryInbox(self, line, intake.credit)
        line.members.append(inbox)
        return inbox

    def part(self, inbox: MemoryInbox) -> None:
        """Close an inbox; what it had goes back to its line, or is gone with it."""
        line = inbox.line
        line.leave(inbox)
        if not line.members and not line.durable:
            self._cut(line)
            self.groups.pop(line.group, None)
        self.make_space(line)

    def _fill(self, line: Line) -> None:
        for pattern in line.patterns:
            self._lines.add(pattern, line)

    def _cut(self, line: Line) -> None:
        for pattern in line.patterns:
            self._lines.remove(pattern, line)


class MemoryInbox:
    """Where the frames of one line arrive for one member."""

    def __init__(self, exchange: Exchange, line: Line, credit: int) -> None:
        self.line = line
        self.credit = credit
        self.holds: dict[int, Entry] = {}
        self.reserved: deque[Entry] = deque()
        self._exchange = exchange
        self._closed = False
        self._event: anyio.Event | None = None
        """Set by whoever brings news; there only while a receiver waits."""
        self._waiting = 0

    @property
    def waits(self) -> bool:
        """Whether a receiver waits and has the credit to take a frame."""
        return self._event is not None and len(self.holds) < self.credit

    def look(self) -> None:
        """Wake the receiver."""
        if self._event is not None:
            self._event.set()
            self._event = None

    async def receive(self) -> Sequence[Delivery[Frame]]:
        """Wait for the next batch and return it, in order, never empty.

        Raises:
            ClosedError: the inbox was closed.
        """
        while not self._closed:
            if entries := self.line.take(self):
                self._exchange.make_space(self.line)
                settle = self._settle
                return [Delivery(entry.frame, settle, attempt=entry.attempt, token=entry) for entry in entries]
            await self._wait()
        raise ClosedError("the inbox is closed")

    async def _wait(self) -> None:
        """Wait for news, or for the next resting frame."""
        event = self._event = self._event or anyio.Event()
        alarm = self.line.alarm
        self._waiting += 1
        try:
            if alarm is None:
                await event.wait()
            else:
                with anyio.move_on_after(max(0.0, alarm - time.monotonic())):
                    await event.wait()
        except BaseException:
            self._event = self._event if self._waiting > 1 else None
            self.line.nudge()  # the news may have been for this receiver, who is cancelled: somebody else must go
            raise
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._event = None

    def _settle(self, delivery: Delivery[Frame], outcome: Outcome) -> None:
        entry = delivery.token
        if not isinstance(entry, Entry) or self.holds.pop(entry.number, None) is None:
            return  # this inbox is closed: the frame went back to its line
        if outcome is Outcome.RELEASED:
            self.line.release(entry, self)
        else:
            self.line.forget(entry)
        if self._event is not None and (self.reserved or self.line.size):
            self.look()  # there is credit again

    def close(self) -> None:
        """Give everything back; idempotent."""
        if not self._closed:
            self._closed = True
            self._exchange.part(self)
            self.look()


if TYPE_CHECKING:
    _inbox: type[Inbox] = MemoryInbox
    _member: type[Member] = MemoryInbox

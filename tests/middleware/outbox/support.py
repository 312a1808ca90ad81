"""A far side that is there or not, and frames with numbers."""

from __future__ import annotations

from contextlib import asynccontextmanager

import anyio

from cimbus import Frame, SendError, Topic
from cimbus.errors import ClosedError
from cimbus.middleware.outbox import Outbox

LIMIT = 60


class Far:
    """The far side: it takes frames while it is there, and refuses some."""

    def __init__(self, *, there: bool = True) -> None:
        self.there = anyio.Event()
        self.numbers: list[int] = []
        self.batches: list[int] = []
        self.rejected: list[tuple[int, str]] = []
        self.refuses: set[int] = set()
        self.closed_at = -1
        if there:
            self.there.set()

    async def send(self, frames):
        await self.there.wait()
        self.batches.append(len(frames))
        results: list[Exception | None] = []
        for number in map(number_of, frames):
            if number == self.closed_at:
                self.closed_at = -1
                return results + [ClosedError("the transport was closed")] * (len(frames) - len(results))
            results.append(SendError(f"{number} is refused") if number in self.refuses else None)
            if results[-1] is None:
                self.numbers.append(number)
        return results

    async def reject(self, frame, reason):
        self.rejected.append((number_of(frame), reason))


def frame(number: int, size: int = 0) -> Frame:
    topic = Topic("production", "events", "EndDeviceEvents", "created", f"UP-{number % 3}")
    return Frame(topic=topic, body=b"%d;" % number + bytes(size))


def number_of(frame: Frame) -> int:
    return int(frame.body.partition(b";")[0])


@asynccontextmanager
async def opened(outbox: Outbox, far: Far):
    with anyio.fail_after(LIMIT):
        async with outbox.opened(far.send, far.reject):
            yield

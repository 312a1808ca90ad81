"""The publisher of a load: it sends each message when it is due, and does not wait for those before (an open loop).

Latencies count from when a message was due, not from when it was sent: a publisher that is held up makes the messages
that wait late, so that nothing is left out of the percentiles (no coordinated omission).
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from typing import Any, Final

import anyio
from anyio.abc import TaskGroup

from cimbus.application.bus import Bus
from cimbus.errors import CimbusError
from cimbus.interface.message import Message

from .accounting import SentMessages
from .connecting import open_bus
from .payloads import MakePayload, payload_maker
from .plan import LANES, NANO, StreamPlan, write_mark
from .reports import Assignment, Begin, Finish, Finished, Link, Progress, Ready

BATCH: Final = 256
"""Messages that are published at once, at most: a publisher that is late does not hold back the acknowledgements."""
BATCH_BYTES: Final = 1 << 20
"""The same in bytes, so that large messages are published one by one."""
READING: Final = 270
"""Bytes of one reading."""
SOON: Final = 0.001
"""Seconds that a lane sleeps at least: timers of event loops are not finer."""
REPLY_TIMEOUT: Final = 30.0
"""Seconds after which a request has failed: the default of ``Bus.request``."""
INTERVAL: Final = 0.25
"""Seconds between two reports of progress."""


async def publish_load(assignment: Assignment, link: Link) -> None:
    """Send the share of one publisher, and tell what became of it."""
    plan = assignment.plan
    sent = [SentMessages(stream) for stream in plan.streams]
    async with open_bus(plan, f"HES-{assignment.index + 1}") as bus:
        makers = {
            number: payload_maker(stream)
            for number, stream in enumerate(plan.streams)
            if stream.system == assignment.system
        }
        await _warm_up(bus, [(plan.streams[number], make) for number, make in makers.items()])
        await link.report(Ready(pid=os.getpid()))
        command = await link.command()
        if isinstance(command, Begin):
            async with anyio.create_task_group() as group:
                over = anyio.Event()
                group.start_soon(_report, sent, over, link)
                group.start_soon(_finish, link, group)
                async with anyio.create_task_group() as lanes:
                    for number, each in enumerate(plan.streams):
                        if each.system != assignment.system:
                            continue
                        stream = StreamSender(assignment, number, bus, sent=sent[number], make=makers[number])
                        stream.start(command.at, lanes)
                over.set()
    await link.report(Finished(streams=tuple(each.report() for each in sent)))


async def _warm_up(bus: Bus, streams: list[tuple[StreamPlan, MakePayload]]) -> None:
    """Send one message of each stream that has small ones: topics and reply addresses exist then. It has no mark."""
    for stream, make in streams:
        if stream.size or stream.items > 1:
            continue
        message = Message.of(make(stream.key(0), datetime.now(UTC)), verb=stream.verb, noun=stream.noun)
        if stream.kind == "request":
            await bus.request(message, timeout=REPLY_TIMEOUT)
        else:
            await bus.publish(message)


async def _finish(link: Link, group: TaskGroup) -> None:
    while not isinstance(await link.command(), Finish):
        pass
    group.cancel_scope.cancel()


async def _report(sent: list[SentMessages], over: anyio.Event, link: Link) -> None:
    while not over.is_set():
        with anyio.move_on_after(INTERVAL):
            await over.wait()
        await link.report(_progress(sent, done=over.is_set()))


def _progress(sent: list[SentMessages], *, done: bool) -> Progress:
    return Progress(
        sent=tuple(each.sent for each in sent),
        acknowledged=tuple(each.acknowledged for each in sent),
        tasks=len(anyio.get_running_tasks()),
        done=done,
    )


class StreamSender:
    """Sends one stream's share of one publisher, in lanes: each has one batch in flight, so that keys keep their order.

    Message ``n`` belongs to the publisher ``n % publishers``, and its key to one lane.
    """

    def __init__(self, assignment: Assignment, number: int, bus: Bus, *, sent: SentMessages, make: MakePayload) -> None:
        plan = assignment.plan
        self._plan, self._number, self._index = plan, number, assignment.index
        self._stream: StreamPlan = plan.streams[number]
        self._bus, self._sent, self._make = bus, sent, make
        stream = self._stream
        size = stream.size or stream.items * stream.values * READING
        self._batch = max(1, min(BATCH, BATCH_BYTES // max(size, 1)))
        self._start = 0
        self._owed = 0.0
        """Duplicates that are owed: grows by their share with each message."""

    def start(self, at: int, lanes: TaskGroup) -> None:
        """Start all lanes of a run that begins at a time of the monotonic clock, in nanoseconds."""
        self._start = at
        for lane in range(LANES):
            lanes.start_soon(self._send_requests if self._stream.kind == "request" else self._send_events, lane)

    def _late(self, number: int) -> int:
        return time.monotonic_ns() - self._start - self._stream.due(number)

    async def _due(self, following: int, step: int) -> list[int]:
        """Wait until at least one message of a lane is due, and return those that are."""
        stream = self._stream
        while True:
            elapsed = time.monotonic_ns() - self._start
            due = range(following, stream.due_before(elapsed), step)[: self._batch]
            if due:
                return list(due)
            await anyio.sleep(max((stream.due(following) - elapsed) / NANO, SOON))

    def _message(self, number: int) -> Message[Any]:
        stream, key = self._stream, self._stream.key(number)
        self._sent.send(number, self._late(number))
        mark = write_mark(self._plan.run, self._number, number)
        return Message.of(self._make(key, datetime.now(UTC)), verb=stream.verb, noun=stream.noun, correlation_id=mark)

    def _again(self, messages: list[Message[Any]]) -> list[Message[Any]]:
        """Return those messages that are sent twice on purpose."""
        self._owed += len(messages) * self._plan.duplicates
        count = min(int(self._owed), len(messages))
        self._owed -= count
        self._sent.repeated += count
        return messages[:count]

    async def _send_events(self, lane: int) -> None:
        step = LANES * self._plan.publishers
        following = lane * self._plan.publishers + self._index
        while following < self._stream.count:
            numbers = await self._due(following, step)
            following = numbers[-1] + step
            messages = [self._message(number) for number in numbers]
            try:
                results = await self._bus.publish_many([*messages, *self._again(messages)])
            except CimbusError as error:  # the bus was closed, or the like
                for _ in numbers:
                    self._sent.fail(error)
                continue
            for number, result in zip(numbers, results, strict=False):
                if result.error is None:
                    self._sent.acknowledge(number, self._late(number))
                else:
                    self._sent.fail(result.error)

    async def _send_requests(self, lane: int) -> None:
        step = LANES * self._plan.publishers
        following = lane * self._plan.publishers + self._index
        async with anyio.create_task_group() as requests:
            while following < self._stream.count:
                for number in await self._due(following, step):
                    requests.start_soon(self._request, number)
                    following = number + step

    async def _request(self, number: int) -> None:
        message = self._message(number)
        try:
            if self._stream.parts > 1:
                async with self._bus.replies(message, timeout=REPLY_TIMEOUT) as replies:
                    async for reply in replies:
                        _ = reply.payload
            else:
                _ = (await self._bus.request(message, timeout=REPLY_TIMEOUT)).payload
        except CimbusError as error:
            self._sent.fail(error)
        else:
            self._sent.acknowledge(number, self._late(number))

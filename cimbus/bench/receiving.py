"""The applications of a load: handlers, as users of cimbus write them, that count what they get."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import anyio

from cimbus.application.bus import Bus
from cimbus.application.component import Component
from cimbus.interface.envelope import Verb
from cimbus.interface.message import Message
from cimbus.interface.model import Cim

from .accounting import ReceivedMessages
from .connecting import open_bus
from .payloads import reply_payload
from .plan import RunPlan, StreamPlan, read_mark
from .reports import Assignment, Begin, Finish, Finished, Link, Progress, Ready
from .sending import INTERVAL


async def handle_load(assignment: Assignment, link: Link) -> None:
    """Run one process of an application until the run is over, and tell what it handled."""
    plan = assignment.plan
    with ExitStack() as stack:
        inbox = None
        if plan.duplicates:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="cimbus-bench-"))
            inbox = Path(folder, "inbox.db")
        application = LoadApplication(plan, assignment.system, assignment.index, inbox)
        async with (
            open_bus(plan, f"{assignment.system}-{assignment.index + 1}") as bus,
            anyio.create_task_group() as group,
        ):
            if plan.away:
                await _leave(application, bus)
            else:
                await group.start(application.component.run, bus)
            await link.report(Ready(pid=os.getpid()))
            group.start_soon(_report, application, link)
            while not isinstance(command := await link.command(), Finish):
                if isinstance(command, Begin):
                    application.begin = command.at
                    application.begun.set()
                else:
                    await group.start(application.component.run, bus)
            application.component.stop()
            group.cancel_scope.cancel()
    await link.report(Finished(streams=tuple(each.report() for each in application.received)))


async def _leave(application: LoadApplication, bus: Bus) -> None:
    """Subscribe, and leave the subscriptions behind."""
    async with anyio.create_task_group() as group:
        await group.start(application.component.run, bus)
        application.component.stop()


async def _report(application: LoadApplication, link: Link) -> None:
    while True:
        await anyio.sleep(INTERVAL)
        await link.report(
            Progress(handled=tuple(each.handled for each in application.received), tasks=len(anyio.get_running_tasks()))
        )


class LoadApplication:
    """Handlers for all streams of a run; those of one noun and verb share a handler.

    Attributes:
        component: what runs on a bus.
        received: by stream.
        begin: when the run began, in nanoseconds of the monotonic clock.
    """

    def __init__(self, plan: RunPlan, system: str, index: int, inbox: Path | None) -> None:
        self._plan = plan
        self.begin = 0
        self.begun = anyio.Event()
        self.received = [ReceivedMessages(stream) for stream in plan.streams]
        self.component: Component[None] = Component(f"bench-{plan.run}-{system}-{index + 1}", inbox=inbox)
        streams = [each for each in plan.streams if each.system == system]
        for noun, verb, kind in sorted({(each.noun, each.verb, each.kind) for each in streams}):
            if kind == "event":
                self._declare_events(noun, verb)
            elif index == 0:  # one application answers
                self._declare_requests(noun, verb)

    def _declare_events(self, noun: str, verb: str) -> None:
        name = f"{noun}-{verb}"
        durable = self._plan.away

        @self.component.on(noun, verb=Verb(verb), name=name, concurrency=self._plan.concurrency, durable=durable)
        async def handle(message: Message[Any]) -> None:
            run, stream, number = read_mark(message.header.correlation_id)
            if run != self._plan.run:
                return
            received = self.received[stream]
            received.receive(number)
            _ = message.payload  # decoded when it is looked at
            await self._wait()
            received.handle(number, self._late(stream, number))

    def _declare_requests(self, noun: str, verb: str) -> None:
        name = f"{noun}-{verb}"

        @self.component.answers(noun, verb=Verb(verb), name=name, concurrency=self._plan.concurrency, durable=False)
        async def answer(message: Message[Any]) -> Any:
            run, stream, number = read_mark(message.header.correlation_id)
            if run != self._plan.run:
                return None
            received, plan = self.received[stream], self._plan.streams[stream]
            received.receive(number)
            _ = message.payload
            await self._wait()
            received.handle(number, self._late(stream, number))
            if noun != "GetMeterReadings":
                return None
            key = plan.key(number)
            return _parts(plan, key) if plan.parts > 1 else reply_payload(plan, key)

    async def _wait(self) -> None:
        if not self.begin:
            await self.begun.wait()
        if self._plan.handler_seconds:
            await anyio.sleep(self._plan.handler_seconds)

    def _late(self, stream: int, number: int) -> int:
        return time.monotonic_ns() - self.begin - self._plan.streams[stream].due(number)


async def _parts(stream: StreamPlan, key: str) -> AsyncIterator[Cim]:
    for _ in range(stream.parts):
        yield reply_payload(stream, key)

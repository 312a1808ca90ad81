"""The publishers and applications of a run: as processes of their own, or as tasks of this one on ``memory:``."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import anyio
import anyio.abc
import msgspec
from anyio.streams.buffered import BufferedByteReceiveStream
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from cimbus.errors import TransportError

from .plan import RunPlan
from .receiving import handle_load
from .reports import Assignment, Command, Finished, Progress, Ready, Report
from .sending import publish_load

LONGEST_REPORT = 1 << 28
"""Bytes of one line from a process: a byte for each of many million messages."""
_REPORTS = msgspec.json.Decoder(Report)
_ENCODER = msgspec.json.Encoder()


class RunMember:
    """One publisher or one process of an application, as the process that runs the load sees it.

    Attributes:
        assignment: what it does.
        pid: its process, 0 until it is ready.
        progress: the last it told.
        finished: all that it did, None until the run is over.
        ready, done: events: it is subscribed or connected; it has told everything.
    """

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self.pid = 0
        self.progress = Progress()
        self.finished: Finished | None = None
        self.ready = anyio.Event()
        self.done = anyio.Event()

    async def send(self, command: Command) -> None:
        """Send a command; one that has ended already does not get it."""
        raise NotImplementedError

    def take(self, report: Report) -> None:
        """Note what it told."""
        if isinstance(report, Ready):
            self.pid = report.pid
            self.ready.set()
        elif isinstance(report, Progress):
            self.progress = report
        else:
            self.finished = report
            self.done.set()


class ProcessMember(RunMember):
    """One that is a process of its own."""

    def __init__(self, assignment: Assignment, process: anyio.abc.Process) -> None:
        super().__init__(assignment)
        if process.stdin is None or process.stdout is None:
            raise TransportError(f"{assignment.name} has no pipes")
        self._process, self._stdin, self._stdout = process, process.stdin, process.stdout

    async def send(self, command: Command) -> None:
        """Send a command through its stdin."""
        try:
            await self._stdin.send(_ENCODER.encode(command) + b"\n")
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            return  # what it has not told is missing, and said where reports are read

    async def read(self) -> None:
        """Take what it tells until it ends.

        Raises:
            TransportError: it ended before the run was over.
        """
        await self._stdin.send(_ENCODER.encode(self.assignment) + b"\n")
        lines = BufferedByteReceiveStream(self._stdout)
        try:
            while self.finished is None:
                self.take(_REPORTS.decode(await lines.receive_until(b"\n", LONGEST_REPORT)))
        except (anyio.EndOfStream, anyio.IncompleteRead):
            code = await self._process.wait()
            raise TransportError(f"{self.assignment.name} ended with exit code {code}; see its errors above") from None


class TaskMember(RunMember):
    """One that is a task of this process."""

    def __init__(self, assignment: Assignment) -> None:
        super().__init__(assignment)
        self.pid = os.getpid()
        self._send: MemoryObjectSendStream[Command]
        self._receive: MemoryObjectReceiveStream[Command]
        self._send, self._receive = anyio.create_memory_object_stream[Command](math.inf)

    async def send(self, command: Command) -> None:
        """Send a command."""
        self._send.send_nowait(command)

    async def command(self) -> Command:
        """Wait for the next command, as the member."""
        return await self._receive.receive()

    async def report(self, report: Report) -> None:
        """Tell something, as the member."""
        self.take(report)

    async def work(self) -> None:
        """Do what is assigned."""
        with self._send, self._receive:
            await (publish_load if self.assignment.role == "publisher" else handle_load)(self.assignment, self)


def assignments(plan: RunPlan) -> list[Assignment]:
    """Return what the processes of a run do; the applications first, which subscribe before anything is sent.

    >>> plan = RunPlan(run="1", url="memory:", context="x", streams=(), subscribers=2)
    >>> [each.name for each in assignments(plan)]
    []
    """
    subscribers = [
        Assignment(plan, "subscriber", system, index, worker)
        for system in plan.systems
        for index in range(plan.subscribers)
        for worker in range(plan.workers)
    ]
    return subscribers + [
        Assignment(plan, "publisher", system, index) for system in plan.systems for index in range(plan.publishers)
    ]


@asynccontextmanager
async def members_of(plan: RunPlan, *, processes: bool) -> AsyncGenerator[list[RunMember]]:
    """Start all members of a run, the applications first, and end them with the block.

    Raises:
        TransportError: one of them ended early.
    """
    found: list[RunMember] = []
    async with AsyncExitStack() as stack:
        group = await stack.enter_async_context(anyio.create_task_group())
        for role in ("subscriber", "publisher"):  # subscriptions exist before anything is sent
            started: list[RunMember] = []
            for assignment in assignments(plan):
                if assignment.role != role:
                    continue
                member = await _process(assignment, stack, group.start_soon) if processes else TaskMember(assignment)
                if isinstance(member, TaskMember):
                    group.start_soon(member.work)
                started.append(member)
            for each in started:
                await each.ready.wait()
            found += started
        yield found
        group.cancel_scope.cancel()


async def _process(assignment: Assignment, stack: AsyncExitStack, start: Callable[..., object]) -> ProcessMember:
    command = [sys.executable, "-m", "cimbus.bench.process"]
    process = await anyio.open_process(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=None, start_new_session=True
    )
    await stack.enter_async_context(process)
    stack.callback(_kill, process)
    member = ProcessMember(assignment, process)
    start(member.read)
    return member


def _kill(process: anyio.abc.Process) -> None:
    if process.returncode is None:
        process.kill()

"""One worker, as its supervisor sees it: a process, and the connection to it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

import anyio
import anyio.abc
import orjson

from cimbus.cli.health.health_check import HealthCheck
from cimbus.cli.health.http_client import HttpChannel
from cimbus.middleware.tasks import background

from .worker_side import VARIABLE

POLL_INTERVAL: Final = 0.2
"""Seconds between two questions to a worker: about as long as a person waits for a change, and little work."""
END_TIMEOUT: Final = 10.0
"""Seconds that a process has to end after a second signal: transports close within half of it."""
_LOST: Final = (anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream, OSError)


class WorkerProcess:
    """A process that runs the components, and what it says of itself.

    Args:
        number: of the worker, from 1.
        arguments: of the command ``cimbus``.
        told: called when it has said how it is.
        variables: of its environment, beside those of this process.

    Attributes:
        started: every one of its subscriptions exists.
        live, ready: what it said last.
        answered: when it last said something, in seconds of ``time.monotonic()``.
    """

    def __init__(
        self,
        number: int,
        arguments: Sequence[str],
        told: Callable[[], None],
        variables: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.number = number
        self._variables = variables
        self._arguments = arguments
        self._told = told
        self._process: anyio.abc.Process | None = None
        self._early: signal.Signals | None = None
        """What it was sent before it was there."""
        self._channel: HttpChannel | None = None
        self.started = False
        self.live = HealthCheck()
        self.ready = HealthCheck(("it is starting",))
        self.answered = time.monotonic()

    @property
    def running(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """Its process identifier; 0 before it is started."""
        return self._process.pid if self._process else 0

    async def run(self) -> int:
        """Start it, ask it for its health until it ends, and return its exit code, negative for a signal.

        If cancelled, it has ``END_TIMEOUT`` to end, and is killed then.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            environment = os.environ | self._variables | {VARIABLE: f"{self.number}:{theirs.fileno()}"}
            # a session of its own: Ctrl-C at the terminal is for the supervisor, which tells its workers
            self._process = await anyio.open_process(
                [sys.executable, "-m", "cimbus", *self._arguments],
                stdin=subprocess.DEVNULL,
                stdout=None,
                stderr=None,
                env=environment,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        if self._early is not None:
            self.signal(self._early)
        try:
            async with background() as tasks:
                tasks.start_soon(self._ask, ours)
                return await self._process.wait()
        finally:
            self._channel = None
            await self._end(self._process)

    async def _end(self, process: anyio.abc.Process) -> None:
        """End the process if it still runs."""
        with anyio.CancelScope(shield=True):
            with anyio.move_on_after(END_TIMEOUT):
                self.signal(signal.SIGTERM)
                await process.wait()
            self.signal(signal.SIGKILL)
            await process.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it runs."""
        if self._process is None:
            self._early = number
        elif self.running:
            self._process.send_signal(number)

    async def _ask(self, connection: socket.socket) -> None:
        """Ask for its health until it ends, or cancelled."""
        stream = await anyio.abc.SocketStream.from_socket(connection)
        async with stream:
            self._channel = HttpChannel(stream)
            try:
                while True:
                    response = await self._channel.get("/status")
                    if response.status == HTTPStatus.OK:  # else the worker's log says why; it counts as silent
                        self._note(orjson.loads(response.body))
                    await anyio.sleep(POLL_INTERVAL)
            except _LOST:
                return  # it has ended, or is about to

    def _note(self, status: dict[str, Any]) -> None:
        self.answered = time.monotonic()
        self.started = bool(status["started"])
        self.live = HealthCheck.read(status["live"])
        self.ready = HealthCheck.read(status["ready"])
        self._told()

    async def metrics(self) -> tuple[int, bytes, str]:
        """Return the HTTP status, body and content type of its metrics; 503 where it cannot be asked."""
        try:
            if self._channel is not None:
                return await self._channel.get("/metrics")
        except _LOST:
            pass
        return HTTPStatus.SERVICE_UNAVAILABLE, b"", ""

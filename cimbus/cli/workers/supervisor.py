"""Starts workers, starts those again that end, and ends them all."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Final

import anyio

from cimbus.cli import exits, running
from cimbus.cli.output import fail, remark
from cimbus.cli.run_options import RunOptions
from cimbus.cli.service_manager import ServiceManager
from cimbus.cli.serving import serve_health
from cimbus.errors import UnsupportedError
from cimbus.middleware.net import Backoff
from cimbus.middleware.tasks import background

from .changes import changed_files
from .worker_process import WorkerProcess
from .workers_health import WorkersHealth

LONGEST_PAUSE: Final = 30.0
"""The longest pause before a worker is started again, in seconds: one that fails at once must not take the processor
from the others."""

WATCHED: Final = {"PYTHONDONTWRITEBYTECODE": "1"}
"""Of the workers' environment while files are watched: Python takes a compiled file for the source's if that has the
same second and size, which a source that is changed soon after it was read may have."""


class Supervisor:
    """Keeps a number of workers running until a signal.

    Args:
        count: how many.
        arguments: of the command ``cimbus`` in each of them.
        options: how components are run.
        what: which components they are, to be shown.
        watched: whether workers are started again when a file changes.
    """

    def __init__(
        self, count: int, arguments: Sequence[str], options: RunOptions, *, what: str, watched: bool = False
    ) -> None:
        self._count = count
        self._arguments = arguments
        self._options = options
        self._what = what
        self._watched = watched
        self._manager = ServiceManager()
        self._workers: dict[int, WorkerProcess] = {}
        self._codes: dict[int, int] = {}
        """The exit code of each worker's last process."""
        self._ready = False
        """All workers have been running."""
        self._stopping = anyio.Event()
        self._changed = anyio.Event()
        self._outdated: set[WorkerProcess] = set()
        """Those that were told to end because a file has changed."""

    def run(self) -> int:
        """Run until a signal, and return the exit code.

        Raises:
            UnsupportedError: this operating system cannot hand a socket on to a process.
        """
        if sys.platform == "win32":
            raise UnsupportedError("--workers and --reload need an operating system of the POSIX family")
        return running.run(self._work, self._options.backend, endless=True, drain=self._stop)

    def _stop(self) -> bool:
        """Tell all workers to finish what they have begun."""
        self._manager.tell("STOPPING=1")
        self._stopping.set()
        for worker in self._workers.values():
            worker.signal(signal.SIGTERM)
        return True

    async def _work(self) -> int:
        health = WorkersHealth(self._workers, self._options.stuck_after)
        async with background() as tasks:
            await serve_health(tasks, health, self._options.health, self._manager)
            if self._watched:
                tasks.start_soon(self._watch, Path.cwd())
            async with anyio.create_task_group() as group:
                for number in range(1, self._count + 1):
                    group.start_soon(self._keep, number)
        # SIGTERM that comes before a process can handle it ends it, which is what was wanted
        failed = [code for code in self._codes.values() if code not in (exits.OK, -signal.SIGTERM)]
        return max((code if code > 0 else exits.FAILED for code in failed), default=exits.OK)

    async def _keep(self, number: int) -> None:
        """Run one worker, again and again, until it ends by itself or all are to end."""
        backoff = Backoff(longest=LONGEST_PAUSE)
        while not self._stopping.is_set():
            variables = WATCHED if self._watched else {}
            worker = self._workers[number] = WorkerProcess(number, self._arguments, self._told, variables)
            code = self._codes[number] = await worker.run()
            if worker in self._outdated:
                self._outdated.discard(worker)
                continue
            if self._stopping.is_set() or code == exits.OK:
                return
            if worker.started:
                backoff.reset()
            await self._pause(number, worker, code, backoff)

    async def _pause(self, number: int, worker: WorkerProcess, code: int, backoff: Backoff) -> None:
        """Wait until a worker that has failed may be started again; or end all, if none could ever start."""
        said = f"worker {number} (process {worker.pid}) ended with {code}"
        if self._watched:
            remark(f"{said}; it is started again when a file changes", "yellow")
            await self._first_of(self._changed, None)
            return
        if not self._ready and not worker.started:
            if not self._stopping.is_set():
                fail(f"{said} before it was running")
            self._stop()
            return
        seconds = backoff.pause()
        remark(f"{said}; it is started again in {seconds:.1f} s", "yellow")
        await self._first_of(None, seconds)

    async def _first_of(self, event: anyio.Event | None, seconds: float | None) -> None:
        """Wait for an event or so many seconds, and not longer than until all are to end."""
        async with background() as tasks:

            async def end(wanted: anyio.Event) -> None:
                await wanted.wait()
                tasks.cancel_scope.cancel()

            tasks.start_soon(end, self._stopping)
            if event is not None:
                tasks.start_soon(end, event)
            with anyio.move_on_after(seconds):
                await anyio.sleep_forever()

    def _told(self) -> None:
        """Say so once all workers run."""
        if not self._ready and len(self._workers) == self._count and all(w.started for w in self._workers.values()):
            self._ready = True
            self._manager.tell("READY=1")
            processes = f"{self._count} process{'es' * (self._count > 1)}"
            remark(f"running {self._what} on {self._options.where} in {processes}", "green")

    async def _watch(self, folder: Path) -> None:
        async with aclosing(changed_files(folder)) as found:
            async for names in found:
                remark(f"{', '.join(names)} changed; starting again", "yellow")
                self._changed.set()
                self._changed = anyio.Event()
                for worker in self._workers.values():
                    if worker.running:
                        self._outdated.add(worker)
                        worker.signal(signal.SIGTERM)

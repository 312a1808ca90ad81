"""Runs a command on an event loop; signals end it in an orderly way."""

from __future__ import annotations

import signal
import sys
from collections.abc import Awaitable, Callable
from importlib.util import find_spec

import anyio
import anyio.abc

from cimbus.errors import MissingExtraError
from cimbus.middleware.tasks import unwrap_single_error

from . import exits

Work = Callable[[], Awaitable[int]]
"""The coroutine function of a command; it returns the exit code."""


def run(work: Work, backend: str, *, endless: bool = False, drain: Callable[[], bool] | None = None) -> int:
    """Run work and return its exit code.

    Ctrl-C and SIGTERM cancel it, so that what is open is closed properly; the code is then 128 and the signal's number.
    So it is after a second signal, which ends at once what was to be finished after the first one.

    Args:
        work: what to run.
        backend: asyncio or trio.
        endless: the command runs until a signal, so that SIGTERM is not a failure.
        drain: called at the first signal instead of cancelling; False says that there is nothing to drain.

    Raises:
        MissingExtraError: the event loop is not installed.
    """
    if backend == "trio" and find_spec("trio") is None:
        raise MissingExtraError("--backend trio needs trio; install it with: pip install 'cimbus[trio]'")
    return anyio.run(_until_signal, work, endless, drain, backend=backend)


async def _until_signal(work: Work, endless: bool, drain: Callable[[], bool] | None) -> int:
    code, caught, cut_short = exits.OK, 0, False

    async def watch(*, task_status: anyio.abc.TaskStatus[None]) -> None:
        nonlocal caught, cut_short
        with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
            task_status.started()
            async for number in signals:
                cut_short = cut_short or caught != 0
                if caught or drain is None or not drain():
                    group.cancel_scope.cancel()
                caught = caught or int(number)

    with unwrap_single_error():
        async with anyio.create_task_group() as group:
            if sys.platform != "win32":  # no such receiver there; Ctrl-C raises KeyboardInterrupt
                await group.start(watch)
            code = await work()
            cut_short = False
            group.cancel_scope.cancel()
    if caught and (cut_short or not (endless and caught == signal.SIGTERM)):
        return 128 + caught
    return code

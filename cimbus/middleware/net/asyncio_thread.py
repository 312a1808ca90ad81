"""Calls between the caller's event loop and an asyncio loop, for a library that runs on asyncio only.

``to_asyncio`` has a function called on the asyncio loop, ``to_caller`` on the caller's loop, each in order. On asyncio
both are one loop, and the function is called directly. On trio the asyncio loop runs in a thread of its own::

    trio loop                                   asyncio loop (thread "cimbus asyncio")
    to_asyncio(f) -> CallQueue -> call_soon_threadsafe ->  f()
    f() <- TrioToken.run_sync_soon <- CallQueue <- to_caller(f)

At most one wake-up is under way in each direction: the calls that are added meanwhile are made by it, too. Rules: a
call returns nothing and raises nothing. ``run`` is for what takes long, not for each message.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeVar, TypeVarTuple, Unpack

import anyio

from cimbus.errors import ClosedError
from cimbus.middleware.loop_callback import LoopCallback, loop_callback, on_trio
from cimbus.middleware.safe_log import safe_logger

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

log = safe_logger("cimbus.middleware")


class Call(Protocol):
    """Has a function called on a loop, after those before it."""

    def __call__(self, function: Callable[[Unpack[Ts]], object], *args: *Ts) -> None: ...  # noqa: D102


class AsyncioPortal:
    """Calls in both directions.

    Attributes:
        to_asyncio: has a function called on the asyncio loop; for the caller's thread.
        to_caller: has a function called on the caller's loop; for the asyncio thread.
    """

    def __init__(self, to_asyncio: Call, to_caller: Call) -> None:
        self.to_asyncio = to_asyncio
        self.to_caller = to_caller


def call_directly(function: Callable[[Unpack[Ts]], object], *args: *Ts) -> None:
    """Call a function: the caller runs on asyncio, both loops are one."""
    function(*args)


class CallQueue:
    """The calls in one direction.

    Attributes, by the thread that writes and reads them: ``_calls`` is appended to by the sending thread and emptied
    by the receiving one (a deque is safe for that); ``_woken`` is set by the sending thread and cleared by the
    receiving one before it looks into ``_calls``, so that no call is left behind.
    """

    def __init__(self, wake: LoopCallback) -> None:
        self._wake = wake
        self._calls: deque[tuple[Callable[..., object], tuple[object, ...]]] = deque()
        self._woken = False

    def put(self, function: Callable[[Unpack[Ts]], object], *args: *Ts) -> None:
        """Add a call; for the sending thread."""
        self._calls.append((function, args))
        if not self._woken:
            self._woken = True
            try:
                self._wake(self._call_all)
            except RuntimeError:  # the other loop has ended; the next call must learn that, too
                self._woken = False
                raise

    def _call_all(self) -> None:
        self._woken = False
        calls = self._calls
        while calls:
            function, args = calls.popleft()
            try:
                function(*args)
            except Exception:  # the calls behind it belong to others
                log.exception("%r failed on the other event loop", function)


async def run(portal: AsyncioPortal, function: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine function on the asyncio loop and return its result; if the caller is cancelled, so is it, once.

    Raises:
        ClosedError: it was cancelled on the asyncio loop, or that loop has ended.
    """
    done = anyio.Event()
    tasks: list[asyncio.Task[T]] = []

    def begin() -> None:
        tasks.append(asyncio.get_running_loop().create_task(function()))
        tasks[0].add_done_callback(ended)

    def ended(task: asyncio.Task[T]) -> None:
        if not task.cancelled():
            task.exception()  # marks it as retrieved: a cancelled caller does not look at it
        portal.to_caller(done.set)

    try:
        portal.to_asyncio(begin)
    except RuntimeError as exc:
        raise ClosedError("the transport was closed") from exc
    try:
        await done.wait()
    except BaseException:
        portal.to_asyncio(lambda: tasks[0].cancel())  # noqa: PLW0108  # there is none before ``begin``
        with anyio.CancelScope(shield=True):
            await done.wait()
        raise
    if tasks[0].cancelled():
        raise ClosedError("the transport was closed")
    return tasks[0].result()


@asynccontextmanager
async def open_portal() -> AsyncGenerator[AsyncioPortal]:
    """Open a portal from the loop that runs this; what runs on the asyncio thread when the block ends is cancelled."""
    if not on_trio():
        yield AsyncioPortal(call_directly, call_directly)
        return
    callback = loop_callback()
    ready, ended, stop = anyio.Event(), anyio.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    def to_caller(function: Callable[[], object]) -> None:
        with contextlib.suppress(RuntimeError):  # the trio loop has ended: there is no caller any more
            callback(function)

    async def until_stopped() -> None:
        loops.append(asyncio.get_running_loop())
        to_caller(ready.set)
        await stop.wait()

    def main() -> None:
        try:
            asyncio.run(until_stopped())
        finally:
            to_caller(ended.set)

    thread = threading.Thread(target=main, name="cimbus asyncio", daemon=True)
    thread.start()
    with anyio.CancelScope(shield=True):
        await ready.wait()
    try:
        yield AsyncioPortal(CallQueue(loops[0].call_soon_threadsafe).put, CallQueue(to_caller).put)
    finally:
        loops[0].call_soon_threadsafe(stop.set)
        with anyio.CancelScope(shield=True):
            await ended.wait()
        thread.join()

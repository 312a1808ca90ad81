"""A crossing from the caller's event loop to an asyncio loop, for what can live on asyncio only.

Two directions: ``post`` has a function called on the asyncio side, ``tell`` has one called on the caller's side, each
in the order in which they were given. On asyncio both sides are one loop, and a function is called there and then. On
trio the asyncio loop has a thread of its own; what is given while the other side has not woken up goes along with what
woke it: at most one wake-up is under way in each direction, however many functions wait. Rules: what is posted or told
returns nothing and raises nothing; ``run`` is for what takes long, not for each message.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Generic, Protocol, TypeVar, TypeVarTuple, Unpack

import anyio

from cimbus.errors import ClosedError

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

log = logging.getLogger("cimbus.kafka")


class Crossing(Protocol):
    """Both directions."""

    def post(self, function: Callable[[Unpack[Ts]], object], *args: *Ts) -> None:
        """Have a function called on the asyncio side."""
        ...

    def tell(self, function: Callable[[Unpack[Ts]], object], *args: *Ts) -> None:
        """Have a function called on the caller's side."""
        ...


class Here:
    """The caller is on asyncio: there is nothing to cross."""

    def post(self, function: Callable[[Unpack[Ts]], object], *args: *Ts) -> None:
        """Call a function."""
        function(*args)

    def tell(self, function: Callable[[Unpack[Ts]], object], *args: *Ts) -> None:
        """Call a function."""
        function(*args)


class Lane:
    """One direction: functions wait here until ``wake`` has had ``_drain`` called on the other side."""

    def __init__(self, wake: Callable[[Callable[[], None]], object]) -> None:
        self._wake = wake
        self._waiting: deque[tuple[Callable[..., object], tuple[Any, ...]]] = deque()
        self._woken = False

    def put(self, function: Callable[..., object], args: tuple[Any, ...]) -> None:
        """Have a function called over there; only ever used from this side's thread."""
        self._waiting.append((function, args))
        if not self._woken:  # if it is set, whoever clears it looks into the queue after that
            self._woken = True
            self._wake(self._drain)

    def _drain(self) -> None:
        self._woken = False
        waiting = self._waiting
        while waiting:
            function, args = waiting.popleft()
            try:
                function(*args)
            except Exception:  # the next one is somebody else's
                log.exception("%r failed on the other side of the crossing", function)


class Across:
    """The caller is on trio: asyncio runs in a thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, wake: Callable[[Callable[[], None]], object]) -> None:
        self._over = Lane(loop.call_soon_threadsafe)
        self._back = Lane(wake)

    def post(self, function: Callable[[Unpack[Ts]], object], *args: *Ts) -> None:
        """Have a function called in the thread."""
        self._over.put(function, args)

    def tell(self, function: Callable[[Unpack[Ts]], object], *args: *Ts) -> None:
        """Have a function called in the caller's loop."""
        self._back.put(function, args)


class _Call(Generic[T]):
    """A coroutine that runs over there while somebody waits here."""

    def __init__(self, crossing: Crossing, function: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self.done = anyio.Event()
        self._crossing = crossing
        self._function = function
        self._task: asyncio.Task[T] | None = None

    def begin(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._function())
        self._task.add_done_callback(self._ended)

    def cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _ended(self, task: asyncio.Task[T]) -> None:
        if not task.cancelled():
            task.exception()  # has been looked at, whoever waits
        self._crossing.tell(self.done.set)

    def result(self) -> T:
        assert self._task is not None  # noqa: S101  # it is done
        if self._task.cancelled():
            raise ClosedError("the transport was closed")
        return self._task.result()


async def run(crossing: Crossing, function: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine function on the asyncio side and return its result; if we are cancelled, so is it, once.

    Raises:
        ClosedError: it was cancelled over there.
    """
    call = _Call(crossing, function)
    crossing.post(call.begin)
    try:
        await call.done.wait()
    except BaseException:
        crossing.post(call.cancel)
        with anyio.CancelScope(shield=True):
            await call.done.wait()
        raise
    return call.result()


class _Thread:
    """The thread in which asyncio runs for a caller on trio."""

    def __init__(self, wake: Callable[[Callable[[], object]], object]) -> None:
        self.ready = anyio.Event()
        self.ended = anyio.Event()
        self.loop: asyncio.AbstractEventLoop | None = None
        self._wake = wake
        self._stop = asyncio.Event()

    def main(self) -> None:
        try:
            asyncio.run(self._live())
        finally:
            self._wake(self.ended.set)

    async def _live(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._wake(self.ready.set)
        await self._stop.wait()

    def stop(self) -> None:
        if self.loop is not None:
            self.loop.call_soon_threadsafe(self._stop.set)


@asynccontextmanager
async def open_crossing() -> AsyncGenerator[Crossing]:
    """Open a crossing from the loop that runs this; what runs over there when the block ends is cancelled."""
    if _on_asyncio():
        yield Here()
        return
    wake = _waker()
    side = _Thread(wake)
    thread = threading.Thread(target=side.main, name="cimbus asyncio", daemon=True)
    thread.start()
    with anyio.CancelScope(shield=True):
        await side.ready.wait()
    assert side.loop is not None  # noqa: S101  # ready says so
    try:
        yield Across(side.loop, wake)
    finally:
        side.stop()
        with anyio.CancelScope(shield=True):
            await side.ended.wait()
        thread.join()


def _on_asyncio() -> bool:
    try:
        return asyncio.current_task() is not None
    except RuntimeError:
        return False


def _waker() -> Callable[[Callable[[], object]], None]:
    """Return what has a function called in this trio loop, from any thread, without waiting."""
    import trio

    token = trio.lowlevel.current_trio_token()

    def wake(function: Callable[[], object]) -> None:
        with contextlib.suppress(trio.RunFinishedError):  # nobody is there any more
            token.run_sync_soon(function)

    return wake

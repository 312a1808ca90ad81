"""Calls of a library that runs on asyncio only: within a bounded time, side by side, and in the background.

For what runs on the loop of ``asyncio_thread``. Rule: what must not be cancelled in the middle is left behind instead,
and cancelled when what it uses has been closed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, Final, TypeVar

T = TypeVar("T")

AGAIN: Final = 1.0
"""Seconds after which a task that was cancelled and has not ended is cancelled again."""


async def within(timeout: float, work: Awaitable[T], unfinished: set[asyncio.Future[T]]) -> T:
    """Wait for a call that must not be cancelled; if it takes too long, leave it among ``unfinished``.

    Raises:
        TimeoutError: it takes longer than ``timeout`` seconds; other errors are its own.
    """
    working = asyncio.ensure_future(work)
    unfinished.add(working)

    def ended(_: asyncio.Future[T]) -> None:
        unfinished.discard(working)
        retrieve(working)

    working.add_done_callback(ended)
    await asyncio.wait({working}, timeout=timeout)
    if not working.done():
        raise TimeoutError(f"no answer within {timeout:g} s")
    return working.result()


async def bounded(timeout: float, work: Coroutine[Any, Any, T]) -> T:
    """Wait for a call that may be cancelled; what takes too long is.

    ``asyncio.wait_for`` is not used: up to Python 3.11 it loses the cancellation of its caller that comes together with
    the result (gh-86296), and what was to end goes on.

    Raises:
        TimeoutError: it takes longer than ``timeout`` seconds; other errors are its own.
    """
    scope = asyncio.timeout(timeout)
    try:
        async with scope:
            return await work
    except TimeoutError as exc:
        if not scope.expired():
            raise
        raise TimeoutError(f"no answer within {timeout:g} s") from exc


async def wait_or_cancel(work: Coroutine[Any, Any, T], timeout: float, *, grace: float) -> T:
    """Wait for a call; what takes too long, or whose caller is cancelled, has a moment to end before it is cancelled.

    Args:
        work: the call.
        timeout: how long it may take, in seconds.
        grace: how long that moment is, in seconds.

    Raises:
        TimeoutError: it takes longer; other errors are its own.
    """
    working = asyncio.ensure_future(work)
    try:
        await asyncio.wait({working}, timeout=timeout)
        if not working.done():
            raise TimeoutError(f"no answer within {timeout:g} s")
        return working.result()
    finally:
        if not working.done():
            await asyncio.wait({working}, timeout=grace)
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)


async def abandon(unfinished: set[asyncio.Future[T]], timeout: float) -> None:
    """Cancel what ``within`` left unfinished, and does not end within ``timeout`` seconds by itself.

    What it uses has been closed: most of it ends with that.
    """
    if unfinished:
        await asyncio.wait(unfinished, timeout=timeout)
        for working in list(unfinished):
            working.cancel()


async def finished(work: Coroutine[Any, Any, T], on_cancel: Callable[[], object] = lambda: None) -> T:
    """Run a coroutine to its end and return its result, even if the caller is cancelled: that is raised then.

    Args:
        work: what must not be left half done, such as closing something; bounded in time.
        on_cancel: called when the caller is cancelled; may tell ``work`` to be quick.
    """
    working = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not working.done():
        try:
            await asyncio.wait({working})
        except asyncio.CancelledError as exc:
            cancelled = exc
            on_cancel()
    if cancelled is not None:
        retrieve(working)
        raise cancelled
    return working.result()


async def race(*coroutines: Coroutine[Any, Any, None]) -> None:
    """Run coroutines until one ends, and end as it does; the others are cancelled."""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        await cancel_all(tasks)


async def cancel_all(tasks: Iterable[asyncio.Future[Any]]) -> None:
    """Cancel tasks and wait for their end; those that go on are cancelled again: a library may lose a cancellation."""
    every = set(tasks)
    while left := {task for task in every if not task.done()}:
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=AGAIN)
    for task in every:
        retrieve(task)


def retrieve(future: asyncio.Future[Any]) -> None:
    """Mark the error of a call that has ended as retrieved: asyncio would log it, as no task waits for it any more."""
    if not future.cancelled():
        future.exception()


class TaskSet:
    """Tasks that run in the background until they end.

    >>> async def main():
    ...     tasks = TaskSet()
    ...     tasks.start(asyncio.sleep(0))
    ...     await tasks.ended()
    ...     return len(tasks)
    >>> asyncio.run(main())
    0
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """Return how many run."""
        return len(self._tasks)

    def start(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine in the background."""
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def ended(self) -> None:
        """Wait until none runs."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def cancel(self) -> None:
        """Cancel all, and wait for their end."""
        await cancel_all(self._tasks)

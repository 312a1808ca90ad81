"""A generator that runs in a thread of its own, for ``for`` and ``async for``.

A parser of libxml2 has to stay in the thread in which it began: lxml gives a document the names of the thread that ends
it, and frees those of another one, which ends the process ("free(): invalid pointer"; ``initDocDict`` in lxml's
``parser.pxi``). Threads of a pool, as ``to_thread.run_sync`` has them, change from call to call, and so may those of a
program that hands an iterator on.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from queue import SimpleQueue
from typing import Final, Generic, Self, TypeVar

import anyio.to_thread

T = TypeVar("T")
R = TypeVar("R")

_MOST: Final = 256
"""Items that are made at once: handing one over costs as much as making some."""
_LONG: Final = 0.002
"""Seconds after which no more are made: large items are handed over one by one, and few of them are in memory."""


class ThreadedIterator(Generic[T]):
    """The items of a generator, which runs ahead by a few of them, always in the same thread.

    It may be used from any thread. An error comes behind the items that were made before it.

    >>> squares = ThreadedIterator(number**2 for number in range(4))
    >>> next(squares), list(squares)
    (0, [1, 4, 9])
    """

    def __init__(self, items: Generator[T]) -> None:
        self._items = items
        self.begun = False
        """Whether an item was asked for."""
        self._ready: deque[T] = deque()
        self._failed: BaseException | None = None
        """What ends the iterator, behind the items that are ready."""
        self._thread = ThreadPoolExecutor(1, "cimbus parser")
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        if not self.fill():
            raise StopIteration
        return self._ready.popleft()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        if not self._ready and not await self.fill_async():
            raise StopAsyncIteration
        return self._ready.popleft()

    def fill(self) -> bool:
        """Return whether an item is ready, after one was made if none was.

        Raises:
            Exception: what the generator raised.
        """
        if not self._ready:
            self._begin().result()
        return bool(self._ready)

    async def fill_async(self) -> bool:
        """Do the same; the event loop goes on meanwhile.

        Raises:
            Exception: what the generator raised.
        """
        if not self._ready:
            await anyio.to_thread.run_sync(self._fill_and_answer)
        return bool(self._ready)

    def call_outside(self, function: Callable[[], R]) -> R:
        """Call a function in the thread that waits in ``fill_async``, and return what it returns; for the generator."""
        made: Future[R] = Future()

        def call() -> None:
            try:
                made.set_result(function())
            except BaseException as error:  # noqa: BLE001  # raised in the generator, a cancellation, too
                made.set_exception(error)

        self._calls.put(call)
        return made.result()

    def close(self) -> None:
        """End the generator in its thread; idempotent."""
        with suppress(RuntimeError):  # it has ended
            self._thread.submit(self._items.close).result()
        self._ready.clear()
        self._thread.shutdown(wait=False)

    def _fill_and_answer(self) -> None:
        made = self._begin()
        made.add_done_callback(lambda _: self._calls.put(None))
        for call in iter(self._calls.get, None):
            call()
        made.result()

    def _begin(self) -> Future[None]:
        """Have some items made."""
        try:
            return self._thread.submit(self._make)
        except RuntimeError:  # the generator has ended, and its thread with it
            ended: Future[None] = Future()
            ended.set_result(None)
            return ended

    def _make(self) -> None:
        """Make some items, in the thread of the generator; the first one alone, since it may be all that is wanted."""
        most, self.begun = _MOST if self.begun else 1, True
        if self._ready:  # another thread was first
            return
        ended, until = True, time.monotonic() + _LONG
        try:
            for item in islice(self._rest(), most):
                self._ready.append(item)
                if time.monotonic() > until:
                    break
            ended = not self._ready
        except BaseException as error:
            if not self._ready:
                raise
            self._failed, ended = error, False
        finally:
            if ended:
                self._thread.shutdown(wait=False)

    def _rest(self) -> Iterator[T]:
        if self._failed is not None:
            raise self._failed
        return self._items

"""A callback into the running event loop, asyncio's or trio's, for code that runs in another thread."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Any

LoopCallback = Callable[[Callable[[], object]], object]
"""Has a function called on the loop soon, without waiting, in order; RuntimeError: the loop has ended."""


def on_trio() -> bool:
    """Return whether the event loop that runs this is trio's."""
    trio: Any = sys.modules.get("trio")  # not imported here: it need not be installed
    return trio is not None and bool(trio.lowlevel.in_trio_run())


def loop_callback() -> LoopCallback:
    """Return what another thread calls to have a function called on the event loop that runs this.

    Raises:
        RuntimeError: no event loop is running.

    Example:
        >>> import anyio, anyio.to_thread
        >>> async def main():
        ...     done = anyio.Event()
        ...     callback = loop_callback()
        ...     await anyio.to_thread.run_sync(callback, done.set)  # called in a worker thread
        ...     await done.wait()
        >>> anyio.run(main)
    """
    if on_trio():
        import trio

        callback: LoopCallback = trio.lowlevel.current_trio_token().run_sync_soon
        return callback
    return asyncio.get_running_loop().call_soon_threadsafe

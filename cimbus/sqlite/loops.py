"""From the worker's thread to the event loop, asyncio's or trio's: one call per batch, and it does not wait."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Any

Post = Callable[[Callable[[], None]], object]
"""Have something called on the loop soon; RuntimeError: the loop has ended."""


def poster() -> Post:
    """Return how another thread reaches the loop that is running here."""
    trio: Any = sys.modules.get("trio")  # not imported by us: it need not be installed
    if trio is not None and trio.lowlevel.in_trio_run():
        post: Post = trio.lowlevel.current_trio_token().run_sync_soon
        return post
    return asyncio.get_running_loop().call_soon_threadsafe

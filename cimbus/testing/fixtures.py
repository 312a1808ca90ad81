"""Fixtures for pytest: import them into ``conftest.py``."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from .harness import Harness, harness

__all__ = ["start_harness"]


@pytest.fixture
async def start_harness() -> AsyncGenerator[Callable[..., Awaitable[Harness]]]:
    """Return a function that starts a harness of components, until the test ends.

    The test runs with anyio's plugin: ``@pytest.mark.anyio``, on asyncio or trio.

    >>> callable(start_harness)
    True
    """
    async with AsyncExitStack() as stack:

        async def start(*components: Any, **options: Any) -> Harness:
            return await stack.enter_async_context(harness(*components, **options))

        yield start

"""Whether a client library that runs on asyncio makes progress: it may be alive and stuck.

aiokafka's consumer may be that after a broker's restart (its issue 1154).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from cimbus.errors import TransportError

CHECK_INTERVAL: Final = 10.0
"""How often progress is checked, in seconds. Our choice: longer than a leader election and than a fetch may take."""
MAX_STALLED_CHECKS: Final = 2
"""After so many checks in a row without progress the client is replaced; one alone may fall into a rebalance."""


class StalledError(TransportError):
    """A client makes no progress although there is something to receive."""


async def watch(behind: Callable[[], Awaitable[bool]], delivered: Callable[[], int], waits: Callable[[], bool]) -> None:
    """Check for progress until there is none.

    Args:
        behind: returns whether there is something that was not received.
        delivered: returns how much was delivered in all.
        waits: returns whether there is a reason to deliver nothing.

    Raises:
        StalledError: there is something to receive, and the client receives nothing.
    """
    stalled = 0
    while True:
        before = delivered()
        await asyncio.sleep(CHECK_INTERVAL)
        if waits() or delivered() != before:
            stalled = 0
        elif await behind():
            stalled += 1
            if stalled >= MAX_STALLED_CHECKS:
                raise StalledError("it receives nothing although there is something to receive")
        else:
            stalled = 0

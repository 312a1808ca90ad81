"""What a handler works on at one moment, by which it can be seen whether it makes progress."""

from __future__ import annotations

import math
from typing import NamedTuple


class HandlerProgress(NamedTuple):
    """What one handler or timer works on now.

    >>> HandlerProgress().since
    inf

    Attributes:
        since: when the longest attempt that runs began, in seconds of ``time.monotonic()``; infinity: none runs.
        message: the MessageID of the message that it handles.
        begun: how many messages were begun so far; it only grows.
        queued: how many messages were received that could be begun now.
        waiting: why messages cannot be finished for a while (a store, an open circuit); empty if they can.
    """

    since: float = math.inf
    message: str = ""
    begun: int = 0
    queued: int = 0
    waiting: str = ""

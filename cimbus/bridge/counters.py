"""What a bridge has done so far."""

from __future__ import annotations

import time

from cimbus.application.counters import Counters


class BridgeCounters(Counters):
    """Counts of messages; ``seconds`` since the bridge was made.

    Attributes:
        received: taken from the source.
        sent: the target has them.
        replies: returned to their requesters.
        duplicates: not sent, because the inbox says that they were.
        looped: not sent, because they come from the target.
        dead_lettered: the target does not take them.
        expired: not sent, because they came when they were of no use any more.

    >>> counters = BridgeCounters()
    >>> counters.add("received")
    >>> counters.received, counters.sent
    (1, 0)
    """

    names = ("received", "sent", "replies", "duplicates", "looped", "dead_lettered", "expired")

    received: int
    sent: int
    replies: int
    duplicates: int
    looped: int
    dead_lettered: int
    expired: int

    def __init__(self) -> None:
        super().__init__()
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long it has been counting."""
        return time.monotonic() - self._began

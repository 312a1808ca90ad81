"""How often the body of a large message is copied on its way, counted by what is allocated."""

from __future__ import annotations

import sys
import tracemalloc
from typing import Any, Self

SIZE = 300_000
"""Octets of a body: so many that all else that is allocated does not matter, and that need several reads; but so few
that the system takes them at once, as how much it takes of more depends on how fast the broker reads."""


class AllocatedOctets:
    """Counts the octets that Python allocates in a block, also those that it frees again.

    Whenever this thread calls a function or returns from one, what was allocated at most since the last time is added:
    one call allocates a large piece once, or says so in several calls.

    Attributes:
        count: the octets.
    """

    def __init__(self) -> None:
        self.count = self._known = 0

    def __enter__(self) -> Self:
        tracemalloc.start()
        self._known, _ = tracemalloc.get_traced_memory()
        sys.setprofile(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)
        self._note()
        tracemalloc.stop()

    def _note(self, *_: object) -> None:
        _, most = tracemalloc.get_traced_memory()
        self.count += max(0, most - self._known)
        tracemalloc.reset_peak()
        self._known, _ = tracemalloc.get_traced_memory()


async def copies(url: str) -> float:
    """Return how many copies of its body are made while a message is sent and received in this process."""
    from cimbus import Bus, Frame, Pattern, SubscriptionSpec, Topic

    frame = Frame(topic=Topic("production", "events", "EndDeviceEvents", "created", "k"), body=bytes(SIZE))
    spec = SubscriptionSpec(patterns=(Pattern(noun="EndDeviceEvents"),), group="copies")
    allocated: Any = None
    async with Bus(url) as bus, Bus(url) as other, other.transport.listen(spec) as consumer:
        for _ in range(2):  # what is made once is not counted
            with AllocatedOctets() as allocated:
                assert await bus.transport.send([frame]) == [None]
                received = await consumer.receive()
            for delivery in received:
                delivery.accept()
    return round(allocated.count / SIZE, 1)

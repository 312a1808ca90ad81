"""Where the replies to requests belong that were taken to another bus. Pure; the time is given.

A request is sent on with a reply address of the bridge's own and, if somebody else's request under way has the same
CorrelationID, with another one. Its replies (there may be several) are known by that or by its MessageID, get back what
the requester wrote, and go where it wanted them. What is not asked for again within ``keep`` is forgotten.
"""

from __future__ import annotations

import uuid
from collections import deque
from typing import Final

import msgspec

MOST: Final = 100_000
"""How many requests are remembered; the oldest is forgotten first."""


class Return(msgspec.Struct, frozen=True):
    """Where the replies to one request belong."""

    address: str
    """ReplyAddress as the requester wrote it."""
    correlation: str
    """What its replies carry: its CorrelationID, or its MessageID if it has none."""
    noun: str
    context: str
    sent_as: str
    """The CorrelationID on the other side."""
    names: tuple[str, ...]
    """What a reply may carry there."""
    expires: float


class Returns:
    """The requests under way.

    Args:
        keep: seconds.
    """

    def __init__(self, keep: float) -> None:
        self._keep = keep
        self._by_name: dict[str, Return] = {}
        self._queue: deque[Return] = deque()

    def __len__(self) -> int:
        return len(self._queue)

    def add(self, now: float, *, address: str, correlation: str, message_id: str, noun: str, context: str) -> Return:
        """Remember a request that is sent on; the same one again keeps its name."""
        self._forget(now)
        wanted = correlation or message_id
        known = self._by_name.get(wanted) or self._by_name.get(message_id)
        if known is not None and (known.address, known.correlation) == (address, wanted) and message_id in known.names:
            return known
        sent_as = str(uuid.uuid4()) if wanted in self._by_name or not wanted else wanted
        names = tuple({name: None for name in (sent_as, message_id) if name and name not in self._by_name})
        made = Return(address, wanted or sent_as, noun, context, sent_as, names, now + self._keep)
        self._queue.append(made)
        for name in names:
            self._by_name[name] = made
        return made

    def find(self, correlation: str) -> Return | None:
        """Return where a reply with that CorrelationID belongs."""
        return self._by_name.get(correlation)

    def _forget(self, now: float) -> None:
        queue = self._queue
        while queue and (queue[0].expires <= now or len(queue) >= MOST):
            for name in queue.popleft().names:
                self._by_name.pop(name, None)

"""Where the replies to forwarded requests are returned to. Pure; the time is given.

A request is forwarded with a reply address of the bridge's own and, if another pending request has the same
CorrelationID, with a new one. Its replies (there may be several) are found by that or by its MessageID, get back what
the requester wrote, and go to its reply address. A route is forgotten after ``keep`` seconds.
"""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Iterable
from typing import Final

import msgspec

MOST: Final = 100_000
"""How many requests are remembered, about 100 MB at most; the oldest is forgotten first."""


class ReplyRoute(msgspec.Struct, frozen=True):
    """Where the replies to one request are returned to."""

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
    data: str | None = None
    """What the requester's transport wants back, if that is not its CorrelationID (``CorrelationData``)."""


class ReplyRoutes:
    """The routes of pending requests.

    Args:
        keep: seconds.
    """

    def __init__(self, keep: float) -> None:
        self._keep = keep
        self._by_name: dict[str, ReplyRoute] = {}
        self._queue: deque[ReplyRoute] = deque()

    def __len__(self) -> int:
        return len(self._queue)

    def add(
        self,
        now: float,
        *,
        address: str,
        correlation: str,
        message_id: str,
        noun: str,
        context: str,
        data: str | None = None,
    ) -> ReplyRoute:
        """Remember a request that is forwarded; the same one again keeps its route."""
        self._forget(now)
        wanted = correlation or message_id
        known = self._by_name.get(wanted) or self._by_name.get(message_id)
        if known is not None and (known.address, known.correlation) == (address, wanted) and message_id in known.names:
            return known
        sent_as = str(uuid.uuid4()) if wanted in self._by_name or not wanted else wanted
        names = tuple({name: None for name in (sent_as, message_id) if name and name not in self._by_name})
        made = ReplyRoute(address, wanted or sent_as, noun, context, sent_as, names, now + self._keep, data)
        self._queue.append(made)
        for name in names:
            self._by_name[name] = made
        return made

    def restore(self, routes: Iterable[ReplyRoute]) -> None:
        """Remember routes from before a restart, those that expire first coming first."""
        for route in routes:
            self._queue.append(route)
            for name in route.names:
                self._by_name[name] = route

    def find(self, correlation: str) -> ReplyRoute | None:
        """Return the route of a reply with that CorrelationID, None if its request did not come over this bridge."""
        return self._by_name.get(correlation)

    def _forget(self, now: float) -> None:
        queue = self._queue
        while queue and (queue[0].expires <= now or len(queue) >= MOST):
            for name in queue.popleft().names:
                self._by_name.pop(name, None)

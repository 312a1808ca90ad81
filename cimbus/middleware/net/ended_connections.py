"""Which message ended a connection, and how often in a row. Pure."""

from __future__ import annotations

from typing import Final

MAX_ENDED: Final = 3
"""After so many connections in a row the message that ended them is rejected. Our own choice: one may be chance, and
each costs everything behind it a reconnect."""


class EndedConnections:
    """Counts the connections that one message has ended, one after the other.

    >>> ended = EndedConnections()
    >>> [ended.ended(name) for name in ("ID:1", "ID:1", "ID:2", "ID:1", "ID:1", "ID:1")]
    [False, False, False, False, False, True]
    """

    def __init__(self) -> None:
        self._identity = ""
        self._count = 0

    def ended(self, identity: str) -> bool:
        """Note that a message ends a connection; return whether it is to be rejected."""
        self._count = self._count + 1 if identity == self._identity else 1
        self._identity = identity
        return bool(identity) and self._count >= MAX_ENDED

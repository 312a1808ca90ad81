"""What a bridge has done so far."""

from __future__ import annotations

import time
from typing import Final

FIELDS: Final = ("received", "sent", "replies", "repeated", "looped", "refused")


class Tally:
    """Counts of messages; ``seconds`` since the bridge was made.

    Attributes:
        received: taken from the source.
        sent: the target has them.
        replies: carried back.
        repeated: not sent, because the inbox says that they were.
        looped: not sent, because they come from the target.
        refused: set aside, because the target does not take them.
    """

    __slots__ = ("_began", *FIELDS)

    def __init__(self) -> None:
        self.received = 0
        self.sent = 0
        self.replies = 0
        self.repeated = 0
        self.looped = 0
        self.refused = 0
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long it has been counting."""
        return time.monotonic() - self._began

    def counts(self) -> dict[str, int]:
        """Return the counts by name."""
        return {name: getattr(self, name) for name in FIELDS}

    def __repr__(self) -> str:
        return " ".join(f"{name}={count}" for name, count in self.counts().items())

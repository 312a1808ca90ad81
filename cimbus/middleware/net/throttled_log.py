"""Rate-limited logging: at most one warning in a while."""

from __future__ import annotations

import time
from typing import Final

from cimbus.middleware.safe_log import SafeLogger

INTERVAL: Final = 10.0
"""How many seconds lie between two warnings at least: often enough to be seen, seldom enough to fill no disk."""


class ThrottledLog:
    """Writes the first of its warnings, and then at most one every ``INTERVAL``; those between are left out.

    Args:
        log: where to.

    >>> from cimbus.middleware.safe_log import safe_logger
    >>> log = ThrottledLog(safe_logger("my.transport"))
    >>> log.warning("skipped a message: %s (%d in all)", "no body", 1)
    """

    def __init__(self, log: SafeLogger) -> None:
        self._log = log
        self._written: float | None = None
        """When the last one was written, in seconds of ``time.monotonic()``."""

    def warning(self, text: str, *words: object) -> None:
        """Write a warning, unless one was written just before."""
        now = time.monotonic()
        if self._written is None or now - self._written >= INTERVAL:
            self._written = now
            self._log.warning(text, *words)

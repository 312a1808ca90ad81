"""A warning that may be due a thousand times a second, and is written now and then."""

from __future__ import annotations

import logging
import time
from typing import Final

EVERY: Final = 10.0
"""How often at most, in seconds."""


class Seldom:
    """Writes the first of its warnings, and then one in a while; those between are left out.

    Args:
        log: where to.
    """

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._written: float | None = None

    def warning(self, text: str, *words: object) -> None:
        """Write a warning, unless one was written just now."""
        now = time.monotonic()
        if self._written is None or now - self._written >= EVERY:
            self._written = now
            self._log.warning(text, *words)

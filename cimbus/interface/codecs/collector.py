"""The garbage collector of Python, paused while one large message is made."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Final, TypeVar

T = TypeVar("T")

LARGE: Final = 100_000
"""Octets of a document from which the collector is paused: 100 000 objects that are all kept let it look through them
again and again, a fifth of the time of decoding 5 MB; a small message makes too few for it to start (measured)."""


class CollectorPause:
    """Pauses the collector of the process while it is entered, in one thread or in several.

    Values of messages have no cycles, so that nothing of a message waits for the collector. Where a program has
    disabled it, it stays so.

    >>> with CollectorPause():
    ...     gc.isenabled()
    False
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entered = 0
        """How many threads are inside."""
        self._enable = False
        """Whether the last one enables the collector."""

    def __enter__(self) -> None:
        with self._lock:
            if self._entered == 0:
                self._enable = gc.isenabled()
                gc.disable()
            self._entered += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._entered -= 1
            if self._entered == 0 and self._enable:
                gc.enable()


_PAUSE: Final = CollectorPause()


def pausing(size: int, read: Callable[[], T]) -> T:
    """Return what a function returns; the collector is paused meanwhile if it reads a large document.

    Args:
        size: octets of the document.
        read: reads it.

    >>> pausing(LARGE, gc.isenabled), pausing(LARGE - 1, gc.isenabled)
    (False, True)
    """
    if size < LARGE:
        return read()
    with _PAUSE:
        return read()

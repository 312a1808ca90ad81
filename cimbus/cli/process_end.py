"""The end of the process: threads that do not end do not keep it."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from typing import Final

THREADS_TIMEOUT: Final = 1.0
"""How long threads have to end by themselves, in seconds: a worker thread that has nothing to do ends at once."""


def end_process(code: int) -> int:
    """Return the exit code; if a thread would keep the process alive, end the process here.

    Python waits for every thread that is not a daemon before it exits. A synchronous handler that hangs is in such a
    thread on asyncio, and nothing can end it (``threading`` in Python's documentation).
    """
    until = time.monotonic() + THREADS_TIMEOUT
    for thread in _threads():
        thread.join(max(0.0, until - time.monotonic()))
    if not _threads():
        return code
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


def _threads() -> list[threading.Thread]:
    this = threading.current_thread()
    return [thread for thread in threading.enumerate() if thread is not this and not thread.daemon]

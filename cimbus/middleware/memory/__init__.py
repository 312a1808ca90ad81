"""The transport inside one process: nothing to install, nothing to start, and the model for every other transport.

``transport.py`` is what a bus uses, ``exchange.py`` finds the queues that a frame is put into, ``queue.py`` keeps one
queue and shares it out among its consumers, ``transaction.py`` sends and accepts all or none. There is no background
task: all work is done by the callers.
"""

from __future__ import annotations

from .options import MemoryOptions
from .transaction import MemoryTransaction
from .transport import MemoryTransport

__all__ = ["MemoryOptions", "MemoryTransaction", "MemoryTransport"]

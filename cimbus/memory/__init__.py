"""The transport inside one process: nothing to install, nothing to start, and the model for every other transport.

``transport.py`` is the face that a bus sees, ``exchange.py`` finds the lines that a frame joins, ``line.py`` keeps one
line of waiting frames and shares it out among its members. Nothing here runs in the background: whoever waits, works.
"""

from __future__ import annotations

from .transport import MemoryTransport

__all__ = ["MemoryTransport"]

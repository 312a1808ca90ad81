"""The transport in one file: durable, for any number of processes on one machine, and nothing to install.

``transport.py`` is the face that a bus sees, ``inbox.py`` what a consumer holds. ``worker.py`` is the one thread that
touches the file, batching whatever is asked of it; ``store.py`` is what it does there, ``tables.py`` what is there, and
``life.py`` tells who is alive.
"""

from __future__ import annotations

from .transport import SqliteTransport

__all__ = ["SqliteTransport"]

"""The transport in one file: durable, for any number of processes on one machine, and nothing to install.

``transport.py`` is what a bus uses, ``consumer.py`` what a subscriber holds, ``transaction.py`` sends and accepts all
or none. ``worker.py`` is the one thread that touches the file; in ``rounds.py`` it does what it is asked, many requests
at once. Below: ``store.py`` writes frames, ``claims.py`` takes and settles them, ``membership.py`` keeps who shares a
subscription, ``liveness.py`` tells which processes are alive, ``tables.py`` has the schema and ``records.py`` its JSON.
"""

from __future__ import annotations

from .options import SqliteOptions
from .transaction import SqliteTransaction
from .transport import SqliteTransport

__all__ = ["SqliteOptions", "SqliteTransaction", "SqliteTransport"]

"""Store and forward: frames wait in a file until the middleware has them.

``outbox.py`` is what a bus uses; ``forwarder.py`` sends what waits; ``file.py`` writes and reads the SQLite file,
``table.py`` has its SQL, and ``damage.py`` saves what can be read of a damaged one.
"""

from __future__ import annotations

from .outbox import Outbox
from .table import Full

__all__ = ["Full", "Outbox"]

"""Several processes that run the same components: ``--workers`` and ``--reload``.

``supervisor.py``: starts processes, and starts them again · ``worker_process.py``: one of them, as the supervisor sees
it · ``worker_side.py``: as the process itself does · ``changes.py``: which files changed · ``exposition.py``: metrics
of several processes as one text.

The supervisor and each worker share a pair of connected sockets. The worker serves HTTP on it, as on ``--health``; the
end of the connection tells it that the supervisor has gone.
"""

from __future__ import annotations
